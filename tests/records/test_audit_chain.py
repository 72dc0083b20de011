"""P3: an audit log in which nothing is changed, taken out, put in or moved without `ucc audit verify` seeing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.models.audit import AuditEntry
from app.models.base import db, transaction, utcnow
from app.models.chain import GENESIS, link
from app.records import audit, chain
from app.records.chain import Mark, Report
from app.tenancy.scope import tenant_scope
from tests.databases import Database, connected
from tests.desk import Desk, at_once
from tests.kit import TenantKit
from tests.records.blank import blank

Tamper = Callable[..., int]


@pytest.fixture
def desk(tenant: TenantKit, database: Database) -> Desk:
    return blank(tenant, database)


@pytest.fixture
def foreign(other_tenant: TenantKit, database: Database) -> Desk:
    return blank(other_tenant, database)


@pytest.fixture
def log(desk: Desk) -> Desk:
    """A company with ten entries."""
    for number in range(10):
        desk.add("shelf", name=f"架{number}")
    return desk


@pytest.fixture
def tamper(desk: Desk, database: Database) -> Tamper:
    """Writes into the company's tables past every layer: as the superuser, whom no policy holds."""

    def run(statement: str, **values: Any) -> int:
        with connected(database.superuser_url or database.url) as connection:
            return connection.execute(text(statement), {"t": desk.kit.id, **values}).rowcount

    return run


def verify(desk: Desk, expect: Mark | None = None) -> Report:
    with desk.at_work(), force_locale("en"):
        return chain.verify(AuditEntry, expect)


def entries(desk: Desk) -> list[AuditEntry]:
    with desk.at_work():
        return list(db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.seq)))


def test_entries_are_numbered_without_a_gap_and_follow_each_other(log: Desk) -> None:
    found = entries(log)
    assert [entry.seq for entry in found] == list(range(1, 11))
    assert [entry.previous for entry in found[1:]] == [entry.hash for entry in found[:-1]]
    report = verify(log)
    assert (report.fault, report.entries) == ("", 10)
    assert report.head == (10, found[-1].hash)


def test_a_company_that_has_done_nothing_is_whole(desk: Desk) -> None:
    assert verify(desk) == Report(Mark(0, GENESIS), 0)


@pytest.mark.parametrize("column", [
    "action = 'add2'", "actor_name = 'x'", "actor_id = NULL", "address = '1.2.3.4'", "record_title = ''",
    "record_id = 7", "resource = 'badge'", "at = '2001-01-01 00:00:00+00'", "before = '{}'", "after = NULL", "id = 5",
    "hash = 'x'", "previous = 'x'",
])  # fmt: skip
def test_a_changed_entry_is_found(log: Desk, tamper: Tamper, column: str) -> None:
    """P3: whichever column it is."""
    if column.startswith("at") and not log.kit.app.config["DATABASE_URL"].startswith("postgresql"):
        column = "at = '2001-01-01 00:00:00.000000'"
    assert tamper(f"UPDATE audit_entry SET {column} WHERE tenant_id = :t AND seq = 4") == 1
    assert "4" in verify(log).fault


