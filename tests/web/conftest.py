from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site


@pytest.fixture
def site_of() -> Callable[[TenantKit, str], Site]:
    return Site


@pytest.fixture
def site(tenant: TenantKit) -> Site:
    """The admin's browser."""
    return Site(tenant, "admin")


@pytest.fixture
def desk(tenant: TenantKit) -> Desk:
    """Prepares and looks at rows behind the pages' back."""
    return Desk(tenant, tenant.actor("admin"))


@pytest.fixture
def foreign(other_tenant: TenantKit) -> Desk:
    """The desk of another company's admin."""
    return Desk(other_tenant, other_tenant.actor("admin"))
