"""Composite keys alone: raw SQL past the guard and the policies cannot tie one company's row to another's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy.exc import IntegrityError

from app.models.base import new_id
from app.models.build import tables_of
from tests.databases import Database, connected
from tests.tenancy.companies import Company

# FAB's classes keep their single primary key: ids of ours, never given by a person, unique in all the database.
ADOPTED = {"ab_user", "ab_role", "ab_permission_view_role"}


def owned(models: dict[str, type[Any]]) -> list[Table]:
    return [table for table in tables_of(models) if "tenant_id" in table.c]


def references(models: dict[str, type[Any]]) -> list[tuple[Table, ForeignKeyConstraint]]:
    """Every reference from one tenant's row to another row of a tenant."""
    return [
        (table, key)
        for table in owned(models)
        for key in table.foreign_key_constraints
        if "tenant_id" in key.referred_table.c
    ]


@pytest.fixture
def raw(database: Database) -> Iterator[Connection]:
    """A connection no policy holds; what it did is taken back."""
    with connected(database.superuser_url or database.url) as connection:
        yield connection
        connection.rollback()


def test_every_tenant_table_says_so_in_its_key(models: dict[str, type[Any]]) -> None:
    wrong = [
        table.name
        for table in owned(models)
        if table.name not in ADOPTED and table.primary_key.columns.keys()[0] != "tenant_id"
    ]
    assert wrong == []
    assert {table.name for table in owned(models)} >= {"ab_user", "ab_role", "gadget", "gadget_spares", "read_mark"}


