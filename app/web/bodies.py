"""JSON bodies that are the same for every resource."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.accounts.schemas import MESSAGES, Strict
from app.records.record import Row
from app.web.face import Face


class ActSchema(Strict):
    """Which records."""

    ids = fields.List(fields.String(error_messages=MESSAGES), required=True, error_messages=MESSAGES)


class AskSchema(ActSchema):
    """And the values that the action asks for, by field."""

    values = fields.Dict(keys=fields.String(), load_default=dict, error_messages=MESSAGES)


class DeleteSchema(ActSchema):
    """`heir`: the record that takes over what refers to them, or "none" for nobody."""

    heir = fields.String(load_default="", allow_none=True, error_messages=MESSAGES)


class RearrangeSchema(Strict):
    """By the records' ids: the value each is to have, and the version it is known in."""

    values = fields.Dict(keys=fields.String(), required=True, error_messages=MESSAGES)
    versions = fields.Dict(
        keys=fields.String(), values=fields.Integer(strict=True), load_default=dict, error_messages=MESSAGES
    )


def json_values(face: Face, row: Row) -> dict[str, Any]:
    """The record as the API gives it: ids as strings, moments in UTC, the names of what it refers to under `titles`."""
    values = {shown.name: shown.kind.json(shown.field, row.values.get(shown.name)) for shown in face.readable}
    return {"id": str(row.id), "version": row.version, **values, "titles": dict(row.titles)}
