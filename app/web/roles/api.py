"""The REST API of roles beyond that of any resource: permissions, versions, copies. The rules of the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from apispec import APISpec
from flask import Response, jsonify, make_response, request
from flask_appbuilder.api import expose
from flask_babel import gettext as _
from marshmallow import fields

from app.accounts import role_history, role_saving
from app.accounts.role_history import Version
from app.accounts.role_saving import RoleConflict, Saved
from app.accounts.roles import Grants, RoleState, all_roles, defaults_of, find, texts, with_grants
from app.accounts.schemas import MESSAGES, Strict, body
from app.errors import HTTP_STATUS, Conflict, Invalid, NotFound
from app.models.base import transaction
from app.records.grant_words import GRANTS
from app.records.ids import record_id
from app.spec.model import NARROWINGS, PERMISSIONS
from app.web import who
from app.web.api import ResourceApi
from app.web.permit import permitted
from app.web.roles.openapi import add_role_paths
from app.web.roles.view import within
from app.web.schemas import ExactInteger

Json = dict[str, Any]
NUMBER: Final[Mapping[str, Any]] = {"error_messages": MESSAGES, "allow_none": True, "load_default": None}


class PermissionsSchema(Strict):
    version = ExactInteger(required=True, error_messages=MESSAGES)
    grants = fields.Dict(
        keys=fields.String(error_messages=MESSAGES),
        values=fields.List(fields.String(error_messages=MESSAGES), error_messages=MESSAGES),
        required=True,
        error_messages=MESSAGES,
    )


class RestoreSchema(Strict):
    page = fields.String(error_messages=MESSAGES, load_default="")
    kind = fields.String(error_messages=MESSAGES, load_default="")
    version = ExactInteger(**NUMBER)


class RollbackSchema(Strict):
    number = ExactInteger(required=True, error_messages=MESSAGES)
    version = ExactInteger(**NUMBER)


class RoleApi(ResourceApi):
    """In the place of the generic API for the resource whose model is `role`."""

    more_methods: ClassVar[Mapping[str, str]] = {
        "permissions": "view", "put_permissions": "edit", "restore": "edit", "versions": "view", "rollback": "edit",
        "compare": "view", "copy": "add",
    }  # fmt: skip

    @expose("/<id>/permissions", methods=["GET"])
    @permitted("view")
    def permissions(self, id: str) -> Response:
        """What the role is granted, and what it would be by default (R3, R5)."""
        role = with_grants([find(all_roles(who.actor()), record_id(id))])[0]
        return _answer(role)

    @expose("/<id>/permissions", methods=["PUT"])
    @permitted("edit")
    def put_permissions(self, id: str) -> Response:
        """Grants exactly what is sent (R4); 409 with both people's changes where `version` is no longer in force."""
        sent = body(PermissionsSchema())
        wanted = frozenset((name, kind) for name, kinds in sent[GRANTS].items() for kind in kinds)
        return _changed(lambda: role_saving.save(who.actor(), record_id(id), wanted, sent["version"]))

    @expose("/<id>/restore", methods=["POST"])
    @permitted("edit")
    def restore(self, id: str) -> Response:
        """The defaults again (R5): of one kind on one page, of one page, or of all."""
        sent = body(RestoreSchema())
        if sent["kind"] and not sent["page"]:
            raise Invalid({"page": [_("This is required.")]})
        scope = within(f"{sent['page']}.{sent['kind']}")
        return _changed(lambda: role_saving.restore(who.actor(), record_id(id), scope, sent["version"]))

    @expose("/<id>/versions", methods=["GET"])
    @permitted("view")
    def versions(self, id: str) -> Response:
        """Every version of what the role was granted, the one in force first."""
        actor = who.actor()
        role = find(all_roles(actor), record_id(id))
        return jsonify(data=[_version(version) for version in role_history.versions(actor, role)])

    @expose("/<id>/rollback", methods=["POST"])
    @permitted("edit")
    def rollback(self, id: str) -> Response:
        """What version `number` granted, as a new version."""
        sent = body(RollbackSchema())
        if not 0 < sent["number"] < 10**9:
            raise NotFound
        return _changed(lambda: role_saving.rollback(who.actor(), record_id(id), sent["number"], sent["version"]))

    @expose("/compare", methods=["GET"])
    @permitted("view")
    def compare(self) -> Response:
        """What the roles `?left=` and `?right=` are granted differently."""
        roles = all_roles(who.actor())
        chosen = [find(roles, record_id(request.args.get(side, ""))) for side in ("left", "right")]
        left, right = with_grants(chosen)
        return jsonify(
            data={
                "left": {"id": str(left.id), "only": texts(left.grants - right.grants)},
                "right": {"id": str(right.id), "only": texts(right.grants - left.grants)},
                "both": texts(left.grants & right.grants),
            }
        )

    @expose("/<id>/copy", methods=["POST"])
    @permitted("add")
    def copy(self, id: str) -> Response:
        """A new role with the same permissions."""
        values = body(self.add_model_schema)
        with transaction():
            made = role_saving.copy(who.actor(), record_id(id), values)
        response = _answer(with_grants([find(all_roles(who.actor()), made)])[0], 201)
        response.headers["Location"] = f"{request.script_root}{self.route_base}/{made}"
        return response

    def _remove(self, ids: list[int], heir: str | None) -> list[str]:
        return role_saving.remove(who.actor(), ids, heir)

    def add_api_spec(self, api_spec: APISpec) -> None:
        super().add_api_spec(api_spec)
        add_role_paths(api_spec, self.face, self.route_base)


def by_page(grants: Grants) -> dict[str, list[str]]:
    """Permissions as the API gives and takes them: page → kinds, in the order of the matrix."""
    pages = sorted({page for page, _kind in grants})
    return {page: [kind for kind in (*PERMISSIONS, *NARROWINGS) if (page, kind) in grants] for page in pages}


def _changed(change: Callable[[], Saved]) -> Response:
    try:
        with transaction():
            return _answer(change().role)
    except RoleConflict as conflict:
        error = {
            "code": "conflict",
            "message": str(conflict.message),
            "fields": {},
            "current": _role(conflict.role),
            "theirs": _difference(conflict.base, conflict.role.grants),
            "yours": _difference(conflict.base, conflict.wanted),
        }
        return make_response(jsonify(error=error), HTTP_STATUS[Conflict])


def _answer(role: RoleState, status: int = 200) -> Response:
    return make_response(jsonify(data=_role(role)), status)


def _role(role: RoleState) -> Json:
    defaults = defaults_of(role.origin)
    return {
        "id": str(role.id),
        "name": role.name,
        "key": role.key,
        "base": role.base,
        "version": role.number,
        "users": role.users,
        "grants": by_page(role.grants),
        "defaults": by_page(defaults),
        "differs": texts(role.grants ^ defaults) if role.origin else [],
    }


def _difference(before: Grants, after: Grants) -> Json:
    return {"added": texts(after - before), "removed": texts(before - after)}


def _version(version: Version) -> Json:
    return {
        "number": version.number,
        "at": version.at.isoformat().replace("+00:00", "Z"),
        "who": version.who,
        "action": version.action,
        "source": version.source,
        "grants": by_page(version.grants),
        "added": texts(version.added),
        "removed": texts(version.removed),
    }
