"""The REST API of a resource of `kind: settings`: read, change some of it, give fields their defaults back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from apispec import APISpec
from flask import Response, jsonify, make_response
from flask_appbuilder.api import BaseApi, expose
from marshmallow import Schema, fields

from app.accounts.schemas import MESSAGES, Strict, body
from app.models.base import transaction
from app.records import settings
from app.records.settings import Settings, Values
from app.spec.model import ResourceSpec
from app.web import who
from app.web.api import sent_version
from app.web.face import Face
from app.web.openapi_settings import add_settings_paths
from app.web.permit import permitted
from app.web.schemas import VERSION


class ResetSchema(Strict):
    fields_ = fields.List(
        fields.String(error_messages=MESSAGES), data_key="fields", required=True, error_messages=MESSAGES
    )
    version = fields.Integer(strict=True, error_messages=MESSAGES)


class SettingsApi(BaseApi):
    """`register` makes one subclass per settings resource."""

    csrf_exempt = False  # cookies reach the API: a request that they authenticate carries a token (FAB-NOTES)
    allow_browser_login = True
    resource: ClassVar[ResourceSpec]
    faces: ClassVar[Mapping[str, Face]]
    edit_model_schema: ClassVar[Schema]

    @expose("/", methods=["GET"])
    @permitted("view")
    def get(self) -> Response:
        """What is in force, and what would be if nobody had set anything; the version is in the body and in ETag."""
        return self._answer(settings.get(who.actor(), self.resource))

    @expose("/", methods=["PUT"])
    @permitted("edit")
    def put(self) -> Response:
        """Changes the fields sent; 409 where If-Match or `version` is no longer theirs."""
        values = body(self.edit_model_schema)
        version = sent_version(values.pop(VERSION, None))
        with transaction():
            saved = settings.save(who.actor(), self.resource, values, version=version)
        return self._answer(saved)

    @expose("/reset", methods=["POST"])
    @permitted("edit")
    def reset(self) -> Response:
        """Gives `fields` their defaults back."""
        asked = body(ResetSchema())
        version = sent_version(asked.get(VERSION))
        with transaction():
            saved = settings.reset(who.actor(), self.resource, asked["fields_"], version=version)
        return self._answer(saved)

    def add_api_spec(self, api_spec: APISpec) -> None:
        """FAB would read docstrings; ours come from the resource, in the reader's language."""
        add_settings_paths(api_spec, self.faces[who.locale()], self.route_base)

    def _answer(self, known: Settings) -> Response:
        data = {VERSION: known.version, **self._json(known.values)}
        answer = make_response(jsonify(data=data, defaults=self._json(settings.defaults(self.resource))))
        answer.set_etag(str(known.version))
        return answer

    def _json(self, values: Values) -> dict[str, Any]:
        shown = self.faces[who.locale()].fields
        return {name: shown[name].kind.json(field, values[name]) for name, field in self.resource.fields.items()}
