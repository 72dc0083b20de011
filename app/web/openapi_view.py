"""The OpenAPI document and the page that shows it, for whoever is logged in."""

from __future__ import annotations

from apispec import APISpec
from flask import Response, current_app, jsonify, request
from flask_appbuilder.api import BaseApi, expose
from flask_babel import gettext as _

from app.accounts.platform import operates
from app.web import who
from app.web.api import ResourceApi
from app.web.explain import add_explain_path
from app.web.jobs_api import add_jobs_paths
from app.web.openapi import ERROR, error_schema
from app.web.palette_view import add_search_path
from app.web.permit import logged_in
from app.web.platform import add_platform_paths
from app.web.security_api_spec import add_security_paths
from app.web.settings_api import SettingsApi
from app.web.shell import page
from app.web.workbench_api import add_workbench_paths

OPENAPI = "3.0.3"


class OpenApiView(BaseApi):
    """In the place of FAB's OpenApi and SwaggerView."""

    route_base = "/api/v1"
    csrf_exempt = False

    @expose("/_openapi", methods=["GET"])
    @logged_in
    def document(self) -> Response:
        """Every resource's API, in the reader's language."""
        return jsonify(self._spec().to_dict())

    @expose("/", methods=["GET"])
    @logged_in
    def swagger(self) -> Response:
        """The document to read and try out."""
        url = f"{request.script_root}{self.route_base}/_openapi"
        return page("swagger.html", title=_("REST API"), crumbs=[(_("REST API"), None)], openapi_url=url)

    def _spec(self) -> APISpec:
        spec = APISpec(
            title=current_app.config["APP_NAME"],
            version="v1",
            openapi_version=OPENAPI,
            info={
                "description": _("Every company sees its own data only. Permissions are those of the person's role.")
            },
            servers=[{"url": request.script_root or "/"}],
            security=[{"bearer": []}, {"api_key": []}, {"cookie": []}],
        )
        spec.components.schema(ERROR, error_schema())
        _add_schemes(spec)
        add_security_paths(spec)
        add_workbench_paths(spec)
        add_explain_path(spec)
        add_search_path(spec)
        add_jobs_paths(spec)
        if operates(who.actor()):
            add_platform_paths(spec)
        for view in self.appbuilder.baseviews:
            if isinstance(view, ResourceApi | SettingsApi):
                view.add_api_spec(spec)
        return spec


def _add_schemes(spec: APISpec) -> None:
    bearer = {"type": "http", "scheme": "bearer", "description": _("Token of /api/v1/security/login, or an API key")}
    key = {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": _("An API key")}
    cookie_name = current_app.config["SESSION_COOKIE_NAME"]
    cookie = {
        "type": "apiKey",
        "in": "cookie",
        "name": cookie_name,
        "description": _("The browser's login; unsafe requests send X-CSRFToken"),
    }
    for name, scheme in (("bearer", bearer), ("api_key", key), ("cookie", cookie)):
        spec.components.security_scheme(name, scheme)
