"""How audit entries keep the values of a company's own fields: with the field's name and type of that moment.

A slot may mean another field tomorrow and an option be called otherwise, but what happened stays as it was (F2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from app.fields import kind_of, kinds
from app.fields.base import Reader, Rejected
from app.labels import Label
from app.spec.model import FieldSpec

CHOSEN = ("choice", "choices")


def keep(field: FieldSpec, value: Any, reader: Reader) -> dict[str, Any]:
    """The value as an entry keeps it; options by what they are called now."""
    kind = kind_of(field)
    kept = kind.text(field, value, reader) if field.kind in CHOSEN else kind.json(field, value)
    return {"label": field.label.zh, "kind": field.kind, "value": kept}


def is_kept(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"label", "kind", "value"}


def label(name: str, *sides: Mapping[str, Any] | None) -> str:
    """What the field was called, newest side first; "" where no side has an own field of this name."""
    return next((str(side[name]["label"]) for side in sides if side and is_kept(side.get(name))), "")


def told(kept: Mapping[str, Any], reader: Reader) -> str:
    """The value in the reader's language and zone."""
    return str(_in_words(kept, reader, "text"))


def shown(kept: Mapping[str, Any], reader: Reader) -> Markup | str:
    """As `told`, the way a page shows it: HTML as Markup, or a text to be escaped."""
    found: Markup | str = _in_words(kept, reader, "show")
    return found


def _in_words(kept: Mapping[str, Any], reader: Reader, way: str) -> Any:
    name, value = str(kept["kind"]), kept["value"]
    if value in (None, "", []):
        return ""
    if name in CHOSEN or name not in kinds:
        return str(value)
    field = FieldSpec(name="kept", kind=name, label=Label("", ""))
    try:
        return getattr(kinds[name], way)(field, kinds[name].clean(field, value, reader), reader)
    except Rejected:
        return str(value)  # longer than what may be typed today