def test_a_missing_entry_is_found(log: Desk, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_entry WHERE tenant_id = :t AND seq = 4")
    assert "4" in verify(log).fault


@pytest.mark.parametrize("gone", ["seq = 1", "seq = 10", "seq > 5", "seq > 0"])
def test_missing_at_either_end_is_found(log: Desk, tamper: Tamper, gone: str) -> None:
    tamper(f"DELETE FROM audit_entry WHERE tenant_id = :t AND {gone}")
    assert verify(log).fault


@pytest.mark.parametrize("seq", ["11", "0", "NULL", "-3"])
def test_an_inserted_entry_is_found(log: Desk, tamper: Tamper, seq: str) -> None:
    names = "tenant_id, at, actor_name, address, resource, record_title, action, previous, hash"
    copy = f"INSERT INTO audit_entry (id, seq, {names}) SELECT 77, {seq}, {names} FROM audit_entry"
    assert tamper(f"{copy} WHERE tenant_id = :t AND seq = 10") == 1
    assert verify(log).fault


def test_entries_that_changed_places_are_found(log: Desk, tamper: Tamper) -> None:
    tamper("UPDATE audit_entry SET seq = 99 WHERE tenant_id = :t AND seq = 4")
    tamper("UPDATE audit_entry SET seq = 4 WHERE tenant_id = :t AND seq = 5")
    tamper("UPDATE audit_entry SET seq = 5 WHERE tenant_id = :t AND seq = 99")
    assert "4" in verify(log).fault


def test_a_replaced_entry_with_a_hash_of_its_own_is_found(log: Desk, tamper: Tamper) -> None:
    """Somebody who can compute hashes still has to compute all that follow."""
    with log.at_work():
        entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.seq == 4)).one()
        entry.actor_name = "somebody else"
        forged = link(entry)
        db.session.rollback()
    tamper("UPDATE audit_entry SET actor_name = 'somebody else', hash = :h WHERE tenant_id = :t AND seq = 4", h=forged)
    assert "5" in verify(log).fault


def test_a_log_that_was_cut_off_with_its_head_is_found_by_a_mark_kept_elsewhere(log: Desk, tamper: Tamper) -> None:
    kept, middle = verify(log).head, entries(log)[4]
    tamper("DELETE FROM audit_entry WHERE tenant_id = :t AND seq > 5")
    tamper("UPDATE chain_head SET seq = 5, hash = :h WHERE tenant_id = :t AND chain = 'audit'", h=middle.hash)
    assert verify(log).fault == ""
    assert "10" in verify(log, kept).fault
    assert verify(log, Mark(5, middle.hash)).fault == ""


def test_a_log_written_anew_is_found_by_a_mark_kept_elsewhere(log: Desk) -> None:
    assert verify(log, Mark(10, "0" * 64)).fault
    assert verify(log, Mark(3, entries(log)[2].hash)).fault == ""


def test_a_head_that_is_gone_or_moved_is_found(log: Desk, tamper: Tamper) -> None:
    tamper("UPDATE chain_head SET hash = 'x' WHERE tenant_id = :t AND chain = 'audit'")
    assert verify(log).fault
    tamper("DELETE FROM chain_head WHERE tenant_id = :t")
    assert verify(log).fault


def test_eight_at_once_leave_one_gapless_chain(desk: Desk, foreign: Desk) -> None:
    """And none of them waits for another in a circle."""

    def write(who: Desk, number: int) -> Callable[[], None]:
        def run() -> None:
            for step in range(6):
                shelf = who.add("shelf", name=f"{number}-{step}").id
                who.edit("shelf", shelf, name=f"{number}-{step}-x")

        return run

    assert at_once(*(write(desk, n) for n in range(8)), *(write(foreign, n) for n in range(2))) == [None] * 10
    assert (verify(desk).fault, verify(desk).entries) == ("", 96)
    assert (verify(foreign).fault, verify(foreign).entries) == ("", 24)


def test_what_is_rolled_back_leaves_no_gap(log: Desk) -> None:
    with pytest.raises(ZeroDivisionError), log.at_work(), transaction():
        audit.note(log.actor, "export", log.resource("shelf"))
        raise ZeroDivisionError
    log.add("shelf", name="y")
    assert (verify(log).fault, verify(log).head.seq) == ("", 11)


def test_what_a_savepoint_took_back_is_not_written(log: Desk) -> None:
    with log.at_work(), transaction() as session:
        shelf = log.resource("shelf")
        audit.note(log.actor, "kept-1", shelf)
        with session.begin_nested():
            audit.note(log.actor, "kept-2", shelf)
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            with session.begin_nested():
                audit.note(log.actor, "gone-1", shelf)
            audit.note(log.actor, "gone-2", shelf)
            raise ZeroDivisionError
        audit.note(log.actor, "kept-3", shelf)
    assert [entry.action for entry in entries(log)[10:]] == ["kept-1", "kept-2", "kept-3"]
    assert verify(log).fault == ""


