"""From the spec to classes and tables."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, UniqueConstraint, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import SpecFault
from app.models import build
from app.models.adopted import Role, User
from app.models.base import Base, transaction
from app.models.build import build_models, links_of, tables_of
from app.spec.load import load_product
from app.spec.model import Product
from app.tenancy.guard import Guarded
from app.tenancy.scope import tenant_scope
from tests.databases import Database
from tests.rig import SCHEMA
from tests.tenancy.companies import Company, two_companies


@pytest.fixture
def company(database: Database, models: dict[str, type[Any]]) -> Company:
    return two_companies(database, models)[0]


@pytest.fixture
def session(bare_app: Flask, company: Company) -> Iterator[Session]:
    with bare_app.app_context(), tenant_scope(company.id), transaction() as session:
        yield session


def columns(model: type[Any]) -> dict[str, str]:
    return {column.name: str(column.type) for column in model.__table__.c}


def names(table: Table, *, unique: bool) -> set[tuple[str, ...]]:
    found = [index for index in table.indexes if index.unique is unique]
    keys = [key for key in table.constraints if isinstance(key, UniqueConstraint)] if unique else []
    return {tuple(column.name for column in key.columns) for key in (*found, *keys)}


def test_a_class_per_resource(product: Product, models: dict[str, type[Any]]) -> None:
    assert set(models) == set(product.resources)
    assert (models["user"], models["role"]) == (User, Role)
    assert models["gadget"].__table__.name == "gadget"


def test_building_again_gives_the_same_classes(models: dict[str, type[Any]]) -> None:
    again = load_product(*map(Path, SCHEMA))
    assert build_models(again) == models


def test_every_field_is_an_attribute_of_its_name(product: Product, models: dict[str, type[Any]]) -> None:
    missing = [
        f"{resource.name}.{field}"
        for resource in product.resources.values()
        for field in resource.fields
        if not hasattr(models[resource.name], field)
    ]
    assert missing == []


def test_every_kind_has_its_column(models: dict[str, type[Any]]) -> None:
    found = columns(models["gadget"])
    expected = {
        "tenant_id": "BIGINT", "id": "BIGINT", "code": "VARCHAR(12)", "notes": "TEXT", "weight": "BIGINT",
        "active": "BOOLEAN", "state": "VARCHAR(64)", "made_on": "DATE", "opens_at": "TIME", "shelf_id": "BIGINT",
        "version": "INTEGER", "created_by": "BIGINT",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert "spares" not in found


def test_texts_are_never_null(models: dict[str, type[Any]]) -> None:
    table = models["gadget"].__table__
    assert [name for name in ("name", "notes", "serial", "phone", "email", "colours") if table.c[name].nullable] == []
    assert [name for name in ("weight", "made_on", "sold_at", "shelf_id") if not table.c[name].nullable] == []


def test_lists_are_sorted_by_an_index(models: dict[str, type[Any]]) -> None:
    found = names(models["gadget"].__table__, unique=False)
    for column in ("name", "weight", "active", "state", "made_on", "sold_at", "phone", "created_at"):
        assert ("tenant_id", column, "id") in found
    assert {name for _tenant, name, *_ in found} & {"notes", "serial", "colours", "opens_at"} == set()


def test_the_adopted_lists_too(models: dict[str, type[Any]]) -> None:
    found = names(User.__table__, unique=False)
    for column in ("first_name", "phone", "email", "active", "last_login", "created_on", "role_id"):
        assert ("tenant_id", column, "id") in found


def test_a_reference_can_be_looked_for(models: dict[str, type[Any]]) -> None:
    """Deleting a shelf asks who refers to it."""
    assert ("tenant_id", "shelf_id", "id") in names(models["gadget"].__table__, unique=False)
    link = links_of(models["gadget"], "spares").__table__
    assert ("tenant_id", "shelf_id", "gadget_id") in names(link, unique=False)


def test_unique_fields(models: dict[str, type[Any]]) -> None:
    assert names(models["gadget"].__table__, unique=True) == {("tenant_id", "code"), ("tenant_id", "serial")}


def test_constraints_can_be_foretold(models: dict[str, type[Any]]) -> None:
    for table in tables_of(models):
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"
            assert str(constraint.name).startswith(("pk_", "fk_", "uq_", "ck_"))


def test_names_fit_into_postgresql(models: dict[str, type[Any]]) -> None:
    for table in tables_of(models):
        for thing in (*table.constraints, *table.indexes):
            assert len(str(thing.name)) <= 63, thing.name


def test_links_are_written_as_rows_and_read_as_records(
    session: Session, company: Company, models: dict[str, type[Any]]
) -> None:
    gadget, shelf = models["gadget"], models["shelf"]
    other = shelf(name="B")
    session.add(other)
    session.flush()
    link = links_of(gadget, "spares")
    session.execute(insert(link), [{"owner_id": company.gadget, "target_id": other.id}])
    row = session.get(gadget, (company.id, company.gadget))
    assert {record.id for record in row.spares} == {company.shelf, other.id}
    assert set(session.scalars(select(link.target_id).where(link.owner_id == row.id))) == {company.shelf, other.id}


def test_what_is_linked_cannot_be_deleted(session: Session, company: Company, models: dict[str, type[Any]]) -> None:
    row = session.get(models["gadget"], (company.id, company.gadget))
    row.shelf = None
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.delete(session.get(models["shelf"], (company.id, company.shelf)))
        session.flush()


def test_every_mapped_class_with_a_tenant_is_guarded() -> None:
    unguarded = [
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if "tenant_id" in mapper.columns and not issubclass(mapper.class_, Guarded)
    ]
    assert unguarded == []


def test_tables_come_in_an_order_that_can_be_created(models: dict[str, type[Any]]) -> None:
    seen: set[str] = set()
    for table in tables_of(models):
        at_once = (key for key in table.foreign_key_constraints if not key.use_alter)  # the rest is added later
        assert {key.referred_table.name for key in at_once} <= {*seen, table.name}
        seen.add(table.name)
    assert {"tenant", "ab_user", "gadget", "gadget_spares"} <= seen


def test_tables_of_another_product_are_left_out(models: dict[str, type[Any]]) -> None:
    some = {name: model for name, model in models.items() if name in ("user", "role", "announcement")}
    assert "gadget" not in {table.name for table in tables_of(some)}


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch, models: dict[str, type[Any]]) -> Iterator[None]:
    """What a test builds beside the product is forgotten again."""
    monkeypatch.setattr(build, "_built", dict(build._built))
    tables = set(Base.metadata.tables)
    yield
    for name in set(Base.metadata.tables) - tables:
        Base.metadata.remove(Base.metadata.tables[name])


def with_resource(product: Product, name: str = "medal", **changes: Any) -> Product:
    badge = replace(product.resources["badge"], source="fake/badge.yaml", name=name, **changes)
    return replace(product, resources={**product.resources, badge.name: badge})


@pytest.mark.parametrize("name", ["tenant", "login_session", "audit_entry", "ab_user"])
def test_a_resource_cannot_take_the_engines_table(product: Product, own_registry: None, name: str) -> None:
    with pytest.raises(SpecFault, match=f"fake/badge.yaml: resource: {name} is the name of a table"):
        build_models(with_resource(product, name=name))


def test_an_adopted_model_must_exist(product: Product, own_registry: None) -> None:
    with pytest.raises(SpecFault, match="no adopted model is called nobody"):
        build_models(with_resource(product, model="nobody"))


def test_an_adopted_model_must_have_the_fields(product: Product, own_registry: None) -> None:
    with pytest.raises(SpecFault, match=r"fields\.given_on: Role has no such column"):
        build_models(with_resource(product, model="role"))


def test_a_resource_may_be_called_like_a_class_of_fab(product: Product, own_registry: None) -> None:
    made = build_models(with_resource(product, name="permission"))
    assert made["permission"].__table__.name == "permission"


def test_names_and_resources_that_refer_to_themselves(product: Product, own_registry: None) -> None:
    spares = product.resources["gadget"].fields["spares"]
    fields = {**product.resources["badge"].fields, "friends": replace(spares, name="friends", to="medal")}
    made = build_models(with_resource(product, fields=fields))
    assert set(columns(links_of(made["medal"], "friends"))) == {"tenant_id", "medal_id", "to_medal_id"}


def test_a_changed_resource_is_built_anew_and_all_that_refer_to_each_other_with_it() -> None:
    """In a process of its own: what other tests hold would no longer be what is built."""
    script = """
from dataclasses import replace
from pathlib import Path
from app.models.base import metadata
from app.models.build import build_models, tables_of
from app.spec.load import load_product
product = load_product(Path("schema"), Path("tests/fake_schema"))
old = build_models(product)
shelf = product.resources["shelf"]
more = {**shelf.fields, "aisle": replace(shelf.fields["floor"], name="aisle")}
changed = replace(product, resources={**product.resources, "shelf": replace(shelf, fields=more)})
new = build_models(changed)
assert "aisle" in new["shelf"].__table__.c
assert new["gadget"] is not old["gadget"] and new["user"] is old["user"]
(key,) = [key for key in new["gadget"].__table__.foreign_key_constraints if key.column_keys[1:] == ["shelf_id"]]
assert key.referred_table is new["shelf"].__table__ is metadata.tables["shelf"]
assert [table.name for table in tables_of(old)] == [table.name for table in tables_of(new)]
"""
    run = subprocess.run([sys.executable, "-W", "error", "-c", script], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
