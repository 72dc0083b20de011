"""A company's own fields at any size (F2, F3): what few values hang on is done at once, what many do, by a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor, demand
from app.engine import engine
from app.errors import NotFound
from app.jobs.queue import enqueue
from app.jobs.task import Task
from app.models.base import transaction
from app.records import conversion, definitions, service
from app.spec.model import ResourceSpec

ARCHIVE: Final = "archive_field"
RESTORE: Final = "restore_field"


@dataclass(frozen=True, slots=True)
class Done:
    """`values` it is about; `job` is the id of the job that does it, None where it is done. `aside` were kept aside."""

    values: int
    job: int | None = None
    aside: int = 0


def archive(actor: Actor, resource: ResourceSpec, ids: Sequence[int]) -> tuple[Done, list[str]]:
    """Archives fields, all or none, and gives what they are called where that is done. In the caller's transaction.

    Raises Denied, NotFound, Invalid.
    """
    demand(actor, resource, "delete")
    size = sum(conversion.size(resource, id_) for id_ in ids)
    if size <= conversion.INLINE:
        return Done(size), service.delete(actor, resource, ids)
    arguments = {"resource": resource.name, "ids": [str(id_) for id_ in ids], "values": size}
    return Done(size, enqueue(actor, ARCHIVE, arguments, total=size)), []


def restore(actor: Actor, resource: ResourceSpec, id_: int) -> Done:
    """Brings an archived field back with its values. In the caller's transaction. Raises as `definitions.restore`."""
    demand(actor, resource, "delete")
    size = definitions.kept_values(id_)
    if size <= conversion.INLINE:
        return Done(definitions.restore(actor, resource, id_))
    return Done(size, enqueue(actor, RESTORE, {"resource": resource.name, "id": str(id_)}, total=size))


def convert(actor: Actor, resource: ResourceSpec, id_: int, kind: str, *, aside: bool, version: int | None) -> Done:
    """Changes the type of a field. In the caller's transaction. Raises as `conversion.convert`."""
    demand(actor, resource, "edit")
    size = conversion.size(resource, id_)
    if size <= conversion.INLINE:
        found = conversion.convert(actor, resource, id_, kind, aside=aside, version=version)
        return Done(found.converting, aside=found.failing)
    arguments = {"resource": resource.name, "id": str(id_), "kind": kind, "aside": aside, "version": version}
    return Done(size, enqueue(actor, conversion.JOB, arguments, total=size))


def run_archive(task: Task) -> Mapping[str, Any]:
    """All or nothing, in one transaction, as in a request."""
    with transaction():
        titles = service.delete(task.actor, definer(task), task.arguments["ids"])
        task.keep(task.arguments["values"], task.arguments["values"], finished={"titles": titles})
    return {"titles": titles}


def tell_archive(result: Mapping[str, Any]) -> list[str]:
    return [_("Archived: %(names)s", names=_(", ").join(result["titles"]))]


def run_restore(task: Task) -> Mapping[str, Any]:
    """All or nothing, in one transaction, as in a request."""
    with transaction():
        number = definitions.restore(task.actor, definer(task), int(task.arguments["id"]))
        task.keep(number, number, finished={"values": number})
    return {"values": number}


def tell_restore(result: Mapping[str, Any]) -> list[str]:
    number = result["values"]
    return [ngettext("Restored, with %(n)s value.", "Restored, with %(n)s values.", number, n=f"{number:,}")]


def definer(task: Task) -> ResourceSpec:
    """The resource that the job is about. Raises NotFound where the product no longer has it."""
    found = engine().product.resources.get(task.arguments["resource"])
    if found is None or not found.extends:
        raise NotFound
    return found
