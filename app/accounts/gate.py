"""The one hook before every request: who is it, and may they go on at all."""

from __future__ import annotations

from flask import g, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.access import Actor
from app.accounts.addresses import BEFORE_PASSWORD_CHANGE, PUBLIC_ENDPOINTS, is_api, is_static
from app.errors import NotLoggedIn

PASSWORD_CHANGE_REQUIRED = "password_change_required"  # noqa: S105 - the code of an error, not a password


def admit() -> ResponseReturnValue | None:
    """Deny by default: without a login only PUBLIC_ENDPOINTS answer. Raises NotLoggedIn.

    Whoever must change the password first (P3) gets nothing else until then: pages lead to the form, the API refuses.
    """
    if is_static(request):
        return None
    g.user = current_user
    if request.endpoint is None:  # nothing is there: 404 and 405 tell the same to everyone
        return None
    if person() is None and request.endpoint in PUBLIC_ENDPOINTS:
        return None
    if actor().must_change_password and request.endpoint not in BEFORE_PASSWORD_CHANGE:
        return _change_password_first()
    return None


def person() -> Actor | None:
    """The actor of this request, or None where nobody is logged in."""
    user = current_user._get_current_object()
    return user if isinstance(user, Actor) else None


def actor() -> Actor:
    """The actor of this request. Raises NotLoggedIn."""
    found = person()
    if found is None:
        raise NotLoggedIn
    return found


def _change_password_first() -> ResponseReturnValue:
    form = url_for("LoginView.password")
    if is_api(request):
        message = _("Change your password before you go on.")
        error = {"code": PASSWORD_CHANGE_REQUIRED, "message": message, "fields": {}}
        return make_response(jsonify(error=error), 403)
    if request.headers.get("HX-Request"):
        return make_response("", 403, {"HX-Redirect": form})
    return redirect(form, 303)
