"""Every kind of job there is: one row of the table each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.jobs import conversion
from app.jobs.task import Task
from app.records.conversion import JOB

Result = Mapping[str, Any] | None


def _tell_nothing(result: Mapping[str, Any]) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Handler:
    """`run` does the job; what it gives must be JSON and becomes the job's result. A UccError that it raises is told to
    the person. It may be run again after a worker died: `Task.keep` says how not to do work twice.

    `label` is what people call it; `tell` puts a result into their words, one line each. `permission`: the kind of
    permission on the resource that `arguments["resource"]` names, which the person must still have when it runs.
    """

    label: object
    run: Callable[[Task], Result]
    permission: str | None = None
    tell: Callable[[Mapping[str, Any]], list[str]] = _tell_nothing


HANDLERS: Final[dict[str, Handler]] = {
    JOB: Handler(_l("Change the type of a field"), conversion.run, permission="edit", tell=conversion.tell),
}
