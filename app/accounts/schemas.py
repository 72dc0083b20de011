"""What the security API accepts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from flask import request
from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, ValidationError, fields
from werkzeug.exceptions import RequestEntityTooLarge

from app.errors import Invalid

MOST_BYTES: Final = 1024 * 1024  # of a JSON body
MOST_FIELDS: Final = 500
MOST_FAULTS: Final = 20  # of one field that are told: a list may hold 100,000 wrong values

MESSAGES: Final = {
    "required": _l("This is required."),
    "null": _l("This is required."),
    "invalid": _l("This is of the wrong JSON type."),
}


class Strict(Schema):
    class Meta:
        unknown = RAISE

    def __init__(self) -> None:
        super().__init__()
        self.error_messages["unknown"] = _l("There is no such field.")


class LoginSchema(Strict):
    tenant = fields.String(required=True, error_messages=MESSAGES)
    username = fields.String(required=True, error_messages=MESSAGES)
    password = fields.String(required=True, error_messages=MESSAGES)


class KeySchema(Strict):
    name = fields.String(required=True, error_messages=MESSAGES)
    days = fields.Integer(strict=True, allow_none=True, load_default=None, error_messages=MESSAGES)


def body(schema: Schema) -> dict[str, Any]:
    """The request's JSON, checked. Raises Invalid with every fault by field, and for far too much of it
    RequestEntityTooLarge: to find a fault with each of 100,000 fields takes seconds, and the login is open to anyone.
    """
    if len(request.get_data()) > MOST_BYTES:
        raise RequestEntityTooLarge
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # nested deeper than Python reads: not an object anybody means
        sent = None
    if not isinstance(sent, dict):
        raise Invalid({"": [_l("Send a JSON object, with Content-Type: application/json.")]})
    if len(sent) > MOST_FIELDS:
        raise RequestEntityTooLarge
    try:
        loaded: dict[str, Any] = schema.load(sent)
    except ValidationError as fault:
        raise Invalid(
            {name: list(islice(_flat(found), MOST_FAULTS)) for name, found in fault.messages_dict.items()}
        ) from fault
    return loaded


def _flat(messages: Any) -> Iterator[object]:
    """The messages about a value, those about its parts included."""
    if isinstance(messages, dict):
        for inner in messages.values():
            yield from _flat(inner)
    elif isinstance(messages, list):
        yield from messages
    else:
        yield messages
