"""A short table as a download."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from app.sheets.writing import csv_of


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The download `name`.csv."""
    response = Response(csv_of(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
