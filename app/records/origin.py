"""Where a change comes from, for the logs."""

from __future__ import annotations

from contextvars import ContextVar

from flask import has_request_context, request

# Where the actor sits, for code that runs outside any request on somebody's behalf: a job carries it from the request.
origin: ContextVar[str] = ContextVar("ucc_origin", default="")


def address() -> str:
    """The network address the change came from, "" for the command line."""
    if has_request_context():
        return request.remote_addr or ""
    return origin.get()


def agent() -> str:
    """The program that the person uses, as it calls itself; "" where there is no request."""
    return request.user_agent.string if has_request_context() else ""
