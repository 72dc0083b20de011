"""The id of a record that may be gone, of whatever resource: kept by the logs, which refer to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.fields.base import Control
from app.fields.ref import RefKind

if TYPE_CHECKING:
    from app.spec.model import FieldSpec


class RecordKind(RefKind):
    """As a reference, without a resource to look it up in: searched for by addresses alone."""

    name = "record"
    widget = "text"
    operators: tuple[str, ...] = ("eq", "in")
    controls = (("eq", "text"),)
    attributes = frozenset()

    def form_widget(self, field: FieldSpec) -> str:
        return "text"

    def filter_controls(self, field: FieldSpec) -> list[Control]:
        return [Control(f"{field.name}.eq", "text", "eq")]
