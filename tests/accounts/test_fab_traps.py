"""Flask-AppBuilder's own ways around our rules: none of them leads anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask_appbuilder.api import BaseApi
from flask_appbuilder.baseviews import BaseView
from sqlalchemy import inspect, select

from app import create_app
from app.accounts.tenants import find_tenant, reset_user_password
from app.models.adopted import User
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.models.migrate import upgrade
from app.tenancy.scope import tenant_scope
from tests.accounts.browser import Browser
from tests.accounts.rows import stored

FABS_OWN = (
    "/users/list/", "/users/add", "/userinfo/", "/userinfoeditview/form", "/resetpassword/form?pk=1",
    "/resetmypassword/form", "/roles/list/", "/roles/add", "/groups/list/", "/permissions/list/", "/viewmenus/list/",
    "/permissionviews/list/", "/userstatschartview/chart/", "/registeruser/list/", "/lang/en", "/back",
    "/api/v1/menu/", "/api/v1/security/users/", "/api/v1/security/roles/", "/api/v1/security/api_keys/",
    "/login/", "/logout/", "/download/secret.txt", "/usermodelview/download/x",
)  # fmt: skip

AS_IT_IS = ("INSTANCE", "DATABASE_URL", "OWNER_DATABASE_URL", "SCHEMA", "TESTING")


@pytest.fixture
def manager(app: Flask) -> Any:
    return app.extensions["appbuilder"].sm


@pytest.fixture
def admin(app: Flask, tenant: Any) -> Browser:
    _id, username, password = tenant.user("admin")
    browser = Browser(app)
    browser.log_in(tenant.code, username, password)
    browser.get("/workbench")
    return browser


@pytest.mark.parametrize("path", FABS_OWN)
def test_no_page_of_fabs_own_exists(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404
    assert admin.post(path).status_code in (404, 405)


def test_no_raw_view_of_fab_is_registered(app: Flask) -> None:
    registered = app.extensions["appbuilder"].baseviews
    assert registered
    assert [view for view in registered if type(view).__module__.startswith("flask_appbuilder")] == []
    assert all(isinstance(view, BaseView | BaseApi) for view in registered)


def test_role_with_reset_view_cannot_reset_admin(app: Flask, tenant: Any, manager: Any) -> None:
    """FAB's ResetPasswordView takes `pk` from the query string: a role with only that permission reset the Admin."""
    admin_id = tenant.user("admin")[0]
    before = stored(app, tenant.id, User.password, id=admin_id)
    _id, username, password = tenant.user("agent")
    browser = Browser(app)
    browser.log_in(tenant.code, username, password)
    browser.get("/workbench")
    form = {"password": "Blaue-Berge-42", "conf_password": "Blaue-Berge-42"}
    assert browser.post(f"/resetpassword/form?pk={admin_id}", form).status_code == 404
    assert browser.post("/user/do/reset_password", {"ids": admin_id}).status_code == 403
    assert stored(app, tenant.id, User.password, id=admin_id) == before


def test_auth_user_db_knows_nobody(app: Flask, tenant: Any, manager: Any) -> None:
    _id, username, password = tenant.user("admin")
    with app.test_request_context("/"), tenant_scope(tenant.id):
        assert manager.auth_user_db(username, password) is None


def test_find_user_stays_in_the_tenant_and_ignores_emails(
    app: Flask, tenant: Any, other_tenant: Any, manager: Any
) -> None:
    ours = tenant.user("operator", username="lina", email="lina@example.com")
    other_tenant.user("operator", username="lina", email="lina@example.com")
    with app.test_request_context("/"), tenant_scope(tenant.id):
        assert manager.find_user(username="lina").id == ours[0]
        assert manager.find_user(email="lina@example.com") is None
        assert manager.find_role("管理员").id == tenant.roles["admin"]


WRITES = (
    "add_user", "update_user", "delete_user", "reset_password", "add_role", "update_role", "delete_role",
)  # fmt: skip