def test_entries_need_a_transaction(log: Desk) -> None:
    with log.at_work(), pytest.raises(RuntimeError):
        audit.note(log.actor, "export", log.resource("shelf"))


def test_a_note_needs_no_record(log: Desk) -> None:
    with log.at_work(), transaction():
        audit.note(log.actor, "export", log.resource("shelf"), {"rows": 12})
    entry = entries(log)[-1]
    assert (entry.action, entry.record_id, entry.after) == ("export", None, {"rows": 12})


def test_a_save_costs_two_statements_for_the_chain(log: Desk, queries: Any) -> None:
    """The head is read with its lock and moved; the entry is an entry, chained or not."""
    with log.at_work(), queries() as sent, transaction():
        for _ in range(5):
            audit.note(log.actor, "export", log.resource("shelf"))
    assert [statement.split()[0] for statement in sent] == ["SELECT", "INSERT", "UPDATE"]


def test_entries_from_before_there_were_chains_are_held_by_the_first(desk: Desk, tamper: Tamper) -> None:
    tamper("DELETE FROM chain_head WHERE tenant_id = :t")
    names = "tenant_id, id, at, actor_name, address, resource, record_title, action"
    for id_ in (1, 2, 3):
        values = ":t, :id, '2020-01-01 00:00:00', 'x', '', 'shelf', '', 'add'"
        tamper(f"INSERT INTO audit_entry ({names}) VALUES ({values})", id=id_)
    desk.add("shelf", name="first")
    assert (verify(desk).fault, verify(desk).entries) == ("", 1)
    tamper("UPDATE audit_entry SET action = 'edit' WHERE tenant_id = :t AND id = 2")
    assert verify(desk).fault


@contextmanager
def as_owner_of(desk: Desk, as_owner: Any) -> Iterator[None]:
    with as_owner(), tenant_scope(desk.kit.id):
        yield


def test_old_entries_go_and_the_rest_still_hangs_together(log: Desk, as_owner: Any) -> None:
    middle = entries(log)[4]
    with as_owner_of(log, as_owner), transaction():
        assert chain.prune(AuditEntry, middle.at) == 4
    log.add("shelf", name="after")
    report = verify(log)
    assert (report.fault, report.entries, report.head.seq) == ("", 7, 11)
    assert "4" in verify(log, Mark(3, "x")).fault
    with as_owner_of(log, as_owner), transaction():
        assert chain.prune(AuditEntry, utcnow() + timedelta(days=1)) == 7
    log.add("shelf", name="later")
    assert (verify(log).fault, verify(log).entries, verify(log).head.seq) == ("", 1, 12)


def test_an_entry_left_before_the_beginning_is_found(log: Desk, as_owner: Any, tamper: Tamper) -> None:
    with as_owner_of(log, as_owner), transaction():
        chain.prune(AuditEntry, entries(log)[4].at)
    tamper("UPDATE audit_entry SET seq = NULL WHERE tenant_id = :t AND seq = 5")
    assert verify(log).fault


@pytest.mark.only_on("postgres")
@pytest.mark.parametrize("statement", [
    "UPDATE chain_head SET seq = seq - 1", "UPDATE chain_head SET seq = seq + 1", "UPDATE chain_head SET base_seq = 5",
    "DELETE FROM chain_head", "DELETE FROM audit_entry", "UPDATE audit_entry SET action = 'x'",
    "DELETE FROM login_entry", "UPDATE login_entry SET event = 'x'",
])  # fmt: skip
def test_the_app_role_can_only_go_forward(log: Desk, database: Database, statement: str) -> None:
    refused = r"permission denied|row-level security"
    with pytest.raises(DBAPIError, match=refused), connected(database.url) as connection:
        connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{log.kit.id}'")
        connection.exec_driver_sql(statement)
