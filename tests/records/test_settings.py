"""`kind: settings`: defaults without a row, one write path, in force at once on every worker (B1–B4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.access import Actor
from app.engine import engine
from app.errors import Conflict, CrossTenant, Denied, Invalid, NoTenant
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.models.versions import bump_settings
from app.records import audit, settings
from app.records.settings import Settings
from app.tenancy.scope import tenant_scope
from tests.desk import Desk, at_once
from tests.kit import TenantKit
from tests.rig import SCHEMA

Queries = Callable[[], AbstractContextManager[list[str]]]
DEFAULTS = {
    "open": True, "benches": 4, "motto": "", "rules": "先洗手", "shift": "day", "tools": ("saw",),
    "opens_at": time(8, 30),
}  # fmt: skip


class Office:
    """Somebody at the settings: each method is one request of theirs, on the app they are sent to."""

    def __init__(self, kit: TenantKit, role: str = "admin", app: Flask | None = None) -> None:
        self.kit, self.role, self.app = kit, role, app or kit.app
        self.desk = Desk(kit, kit.actor(role))

    @property
    def actor(self) -> Actor:
        """As the login check of a new request sees them."""
        return self.kit.actor(self.role)

    def save(self, at: int | None = None, **values: Any) -> Settings:
        with self.at_work(), transaction():
            return settings.save(self.desk.actor, self.resource(), values, version=at)

    def reset(self, *fields: str, at: int | None = None) -> Settings:
        with self.at_work(), transaction():
            return settings.reset(self.desk.actor, self.resource(), fields, version=at)

    def get(self) -> Settings:
        with self.at_work():
            return settings.get(self.desk.actor, self.resource())

    def impact(self, **values: Any) -> list[str]:
        with self.at_work():
            return settings.impact(self.desk.actor, self.resource(), values)

    def current(self, version: int | None = None) -> dict[str, Any]:
        known = self.actor.settings_version if version is None else version
        with self.at_work():
            return dict(settings.current("workshop", self.kit.id, known))

    def history(self) -> list[audit.AuditRow]:
        id_ = self.get().id
        return self.desk.history("workshop", id_) if id_ else []

    def rows(self) -> int:
        with self.at_work():
            return db.session.scalars(select(func.count()).select_from(engine().models["workshop"])).one()

    def at_work(self) -> AbstractContextManager[None]:
        return at_work(self.app, self.kit.id)

    def resource(self) -> Any:
        return self.desk.resource("workshop")


@contextmanager
def at_work(app: Flask, tenant_id: int) -> Iterator[None]:
    with app.app_context(), tenant_scope(tenant_id):
        yield


@pytest.fixture
def office(tenant: TenantKit) -> Office:
    return Office(tenant)


@pytest.fixture
def second_app(app: Flask) -> Iterator[Flask]:
    """Another worker: the same database, and nothing in common in memory."""
    names = ("DATABASE_URL", "OWNER_DATABASE_URL", "INSTANCE")
    yield create_app({"TESTING": True, "SCHEMA": SCHEMA, **{name: app.config[name] for name in names}})


# --- reading
def test_without_a_row_the_defaults_are_in_force(office: Office) -> None:
    """B1–B4: a company that never saved anything has all defaults, and no row."""
    assert office.current() == DEFAULTS
    assert office.get() == Settings(office.get().values, 0, None)
    assert office.rows() == 0


def test_once_warm_no_query_is_sent(office: Office, queries: Queries) -> None:
    """B4: what is in force costs no query per request."""
    version = office.actor.settings_version
    office.current(version)
    with queries() as sent:
        office.current(version)
    assert sent == []


def test_an_unknown_version_means_to_ask_the_database(office: Office, queries: Queries) -> None:
    office.save(benches=9)
    with queries() as sent:
        assert office.current(0)["benches"] == 9
    assert len(sent) == 1


def test_one_value_is_asked_for_by_the_actor(office: Office) -> None:
    office.save(benches=9)
    actor = office.actor
    with office.at_work():
        assert settings.value(actor, "workshop", "benches") == 9
        with pytest.raises(KeyError):
            settings.value(actor, "workshop", "nonsense")


def test_values_cannot_be_changed_in_passing(office: Office) -> None:
    with office.at_work(), pytest.raises(TypeError):
        settings.current("workshop", office.kit.id, 1)["open"] = False  # type: ignore[index]


def test_another_tenants_settings_are_refused(office: Office, other_tenant: TenantKit) -> None:
    with office.at_work(), pytest.raises(CrossTenant):
        settings.current("workshop", other_tenant.id, 1)
    with office.app.app_context(), pytest.raises(NoTenant):
        settings.current("workshop", office.kit.id, 1)


# --- saving
def test_a_saved_value_is_in_force_at_once_on_every_worker(office: Office, second_app: Flask) -> None:
    """B4 "save puts them in force at once, on every worker": two app instances that share the database alone."""
    elsewhere = Office(office.kit, app=second_app)
    assert office.current()["benches"] == elsewhere.current()["benches"] == 4
    office.save(benches=9)
    assert office.current()["benches"] == elsewhere.current()["benches"] == 9
    elsewhere.save(benches=5)
    assert office.current()["benches"] == 5


def test_two_instances_remember_apart(office: Office, second_app: Flask, queries: Queries) -> None:
    """The test above proves something: the second instance asks the database for itself."""
    version = office.actor.settings_version
    office.current(version)
    with queries() as sent:
        Office(office.kit, app=second_app).current(version)
    assert len(sent) == 1 or office.app.config["DATABASE_URL"].startswith("postgres")


def test_fields_not_named_stay_and_there_is_one_row(office: Office) -> None:
    office.save(benches=9)
    saved = office.save(shift="night", open=False)
    assert saved.values == DEFAULTS | {"benches": 9, "shift": "night", "open": False}
    assert office.get() == saved
    assert office.rows() == 1


def test_saving_counts_the_settings_version_up_once_and_saving_the_same_does_not(office: Office) -> None:
    before = office.actor.settings_version
    office.save(benches=9)
    assert office.actor.settings_version == before + 1
    office.save(benches=9)
    assert office.actor.settings_version == before + 1
    assert len(office.history()) == 1


def test_a_change_undone_is_remembered_by_nobody(office: Office) -> None:
    """A worker that reads in the middle of a transaction which is then rolled back must not keep what it saw."""
    version = office.actor.settings_version
    with pytest.raises(ZeroDivisionError), office.at_work(), transaction():
        settings.save(office.desk.actor, office.resource(), {"benches": 9})
        assert settings.current("workshop", office.kit.id, version)["benches"] == 9
        raise ZeroDivisionError
    assert office.current(version)["benches"] == 4


def test_neighbours_do_not_share(office: Office, other_tenant: TenantKit) -> None:
    office.save(benches=9)
    assert Office(other_tenant).current()["benches"] == 4


@pytest.mark.parametrize(
    ("values", "field"),
    [({"benches": 0}, "benches"), ({"benches": 51}, "benches"), ({"benches": ""}, "benches"),
     ({"benches": None}, "benches"),
     ({"shift": "x"}, "shift"), ({"shift": ""}, "shift"), ({"open": "perhaps"}, "open"), ({"motto": "x" * 41}, "motto"),
     ({"nonsense": 1}, "nonsense"), ({"shift": "night"}, "open")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    office: Office, values: dict[str, Any], field: str
) -> None:
    before = office.actor.settings_version
    with pytest.raises(Invalid) as fault:
        office.save(**values)
    assert list(fault.value.errors) == [field]
    assert office.rows() == 0
    assert office.actor.settings_version == before


def test_a_text_left_empty_is_empty_and_not_the_default(office: Office) -> None:
    assert office.save(rules="").values["rules"] == ""
    assert office.get().values["rules"] == ""


def test_the_second_of_two_admins_is_told(office: Office) -> None:
    """B4: 409 also where both saved for the first time."""
    office.save(at=0, benches=9)
    with pytest.raises(Conflict) as fault:
        office.save(at=0, benches=5)
    assert fault.value.current["benches"] == 9
    saved = office.save(at=1, benches=5)
    assert saved.version == 2
    with pytest.raises(Conflict):
        office.reset("benches", at=1)


def test_of_many_first_savers_one_wins(tenant: TenantKit) -> None:
    offices = [Office(tenant) for _ in range(6)]
    done = at_once(*(lambda one=one, n=n: one.save(at=0, benches=n) for n, one in enumerate(offices, 5)))
    saved = [one for one in done if isinstance(one, Settings)]
    assert len(saved) == 1
    assert all(isinstance(one, Settings | Conflict) for one in done), done
    assert offices[0].rows() == 1
    assert offices[0].get().values["benches"] == saved[0].values["benches"]


# --- defaults
def test_reset_gives_the_default_back_and_is_audited_as_such(office: Office) -> None:
    """B4: default and reset per field, with who, when, before, after."""
    office.save(benches=9, motto="快")
    assert office.reset("benches").values == DEFAULTS | {"motto": "快"}
    newest = office.history()[0]
    assert newest.action == "reset"
    assert [(change.field, change.before, change.after) for change in newest.changes] == [("benches", "9", "4")]


def test_resetting_what_holds_its_default_changes_nothing(office: Office) -> None:
    assert office.reset("benches") == Settings(office.get().values)
    assert office.rows() == 0
    with pytest.raises(Invalid) as fault:
        office.reset("nonsense")
    assert list(fault.value.errors) == ["nonsense"]


def test_what_equals_the_default_follows_the_yaml(office: Office) -> None:
    """An update of the product that brings another default reaches those who never chose otherwise."""
    office.save(benches=9)
    office.save(benches=4)
    with office.at_work():
        model = engine().models["workshop"]
        assert db.session.scalars(select(model.benches)).one() is None


# --- who, and what then
def test_the_history_says_who_when_before_and_after(office: Office) -> None:
    """B1–B4: the first change starts from the defaults."""
    office.save(open=False, benches=9)
    entry = office.history()[0]
    assert entry.who == office.actor.get_full_name()
    assert entry.action == "edit"
    assert {change.field: (change.before, change.after) for change in entry.changes} == {
        "open": ("是", "否"), "benches": ("4", "9"),
    }  # fmt: skip


@pytest.mark.parametrize(("role", "may_view", "may_edit"),
                         [("admin", 1, 1), ("manager", 1, 1), ("operator", 1, 0), ("agent", 0, 0)])  # fmt: skip
def test_permissions_are_asked_for(tenant: TenantKit, role: str, may_view: int, may_edit: int) -> None:
    office = Office(tenant, role)
    attempts = [(office.get, may_view), (lambda: office.save(benches=9), may_edit),
                (lambda: office.reset("benches"), may_edit), (lambda: office.impact(benches=9), may_edit)]  # fmt: skip
    for attempt, allowed in attempts:
        if allowed:
            attempt()
        else:
            with pytest.raises(Denied):
                attempt()


def test_the_impact_counts_people_and_records_and_saves_nothing(office: Office) -> None:
    """B1–B4: an impact line before saving."""
    office.kit.user("agent")
    office.kit.user("agent", active=False)
    office.desk.add("gadget", code="AA-1", name="样品", state="new")
    assert office.impact(benches="9") == ["1 gadgets on 9 benches", "1 agents"]
    assert office.impact(open=False) == []
    assert office.impact(benches="4") == []
    with pytest.raises(Invalid):
        office.impact(benches="99")
    assert office.rows() == 0


def test_the_version_is_locked_before_the_row(office: Office) -> None:
    """Whoever has counted up first, in the same transaction, may still save: no deadlock with oneself."""
    with office.at_work(), transaction() as session:
        bump_settings(office.kit.id)
        settings.save(office.desk.actor, office.resource(), {"benches": 9})
        assert session.scalars(select(Tenant.settings_version).where(Tenant.id == office.kit.id)).one() == 3
