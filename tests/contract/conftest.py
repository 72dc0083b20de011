"""Every test here runs for every resource of the product and of the sample product that has a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.spec.load import load_product
from tests.conftest import SCHEMA
from tests.contract.company import Company
from tests.kit import TenantKit

RESOURCES = [resource for resource in load_product(*map(Path, SCHEMA)).resources.values() if resource.page]
PAGES = [resource.name for resource in RESOURCES if resource.kind == "records"]
CAN = {resource.name: resource.can for resource in RESOURCES}
SETTINGS = [resource.name for resource in RESOURCES if resource.kind == "settings"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "company" in metafunc.fixturenames:
        needs = metafunc.definition.get_closest_marker("needs")
        pages = [name for name in PAGES if needs is None or needs.args[0] in CAN[name]]
        metafunc.parametrize("company", pages, indirect=True)
    if "settings_company" in metafunc.fixturenames:
        metafunc.parametrize("settings_company", SETTINGS, indirect=True)


@pytest.fixture
def company(request: pytest.FixtureRequest, tenant: TenantKit) -> Company:
    return Company(tenant, tenant.app.extensions["ucc"].product.resource(request.param))


@pytest.fixture
def settings_company(request: pytest.FixtureRequest, tenant: TenantKit) -> Company:
    return Company(tenant, tenant.app.extensions["ucc"].product.resource(request.param))


@pytest.fixture
def neighbour(company: Company, new_tenant: Callable[[], TenantKit]) -> Company:
    """Another company with the same product."""
    return company.of(new_tenant())
