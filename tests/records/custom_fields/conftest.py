"""Two companies with fields of their own."""

from __future__ import annotations

import pytest

from tests.kit import TenantKit
from tests.records.custom_fields.office import (
    Office,
    office_of,
)


@pytest.fixture
def office(tenant: TenantKit) -> Office:
    return office_of(tenant)


@pytest.fixture
def foreign_office(other_tenant: TenantKit) -> Office:
    return office_of(other_tenant)
