"""Who may do what by default, written by hand (R1, R2, R5): never derived from the YAML under test.

A cell is + (allowed), - (denied) or . (the page has no such kind, so it is denied to everyone).
"""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.access import may
from app.spec.model import PERMISSIONS
from tests.contract.company import Company, Program
from tests.contract.settings_doors import settings_doors, settings_requests
from tests.contract.test_api import requests_of
from tests.contract.test_pages import doors, knock
from tests.kit import TenantKit, log_in

ROLES = ("admin", "operator", "manager", "finance", "team_leader", "agent")

TABLE = """
resource      kind      admin operator manager finance team_leader agent
user          view      +     +        +       -       -           -
user          add       +     -        +       -       -           -
user          edit      +     -        +       -       -           -
user          delete    +     -        -       -       -           -
user          import    +     -        +       -       -           -
user          export    +     -        +       -       -           -
user          download  .     .        .       .       .           .
user          preview   .     .        .       .       .           .
user          listen    .     .        .       .       .           .
user          audit     .     .        .       .       .           .
user          operate   +     -        +       -       -           -
user          enable    +     -        +       -       -           -
role          view      +     -        +       -       -           -
role          add       +     -        -       -       -           -
role          edit      +     -        -       -       -           -
role          delete    +     -        -       -       -           -
role          import    .     .        .       .       .           .
role          export    .     .        .       .       .           .
role          download  .     .        .       .       .           .
role          preview   .     .        .       .       .           .
role          listen    .     .        .       .       .           .
role          audit     .     .        .       .       .           .
role          operate   .     .        .       .       .           .
role          enable    .     .        .       .       .           .
announcement  view      +     +        +       +       +           -
announcement  add       +     +        +       -       -           -
announcement  edit      +     +        +       -       -           -
announcement  delete    +     +        +       -       -           -
announcement  import    .     .        .       .       .           .
announcement  export    +     +        +       -       -           -
announcement  download  .     .        .       .       .           .
announcement  preview   .     .        .       .       .           .
announcement  listen    .     .        .       .       .           .
announcement  audit     .     .        .       .       .           .
announcement  operate   +     +        +       -       -           -
announcement  enable    .     .        .       .       .           .
customer_type view      +     +        +       -       +           -
customer_type add       +     -        +       -       -           -
customer_type edit      +     -        +       -       -           -
customer_type delete    +     -        +       -       -           -
customer_type import    .     .        .       .       .           .
customer_type export    .     .        .       .       .           .
customer_type download  .     .        .       .       .           .
customer_type preview   .     .        .       .       .           .
customer_type listen    .     .        .       .       .           .
customer_type audit     .     .        .       .       .           .
customer_type operate   .     .        .       .       .           .
customer_type enable    .     .        .       .       .           .
team          view      +     +        +       -       +           -
team          add       +     -        +       -       -           -
team          edit      +     -        +       -       -           -
team          delete    +     -        +       -       -           -
team          import    .     .        .       .       .           .
team          export    .     .        .       .       .           .
team          download  .     .        .       .       .           .
team          preview   .     .        .       .       .           .
team          listen    .     .        .       .       .           .
team          audit     .     .        .       .       .           .
team          operate   .     .        .       .       .           .
team          enable    .     .        .       .       .           .
customer      view      +     +        +       -       +           +
customer      add       +     +        +       -       +           +
customer      edit      +     +        +       -       +           +
customer      delete    +     +        +       -       -           -
customer      import    +     +        +       -       -           -
customer      export    +     +        +       -       -           -
customer      download  .     .        .       .       .           .
customer      preview   +     +        +       -       +           +
customer      listen    .     .        .       .       .           .
customer      audit     +     -        +       -       -           -
customer      operate   +     +        +       -       +           +
customer      enable    .     .        .       .       .           .
business      view      +     +        +       -       -           -
business      add       .     .        .       .       .           .
business      edit      +     -        +       -       -           -
business      delete    .     .        .       .       .           .
business      import    .     .        .       .       .           .
business      export    .     .        .       .       .           .
business      download  .     .        .       .       .           .
business      preview   .     .        .       .       .           .
business      listen    .     .        .       .       .           .
business      audit     .     .        .       .       .           .
business      operate   .     .        .       .       .           .
business      enable    .     .        .       .       .           .
customer_field view      +     +        +       -       -           -
customer_field add       +     -        +       -       -           -
customer_field edit      +     -        +       -       -           -
customer_field delete    +     -        +       -       -           -
customer_field import    .     .        .       .       .           .
customer_field export    .     .        .       .       .           .
customer_field download  .     .        .       .       .           .
customer_field preview   .     .        .       .       .           .
customer_field listen    .     .        .       .       .           .
customer_field audit     .     .        .       .       .           .
customer_field operate   .     .        .       .       .           .
customer_field enable    .     .        .       .       .           .
agent         view      +     +        +       -       +           -
agent         add       +     -        +       -       -           -
agent         edit      +     -        +       -       -           -
agent         delete    +     -        -       -       -           -
agent         import    .     .        .       .       .           .
agent         export    .     .        .       .       .           .
agent         download  .     .        .       .       .           .
agent         preview   .     .        .       .       .           .
agent         listen    .     .        .       .       .           .
agent         audit     .     .        .       .       .           .
agent         operate   +     -        +       -       -           -
agent         enable    +     -        +       -       -           -
password_policy view      +     -        -       -       -           -
password_policy add       .     .        .       .       .           .
password_policy edit      +     -        -       -       -           -
password_policy delete    .     .        .       .       .           .
password_policy import    .     .        .       .       .           .
password_policy export    .     .        .       .       .           .
password_policy download  .     .        .       .       .           .
password_policy preview   .     .        .       .       .           .
password_policy listen    .     .        .       .       .           .
password_policy audit     .     .        .       .       .           .
password_policy operate   .     .        .       .       .           .
password_policy enable    .     .        .       .       .           .
audit_log     view      +     -        -       -       -           -
audit_log     add       .     .        .       .       .           .
audit_log     edit      .     .        .       .       .           .
audit_log     delete    .     .        .       .       .           .
audit_log     import    .     .        .       .       .           .
audit_log     export    +     -        -       -       -           -
audit_log     download  .     .        .       .       .           .
audit_log     preview   .     .        .       .       .           .
audit_log     listen    .     .        .       .       .           .
audit_log     audit     .     .        .       .       .           .
audit_log     operate   .     .        .       .       .           .
audit_log     enable    .     .        .       .       .           .
login_log     view      +     -        +       -       -           -
login_log     add       .     .        .       .       .           .
login_log     edit      .     .        .       .       .           .
login_log     delete    .     .        .       .       .           .
login_log     import    .     .        .       .       .           .
login_log     export    +     -        +       -       -           -
login_log     download  .     .        .       .       .           .
login_log     preview   .     .        .       .       .           .
login_log     listen    .     .        .       .       .           .
login_log     audit     .     .        .       .       .           .
login_log     operate   .     .        .       .       .           .
login_log     enable    .     .        .       .       .           .
"""

