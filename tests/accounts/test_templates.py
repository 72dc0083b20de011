"""Tenant templates (K5): what a new company begins with."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.templates import template_called
from app.accounts.tenants import create_tenant
from app.engine import Engine, engine
from app.errors import Invalid
from app.models.adopted import Grant, Permission, PermissionView, Role, ViewMenu
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.records.in_force import current
from app.tenancy.scope import tenant_scope
from tests.desk import Desk
from tests.kit import TenantKit

MANUAL = {0: "未分类", 1: "意向客户", 2: "成交客户", 3: "跟进中", 4: "无意向", 5: "空号/停机"}
NAMES = ("general", "telesales", "insurance")


def make(owner: Flask, code: str, **more: str) -> Tenant:
    with owner.app_context():
        return create_tenant(code, "晨星", **more)[0]


def types(app: Flask, tenant: Tenant) -> dict[int, tuple[str, str]]:
    """Digit key → (name, what is built in)."""
    model = engine_of(app).models["customer_type"]
    with app.app_context(), tenant_scope(tenant.id), transaction():
        return {row.key: (row.name, row.builtin) for row in db.session.scalars(select(model))}


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return engine()


def granted(app: Flask, tenant: Tenant, role: str, page: str) -> set[str]:
    found = (
        select(Permission.name)
        .join(PermissionView, PermissionView.permission_id == Permission.id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(Grant, Grant.permission_view_id == PermissionView.id)
        .join(Role, Role.id == Grant.role_id)
        .where(Role.key == role, ViewMenu.name == page)
    )
    with app.app_context(), tenant_scope(tenant.id), transaction():
        return {name.removeprefix("can_") for name in db.session.scalars(found)}


def test_without_a_word_the_general_one_is_taken(app: Flask, owner: Flask) -> None:
    """K5, T1: the six types of the manual, 未分类 built in; parameters as they come."""
    tenant = make(owner, "tpl-general")
    found = types(app, tenant)
    assert {key: name for key, (name, _builtin) in found.items()} == MANUAL
    assert [key for key, (_name, builtin) in found.items() if builtin == "unsorted"] == [0]
    with app.app_context(), tenant_scope(tenant.id):
        manual = {"leader_sees_team": False, "agent_sees_unsorted": False, "agent_may_claim": False, "claim_size": 10}
        in_force = current("business", tenant.id, 0)
        assert {name: in_force[name] for name in manual} == manual
        assert in_force["return_after_days"] == in_force["owner_cap"] == 0


def test_texts_are_said_in_the_companys_language(app: Flask, owner: Flask) -> None:
    """K4, K5."""
    assert types(app, make(owner, "tpl-en", locale="en"))[1] == ("Interested", "")


def test_a_template_sets_records_parameters_and_grants(app: Flask, owner: Flask) -> None:
    """K5: telesales agents may claim, and team leaders write announcements."""
    tenant = make(owner, "tpl-telesales", template="telesales")
    assert types(app, tenant)[9][0] == "拒绝来电"
    with app.app_context(), tenant_scope(tenant.id):
        values = current("business", tenant.id, 0)
    assert (values["agent_may_claim"], values["claim_size"], values["agent_sees_unsorted"]) == (True, 20, False)
    assert granted(app, tenant, "team_leader", "announcement") == {"view", "add"}
    assert granted(app, make(owner, "tpl-other"), "team_leader", "announcement") == {"view"}


def test_a_template_may_take_a_page_away(app: Flask, owner: Flask) -> None:
    """K5, R5: an empty list in the place of the page's defaults."""
    assert granted(app, make(owner, "tpl-insurance", template="insurance"), "operator", "user") == set()


@pytest.mark.parametrize("name", NAMES)
def test_each_has_one_built_in_type_and_room_for_more(app: Flask, owner: Flask, name: str) -> None:
    """T1, T4: keys 0–9 once each, at most ten, 未分类 built in."""
    found = types(app, make(owner, f"tpl-each-{name}", template=name))
    assert set(found) <= set(range(10))
    assert [builtin for _name, builtin in found.values() if builtin] == ["unsorted"]
    with app.app_context():
        assert len(found) == len(template_called(name).records["customer_type"]) < 10


def test_what_a_template_writes_is_audited(app: Flask, owner: Flask) -> None:
    tenant = make(owner, "tpl-audit", template="telesales")
    with app.app_context(), tenant_scope(tenant.id), transaction():
        entries = db.session.execute(select(AuditEntry.resource, AuditEntry.actor_name, AuditEntry.actor_id)).all()
    expected = {("business", "模板：电话销售", None), ("customer_type", "模板：电话销售", None)}
    assert expected <= {tuple(row) for row in entries}


def test_an_unknown_template_makes_no_company(owner: Flask) -> None:
    with owner.app_context(), pytest.raises(Invalid) as fault:
        create_tenant("tpl-none", "晨星", template="nonsense")
    assert list(fault.value.errors) == ["template"]


def test_people_cannot_set_what_only_the_system_sets(tenant: TenantKit) -> None:
    """T1: the mark of a built-in type comes from a template, never from a person."""
    with pytest.raises(Invalid) as fault:
        Desk(tenant, tenant.actor("admin")).add("customer_type", name="假的", builtin="unsorted")
    assert list(fault.value.errors) == ["builtin"]
