"""`/api/v1/security/`: tokens for programs that log in as a person, and API keys for those that do not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify, make_response, request, session
from flask_appbuilder.api import BaseApi, expose

from app.accounts import keys, sessions, tokens
from app.accounts.gate import actor
from app.accounts.headers import jwt
from app.accounts.login import log_in
from app.accounts.schemas import KeySchema, LoginSchema, body
from app.errors import NotLoggedIn


class SecurityApi(BaseApi):
    """Errors are raised and answered as everywhere else (`app.web.errors`); FAB's `@safe` would answer 500."""

    resource_name = "security"
    openapi_spec_tag = "Security"
    csrf_exempt = False

    @expose("/login", methods=["POST"])
    def login(self) -> Response:
        """Tokens for enterprise code, login name and password; same lockout and limits as the page."""
        sent = body(LoginSchema())
        issued = tokens.issue(log_in(sent["tenant"], sent["username"], sent["password"], sessions.API))
        return jsonify(access_token=issued.access, refresh_token=issued.refresh, token_type="Bearer")  # noqa: S106

    @expose("/refresh", methods=["POST"])
    def refresh(self) -> Response:
        """A new access token for a refresh token."""
        token = jwt(request)
        if token is None:
            raise NotLoggedIn
        return jsonify(access_token=tokens.renew(token), token_type="Bearer")  # noqa: S106

    @expose("/logout", methods=["POST"])
    def logout(self) -> Response:
        """Ends the login the request came with: its tokens, or its cookie."""
        sessions.end(actor())
        session.clear()
        return make_response("", 204)

    @expose("/keys", methods=["GET"])
    def list_keys(self) -> Response:
        """One's own API keys, newest first."""
        return jsonify(data=[_shown(key) for key in keys.list_keys(actor())])

    @expose("/keys", methods=["POST"])
    def create_key(self) -> Response:
        """A new API key; `key` is in this answer only."""
        sent = body(KeySchema())
        key, text = keys.create(actor(), sent["name"], sent["days"])
        return make_response(jsonify(data={**_shown(key), "key": text}), 201)

    @expose("/keys/<int:key_id>", methods=["DELETE"])
    def revoke_key(self, key_id: int) -> Response:
        """Ends one of one's own API keys at once."""
        keys.revoke(actor(), key_id)
        return make_response("", 204)


def _shown(key: keys.Key) -> dict[str, Any]:
    return {
        "id": str(key.id),
        "name": key.name,
        "prefix": key.prefix,
        "created_at": _moment(key.created_at),
        "last_used_at": _moment(key.last_used_at),
        "expires_at": _moment(key.expires_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