@pytest.mark.parametrize("method", WRITES)
def test_fab_writes_no_users_and_roles(app: Flask, manager: Any, method: str) -> None:
    with app.test_request_context("/"), pytest.raises(RuntimeError, match="how this product writes"):
        getattr(manager, method)("x", "y")


@pytest.mark.parametrize("method", ["security_cleanup", "security_converge"])
def test_fab_deletes_no_permissions(app: Flask, manager: Any, method: str) -> None:
    with app.test_request_context("/"), pytest.raises(RuntimeError, match="ucc"):
        getattr(manager, method)([], [])


def test_fab_adds_no_permissions_at_start(app: Flask, manager: Any, queries: Any) -> None:
    with app.test_request_context("/"), queries() as counted:
        manager.add_permissions_view(["can_list"], "SomeView")
        manager.add_permissions_menu("Some menu")
        manager.create_db()
    assert counted == []


def test_several_roles_per_user_cannot_be_given(app: Flask, tenant: Any) -> None:
    """FAB's user-role table is gone: one role, held by a composite key."""
    user_id = tenant.user("operator")[0]
    with app.app_context(), tenant_scope(tenant.id), transaction():
        user = db.session.scalars(select(User).where(User.id == user_id)).one()
        assert [role.id for role in user.roles] == [tenant.roles["operator"]]


def test_fabs_decorators_lead_to_our_login_page(app: Flask, manager: Any) -> None:
    assert manager.auth_view.__class__.__name__ == "LoginView"
    with app.test_request_context("/"):
        assert app.extensions["appbuilder"].get_url_for_login == "/login"


def test_page_and_api_of_one_name_have_the_same_permissions(app: Flask) -> None:
    """Two views that share a `class_permission_name` with different `base_permissions` delete each other's."""
    shared: dict[str, set[tuple[str, ...]]] = {}
    for view in app.extensions["appbuilder"].baseviews:
        if hasattr(view, "resource"):
            shared.setdefault(view.class_permission_name, set()).add(tuple(view.base_permissions))
    assert {"user", "announcement"} <= shared.keys()
    assert [name for name, permissions in shared.items() if len(permissions) != 1] == []


def test_nothing_waits_for_a_public_role(app: Flask, tenant: Any, manager: Any) -> None:
    """`get_public_role` is `one_or_none()` over the roles of all tenants: it raises where two have one of that name."""
    with app.test_request_context("/"):
        assert manager.get_public_role() is None
        assert manager.get_public_permissions() == manager.get_user_roles(None) == []


def test_the_command_line_writes_rows_without_an_author(app: Flask, tenant: Any) -> None:
    """`AuditMixin.created_by_fk` is NOT NULL: CLI inserts fail. It is no audit trail either."""
    user_id = tenant.person("admin")[0]
    assert stored(app, tenant.id, User.created_by_fk, id=user_id) == [None]
    with app.app_context():
        reset_user_password(find_tenant(tenant.code), tenant.person("admin")[1])
    assert stored(app, tenant.id, AuditEntry.actor_name, record_id=user_id) == ["ucc user reset-password"]


def test_the_application_is_made_outside_any_context(app: Flask) -> None:
    """`AppBuilder(...)` needs an app context, and an import that did the work would have none."""
    assert not has_app_context()
    assert create_app({name: app.config[name] for name in AS_IT_IS}).extensions["appbuilder"].baseviews


def test_migrations_make_fabs_tables(tmp_path: Path, app: Flask) -> None:
    """`db.create_all()` makes no FAB tables."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    made = create_app({"INSTANCE": str(tmp_path), "DATABASE_URL": url, "OWNER_DATABASE_URL": "", "TESTING": True})
    upgrade(made)
    with made.app_context():
        tables = set(inspect(db.engine).get_table_names())
    assert {"ab_user", "ab_role", "ab_permission", "ab_view_menu", "ab_permission_view"} <= tables
    assert not {"ab_user_role", "ab_group", "ab_register_user"} & tables
