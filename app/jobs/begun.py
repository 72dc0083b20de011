"""The jobs that the request at hand has put in for its own person: the browser is told to watch them (C1)."""

from __future__ import annotations

from typing import Final

from flask import g

_KEY: Final = "begun_jobs"


def note(id_: int) -> None:
    """Remembers a job that is under way from now on, for as long as the request lasts."""
    g.setdefault(_KEY, []).append(id_)


def of_request() -> list[int]:
    """The jobs that were noted, the first one first."""
    return list(g.get(_KEY, ()))
