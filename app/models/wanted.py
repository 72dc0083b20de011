"""The tables a product wants, as migrations see them: a copy, for what it adds is nobody else's business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import MetaData

from app.fields import kind_of
from app.fields.base import Reader
from app.models.base import metadata
from app.models.build import tables_of
from app.models.tenant import Tenant
from app.spec.model import Product


def wanted(product: Product, models: Mapping[str, type[Any]]) -> MetaData:
    """Every table of `product`, with the default of each YAML field in its column's `info`."""
    copy = MetaData(naming_convention=metadata.naming_convention)
    for table in tables_of(models):
        table.to_metadata(copy)
    for table in copy.tables.values():
        for key in table.foreign_key_constraints:
            key.use_alter = key.referred_table.name == Tenant.__tablename__  # added after the table: Citus wants that
    for name, column, default in _defaults(product, models):
        copy.tables[name].columns[column].info["default"] = default
    return copy


def _defaults(product: Product, models: Mapping[str, type[Any]]) -> list[tuple[str, str, Any]]:
    """(table, column, value) of every field that has a default."""
    found = []
    for name, resource in product.resources.items():
        mapper = models[name].__mapper__
        for field in resource.fields.values():
            kind = kind_of(field)
            if field.default is None or kind.many:
                continue
            prop = mapper.synonyms[field.name].name if field.name in mapper.synonyms else field.name
            value = kind.clean(field, field.default, Reader())
            found.append((mapper.local_table.name, mapper.columns[prop].name, value))
    return found
