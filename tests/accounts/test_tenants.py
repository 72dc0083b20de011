"""Bringing a company live (K5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.accounts.tenants import create_tenant, find_tenant, list_tenants
from app.errors import Invalid, NotFound
from app.models.adopted import Role, User
from app.models.tenant import Tenant
from tests.accounts.browser import Browser
from tests.accounts.rows import change, stored


def made(owner: Flask, code: str, **more: Any) -> tuple[int, str]:
    with owner.app_context():
        tenant, password = create_tenant(code, "晨星", **more)
        return tenant.id, password


def test_a_new_company_has_the_six_roles_in_its_language(app: Flask, owner: Flask) -> None:
    zh, _password = made(owner, "roles-zh")
    en, _password = made(owner, "roles-en", locale="en")
    keys = ["admin", "agent", "finance", "manager", "operator", "team_leader"]
    assert sorted(stored(app, zh, Role.key)) == keys
    assert "班长坐席" in stored(app, zh, Role.name)
    assert "Team leader" in stored(app, en, Role.name)


def test_its_admin_logs_in_and_must_choose_a_password(app: Flask, owner: Flask) -> None:
    _id, password = made(owner, "first-admin", admin="boss")
    browser = Browser(app)
    assert browser.log_in("first-admin", "boss", password).status_code == 303
    assert browser.get("/workbench").location == "/password"


def test_a_code_is_taken_once(owner: Flask) -> None:
    made(owner, "taken")
    with pytest.raises(Invalid) as fault:
        made(owner, "taken")
    assert list(fault.value.errors) == ["code"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": ""}, "code"), ({"code": "Acme"}, "code"), ({"code": "a b"}, "code"), ({"code": "-a"}, "code"),
        ({"code": "x" * 33}, "code"), ({"code": "晨星"}, "code"), ({"name": " "}, "name"),
        ({"name": "x" * 129}, "name"),
        ({"admin": "A B"}, "admin"), ({"admin": ""}, "admin"), ({"timezone": "Asia/Nowhere"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"), ({"locale": "fr"}, "locale"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_company_is_refused_at_its_field(owner: Flask, values: dict[str, str], field: str) -> None:
    sent = {"code": "fine-code", "name": "晨星", **values}
    with owner.app_context(), pytest.raises(Invalid) as fault:
        create_tenant(**sent)
    assert list(fault.value.errors) == [field]


def test_everything_wrong_is_said_at_once(owner: Flask) -> None:
    with owner.app_context(), pytest.raises(Invalid) as fault:
        create_tenant("A", "", admin="", timezone="x", locale="fr")
    assert set(fault.value.errors) == {"code", "name", "admin", "timezone", "locale"}


def test_a_refused_company_leaves_nothing(app: Flask, owner: Flask) -> None:
    with owner.app_context(), pytest.raises(Invalid):
        create_tenant("nothing-left", "晨星", admin="A B")
    with app.app_context(), pytest.raises(NotFound):
        find_tenant("nothing-left")


def test_the_list_counts_people_and_tells_who_is_disabled(
    app: Flask, owner: Flask, new_tenant: Callable[[], Any]
) -> None:
    kit = new_tenant()
    kit.user("operator")
    with app.app_context():
        assert (kit.code, "测试企业", "active", "2") in list_tenants()
    change(owner, kit.id, Tenant, id=kit.id, active=False)
    with app.app_context():
        assert (kit.code, "测试企业", "disabled", "2") in list_tenants()


def test_the_first_admin_is_the_only_user(app: Flask, owner: Flask) -> None:
    tenant_id, _password = made(owner, "only-one")
    assert stored(app, tenant_id, User.username) == ["admin"]
    assert stored(app, tenant_id, User.must_change_password) == [True]
