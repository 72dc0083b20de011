"""Permissions: read from a cache, written by a command (R2, R4, R5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app import create_app
from app.access import Actor
from app.accounts.permissions import allowed, grant_defaults, grants, sync
from app.models.adopted import Grant, Permission, PermissionView, Role, ViewMenu
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.spec.model import NARROWINGS, PERMISSIONS, Product, ResourceSpec
from app.tenancy.scope import tenant_scope
from tests.accounts.browser import Browser

AsOwner = Callable[[], AbstractContextManager[Flask]]


def with_page(product: Product, name: str, **more: Any) -> Product:
    """The product and one page more: a copy of announcements under another name."""
    page: ResourceSpec = replace(product.resource("announcement"), name=name, **more)
    return replace(product, resources={**product.resources, name: page})


def pairs_of(tenant_id: int, role_id: int) -> set[tuple[str, str]]:
    with tenant_scope(tenant_id), transaction():
        grants.cache_clear()
        return set(grants(role_id, 0))


def version_of(tenant_id: int) -> int:
    return db.session.scalars(select(Tenant.permissions_version).where(Tenant.id == tenant_id)).one()


# --- asking
TRUTH = [
    # role, permission, view, answer
    ("admin", "can_view", "user", True),
    ("admin", "can_delete", "user", True),
    ("admin", "can_listen", "user", False),  # users have no such kind
    ("admin", "menu_access", "user", False),
    ("admin", "view", "user", False),  # FAB's prefix belongs to the name
    ("admin", "can_view", "ResetPasswordView", False),
    ("admin", "can_this_form_post", "ResetPasswordView", False),
    ("manager", "can_view", "user", True),
    ("manager", "can_add", "user", True),
    ("manager", "can_delete", "user", False),
    ("operator", "can_view", "user", True),
    ("operator", "can_add", "user", False),
    ("operator", "can_delete", "announcement", True),
    ("finance", "can_view", "announcement", True),
    ("finance", "can_add", "announcement", False),
    ("finance", "can_view", "user", False),
    ("agent", "can_view", "announcement", False),
    ("agent", "can_view", "user", False),
]


@pytest.mark.parametrize(("role", "permission", "view", "answer"), TRUTH)
def test_who_may_what(app: Flask, tenant: Any, role: str, permission: str, view: str, answer: bool) -> None:
    actor: Actor = tenant.actor(role)
    with app.app_context():
        assert allowed(actor, permission, view) is answer
        assert app.extensions["appbuilder"].sm._has_view_access(actor, permission, view) is answer


def test_nothing_is_public(app: Flask, queries: Any) -> None:
    """FAB asks the database for the Public role's permissions at every check."""
    manager = app.extensions["appbuilder"].sm
    with app.test_request_context("/"), queries() as counted:
        assert manager.is_item_public("can_view", "user") is False
        assert manager.has_access("can_view", "user") is False
        assert manager.get_user_menu_access(["user"]) == set()
        assert manager.get_public_role() is None
    assert counted == []


def test_a_page_costs_no_permission_query(app: Flask, tenant: Any, queries: Any) -> None:
    """FAB: one EXISTS per menu entry per page, 47 for 35 entries."""
    browser = Browser(app)
    _user_id, username, password = tenant.user("manager")
    browser.log_in(tenant.code, username, password)
    browser.get("/password")
    with queries() as counted:
        assert browser.get("/password").status_code == 200
    assert [statement for statement in counted if "ab_permission" in statement] == []


def test_a_changed_grant_is_in_force_at_the_next_request(app: Flask, tenant: Any) -> None:
    """R4, on every worker: nothing is remembered but what the version in the session's statement says."""
    browser = Browser(app)
    _user_id, username, password = tenant.user("operator")
    browser.log_in(tenant.code, username, password)
    assert browser.get("/api/v1/user/").status_code == 200
    with app.app_context(), tenant_scope(tenant.id), transaction():
        db.session.execute(delete(Grant).where(Grant.role_id == tenant.roles["operator"]))
        db.session.execute(
            update(Tenant).where(Tenant.id == tenant.id).values(permissions_version=Tenant.permissions_version + 1)
        )
    assert browser.get("/api/v1/user/").status_code == 403


def test_grants_of_another_tenants_role_are_not_seen(app: Flask, tenant: Any, other_tenant: Any) -> None:
    with app.app_context(), tenant_scope(tenant.id):
        grants.cache_clear()
        assert grants(other_tenant.roles["operator"], -1) == frozenset()
        grants.cache_clear()


# --- writing
def test_starting_the_application_writes_no_permission(app: Flask, queries: Any) -> None:
    """FAB: 3,807 statements at start for 30 views, and races between workers."""
    settings = {name: app.config[name] for name in ("INSTANCE", "DATABASE_URL", "OWNER_DATABASE_URL", "SCHEMA")}
    with queries() as counted:
        create_app({"TESTING": True, **settings})
    assert counted == []


