"""What a person gets back: the refused rows as a file like the one they sent, with a column that says why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from app.jobs.import_rows import Import
from app.records.importing.targets import REASON, is_reason
from app.sheets.reading import CSV
from app.sheets.values import as_text
from app.sheets.writing import Column, defused, write_csv, write_xlsx

Line = Sequence[Any]  # number in the file, cells, reason


def write_refused(path: Path, name: str, source: Import, lines: Iterable[Line]) -> str:
    """Write the rows, and give the name of the file: csv for csv, else xlsx. A column of reasons that the file had
    already gives way to the new one."""
    heads = [str(as_text(head)) for head in source.heads]
    stale = {place for place, head in enumerate(heads) if is_reason(head)}
    reason = REASON.text(source.actor.locale)
    shown = [head for place, head in enumerate(heads) if place not in stale]
    rows = _rows(lines, len(heads), stale)
    stem = name.rpartition(".")[0] or name
    called = _("%(name)s-failed", name=stem)
    if source.form == CSV:
        write_csv(path, [defused(head) for head in (*shown, reason)], rows)
        return f"{called}.csv"
    write_xlsx(path, [*(Column(head) for head in shown), Column(reason, width=48)], rows)
    return f"{called}.xlsx"


def _rows(lines: Iterable[Line], width: int, stale: set[int]) -> Iterator[list[str]]:
    for _number, cells, why in lines:
        full = [*cells, *[""] * (width - len(cells))]
        yield [cell for place, cell in enumerate(full[: max(width, len(cells))]) if place not in stale] + [why]
