"""The platform's pages and API: which companies there are, and a one-time password for an admin of one (P3).

For everybody but the platform's operators they are not there (404).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from apispec import APISpec
from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _

from app.accounts import platform
from app.accounts.platform import Admin, Company
from app.fields.base import Reader
from app.records.ids import record_id
from app.web import who
from app.web.moments import moment
from app.web.openapi import TEXT, WHETHER, WHOLE, refused
from app.web.permit import logged_in
from app.web.shell import page, toast

MOST_TEXT: Final = 128  # characters of a name worth looking for


class PlatformView(BaseView):
    route_base = "/platform"
    default_view = "companies"
    template_folder = None

    @expose("/", methods=["GET"])
    @logged_in
    def companies(self) -> ResponseReturnValue:
        """Code, name, state, number of users and age of every company. `?q=` looks for a code or name."""
        text, after = _asked()
        found, more = platform.companies(who.actor(), text, after)
        reader = who.actor().reader
        rows = [
            {"company": company, "created": moment(company.created_at, reader),
             "url": url_for("PlatformView.company", id=company.id)}
            for company in found
        ]  # fmt: skip
        context: dict[str, Any] = {
            "rows": rows,
            "text": text,
            "first_url": url_for("PlatformView.companies", q=text or None) if after else None,
            "next_url": url_for("PlatformView.companies", q=text or None, after=more) if more else None,
        }
        title = _("Companies")
        return page("companies.html", title=title, crumbs=[(title, None)], **context)

    @expose("/<id>", methods=["GET"])
    @logged_in
    def company(self, id: str) -> ResponseReturnValue:
        """One company and its admins."""
        return self._company(record_id(id))

    @expose("/<id>/reset", methods=["POST"])
    @logged_in
    def reset(self, id: str) -> ResponseReturnValue:
        """A one-time password for one of its admins (`ids`), which stands in this answer only."""
        chosen = record_id(request.form.get("ids", ""))
        admin, password = platform.reset_admin(who.actor(), record_id(id), chosen)
        said = _("New one-time password of %(username)s", username=admin.username)
        return self._company(record_id(id), [toast(said, secret=password)])

    def _company(self, id: int, toasts: Sequence[dict[str, Any]] = ()) -> Response:
        actor = who.actor()
        found, reader = platform.company(actor, id), actor.reader
        admins = [{"admin": admin, "seen": _seen(admin, reader)} for admin in platform.admins(actor, id)]
        crumbs = [(_("Companies"), "/platform/"), (found.name, None)]
        facts: dict[str, Any] = {"company": found, "created": moment(found.created_at, reader), "admins": admins}
        return page("company.html", title=found.name, crumbs=crumbs, toasts=toasts, **facts)


class PlatformApi(BaseApi):
    resource_name = "platform"
    csrf_exempt = False

    @expose("/companies", methods=["GET"])
    @logged_in
    def companies(self) -> Response:
        """As the page; `next` is what to send as `after` for those that follow."""
        found, more = platform.companies(who.actor(), *_asked())
        return jsonify(data=[_company_json(company) for company in found], next=more or None)

    @expose("/companies/<id>/admins", methods=["GET"])
    @logged_in
    def admins(self, id: str) -> Response:
        """The admins of a company."""
        found = platform.admins(who.actor(), record_id(id))
        return jsonify(data=[_admin_json(admin) for admin in found])

    @expose("/companies/<id>/admins/<user>/reset", methods=["POST"])
    @logged_in
    def reset(self, id: str, user: str) -> Response:
        """A one-time password for an admin of a company; it is in this answer only."""
        admin, password = platform.reset_admin(who.actor(), record_id(id), record_id(user))
        return jsonify(data={"username": admin.username, "one_time_password": password})


def add_platform_paths(spec: APISpec) -> None:
    """Adds the platform's API to the OpenAPI description: for its operators, nobody else knows of it."""
    base, one = "/api/v1/platform/companies", [_in_path("id")]
    company = dict.fromkeys(("id", "code", "name", "created_at"), TEXT) | {"active": WHETHER, "users": WHOLE}
    admin = dict.fromkeys(("id", "username", "name"), TEXT) | {"active": WHETHER}
    asked = [{"name": name, "in": "query", "schema": TEXT} for name in ("q", "after")]
    password = {"type": "object", "properties": dict.fromkeys(("username", "one_time_password"), TEXT)}
    for path, verb, summary, parameters, data in (
        (base, "get", _("Companies"), asked, {"type": "array", "items": {"type": "object", "properties": company}}),
        (f"{base}/{{id}}/admins", "get", _("Admins of a company"), one,
         {"type": "array", "items": {"type": "object", "properties": admin}}),
        (f"{base}/{{id}}/admins/{{user}}/reset", "post", _("Reset password"), [*one, _in_path("user")], password),
    ):  # fmt: skip
        schema = {"type": "object", "properties": {"data": data}}
        good = {"description": _("Done"), "content": {"application/json": {"schema": schema}}}
        operation = {"tags": [_("Platform")], "summary": summary, "parameters": parameters,
                     "responses": {"200": good, "default": refused()}}  # fmt: skip
        spec.path(path=path, operations={verb: operation})


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _seen(admin: Admin, reader: Reader) -> str:
    at = admin.last_login_at
    return str(_("Last login %(at)s", at=moment(at, reader)) if at else _("Never logged in"))


def _asked() -> tuple[str, str]:
    text, after = ("".join(filter(str.isprintable, request.args.get(name, ""))) for name in ("q", "after"))
    return text.strip()[:MOST_TEXT], after[:MOST_TEXT]


def _company_json(company: Company) -> dict[str, Any]:
    return {
        "id": str(company.id), "code": company.code, "name": company.name, "active": company.active,
        "users": company.users, "created_at": company.created_at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


def _admin_json(admin: Admin) -> dict[str, Any]:
    return {"id": str(admin.id), "username": admin.username, "name": admin.name, "active": admin.active}
