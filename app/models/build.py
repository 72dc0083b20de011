"""From the spec to the mapped classes: one table per resource, adopted ones apart.

The metadata is the process's, so building is idempotent: the same resource again gives the same class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
)
from sqlalchemy.orm import configure_mappers, relationship, synonym
from sqlalchemy.schema import SchemaItem, sort_tables

from app.errors import SpecFault
from app.fields import kind_of
from app.models.adopted import ADOPTED, Grant, Permission, PermissionView, ViewMenu
from app.models.adopted_refs import column_of, refer
from app.models.api_key import ApiKey
from app.models.audit import AuditEntry
from app.models.base import Base, TenantOwned, metadata
from app.models.bin_entry import BinEntry
from app.models.chain import ChainHead
from app.models.declare import declare
from app.models.field_value import FieldValue
from app.models.find import adopt_finding, gram_table, index_shadows, shadow_columns
from app.models.import_plan import ImportPlan
from app.models.job import Job, JobTicket
from app.models.job_file import JobFile
from app.models.job_schedule import JobSchedule
from app.models.login import LoginEntry
from app.models.old_password import OldPassword
from app.models.once import Once
from app.models.phase import add_phase
from app.models.pool import add_pool, often_empty
from app.models.read_mark import ReadMark
from app.models.reveal_count import RevealCount
from app.models.role_version import RoleVersion
from app.models.saved_view import SavedView
from app.models.session import LoginSession
from app.models.slots import index_slots, slot_columns
from app.models.tenant import Tenant
from app.spec.model import FieldSpec, Product, ResourceSpec
from app.tenancy.guard import Guarded

# The engine's own classes: there whatever the product is.
ENGINE_MODELS = (
    Tenant, Permission, ViewMenu, PermissionView, *ADOPTED.values(), Grant, RoleVersion,
    LoginSession, ApiKey, OldPassword, AuditEntry, LoginEntry, ChainHead,
    ReadMark, RevealCount, SavedView, FieldValue, BinEntry, Job, JobTicket, JobFile, Once, JobSchedule, ImportPlan,
)  # fmt: skip

# Longer texts do not fit an index row of PostgreSQL (2,704 bytes; a Chinese character takes three).
LONGEST_INDEXED = 500

_built: dict[str, tuple[object, type[Any]]] = {}


def build_models(product: Product) -> dict[str, type[Any]]:
    """A mapped class per resource, by name. Its attributes have the fields' names; ids of a `refs` field are in
    `links_of(model, field)`. Raises SpecFault where a resource cannot have its table."""
    if any(name in _built and _built[name][0] != _shape(spec) for name, spec in product.resources.items()):
        _forget_all()  # a changed YAML in one process: tests and `ucc schema` only
    tables = [spec for spec in product.resources.values() if spec.of is None]
    models = {spec.name: (_adopt if spec.model else _build)(spec, product) for spec in tables}
    for spec in product.resources.values():
        if spec.of is not None:  # a second page: the same table, which it may order in ways of its own
            models[spec.name] = models[spec.of]
            _add_indexes(spec, models[spec.of])
    for spec in product.resources.values():
        _relate(spec, models)
        if spec.workbench is not None and spec.workbench.timed:
            add_phase(models[spec.name], spec.workbench)
        if spec.owner is not None:
            add_pool(models[spec.name], spec.owner)
    configure_mappers()
    return models


def links_of(model: type[Any], field: str) -> type[Any]:
    """The class of the link rows of a `refs` field: `tenant_id`, `owner_id`, `target_id`. Raises KeyError."""
    links: Mapping[str, type[Any]] = model.__links__
    return links[field]


def tables_of(models: Mapping[str, type[Any]]) -> list[Table]:
    """Every table that a product with these models needs, in an order in which they can be created."""
    classes = {*ENGINE_MODELS, *models.values()}
    classes.update(link for model in models.values() for link in getattr(model, "__links__", {}).values())
    classes.update(gram for model in models.values() if (gram := getattr(model, "__gram__", None)))
    return sort_tables(sorted({mapped.__table__ for mapped in classes}, key=lambda table: str(table.name)))


def _shape(resource: ResourceSpec) -> object:
    """What of a resource its table depends on."""
    return resource.model, resource.kind, resource.extensible, dict(resource.fields), resource.list


def _forget_all() -> None:
    """Everything is built anew, because tables refer to each other. Classes of before keep working on their own."""
    for _, model in _built.values():
        for mapped in (*model.__links__.values(), *filter(None, [model.__gram__]), model):
            metadata.remove(mapped.__table__)
    _built.clear()


def _build(resource: ResourceSpec, product: Product) -> type[Any]:
    if resource.name in _built:
        return _built[resource.name][1]
    if resource.name in metadata.tables:
        raise SpecFault([f"{resource.source}: resource: {resource.name} is the name of a table of the engine's own"])
    plain = [field for field in resource.fields.values() if not kind_of(field).many]
    single = resource.kind == "settings"  # one row per tenant; NULL is the default of the day, whatever the YAML says
    attributes: dict[str, Any] = {field.name: _column(field, nullable=single) for field in plain}
    attributes |= slot_columns(resource)
    attributes |= shadow_columns(resource)
    attributes["__tablename__"] = resource.name
    attributes["__links__"] = {}
    attributes["__module__"] = __name__
    attributes["__table_args__"] = tuple(
        constraint for field in plain for constraint in _constraints(resource, field, attributes[field.name], product)
    ) + ((UniqueConstraint("tenant_id"),) if single else ())
    model = declare(_class_name(resource.name), (TenantOwned, Base), attributes)
    _built[resource.name] = (_shape(resource), model)
    _add_indexes(resource, model)
    index_slots(resource, model)
    index_shadows(resource, model)
    model.__gram__ = gram_table(resource)
    for field in resource.fields.values():
        if kind_of(field).many:
            _add_links(resource, field, model, product)
    return model


def _adopt(resource: ResourceSpec, product: Product) -> type[Any]:
    model = ADOPTED.get(resource.model or "")
    if model is None:
        raise SpecFault([f"{resource.source}: model: no adopted model is called {resource.model}"])
    for field in resource.fields.values():
        if field.column and field.column != field.name and not hasattr(model, field.name):
            setattr(model, field.name, synonym(field.column))
    missing = [name for name in resource.fields if not hasattr(model, name)]
    if missing:
        raise SpecFault([f"{resource.source}: fields.{name}: {model.__name__} has no such column" for name in missing])
    refer(model, {name: _target(field, product) for name, field in resource.fields.items() if field.to})
    _add_indexes(resource, model)
    adopt_finding(resource, model)
    return model


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _column(field: FieldSpec, *, nullable: bool = False) -> Column[Any]:
    kind = kind_of(field)
    name = f"{field.name}_id" if field.to else field.name
    nullable = nullable or kind.nullable(field)
    return Column(name, kind.type_(field), nullable=nullable, default=None if nullable else kind.blank)


def _target(field: FieldSpec, product: Product) -> str:
    """The name of the table a ref or refs field points to."""
    target = product.resource(str(field.to))
    target = product.resource(target.of or target.name)
    return str(ADOPTED[target.model].__table__.name) if target.model else target.name


def _key(table: str) -> list[str]:
    return [f"{table}.tenant_id", f"{table}.id"]


def _constraints(
    resource: ResourceSpec, field: FieldSpec, column: Column[Any], product: Product
) -> Iterable[SchemaItem]:
    if field.to:
        yield ForeignKeyConstraint(["tenant_id", column.name], _key(_target(field, product)), ondelete="RESTRICT",
                                   info={"field": field.name})  # fmt: skip
    if field.unique and (column.nullable or field.required):
        yield UniqueConstraint("tenant_id", column.name, info={"field": field.name})
    elif field.unique:  # an empty text is no value: any number of rows may have none
        yield Index(f"uq_{resource.name}_tenant_id_{column.name}", "tenant_id", column, unique=True,
                    sqlite_where=column != "", postgresql_where=column != "", info={"field": field.name})  # fmt: skip


def _add_indexes(resource: ResourceSpec, model: type[Any]) -> None:
    """(tenant_id, column, id) for every column a list can be sorted by, and for every reference (deleting what is
    referred to looks for it). A unique column has its index."""
    table = model.__table__
    names = [name.lstrip("-") for name in (*resource.list.columns, *resource.list.order, *resource.list.sort)]
    wanted = [name for name in dict.fromkeys(names) if _sortable(resource, name)]
    wanted += [name for name, field in resource.fields.items() if field.to and not kind_of(field).many]
    for name in dict.fromkeys(wanted):
        column = column_of(model, name)
        whole, part = f"ix_{table.name}_tenant_id_{column.name}_id", f"ix_{table.name}_{column.name}_given"
        if _fits(column) and not {whole, part} & {existing.name for existing in table.indexes}:
            given = column.is_not(None) if name in often_empty(resource) else None
            Index(whole if given is None else part, table.c.tenant_id, column, table.c.id,
                  sqlite_where=given, postgresql_where=given)  # fmt: skip


def _sortable(resource: ResourceSpec, name: str) -> bool:
    field = resource.fields.get(name)
    if field is None:
        return name in ("created_at", "changed_at")
    return field.sortable and not field.unique and not kind_of(field).many


def _fits(column: Column[Any]) -> bool:
    if column.type._type_affinity is not None and issubclass(column.type._type_affinity, String):
        return 0 < (getattr(column.type, "length", None) or 0) <= LONGEST_INDEXED
    return True


def _add_links(resource: ResourceSpec, field: FieldSpec, model: type[Any], product: Product) -> None:
    """The table of a refs field, as a class of its own, so that the tenant guard sees its rows."""
    target = _target(field, product)
    owner_column, target_column = f"{resource.name}_id", f"{field.to}_id"
    if owner_column == target_column:
        target_column = f"to_{target_column}"
    name = f"{resource.name}_{field.name}"
    table = Table(
        name,
        metadata,
        Column(
            "tenant_id", BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
        ),
        Column(owner_column, BigInteger, primary_key=True, autoincrement=False),
        Column(target_column, BigInteger, primary_key=True, autoincrement=False),
        ForeignKeyConstraint(["tenant_id", owner_column], _key(resource.name), ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["tenant_id", target_column], _key(target), ondelete="RESTRICT", info={"field": field.name}
        ),
        Index(None, "tenant_id", target_column, owner_column),
    )
    link = declare(_class_name(name), (Guarded, Base), {
        "__table__": table, "__module__": __name__,
        "tenant_id": table.c.tenant_id, "owner_id": table.c[owner_column], "target_id": table.c[target_column],
    })  # fmt: skip
    model.__links__[field.name] = link


def _relate(resource: ResourceSpec, models: Mapping[str, type[Any]]) -> None:
    """The records a refs field points to, to read; to write, add and delete link rows."""
    model = models[resource.name]
    for name, link in getattr(model, "__links__", {}).items():
        if name not in model.__mapper__.attrs:
            target = models[str(resource.field(name).to)]
            here = and_(model.tenant_id == link.tenant_id, model.id == link.owner_id)
            there = and_(target.tenant_id == link.tenant_id, target.id == link.target_id)
            records = relationship(
                target, secondary=link.__table__, primaryjoin=here, secondaryjoin=there, viewonly=True
            )
            setattr(model, name, records)
