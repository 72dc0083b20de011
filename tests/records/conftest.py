from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.desk import Desk
from tests.kit import TenantKit


@pytest.fixture
def desk_of() -> Callable[[TenantKit, str], Desk]:
    return lambda kit, role: Desk(kit, kit.actor(role))


@pytest.fixture
def desk(tenant: TenantKit) -> Desk:
    """The admin's desk."""
    return Desk(tenant, tenant.actor("admin"))


@pytest.fixture
def foreign(other_tenant: TenantKit) -> Desk:
    """The desk of another company's admin."""
    return Desk(other_tenant, other_tenant.actor("admin"))
