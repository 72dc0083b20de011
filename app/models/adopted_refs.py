"""References of adopted models: composite foreign keys to whatever table a YAML lets their columns point to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint

from app.models import alter

OURS = "ucc_refer"  # key of a constraint's info: it came from a YAML and goes with it


def column_of(model: type[Any], name: str) -> Column[Any]:
    """The column behind the attribute `name`, which may be a synonym. Raises KeyError."""
    mapper = model.__mapper__
    found: Column[Any] = mapper.columns[mapper.synonyms[name].name if name in mapper.synonyms else name]
    return found


def refer(model: type[Any], targets: Mapping[str, str]) -> None:
    """Makes the fields named in `targets` refer to those tables, inside the tenant, unless the model does so already.

    What an earlier product of this process had its fields refer to is forgotten first.
    """
    table = model.__table__
    for constraint in [one for one in table.foreign_key_constraints if OURS in one.info]:
        alter.drop_foreign_keys(table, constraint)
    for name, target in targets.items():
        column = column_of(model, name)
        if not column.foreign_keys:
            keys = [f"{target}.tenant_id", f"{target}.id"]
            info = {"field": name, OURS: True}
            table.append_constraint(
                # Added once all tables are there: people are in teams that people lead.
                ForeignKeyConstraint(["tenant_id", column.name], keys, ondelete="RESTRICT", info=info, use_alter=True)
            )
