"""What htmx says about a request, and how to answer it (https://htmx.org/reference/#headers)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from flask import Response, make_response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.addresses import page_before


def asked() -> bool:
    """True where htmx wants a piece of a page. A restored history entry wants the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def aimed_at(target: str) -> bool:
    """True where htmx will put the answer into the element with the id `target`."""
    return asked() and request.headers.get("HX-Target") == target


def came_from(pages: Iterable[str]) -> str | None:
    """Address and query of the page the person was looking at, if it is one of `pages` (paths below the root)."""
    before = page_before(request)
    if before is None or before.partition("?")[0] not in pages:
        return None
    return request.script_root + before


def args_of(url: str) -> MultiDict[str, str]:
    """The query string of a page's address, as `request.args` would have it."""
    return MultiDict(parse_qsl(url.partition("?")[2], keep_blank_values=True))


def go(url: str) -> BaseResponse:
    """On to `url` (a path of this application), for htmx and for a plain form alike."""
    if not asked():
        return redirect(url, 303)
    answer: Response = make_response("", 204)
    answer.headers["HX-Redirect"] = url
    return answer
