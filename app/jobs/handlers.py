"""Every kind of job there is: one row of the table each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.jobs import (
    bulk,
    conversion,
    emptying,
    export,
    fields,
    import_check,
    import_plans,
    import_results,
    import_tally,
    importing,
    returning,
)
from app.jobs.task import Task
from app.records.conversion import JOB
from app.records.export import JOB as EXPORT
from app.records.recycle_bin import JOB as EMPTY_BIN
from app.records.returning import JOB as RETURN
from app.records.whole import JOB as BULK

Result = Mapping[str, Any] | None


def _describe_nothing(arguments: Mapping[str, Any]) -> str:
    return ""


def _tell_nothing(result: Mapping[str, Any]) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Handler:
    """`run` does the job; what it gives must be JSON and becomes the job's result. A UccError that it raises is told to
    the person. It may be run again after a worker died: `Task.keep` says how not to do work twice.

    `label` is what people call it; `tell` puts a result into their words, one line each. `permission`: the kind of
    permission on the resource that `arguments["resource"]` names, which the person must still have when it runs.
    `retry`: whether it may be done again once it has failed or was called off, from what it has kept; `describe` says
    in a line what its arguments are about.
    """

    label: object
    run: Callable[[Task], Result]
    permission: str | None = None
    retry: bool = True
    describe: Callable[[Mapping[str, Any]], str] = _describe_nothing
    tell: Callable[[Mapping[str, Any]], list[str]] = _tell_nothing


HANDLERS: Final[dict[str, Handler]] = {
    import_plans.IMPORT: Handler(
        _l("Import"), importing.run, permission="import", describe=import_results.describe, tell=import_tally.tell
    ),
    import_plans.CHECK: Handler(
        _l("Import trial"),
        import_check.run,
        permission="import",
        describe=import_results.describe,
        tell=import_tally.tell,
    ),
    EXPORT: Handler(_l("Export"), export.run, permission="export", describe=export.describe, tell=export.tell),
    BULK: Handler(_l("Bulk change"), bulk.run, describe=bulk.describe, tell=bulk.tell),
    RETURN: Handler(_l("Return to the pool"), returning.run, tell=returning.tell),
    EMPTY_BIN: Handler(_l("Empty the recycle bin"), emptying.run, tell=emptying.tell),
    JOB: Handler(_l("Change the type of a field"), conversion.run, permission="edit", tell=conversion.tell),
    fields.ARCHIVE: Handler(_l("Archive fields"), fields.run_archive, permission="delete", tell=fields.tell_archive),
    fields.RESTORE: Handler(_l("Restore a field"), fields.run_restore, permission="delete", tell=fields.tell_restore),
}
