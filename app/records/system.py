"""The fields every record has without a YAML naming them: who made and changed it, and when."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from app.engine import engine
from app.labels import Label
from app.models import phase
from app.spec.model import IDLE, PHASE, FieldSpec, Option, Product, ResourceSpec

PEOPLE_MODEL: Final = "account"  # the adopted model of the resource whose records are the people who log in

_LABELS: Final = {
    "id": Label("编号", "ID"),
    "created_at": Label("创建时间", "Created"),
    "created_by": Label("创建人", "Created by"),
    "changed_at": Label("修改时间", "Changed"),
    "changed_by": Label("修改人", "Changed by"),
}
# Where a row stands with the workbench (A1).
_PHASE: Final = FieldSpec(
    PHASE, "choice", Label("状态", "Status"), readonly=True, sortable=False,
    options=(
        Option(phase.WAITING, Label("待发布", "Scheduled"), "blue"),
        Option(phase.LIVE, Label("展示中", "Showing"), "green"),
        Option(phase.OVER, Label("已过期", "Expired"), "grey"),
        Option(phase.WITHDRAWN, Label("已撤回", "Retracted"), "orange"),
    ),
)  # fmt: skip
_IDLE: Final = FieldSpec(
    IDLE, "datetime", Label("无联系起始", "No contact since"), readonly=True, sortable=False,
    help=Label("最近联系或分配的时间，取较晚者", "The last contact or the assignment, whichever came later"),
)  # fmt: skip
TRACKED: Final = ("created_at", "created_by", "changed_at", "changed_by")


def people(product: Product) -> ResourceSpec:
    """The resource whose records are the people who log in. Raises KeyError where there is none."""
    for resource in product.resources.values():
        if resource.model == PEOPLE_MODEL and resource.of is None:
            return resource
    raise KeyError(f"no resource has model: {PEOPLE_MODEL}")


@cache
def _system_fields(who: str) -> Mapping[str, FieldSpec]:
    return MappingProxyType(
        {
            "id": FieldSpec("id", "integer", _LABELS["id"], readonly=True),
            "created_at": FieldSpec("created_at", "datetime", _LABELS["created_at"], readonly=True),
            "created_by": FieldSpec("created_by", "ref", _LABELS["created_by"], readonly=True, to=who, sortable=False),
            "changed_at": FieldSpec("changed_at", "datetime", _LABELS["changed_at"], readonly=True),
            "changed_by": FieldSpec("changed_by", "ref", _LABELS["changed_by"], readonly=True, to=who, sortable=False),
        }
    )


def system_fields(product: Product) -> Mapping[str, FieldSpec]:
    """The system fields as field specs, so that lists, filters and cells treat them like any other."""
    return _system_fields(people(product).name)


def field_of(resource: ResourceSpec, name: str) -> FieldSpec:
    """The field called `name`, system fields included. Raises KeyError."""
    found = resource.fields.get(name)
    if found is not None:
        return found
    if name == IDLE and resource.owner is not None:
        return _IDLE
    return _PHASE if name == PHASE and name in computed(resource) else system_fields(engine().product)[name]


def computed(resource: ResourceSpec) -> tuple[str, ...]:
    """The system fields of this resource that are worked out whenever they are read."""
    return (PHASE,) if resource.workbench is not None and resource.workbench.timed else ()