@pytest.mark.usefixtures("app")
def test_sync_writes_every_pair_of_the_product_once(as_owner: AsOwner, product: Product) -> None:
    with as_owner():
        assert sync(product) == 0
        rows = db.session.execute(
            select(ViewMenu.name, Permission.name)
            .join(PermissionView, PermissionView.view_menu_id == ViewMenu.id)
            .join(Permission, Permission.id == PermissionView.permission_id)
            .where(ViewMenu.name.in_(product.resources))  # other tests of this database may have views of their own
        ).all()
    wanted = [(name, f"can_{kind}") for name, resource in product.resources.items() for kind in resource.can]
    assert len(rows) == len(set(rows))
    assert set(wanted) <= {tuple(row) for row in rows}
    assert {name.removeprefix("can_") for _view, name in rows} <= {*PERMISSIONS, *NARROWINGS}


@pytest.mark.usefixtures("app")
def test_sync_of_nothing_new_is_one_statement(as_owner: AsOwner, product: Product, statements_of: Any) -> None:
    with as_owner() as app, statements_of(app) as sent:
        sync(product)
    assert len([statement for statement in sent if "advisory" not in statement]) == 1


@pytest.mark.usefixtures("app")
def test_sync_takes_few_statements_whatever_the_number_of_pages(
    as_owner: AsOwner, product: Product, statements_of: Any, tenant: Any
) -> None:
    few, many = product, product
    few = with_page(few, f"few_{tenant.id}")
    for number in range(30):
        many = with_page(many, f"many_{tenant.id}_{number}")
    counts = []
    for made in (few, many):
        with as_owner() as app:
            companies = db.session.scalar(select(func.count()).select_from(Tenant))
            with statements_of(app) as sent:
                sync(made)
        counts.append(len([s for s in sent if "advisory" not in s]))
    assert counts[1] <= counts[0] + 1
    assert counts[1] <= 10 + 4 * companies  # roles and their grants, versions and theirs


def test_a_new_page_is_granted_as_its_file_says(as_owner: AsOwner, product: Product, tenant: Any) -> None:
    name = f"notice_{tenant.id}"
    with as_owner():
        before = version_of(tenant.id)
        assert sync(with_page(product, name)) == len(product.resource("announcement").can)
        assert version_of(tenant.id) == before + 1
        kinds = {role: {kind for view, kind in pairs_of(tenant.id, tenant.roles[role]) if view == name}
                 for role in ("operator", "finance", "agent", "admin")}  # fmt: skip
    assert kinds == {
        "operator": {"view", "add", "edit", "delete", "export", "operate"},
        "finance": {"view"}, "agent": set(), "admin": set(),
    }  # fmt: skip


def test_a_new_kind_on_an_old_page_is_granted_too(as_owner: AsOwner, product: Product, tenant: Any) -> None:
    name = f"bulletin_{tenant.id}"
    given = {"operator": frozenset({"view", "export"})}
    with as_owner():
        sync(with_page(product, name, can=("view",), permissions=given))
        sync(with_page(product, name, can=("view", "export"), permissions=given))
        assert (name, "export") in pairs_of(tenant.id, tenant.roles["operator"])


def test_a_grant_taken_away_stays_away(as_owner: AsOwner, product: Product, tenant: Any) -> None:
    role_id = tenant.roles["operator"]
    with as_owner():
        with tenant_scope(tenant.id), transaction():
            db.session.execute(delete(Grant).where(Grant.role_id == role_id))
        sync(with_page(product, f"leaflet_{tenant.id}"))
        assert {view for view, _kind in pairs_of(tenant.id, role_id)} == {f"leaflet_{tenant.id}"}


def test_two_syncs_at_once_add_each_page_once(as_owner: AsOwner, product: Product, tenant: Any) -> None:
    """FAB's sync fails on unique constraints when workers start together."""
    made = with_page(product, f"poster_{tenant.id}")
    added: list[int] = []

    def run() -> None:
        with as_owner():
            added.append(sync(made))

    threads = [threading.Thread(target=run) for _worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [0, 0, 0, len(product.resource("announcement").can)]


def test_roles_of_the_company_itself_get_nothing_by_default(as_owner: AsOwner, product: Product, tenant: Any) -> None:
    with as_owner():
        with tenant_scope(tenant.id), transaction():
            db.session.add(Role(name="质检"))
        sync(with_page(product, f"flyer_{tenant.id}"))
        with tenant_scope(tenant.id), transaction():
            role_id = db.session.scalars(select(Role.id).where(Role.name == "质检")).one()
        assert pairs_of(tenant.id, role_id) == set()


def test_seat_roles_are_known_and_marked_in_old_companies(as_owner: AsOwner, product: Product, tenant: Any) -> None:
    """C2: team leaders and agents make calls, nobody else; a company from before agents learns it by sync."""

    def seats() -> set[str]:
        return {role.key for role in db.session.scalars(select(Role)) if role.seat}

    with as_owner(), tenant_scope(tenant.id):
        assert seats() == {"team_leader", "agent"}
        with transaction():
            for role in db.session.scalars(select(Role)):
                role.seat = False
        db.session.rollback()
        with transaction():
            grant_defaults(product, {})
        db.session.expire_all()
        assert seats() == {"team_leader", "agent"}
