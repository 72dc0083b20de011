"""How many rows a person wants on a list, remembered for the login."""

from __future__ import annotations

from flask import current_app, session

from app.records.search import MOST_ROWS

KEY = "sizes"  # of the cookie session: {resource: rows}


def preferred(resource: str) -> int:
    """Rows per page of this list: chosen earlier in this login, or the setting PAGE_SIZE."""
    chosen = session.get(KEY, {}).get(resource)
    return chosen if isinstance(chosen, int) and 1 <= chosen <= MOST_ROWS else int(current_app.config["PAGE_SIZE"])


def remember(resource: str, size: int) -> None:
    """Keep `size` for the next visits. The cookie is written only when that changes something."""
    if size != preferred(resource):
        session[KEY] = {**session.get(KEY, {}), resource: size}