LINES = [line.split() for line in TABLE.strip().splitlines()[1:]]
TRUTH = {(line[0], line[1], role): cell for line in LINES for role, cell in zip(ROLES, line[2:], strict=True)}
PAGES = sorted({line[0] for line in LINES})


def test_the_table_has_every_cell(tenant: TenantKit) -> None:
    product = tenant.app.extensions["ucc"].product
    ours = {name for name, resource in product.resources.items() if resource.page and resource.group != "fake"}
    assert set(PAGES) == ours
    assert len(TRUTH) == len(ours) * len(PERMISSIONS) * len(product.roles)
    assert set(product.roles) == set(ROLES)
    for resource in ours:
        for kind in PERMISSIONS:
            exists = kind in product.resource(resource).can
            assert all((TRUTH[resource, kind, role] != ".") is exists for role in ROLES), (resource, kind)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_page_and_api_allow_and_deny_what_the_table_says(tenant: TenantKit, page: str, role: str) -> None:
    company = Company(tenant, tenant.app.extensions["ucc"].product.resource(page))
    for kind in PERMISSIONS:
        assert may(tenant.actor(role), company.resource, kind) is (TRUTH[page, kind, role] == "+"), kind
    client, program = log_in(tenant, role), Program(tenant, role)
    check_pages(company, client, role)
    check_api(company, program, role)


def check_pages(company: Company, client: FlaskClient, role: str) -> None:
    settings = company.resource.kind == "settings"
    for method, path, form, kinds in settings_doors(company) if settings else doors(company, company.record()):
        denied = knock(client, method, path, form).status_code == 403
        assert denied is not granted(company, kinds, role), f"{role} {kinds}: {method} {path}"


def check_api(company: Company, program: Program, role: str) -> None:
    settings = company.resource.kind == "settings"
    for method, path, body, kinds in settings_requests(company) if settings else requests_of(company, company.record()):
        denied = is_denied(program(method, path, body))
        assert denied is not granted(company, kinds, role), f"{role} {kinds}: {method} {path}"


def granted(company: Company, kinds: str, role: str) -> bool:
    """What the table says of a door that takes these permissions, all of them."""
    return all(TRUTH[company.resource.name, kind, role] == "+" for kind in kinds.split())


def is_denied(answer: Any) -> bool:
    return bool(answer.status_code == 403)
