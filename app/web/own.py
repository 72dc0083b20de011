"""The pages behind one's own name: where one is logged in, and one's API keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import keys, own_logins
from app.errors import HTTP_STATUS, Invalid
from app.records.ids import record_id
from app.web import htmx, who
from app.web.moments import moment
from app.web.permit import logged_in
from app.web.shell import page, toast

LIFETIMES: Final = (30, 90, 180, 365)  # days a new key may be made for, beside forever
FIRST_CHOICE: Final = 90


class OwnView(BaseView):
    """Nothing here needs a permission: everybody sees and changes what is their own."""

    route_base = "/my"
    default_view = "logins"
    template_folder = None

    @expose("/logins", methods=["GET"])
    @logged_in
    def logins(self) -> ResponseReturnValue:
        """Every login of one's own that is alive, the one in use marked."""
        found = [_login(login) for login in own_logins.list_logins(who.actor())]
        title = _("My logins")
        return page("logins.html", title=title, crumbs=[(title, None)], logins=found)

    @expose("/logins/end", methods=["POST"])
    @logged_in
    def end(self) -> ResponseReturnValue:
        """Ends one of them (`ids`)."""
        own_logins.end_login(who.actor(), record_id(request.form.get("ids", "")))
        flash(_("That login has ended."), "success")
        return htmx.go(url_for("OwnView.logins"))

    @expose("/logins/end_others", methods=["POST"])
    @logged_in
    def end_others(self) -> ResponseReturnValue:
        """Ends all but the one in use."""
        number = own_logins.end_others(who.actor())
        said = ngettext("%(num)s other login has ended.", "%(num)s other logins have ended.", number)
        flash(said if number else _("There was no other login."), "success")
        return htmx.go(url_for("OwnView.logins"))

    @expose("/keys", methods=["GET"])
    @logged_in
    def keys(self) -> ResponseReturnValue:
        """One's live API keys, and the form for another."""
        return _keys_page()

    @expose("/keys", methods=["POST"])
    @logged_in
    def make_key(self) -> ResponseReturnValue:
        """A new key, shown in this answer and never again."""
        name, days = request.form.get("name", ""), request.form.get("days", "")
        lifetime = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0  # which no key can have
        try:
            made, text = keys.create(who.actor(), name, lifetime if days else None)
        except Invalid as fault:
            return _keys_page(fault.errors, {"name": name, "days": days}, status=HTTP_STATUS[Invalid])
        return _keys_page(toasts=[toast(_("API key made: %(name)s", name=made.name), secret=text)])

    @expose("/keys/revoke", methods=["POST"])
    @logged_in
    def revoke_key(self) -> ResponseReturnValue:
        """Ends one of one's keys (`ids`) at once."""
        keys.revoke(who.actor(), record_id(request.form.get("ids", "")))
        flash(_("The key opens nothing any more."), "success")
        return htmx.go(url_for("OwnView.keys"))


def _login(login: own_logins.Login) -> dict[str, Any]:
    reader = who.actor().reader
    return {
        "id": login.id,
        "device": login.device or _("Unknown device"),
        "by_program": login.by_program,
        "address": login.address,
        "since": moment(login.since, reader),
        "seen": moment(login.seen, reader),
        "mine": login.mine,
    }


def _keys_page(
    errors: Mapping[str, Sequence[object]] | None = None,
    typed: Mapping[str, str] | None = None,
    *,
    toasts: Sequence[dict[str, Any]] = (),
    status: int = 200,
) -> Response:
    reader, title = who.actor().reader, _("API keys")
    shown = [
        {
            "id": key.id,
            "name": key.name,
            "prefix": key.prefix,
            "created": moment(key.created_at, reader),
            "used": _("Last used %(at)s", at=moment(key.last_used_at, reader)) if key.last_used_at else _("Never used"),
            "expires": _("Ends %(at)s", at=moment(key.expires_at, reader)) if key.expires_at else _("No end"),
        }
        for key in keys.list_keys(who.actor())
    ]
    lifetimes = [(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in LIFETIMES]
    form = {
        "name": (typed or {}).get("name", ""),
        "days": (typed or {}).get("days", str(FIRST_CHOICE)),
        "lifetimes": [*lifetimes, ("", _("No end"))],
        "errors": {name: [str(text) for text in texts] for name, texts in (errors or {}).items()},
        "most": keys.MOST_NAME,
    }
    crumbs = [(title, None)]
    return page("keys.html", title=title, crumbs=crumbs, toasts=toasts, status=status, keys=shown, form=form)
