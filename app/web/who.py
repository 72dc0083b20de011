"""Who sent the request."""

from __future__ import annotations

from flask_babel import get_locale

from app.access import Actor
from app.accounts.gate import person
from app.errors import NotLoggedIn

known = person


def actor() -> Actor:
    """The actor of this request. Raises NotLoggedIn."""
    user = person()
    if user is None:
        raise NotLoggedIn
    return user


def locale() -> str:
    """The reader's language, "zh" or "en", logged in or not."""
    user = person()
    if user is not None:
        return user.locale
    chosen = get_locale()
    return "en" if chosen is not None and chosen.language == "en" else "zh"
