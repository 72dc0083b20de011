"""JSON web tokens of the API. Each names a login row of kind `api`, so that ending the row ends the token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Flask
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from app.access import Actor
from app.accounts import sessions
from app.errors import NotLoggedIn

ACCESS: Final = "access"
REFRESH: Final = "refresh"
ACCESS_LIFETIME: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Tokens:
    access: str
    refresh: str


def configure(app: Flask) -> None:
    """What Flask-JWT-Extended reads: tokens travel in the Authorization header only, never in a cookie or address."""
    app.config.update(
        JWT_TOKEN_LOCATION=["headers"],
        JWT_ALGORITHM="HS256",
        JWT_DECODE_ALGORITHMS=["HS256"],
        JWT_ACCESS_TOKEN_EXPIRES=ACCESS_LIFETIME,
        JWT_REFRESH_TOKEN_EXPIRES=timedelta(hours=app.config["SESSION_HOURS"]),
    )


def issue(identity: str) -> Tokens:
    """The two tokens of a new login."""
    return Tokens(create_access_token(identity=identity), create_refresh_token(identity=identity))


def load(token: str, kind: str = ACCESS) -> Actor | None:
    """The actor of a token of this kind whose login is still alive, else None."""
    claims = _claims(token, kind)
    return sessions.load(claims.get("sub"), sessions.API) if claims else None


def renew(refresh_token: str) -> str:
    """A new access token of the same login. Raises NotLoggedIn where the login has ended or the token is none."""
    actor = load(refresh_token, REFRESH)
    if actor is None:
        raise NotLoggedIn
    return str(create_access_token(identity=actor.get_id()))


def _claims(token: str, kind: str) -> dict[str, Any] | None:
    try:
        claims: dict[str, Any] = decode_token(token)
    except (PyJWTError, JWTExtendedException):
        return None
    return claims if claims.get("type") == kind else None
