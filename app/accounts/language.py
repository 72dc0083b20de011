"""Which language and time zone a reader gets: their own, else the tenant's; strangers by cookie, then browser."""

from __future__ import annotations

from typing import Any, Final

from flask import has_request_context, request, session
from flask_appbuilder.babel.manager import BabelManager as FabBabelManager
from flask_appbuilder.basemanager import BaseManager
from flask_babel import get_babel, refresh
from sqlalchemy import update

from app.access import Actor
from app.accounts.gate import person
from app.accounts.statements import send
from app.errors import Invalid
from app.labels import LOCALES
from app.models.adopted import User
from app.models.base import transaction

DEFAULT: Final = "zh"  # K4
COOKIE_KEY: Final = "locale"
CHOSEN_KEY: Final = "locale_chosen"  # the stranger has said so, here on the login page


class BabelManager(FabBabelManager):
    """Takes the place of FAB's, whose `/lang/<locale>` writes the session on a GET and knows no choice per user."""

    def __init__(self, appbuilder: Any) -> None:
        BaseManager.__init__(self, appbuilder)
        configuration = get_babel()  # FAB's manager has set Flask-Babel up; only the choosing is ours
        self.babel = configuration.instance
        configuration.locale_selector = self.get_locale
        configuration.timezone_selector = self.get_timezone

    def register_views(self) -> None:
        """None: POST /language does it."""

    def get_locale(self) -> str | None:
        """The reader's language; None (the configured default) where there is no reader."""
        if not has_request_context():
            return None
        actor = person()
        if actor is not None:
            return actor.locale
        chosen = session.get(COOKIE_KEY)
        if chosen in LOCALES:
            return str(chosen)
        return request.accept_languages.best_match(LOCALES, DEFAULT)

    def get_timezone(self) -> str | None:
        """The tenant's zone (IANA name), or None (the configured default) where there is no tenant."""
        actor = person() if has_request_context() else None
        return actor.timezone if actor is not None else None


def remember(locale: str) -> None:
    """Keeps a language in the cookie, for the login page after the logout. It is nobody's choice."""
    session[COOKIE_KEY] = locale


def chosen_before_login() -> str:
    """The language that whoever logs in now has chosen on the login page, or "": it becomes that of an account without
    a choice of its own (K4)."""
    chosen = session.get(COOKIE_KEY) if session.get(CHOSEN_KEY) else ""
    return str(chosen) if chosen in LOCALES else ""


def choose(actor: Actor | None, locale: str) -> None:
    """Remembers the reader's language: for a user for good, for a stranger in the cookie. Raises Invalid."""
    if locale not in LOCALES:
        raise Invalid({"locale": [locale]})
    remember(locale)
    if actor is None:
        session[CHOSEN_KEY] = True
    else:
        mine = (User.tenant_id == actor.tenant_id, User.id == actor.user_id)
        with transaction():
            send(update(User).where(*mine).values(locale=locale, changed_on=User.changed_on))
    refresh()
