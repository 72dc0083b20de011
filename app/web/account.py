"""The pages of one's own account: log in, log out, change the password, choose the language."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from app.accounts import passwords, sessions
from app.accounts.addresses import HOME, destination, is_local, page_before
from app.accounts.language import choose, chosen_before_login, remember
from app.accounts.login import LoginRefused, log_in
from app.errors import HTTP_STATUS, Invalid, TooMany
from app.web import who
from app.web.htmx import go
from app.web.password_page import answer_strength, password_page
from app.web.security import untrusted
from app.web.shell import page


class LoginView(BaseView):
    """FAB's `auth_view`, under the name its decorators look for."""

    route_base = ""
    template_folder = None
    default_view = "login"

    @expose("/login", methods=["GET", "POST"])
    def login(self) -> ResponseReturnValue:
        """`?tenant=` fills in the enterprise code, `?next=` says where to go on (a page of this product only)."""
        target = destination(request.args.get("next"))
        if request.method == "GET":
            if who.known() is not None:
                return redirect(request.script_root + target)
            return _login_page(request.args.get("tenant", ""), "")
        code, username = request.form.get("tenant", ""), request.form.get("username", "")
        if untrusted():
            return _login_page(code, username, _("This page has expired. Log in again."), status=HTTP_STATUS[Invalid])
        try:
            identity = log_in(code, username, request.form.get("password", ""), sessions.WEB, chosen_before_login())
        except LoginRefused as refusal:
            return _login_page(code, username, str(refusal.message), status=401)
        except TooMany as refusal:
            answer = _login_page(code, username, str(refusal.message), status=HTTP_STATUS[TooMany])
            answer.headers["Retry-After"] = str(refusal.retry_after)
            return answer
        _begin(identity)
        return redirect(request.script_root + target, 303)

    @expose("/logout", methods=["POST"])
    def logout(self) -> ResponseReturnValue:
        """By POST only: a link or picture on another site logs nobody out."""
        sessions.end(who.actor())
        locale = who.locale()
        session.clear()
        remember(locale)
        return go(url_for("LoginView.login"))

    @expose("/password", methods=["GET", "POST"])
    def password(self) -> ResponseReturnValue:
        """P1; also where a one-time password is changed at the first login (P3)."""
        actor = who.actor()
        if request.method == "GET":
            return password_page({})
        form = request.form
        try:
            identity = passwords.change_own(actor, form.get("old", ""), form.get("new", ""), form.get("confirm", ""))
        except Invalid as fault:
            return password_page(fault.errors, status=HTTP_STATUS[Invalid])
        _begin(identity)
        flash(_("Password changed. Your other logins have ended."), "success")
        return redirect(request.script_root + HOME, 303)

    @expose("/password/strength", methods=["POST"])
    def strength(self) -> ResponseReturnValue:
        """P2: what the meter shows while a password is being typed."""
        return answer_strength()

    @expose("/language", methods=["POST"])
    def language(self) -> ResponseReturnValue:
        """Switches between zh and en, and goes back to the page one was on."""
        choose(who.known(), request.form.get("locale", ""))
        asked_for = request.form.get("next", "")
        back = asked_for if is_local(asked_for) else page_before(request)
        return go(request.script_root + (back or HOME))


def _begin(identity: str) -> None:
    """A new browser session for a new login: nothing of the old one outlives it, its CSRF token included (fixation)."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    session["_user_id"] = identity  # where Flask-Login looks
    generate_csrf()  # into the cookie now: pages that are first asked for at the same moment would each make their own


def _login_page(code: str, username: str, error: str = "", *, status: int = 200) -> Response:
    """The one message stands above the form, at no field: it must not tell which of the three was wrong."""
    login = {"action": _same_address(), "tenant": code, "username": username, "error": error}
    return page("login.html", title=_("Log in"), status=status, login=login)


def _same_address() -> str:
    query = request.query_string.decode("ascii", "replace")
    return url_for("LoginView.login") + (f"?{query}" if query else "")


def register(chassis: Any) -> None:
    """Adds the pages; FAB's own decorators lead to this login page from now on."""
    chassis.sm.auth_view = chassis.add_view_no_menu(LoginView)
