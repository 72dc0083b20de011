"""Where Ctrl+K and programs ask: `/palette?q=` and `/api/v1/search?q=`, with the same rights."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from apispec import APISpec
from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _

from app.web import who
from app.web.openapi import TEXT, WHETHER, refused
from app.web.palette import as_json, find, records
from app.web.permit import logged_in
from app.web.shell import part

BASE: Final = "/api/v1/search"


class PaletteView(BaseView):
    """No permission of its own: each group asks for that of its page."""

    route_base = "/palette"
    default_view = "found"
    template_folder = None

    @expose("")
    @logged_in
    def found(self) -> ResponseReturnValue:
        """The options of the list that stands under the box."""
        asked = request.args.get("q", "")
        groups, query = find(who.actor(), asked), urlencode({"q": asked.strip()})
        return part("_palette.html", groups=groups, root=request.script_root, query=query, asked=bool(asked.strip()))


class SearchApi(BaseApi):
    """One search over all resources that have it; pages are for people."""

    resource_name = "search"
    route_base = BASE
    csrf_exempt = False

    @expose("", methods=["GET"])
    @logged_in
    def search(self) -> Response:
        """The first records found in each resource, and whether there are more."""
        text = request.args.get("q", "").strip()
        groups = list(records(who.actor(), text)) if text else []
        for refusal in (group.refused for group in groups if group.refused):
            raise refusal
        return jsonify(data=as_json([group for group in groups if group.entries]))


def add_search_path(spec: APISpec) -> None:
    """Adds the search to the OpenAPI description."""
    row = {"type": "object", "properties": {"id": TEXT, "title": TEXT, "text": TEXT}}
    group = {
        "type": "object",
        "properties": {"resource": TEXT, "label": TEXT, "more": WHETHER, "rows": {"type": "array", "items": row}},
    }
    answer = {"type": "object", "properties": {"data": {"type": "array", "items": group}}}
    asked = {
        "name": "q", "in": "query", "required": True, "schema": TEXT,
        "description": _("Part of a name, pinyin, initials, or a number"),
    }  # fmt: skip
    found = {"description": _("Done"), "content": {"application/json": {"schema": answer}}}
    made = {
        "tags": [_("Search")],
        "summary": _("Search everything at once"),
        "parameters": [asked],
        "responses": {"200": found, "default": refused()},
    }
    spec.path(path=BASE, operations={"get": made})
