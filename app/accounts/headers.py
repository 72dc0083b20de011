"""Credentials in a request's headers: `Authorization: Bearer <JWT or API key>` or `X-API-Key: <API key>`."""

from __future__ import annotations

from flask import Request

KEY_PREFIX = "ucc_"  # an API key is recognised by it, by us and by secret scanners


def bears_credentials(request: Request) -> bool:
    """True if the request authenticates itself by a header. Its cookies then count for nothing."""
    return "Authorization" in request.headers or "X-API-Key" in request.headers


def api_key(request: Request) -> str | None:
    """The API key a request carries, if any."""
    key = request.headers.get("X-API-Key", "").strip()
    if key:
        return key
    bearer = _bearer(request)
    return bearer if bearer and bearer.startswith(KEY_PREFIX) else None


def jwt(request: Request) -> str | None:
    """The JSON web token a request carries, if any."""
    bearer = _bearer(request)
    return bearer if bearer and not bearer.startswith(KEY_PREFIX) else None


def is_unattended(request: Request) -> bool:
    """True for what a page asks by itself, with nobody there: it does not count as use of the login."""
    return "X-Unattended" in request.headers


def _bearer(request: Request) -> str | None:
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None
