"""The page that answers “may this person do that, and why?”, and the same for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from apispec import APISpec
from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.access import Actor, demand, may
from app.accounts.explain import WITHOUT_RECORD, Explanation, explain, roles_page
from app.engine import engine
from app.errors import NotFound
from app.records import query
from app.records.ids import record_id
from app.records.search import parse
from app.records.system import people
from app.spec.kinds import KIND_LABELS
from app.spec.model import PERMISSIONS, ResourceSpec
from app.web import htmx, who
from app.web.openapi import TEXT, WHETHER, refused
from app.web.permit import logged_in
from app.web.shell import page, part

MOST_RECORDS: Final = 20
MOST_TEXT: Final = 100


class ExplainView(BaseView):
    """For whoever may see the roles."""

    route_base = "/explain"
    default_view = "ask"
    template_folder = None

    @expose("/")
    @logged_in
    def ask(self) -> ResponseReturnValue:
        """The question, and under it the answer once there is a person, a page and a kind."""
        actor, args = who.actor(), request.args
        demand(actor, roles_page(), "view")
        context = _context(actor, args)
        if htmx.aimed_at("explain"):
            return part("_explain.html", explain=context)
        roles = roles_page()
        crumbs = [(roles.many.text(actor.locale), f"/{roles.name}/"), (_("Explain"), None)]
        return page("explain.html", title=_("Explain permissions"), crumbs=crumbs, explain=context)

    @expose("/records")
    @logged_in
    def records(self) -> ResponseReturnValue:
        """Records of `?page=` whose list finds `?q=`, for a drop-down."""
        actor, args = who.actor(), request.args
        demand(actor, roles_page(), "view")
        asked, text = _page(args.get("page", "")), args.get("q", "").strip()[:MOST_TEXT]
        if asked is None or asked.kind == "settings" or not may(actor, asked, "view"):
            raise NotFound
        search = parse(asked, MultiDict({"q": text} if asked.list.search else {}), actor.reader, MOST_RECORDS)
        return jsonify([{"value": str(row.id), "text": _title(actor, asked, row.id)}
                        for row in query.page(actor, asked, search).rows])  # fmt: skip


class ExplainApi(BaseApi):
    """GET /api/v1/explain/?user=&page=&kind=&record="""

    resource_name = "explain"
    route_base = "/api/v1/explain"
    csrf_exempt = False

    @expose("/", methods=["GET"])
    @logged_in
    def get_answer(self) -> Response:
        """The answer, with what is in sight. 404 for a person, page, kind or record that is not there."""
        actor, args = who.actor(), request.args
        demand(actor, roles_page(), "view")
        answer = _answer(actor, args)
        if answer is None:
            raise NotFound
        return jsonify(data=asdict(answer))


def add_explain_path(spec: APISpec) -> None:
    """Adds the question to the OpenAPI description."""
    asked = {
        "user": _("The person's id"), "page": _("Name of a resource"), "kind": _("One of the twelve permissions"),
        "record": _("Id of a record of that page, if it is about one"),
    }  # fmt: skip
    line = {"label": TEXT, "on": WHETHER, "parameter": TEXT, "place": TEXT, "met": WHETHER}
    action = {"label": TEXT, "on": WHETHER, "why": TEXT, "place": TEXT}
    answer = {
        "allowed": WHETHER, "reason": TEXT, "sentence": TEXT, "change": TEXT, "place": TEXT,
        "sight": {"type": "array", "items": {"type": "object", "properties": line}},
        "actions": {"type": "array", "items": {"type": "object", "properties": action}},
    }  # fmt: skip
    data = {"type": "object", "properties": {"data": {"type": "object", "properties": answer}}}
    parameters = [
        {"name": name, "in": "query", "required": name != "record", "schema": TEXT, "description": said}
        for name, said in asked.items()
    ]
    good = {"description": _("Done"), "content": {"application/json": {"schema": data}}}
    operation = {
        "tags": [_("Explain permissions")], "summary": _("May this person do that, and why?"),
        "parameters": parameters, "responses": {"200": good, "default": refused()},
    }  # fmt: skip
    spec.path(path="/api/v1/explain/", operations={"get": operation})


def _answer(actor: Actor, args: MultiDict[str, str]) -> Explanation | None:
    """None where the question is not complete. Raises NotFound, Denied."""
    asked, kind = _page(args.get("page", "")), args.get("kind", "")
    if not args.get("user") or asked is None or kind not in PERMISSIONS:
        return None
    record = args.get("record", "").strip()
    return explain(actor, record_id(args["user"]), asked, kind, record_id(record) if record else None)


def _context(actor: Actor, args: MultiDict[str, str]) -> dict[str, Any]:
    product, asked, kind = engine().product, _page(args.get("page", "")), args.get("kind", "")
    answer, missing = None, ""
    try:
        answer = _answer(actor, args)
    except NotFound:
        missing = _("This person or record is not there, or you cannot see it.")
    takes_record = asked is not None and asked.kind != "settings" and kind not in WITHOUT_RECORD
    takes_record = takes_record and asked is not None and may(actor, asked, "view")
    root = request.script_root
    return {
        "url": f"{root}/explain/",
        "people_url": f"{root}/{people(product).name}/choices/created_by",
        "records_url": f"{root}/explain/records?page={asked.name}" if asked is not None and takes_record else None,
        "user": _chosen(actor, people(product), args.get("user", "")),
        "record": _chosen(actor, asked, args.get("record", "")) if asked is not None and takes_record else None,
        "groups": _groups(actor, asked),
        "kinds": [
            {"value": one, "label": KIND_LABELS[one].text(actor.locale), "selected": one == kind,
             "there": asked is None or one in asked.can}
            for one in PERMISSIONS
        ],
        "answer": answer,
        "place": f"{root}{answer.place}" if answer and answer.place else None,
        "missing": missing,
    }  # fmt: skip


def _groups(actor: Actor, asked: ResourceSpec | None) -> list[dict[str, Any]]:
    """The pages of the product as the menu has them, whether or not the asker may open them."""
    product = engine().product
    groups = sorted(product.groups.values(), key=lambda group: (group.order, group.name))
    found = []
    for group in groups:
        inside = sorted(
            (one for one in product.resources.values() if one.page and one.group == group.name),
            key=lambda one: (one.menu_order, one.name),
        )
        pages = [{"value": one.name, "label": one.many.text(actor.locale), "selected": one is asked} for one in inside]
        if pages:
            found.append({"label": group.label.text(actor.locale), "pages": pages})
    return found


def _chosen(actor: Actor, resource: ResourceSpec, text: str) -> dict[str, str] | None:
    """The record that the drop-down shows as chosen; None where there is none to show."""
    try:
        id_ = record_id(text)
        return {"value": str(id_), "label": _title(actor, resource, id_)}
    except NotFound:
        return None


def _title(actor: Actor, resource: ResourceSpec, id_: int) -> str:
    return query.read(actor, resource, id_).title


def _page(name: str) -> ResourceSpec | None:
    found = engine().product.resources.get(name)
    return found if found is not None and found.page else None
