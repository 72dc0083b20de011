"""The fields that a company has added to a resource (F2), put beside those of its YAML.

`of` is where every read and write learns of them. What comes out is a resource like any other, the same object for
everyone of the company until its settings change, so that what is worked out from it is remembered. A resource that
nobody can extend passes through untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import delete, select

from app.access import Actor
from app.engine import engine
from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.fields.options import live as live_options
from app.fields.slots import LONGEST_TEXT
from app.labels import Label
from app.models.base import db
from app.models.field_value import FieldValue
from app.models.tenant import Tenant
from app.models.versions import bumped
from app.records import veil
from app.records.limits import queue_up
from app.records.tables import live, model_of
from app.spec.model import FieldSpec, Option, ResourceSpec, Section
from app.tenancy.scope import current_tenant_id

SECTION: Final = Label("定制字段", "Custom fields")
REMEMBERED: Final = 2048  # companies with fields of their own, some kB each
NEUTRAL: Final = Reader("zh", "UTC")  # how defaults are written down in a definition: the same whoever set them


def of(actor: Actor, resource: ResourceSpec) -> ResourceSpec:
    """The resource as the actor's company has extended it and as the actor sees it: what is masked for them is hidden
    in it (app.records.veil). `resource` itself where neither makes a difference.
    """
    if resource.extensible is None or resource.base is not None:
        return veil.over(actor, resource)
    return veil.over(actor, extended(resource, actor.tenant_id, actor.settings_version))


def extended(resource: ResourceSpec, tenant_id: int, settings_version: int) -> ResourceSpec:
    """The resource with the own fields of the tenant in scope. No query where this version was asked for before.

    A `settings_version` of 0 means that the caller does not know it: then it is read.
    """
    base = resource.base or resource
    if base.extensible is None:
        return base
    if bumped(tenant_id):
        return _with_own(base)  # what may still be rolled back is not remembered
    return _remembered(base, tenant_id, settings_version or _version(tenant_id))


def definitions(resource: ResourceSpec, names: Iterable[str]) -> dict[str, str]:
    """Slot → id of its definition, of those of `names` that are own fields: to be kept with what is asked for now and
    done later, as a field may have made room for another one by then."""
    own = sorted(set(names) & resource.fields.keys())
    return {name: str(resource.fields[name].definition) for name in own if resource.fields[name].slot}


def held(actor: Actor, resource: ResourceSpec) -> ResourceSpec:
    """As `of`, for a write: the definitions as they are now, and nobody changes them until the transaction ends.

    Otherwise a value could land in a slot that has come to mean something else since the actor's request began.
    """
    base = resource.base or resource
    if base.extensible is None:
        return base
    if "rows" in base.limits:
        queue_up()  # the stronger lock first: two who hold the weaker one could not both get it later
    statement = select(Tenant.settings_version).where(Tenant.id == actor.tenant_id).with_for_update(read=True)
    version: int = db.session.scalars(statement).one()
    return extended(base, actor.tenant_id, version)


def definer(resource: ResourceSpec) -> ResourceSpec:
    """The resource whose records define the own fields of this one. Raises KeyError."""
    for other in engine().product.resources.values():
        if other.extends == resource.name:
            return other
    raise KeyError(resource.name)


def forget_values(resource: ResourceSpec, ids: Iterable[int]) -> None:
    """Records that go take with them what they once had in archived fields."""
    if resource.extensible is not None:
        db.session.execute(delete(FieldValue).where(FieldValue.record_id.in_(list(ids))))


def field_of_definition(values: Mapping[str, Any]) -> FieldSpec:
    """The field that the values of a definition mean. Its label is the same in both languages."""
    name, kind = values["name"], values["kind"]
    bare = FieldSpec(
        name=values["slot"],
        kind=kind,
        label=Label(name, name),
        required=values["required"],
        slot=True,
        max=LONGEST_TEXT if kind == "text" else None,
        options=tuple(Option(one.id, Label(one.label, one.label)) for one in live_options(values["options"])),
        definition=values.get("id", 0),
    )
    default = default_of(bare, values["default"])
    # F4: what must be given begins with the default in the form; F5: what need not be shows it.
    return replace(bare, **{"default" if bare.required else "fallback": default})


def default_of(field: FieldSpec, text: str) -> Any:
    """The default as a value, None for none. One that an option has been taken from is none."""
    kind = kind_of(field)
    try:
        value = kind.clean(field, text, NEUTRAL)
    except Rejected:
        return None
    return None if kind.is_blank(value) else value


def default_text(field: FieldSpec, value: Any) -> str:
    """The text that `default_of` reads back: options by id, moments in UTC."""
    kind = kind_of(field)
    if kind.is_blank(value):
        return ""
    found = kind.json(field, value)
    return ",".join(found) if isinstance(found, list) else str(found)


@lru_cache(maxsize=REMEMBERED)
def _remembered(base: ResourceSpec, tenant_id: int, _version: int) -> ResourceSpec:
    assert tenant_id == current_tenant_id(), "asked for in another tenant's scope"  # noqa: S101 - a bug, never input
    return _with_own(base)


def _version(tenant_id: int) -> int:
    version: int = db.session.scalars(select(Tenant.settings_version).where(Tenant.id == tenant_id)).one()
    return version


def _with_own(base: ResourceSpec) -> ResourceSpec:
    definition = definer(base)
    model = model_of(definition)
    columns = [
        getattr(model, name).label(name) for name in ("id", "name", "kind", "required", "default", "options", "slot")
    ]
    statement = select(*columns).where(*live(definition, model)).order_by(model.position, model.id)
    return extend(base, [field_of_definition(row) for row in db.session.execute(statement).mappings()])


def extend(base: ResourceSpec, own: list[FieldSpec]) -> ResourceSpec:
    """`base` with the fields `own` in its list, its search box, its filter bar, and a section of the form."""
    if not own:
        return base
    own = [replace(field, masked=base.mask_digits and field.kind == "digits") for field in own]
    names = tuple(field.name for field in own)
    searched = tuple(field.name for field in own if "contains" in kind_of(field).operators)
    shown = replace(
        base.list,
        columns=(*base.list.columns, *names),
        search=(*base.list.search, *searched),
        filter=(*base.list.filter, *names),
    )
    fields = MappingProxyType({**base.fields, **{field.name: field for field in own}})
    return replace(base, fields=fields, list=shown, form=(*base.form, Section(SECTION, names)), base=base)
