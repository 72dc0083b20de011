"""What a person gets back: the refused rows as a file like the one they sent, with a column that says why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.access import Actor
from app.engine import engine
from app.fields import kind_of
from app.jobs import files
from app.jobs.import_rows import Import
from app.jobs.spool import Spool
from app.models.base import db
from app.models.job import CANCELLED, DONE, FAILED, Job
from app.records.importing.targets import REASON, extended, fields_of, is_reason
from app.records.query import choices
from app.sheets.columns import Column
from app.sheets.reading import CSV, MARK
from app.sheets.values import as_text
from app.sheets.writing import csv_of, write_csv, write_xlsx
from app.spec.model import FieldSpec, ResourceSpec

OVER: Final = (DONE, FAILED, CANCELLED)
MOST_LISTED: Final = 500  # options in the list of a cell
MOST_TOLD: Final = 10  # of them in a hint
HOW: Final = {
    "date": _l("like 2026-11-22"),
    "time": _l("like 18:05"),
    "datetime": _l("like 2026-11-22 18:05"),
    "boolean": _l("yes or no"),
    "choices": _l("several with a comma between"),
    "refs": _l("several with a comma between"),
}


def describe(arguments: Mapping[str, Any]) -> str:
    """Which list, and which file, as export jobs tell it."""
    resource = engine().product.resources.get(str(arguments.get("resource")))
    words = [resource.many.text(str(get_locale() or "zh"))] if resource else []
    return " · ".join((*words, str(arguments.get("name", ""))))


def write_refused(path: Path, name: str, source: Import, refused: Spool) -> str:
    """Write the rows (number in the file, cells, reason), and give the name of the file: csv for csv, else xlsx.

    A column of reasons that the file had already gives way to the new one.
    """
    heads = [str(as_text(head)) for head in source.heads]
    widest = max((len(cells) for _number, cells, _why in refused.lines()), default=0)
    heads += [""] * (widest - len(heads))  # a cell too many is there to be seen
    stale = {place for place, head in enumerate(heads) if is_reason(head)}
    reason = REASON.text(source.actor.locale)
    shown = [head for place, head in enumerate(heads) if place not in stale]
    rows = _rows(refused, len(heads), stale)
    stem = name.rpartition(".")[0] or name
    called = _("%(name)s-failed", name=stem)
    if source.form == CSV:
        write_csv(path, [*shown, reason], rows)
        return f"{called}.csv"
    write_xlsx(path, [*(Column(head) for head in shown), Column(reason, width=48)], rows)
    return f"{called}.xlsx"


def _rows(refused: Spool, width: int, stale: set[int]) -> Iterator[list[str]]:
    for _number, cells, why in refused.lines():
        full = [*cells, *[""] * (width - len(cells))]
        yield [cell for place, cell in enumerate(full) if place not in stale] + [why]


def template(actor: Actor, page: ResourceSpec, form: str) -> BytesIO:
    """An empty file to fill in: heads, a line of hints, in xlsx what may be chosen and cells that stay texts."""
    resource = extended(actor, page)
    columns = [_column(actor, page, field) for field in fields_of(resource)]
    hints = [column.hint for column in columns]
    hints[0] = f"{MARK} {hints[0]}"
    with NamedTemporaryFile(suffix=f".{form}") as file:
        path = Path(file.name)
        if form == CSV:
            write_csv(path, [column.label for column in columns], [hints])
        else:
            write_xlsx(path, columns, [], hints)
        return BytesIO(path.read_bytes())


def _column(actor: Actor, page: ResourceSpec, field: FieldSpec) -> Column:
    reader = actor.reader
    options = [label for _value, label in kind_of(field).options(field, reader)]
    if field.to is not None and field.choose == "all":
        options = [one.title for one in choices(actor, page, field.name, limit=MOST_LISTED)]
    help_ = field.help or field.placeholder or field.pattern_help
    parts = [
        _("Required") if field.required else _("Optional"),
        help_.text(actor.locale) if help_ else "",
        _("one of: %(options)s", options=_(", ").join(options[:MOST_TOLD])) if options else "",
        _("at most %(n)s characters", n=field.max) if field.max and field.kind in ("text", "longtext") else "",
        _("digits, as text") if field.kind in ("digits", "mobile") else "",
        HOW.get(field.kind, ""),
    ]
    hint = _("; ").join(str(one) for one in parts if one)
    listed = options if not kind_of(field).many and field.kind != "choices" else []
    width = 24 if field.kind == "longtext" else 0
    return Column(field.label.text(actor.locale), hint=hint, options=listed, width=width)


def one_time_passwords(actor: Actor, job_id: int, *, take: bool = False) -> BytesIO | None:
    """The one-time passwords that a job of the actor's has made and that is over, however it ended: of one that was
    called off, for those whom it had added by then. None where there are none, or none any more.

    With `take` they are gone afterwards, in the caller's transaction; whoever goes on with the job gets those of the
    rest.
    """
    wanted = select(Job.kept, Job.state).where(Job.id == job_id, Job.actor_id == actor.user_id)
    found = db.session.execute(wanted.with_for_update() if take else wanted).one_or_none()
    kept = {} if found is None or found.state not in OVER else found.kept
    token, end = kept.get("revealed"), kept.get("revealed_end", 0)
    if not token or not end or not files.path_of(token).is_file():
        return None
    if not take:
        return BytesIO()
    lines = files.path_of(token).read_bytes()[:end].splitlines()
    rest = {name: value for name, value in kept.items() if name not in ("revealed", "revealed_end")}
    db.session.execute(update(Job).where(Job.id == job_id).values(kept=rest))
    files.discard(token)
    heads = [_("Login"), _("Name"), _("One-time password")]
    return BytesIO(csv_of(heads, (json.loads(line) for line in lines)))
