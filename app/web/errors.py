"""The one place where an exception becomes an answer: a page, a piece for htmx, or JSON."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Flask, Response, current_app, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.accounts.addresses import HOME, is_api, is_local, login_address, page_before
from app.errors import HTTP_STATUS, Conflict, InUse, Invalid, NotLoggedIn, TooMany, UccError, Violation
from app.web import htmx, who
from app.web.shell import page, part

log = logging.getLogger(__name__)

FAULT: Final = 500
# status → (code for programs, title and message for people)
WORDS: Final[Mapping[int, tuple[str, Any, Any]]] = {
    400: ("invalid", _l("That cannot be accepted"), _l("The request is incomplete or has a mistake in it.")),
    401: ("not_logged_in", _l("Please log in"), _l("You are not logged in, or your login has ended.")),
    403: ("denied", _l("Not allowed"), _l("Your role does not permit this. Ask your admin if you need it.")),
    404: ("not_found", _l("Not found"), _l("There is nothing at this address, or it has been deleted.")),
    405: ("method_not_allowed", _l("Not possible this way"), _l("This address does not answer to such a request.")),
    409: ("conflict", _l("Somebody else was first"), _l("The record has changed meanwhile. Look at it again first.")),
    413: ("too_large", _l("Too large"), _l("What was sent is larger than is accepted.")),
    415: ("not_json", _l("Not JSON"), _l("The API takes JSON bodies only, with Content-Type: application/json.")),
    429: ("too_many", _l("Too many attempts"), _l("Wait a moment and try again.")),
    FAULT: ("fault", _l("Something went wrong"), _l("The fault has been recorded. Nothing was changed.")),
}
SEE_FIELDS: Final = _l("Some values cannot be accepted.")
EXPIRED: Final = _l("This page has expired")
EXPIRED_WHY: Final = _l("You have logged in anew since it was opened. Nothing was done: open it again and repeat.")
# where a script has sent it: the page is still open, and has a token of the new login by now
EXPIRED_HERE: Final = _l("You have logged in anew since this page was opened. Nothing was done: check, and repeat.")
PASSING: Final = (429, FAULT)  # asking again may help
OTHER: Final = ("error", _l("That did not work"), _l("Please try again."))


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception in the words of the answer. `fields` are messages by field name; `fault` finds the log entry."""

    status: int
    message: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fault: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    title: str = ""
    uses: Mapping[str, int] = field(default_factory=dict)  # how many records of which resource are in the way


def init_app(app: Flask) -> None:
    """Every exception of a request ends here, FAB's and Flask's included."""
    app.register_error_handler(UccError, _on_domain_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_fault)


def _on_domain_error(error: UccError) -> ResponseReturnValue:
    if isinstance(error, NotLoggedIn) and not is_api(request):
        return _to_login()
    status = next(HTTP_STATUS[kind] for kind in type(error).__mro__ if kind in HTTP_STATUS)
    message, fields, headers, code = str(error.message or ""), {}, {}, ""
    if isinstance(error, Invalid):
        fields = {name: [str(text) for text in texts] for name, texts in error.errors.items()}
        message = " ".join(fields.get("", ())) or str(SEE_FIELDS)
    elif isinstance(error, Violation):
        fields = {error.field: [message]}
    elif isinstance(error, NotLoggedIn):
        headers = {"WWW-Authenticate": "Bearer"}
    elif isinstance(error, TooMany):
        headers = {"Retry-After": str(error.retry_after)}
    elif status == HTTP_STATUS[Conflict] and not isinstance(error, Conflict):
        code = "in_use"
    uses = error.uses if isinstance(error, InUse) else {}
    return answer(Failure(status, message, fields, headers=headers, code=code, uses=uses))


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or FAULT) < 400:
        return error.get_response()
    if (error.code or FAULT) >= FAULT:
        return _on_fault(error)
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    if isinstance(error, CSRFError):
        return answer(Failure(error.code or FAULT, str(EXPIRED_WHY), headers=kept, code="csrf", title=str(EXPIRED)))
    return answer(Failure(error.code or FAULT, headers=kept))


def _on_fault(error: Exception) -> ResponseReturnValue:
    """A bug or a broken database. The person gets a number, the log what happened; neither shows the other's."""
    fault = secrets.token_hex(6)
    log.error("fault %s: %s %s", fault, request.method, request.path, exc_info=error)
    try:
        return answer(Failure(FAULT, fault=fault))
    except SQLAlchemyError:
        # The page around the message needs to know who reads it, and the database does not say: a stranger, then.
        g._login_user = current_app.extensions["appbuilder"].sm.lm.anonymous_user()
        return answer(Failure(FAULT, fault=fault))


def answer(failure: Failure) -> Response:
    """The failure as JSON, as a piece for htmx, or as a page."""
    code, title, message = WORDS.get(failure.status, OTHER)
    code, title, message = failure.code or code, failure.title or str(title), failure.message or str(message)
    if is_api(request):
        response = _json(failure, code, message)
    elif htmx.asked():
        response = _piece(failure, title, message)
    else:
        response = page("error.html", title=title, status=failure.status, error=_context(failure, title, message))
    for name, value in failure.headers.items():
        response.headers[name] = value
    return response


def _json(failure: Failure, code: str, message: str) -> Response:
    error = {"code": code, "message": message, "fields": failure.fields}
    if failure.fault:
        error["fault"] = failure.fault
    if failure.uses:
        error["uses"] = dict(failure.uses)
    return make_response(jsonify(error=error), failure.status)


def _piece(failure: Failure, title: str, message: str) -> Response:
    """Said in a toast (by the event `toast`), where the piece itself is not shown."""
    context = _context(failure, title, message)
    response = part("error.html", status=failure.status, error=context)
    response.headers["HX-Trigger"] = json.dumps({"toast": {"tone": "danger", "text": context["toast"]}})
    return response


def _context(failure: Failure, title: str, message: str) -> dict[str, Any]:
    back = HOME if who.known() else "/login"
    said = (
        _("%(message)s Fault number: %(number)s", message=message, number=failure.fault) if failure.fault else message
    )
    if failure.code == "csrf" and not htmx.asked():
        said = str(EXPIRED_HERE)
    return {
        "code": failure.status,
        "title": title,
        "message": message,
        "toast": said,
        "fault_id": failure.fault,
        "next": _next_step(failure),
        "back_url": request.script_root + back,
    }


def _next_step(failure: Failure) -> dict[str, str] | None:
    """What helps more than the workbench: to ask once more, or the page one came from, where there is one."""
    here = request.full_path.rstrip("?")
    if request.method == "GET" and failure.status in PASSING and is_local(here):
        return {"url": request.script_root + here, "label": str(_("Try again"))}
    before = page_before(request)
    if before is None or before in (here, HOME):
        return None
    return {
        "url": request.script_root + before,
        "label": str(_("Open it again") if failure.title else _("Back to the page before")),
    }


def _to_login() -> ResponseReturnValue:
    """To the login page, which comes back to what was asked for."""
    where = login_address(request)
    if not htmx.asked():
        return make_response("", 303, {"Location": where})
    return make_response("", 401, {"HX-Redirect": where})
