"""Who sent the request: `actor` or NotLoggedIn, `known` or None."""

from __future__ import annotations

from flask_babel import get_locale

from app.accounts.gate import actor, person

__all__ = ["actor", "known", "locale"]

known = person


def locale() -> str:
    """The reader's language, "zh" or "en", logged in or not."""
    user = person()
    if user is not None:
        return user.locale
    chosen = get_locale()
    return "en" if chosen is not None and chosen.language == "en" else "zh"
