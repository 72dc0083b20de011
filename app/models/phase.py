"""Where a row stands with the workbench at this moment, as SQL, so that a list can show it and be searched by it (A1).

The clock is the database's: a statement is made once and used for days.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, String, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.fields.types import UtcDateTime
from app.spec.features import WorkbenchSpec
from app.spec.model import PHASE

WAITING: Final = "waiting"
LIVE: Final = "live"
OVER: Final = "over"
WITHDRAWN: Final = "withdrawn"


class moment_now(FunctionElement[Any]):  # noqa: N801, RUF100 - reads as the SQL function it stands for
    """When the statement is run, written as UtcDateTime is stored."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(moment_now)
def _now(element: moment_now, compiler: SQLCompiler, **options: Any) -> str:
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"  # six digits, as the column has


@compiles(moment_now, "postgresql")
def _now_postgresql(element: moment_now, compiler: SQLCompiler, **options: Any) -> str:
    return "statement_timestamp()"


def add_phase(model: type[Any], panel: WorkbenchSpec) -> None:
    """Gives `model` the attribute `phase`: for statements only, a mapped object has none."""

    def of_object(self: Any) -> str:
        raise AttributeError(PHASE)

    def of_class(cls: Any) -> ColumnElement[str]:
        return phase_of(cls, panel)

    setattr(model, PHASE, hybrid_property(of_object, expr=of_class))


def phase_of(model: Any, panel: WorkbenchSpec) -> ColumnElement[str]:
    """The phase of the rows of `model`, a mapped class or an alias of one."""
    ladder: list[tuple[ColumnElement[bool], str]] = []
    if panel.withdrawn:
        ladder.append((getattr(model, panel.withdrawn).is_(True), WITHDRAWN))
    if panel.until:
        ladder.append((getattr(model, panel.until) <= moment_now(), OVER))
    if panel.since:
        ladder.append((getattr(model, panel.since) > moment_now(), WAITING))
    return case(*((condition, literal(word, String)) for condition, word in ladder), else_=literal(LIVE, String))