def test_every_unique_key_and_index_is_led_by_the_tenant(models: dict[str, type[Any]]) -> None:
    wrong = []
    for table in owned(models):
        keys = [key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
        for key in (*keys, *table.indexes):
            if table.name in ADOPTED and isinstance(key, PrimaryKeyConstraint):
                continue
            if isinstance(key, Index) and key.name == "idx_permission_view_id":
                continue  # FAB's, for deleting a shared permission row
            if next(iter(key.columns)).name != "tenant_id":
                wrong.append(f"{table.name}: {key.name}")
    assert wrong == []


def test_every_reference_between_tenant_tables_carries_the_tenant(models: dict[str, type[Any]]) -> None:
    assert len(references(models)) >= 8
    for _table, key in references(models):
        assert key.column_keys[0] == "tenant_id", key.name
        assert [element.column.name for element in key.elements] == ["tenant_id", "id"], key.name


def test_every_row_belongs_to_a_tenant_that_exists(models: dict[str, type[Any]], raw: Connection) -> None:
    for table in owned(models):
        assert not table.c.tenant_id.nullable
        if "ucc_index" in table.info:
            continue  # of what is looked for: no keys, for speed; read together with what they lead to only
        assert any(key.column_keys == ["tenant_id"] for key in table.foreign_key_constraints), table.name


def test_no_row_can_refer_to_another_company(
    models: dict[str, type[Any]], raw: Connection, own: Company, foreign: Company
) -> None:
    for table, key in references(models):
        column, target = key.column_keys[1], key.referred_table.name
        change = text(f'UPDATE "{table.name}" SET "{column}" = :id WHERE tenant_id = :own')
        with raw.begin_nested():
            assert raw.execute(change, {"id": own.rows[target], "own": own.id}).rowcount == 1, key.name
        with pytest.raises(IntegrityError), raw.begin_nested():
            raw.execute(change, {"id": foreign.rows[target], "own": own.id})


def test_no_row_can_move_to_another_company(
    models: dict[str, type[Any]], raw: Connection, own: Company, foreign: Company
) -> None:
    for table in {table.name for table, _key in references(models)}:
        with pytest.raises(IntegrityError), raw.begin_nested():
            raw.execute(text(f'UPDATE "{table}" SET tenant_id = :foreign WHERE tenant_id = :own'),
                        {"foreign": foreign.id, "own": own.id})  # fmt: skip


def test_a_company_with_rows_cannot_be_deleted(raw: Connection, own: Company) -> None:
    with pytest.raises(IntegrityError), raw.begin_nested():
        raw.execute(text("DELETE FROM tenant WHERE id = :id"), {"id": own.id})


def test_what_is_referred_to_stays(raw: Connection, own: Company) -> None:
    for table, id_ in (("shelf", own.shelf), ("ab_role", own.role)):
        with pytest.raises(IntegrityError), raw.begin_nested():
            raw.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": id_})


@pytest.mark.parametrize("other", ["DELETE FROM gadget_spares", "UPDATE gadget SET shelf_id = NULL"])
def test_each_kind_of_reference_holds_by_itself(raw: Connection, own: Company, other: str) -> None:
    """A ref and a refs field point to the same shelf: with one of them gone, the other still keeps it."""
    raw.execute(text(f"{other} WHERE tenant_id = :own"), {"own": own.id})
    with pytest.raises(IntegrityError), raw.begin_nested():
        raw.execute(text("DELETE FROM shelf WHERE id = :id"), {"id": own.shelf})


def test_logins_keys_and_marks_go_with_the_user(raw: Connection, own: Company) -> None:
    raw.execute(text("DELETE FROM customer WHERE tenant_id = :own"), {"own": own.id})  # what somebody must take over
    raw.execute(text("UPDATE team SET leader_id = NULL WHERE tenant_id = :own"), {"own": own.id})
    raw.execute(text("DELETE FROM ab_user WHERE id = :id"), {"id": own.user})
    for table in ("login_session", "api_key", "read_mark"):
        assert raw.scalar(text(f"SELECT count(*) FROM {table} WHERE tenant_id = :own"), {"own": own.id}) == 0
    assert raw.scalar(text("SELECT count(*) FROM audit_entry WHERE tenant_id = :own"), {"own": own.id}) == 1


def test_links_go_with_their_record(raw: Connection, own: Company) -> None:
    raw.execute(text("DELETE FROM gadget WHERE id = :id"), {"id": own.gadget})
    assert raw.scalar(text("SELECT count(*) FROM gadget_spares WHERE tenant_id = :own"), {"own": own.id}) == 0


@pytest.mark.parametrize(("table", "columns"), [
    ("ab_user", "username"), ("ab_role", "name"), ("ab_role", "key"), ("shelf", "name"),
    ("gadget", "code"), ("gadget", "serial"), ("login_session", "token_hash"), ("api_key", "hash"),
])  # fmt: skip
def test_unique_means_unique_in_the_company(table: str, columns: str, raw: Connection, own: Company) -> None:
    """The fixture gave both companies the same values; a second time in one company is refused."""
    names = ", ".join(f'"{name}"' for name in _columns(raw, table) if name not in ("id", *_free(table, columns)))
    free = "".join(f", '{new_id() % 10**6}'" for _ in _free(table, columns))
    more = "".join(f', "{name}"' for name in _free(table, columns))
    copy = f'INSERT INTO "{table}" (id, {names}{more}) SELECT :id, {names}{free} FROM "{table}" WHERE tenant_id = :own'
    with pytest.raises(IntegrityError), raw.begin_nested():
        raw.execute(text(copy), {"id": new_id(), "own": own.id})


def _columns(raw: Connection, table: str) -> list[str]:
    return list(raw.execute(text(f'SELECT * FROM "{table}" LIMIT 0')).keys())


def _free(table: str, tested: str) -> list[str]:
    """Other unique columns of the table: they get a new value, so that only the tested one can be at fault."""
    unique = {"ab_role": ["name", "key"], "gadget": ["code", "serial"]}.get(table, [])
    return [name for name in unique if name != tested]


def test_empty_texts_are_not_duplicates(raw: Connection, own: Company) -> None:
    """Roles of the tenant's own have no key; gadgets need no serial number."""
    change = {"ab_role": "key", "gadget": "serial"}
    for table, column in change.items():
        raw.execute(text(f'UPDATE "{table}" SET "{column}" = \'\' WHERE tenant_id = :own'), {"own": own.id})
        other = "name" if table == "ab_role" else "code"
        names = ", ".join(f'"{name}"' for name in _columns(raw, table) if name not in ("id", other))
        copy = f'INSERT INTO "{table}" (id, "{other}", {names}) SELECT :id, \'x\', {names} FROM "{table}"'
        added = raw.execute(text(f"{copy} WHERE tenant_id = :own"), {"id": new_id(), "own": own.id})
        assert added.rowcount == 1
