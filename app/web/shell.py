"""What every page has around it, and the one way to make a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, current_app, get_flashed_messages, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from app.access import Actor
from app.accounts.addresses import HOME
from app.jobs import approval
from app.web import who

Crumb = tuple[str, str | None]
LANG = {"zh": "zh-CN", "en": "en"}


def page(
    template: str,
    *,
    title: str,
    crumbs: Iterable[Crumb] = (),
    toasts: Sequence[dict[str, Any]] = (),
    status: int = 200,
    **context: Any,
) -> Response:
    """The rendered page. `crumbs`: (label, url below the root or None); `toasts` come before those flashed earlier."""
    return make_response(render_template(template, shell=shell(title, crumbs, toasts), **context), status)


def part(template: str, *, status: int = 200, **context: Any) -> Response:
    """A piece of a page for htmx: the frame's texts but no menu, and flashed messages stay for the next whole page."""
    frame = _frame("", who.known()) | {"menu": "", "breadcrumb": [], "toasts": []}
    return make_response(render_template(template, shell=frame, partial=True, **context), status)


def shell(title: str, crumbs: Iterable[Crumb] = (), toasts: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The template context `shell`. Anonymous pages have no menu and no user."""
    actor, root = who.known(), request.script_root
    menu = current_app.extensions["appbuilder"].menu.drawn(actor, root, request.path) if actor else ""
    trail = [{"label": label, "url": root + url if url else None} for label, url in crumbs]
    if actor:
        trail.insert(0, {"label": _("Workbench"), "url": root + HOME})
    return _frame(title, actor) | {"menu": menu, "breadcrumb": trail, "toasts": [*toasts, *flashed()]}


def flashed() -> list[dict[str, Any]]:
    """The messages kept for the next page; they are gone afterwards."""
    pairs: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    return [toast(text, tone) for tone, text in pairs]


def toast(text: str, tone: str = "success", secret: str | None = None) -> dict[str, Any]:
    """`secret` is shown once, in this response only: it never goes through a cookie, an address or a log (P3)."""
    return {"tone": tone, "text": text, "secret": secret}


def _frame(title: str, actor: Actor | None) -> dict[str, Any]:
    locale = who.locale()
    return {
        "title": title,
        "locale": locale,
        "lang": LANG[locale],
        "product_name": current_app.config["APP_NAME"],
        "tenant_name": actor.tenant_name if actor else "",
        "user_name": actor.get_full_name() if actor else None,
        "role_name": actor.role_name if actor else "",
        "approves": bool(actor and approval.resources(actor)),
        "workbench_url": request.script_root + HOME,
        "csrf_token": generate_csrf(),
        "forced": bool(actor and actor.must_change_password),  # nothing but the new password is answered
        "password_days": actor.password_days if actor and not actor.must_change_password else None,
    }
