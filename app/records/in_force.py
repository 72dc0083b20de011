"""The settings in force: what a company's `kind: settings` rows say, and the defaults for what they do not say.

Apart from `app.records.settings`, which writes them, because the write path itself asks for one of them (the password
policy).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select

from app.engine import engine
from app.errors import CrossTenant
from app.models.base import db
from app.models.versions import bumped
from app.records.tables import model_of
from app.spec.model import ResourceSpec
from app.tenancy.scope import current_tenant_id

REMEMBERED: Final = 4096  # tenants' settings, of a few hundred bytes each
NEVER_SAVED: Final = 0  # the version of settings that nobody has saved yet

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """All values in force. `id` is the row's, None before anybody saved; audit entries are found by it."""

    values: Values
    version: int = NEVER_SAVED
    id: int | None = None


def current(name: str, tenant_id: int, settings_version: int) -> Values:
    """The settings `name` of the tenant in scope, by field. No query where this version was asked for before.

    A `settings_version` of 0 means that the caller does not know it: then they are read. Raises KeyError for an
    unknown name, CrossTenant where another tenant is in scope.
    """
    resource = engine().product.resource(name)
    if tenant_id != current_tenant_id():
        raise CrossTenant(f"settings of tenant {tenant_id} asked for in the scope of {current_tenant_id()}")
    if not settings_version or bumped(tenant_id):
        return read(resource).values
    return _remembered(resource, tenant_id, settings_version)


def defaults(resource: ResourceSpec) -> Values:
    """What holds where nobody has set anything."""
    return MappingProxyType({field.name: field.default for field in resource.fields.values()})


@lru_cache(maxsize=REMEMBERED)
def _remembered(resource: ResourceSpec, _tenant_id: int, _settings_version: int) -> Values:
    return read(resource).values


def read(resource: ResourceSpec) -> Settings:
    """The settings as they are now, one statement. For code that has asked for its own permission."""
    model = model_of(resource)
    columns = [getattr(model, name).label(name) for name in resource.fields]
    found = db.session.execute(select(model.id.label("_id"), model.version.label("_version"), *columns)).one_or_none()
    if found is None:
        return Settings(defaults(resource))
    row = found._mapping
    return Settings(_in_force(resource, row), row["_version"], row["_id"])


def _in_force(resource: ResourceSpec, row: Values) -> Values:
    return MappingProxyType(
        {name: field.default if row[name] is None else row[name] for name, field in resource.fields.items()}
    )
