"""The kinds of field, in one visible table. A new kind is one file and one row here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from app.fields.base import Kind
from app.fields.boolean import BooleanKind
from app.fields.choice import ChoiceKind
from app.fields.choices import ChoicesKind
from app.fields.date import DateKind
from app.fields.datetime import DateTimeKind
from app.fields.digits import DigitsKind
from app.fields.email import EmailKind
from app.fields.integer import IntegerKind
from app.fields.longtext import LongTextKind
from app.fields.mobile import MobileKind
from app.fields.options import OptionsKind
from app.fields.password import PasswordKind
from app.fields.record import RecordKind
from app.fields.ref import RefKind
from app.fields.refs import RefsKind
from app.fields.richtext import RichTextKind
from app.fields.text import TextKind
from app.fields.time import TimeKind
from app.fields.veiled import veiled

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

kinds: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "text": TextKind(),
        "longtext": LongTextKind(),
        "richtext": RichTextKind(),
        "integer": IntegerKind(),
        "boolean": BooleanKind(),
        "choice": ChoiceKind(),
        "choices": ChoicesKind(),
        "date": DateKind(),
        "time": TimeKind(),
        "datetime": DateTimeKind(),
        "digits": DigitsKind(),
        "mobile": MobileKind(),
        "email": EmailKind(),
        "password": PasswordKind(),
        "options": OptionsKind(),
        "ref": RefKind(),
        "refs": RefsKind(),
        "record": RecordKind(),
    }
)


def kind_of(field: FieldSpec) -> Kind:
    """The kind of `field`, veiled where it is hidden from who asks. Raises KeyError; the loader has refused unknown
    kinds before."""
    return veiled[field.kind] if field.hidden else kinds[field.kind]
