"""Numbers as those see them who may not see them whole: masked, found only by what they show, never sorted.

What a number hides must not come out letter by letter either. So a veiled field is found by the whole number, or by
what the mask shows anyway, and by nothing between (C1, R2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, func

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import OPERATORS, one
from app.fields.digits import DigitsKind
from app.fields.mobile import MobileKind

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

STAR: Final = "*"
FIRST: Final = 3  # digits shown in front, at most
LAST: Final = 4  # and at the end
HIDDEN: Final = 4  # digits that stay hidden, at least
SHORT: Final = FIRST + LAST  # so long, and nothing is shown: what is left over would be guessed
FULL: Final = FIRST + HIDDEN + LAST  # so long, and all of FIRST and LAST are shown

EQUAL: Final = "eq"
KNOWN: Final = "known"  # the operator of the filter bar and of the search box


def mask(text: str) -> str:
    """138****1234: at most the first three and the last four digits, and at least four hidden; a short one wholly.

    What is masked already, or empty, stays as it is.
    """
    length = len(text)
    if length <= SHORT or STAR in text:
        return text if STAR in text else STAR * length
    shown = min(FIRST + LAST, length - HIDDEN)
    first = min(FIRST, shown // 2)
    last = shown - first
    return text[:first] + STAR * (length - shown) + text[length - last :]


def is_whole(operator: str, digits: str) -> bool:
    """True where such a condition on a masked number asks whether it is just this one: each answer is a guess proved or
    disproved, so they are counted (app.records.tries). A box that many type into does not ask so of a few digits.
    """
    return bool(digits) if operator == EQUAL else operator == KNOWN and len(digits) > SHORT


class Veil(DigitsKind):
    """Lies over a kind of digits. What is stored, cleaned and written down is what it is without."""

    operators = (EQUAL, KNOWN, "starts", "ends")
    controls = ((KNOWN, "text"),)

    def indexable(self, field: FieldSpec) -> bool:
        """Never ordered by: the neighbours of a number say what it is."""
        return False

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> Any:
        """The mask is no input: left empty, the number stays."""
        return "" if value and STAR in value else super().form_value(field, value, reader)

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        return {key: value for key, value in super().schema(field).items() if key != "pattern"}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        text = self.needle(one(raw))
        if operator not in self.operators:
            raise Rejected(
                _l("This number is masked for you: search by all of it, its first three or its last four digits.")
            )
        if not text:
            return false()
        if operator == EQUAL:
            return OPERATORS["eq"](column, text)
        if operator == KNOWN:
            return self._known(column, text)
        most = FIRST if operator == "starts" else LAST
        if len(text) > most:
            raise Rejected(
                _l("This number is masked for you: search by all of it, its first three or its last four digits.")
            )
        return self._shown(column, operator, text)

    def _known(self, column: Any, text: str) -> ColumnElement[bool]:
        """The whole number; of so few digits as the mask shows, those in front or at the end."""
        if len(text) == FIRST:
            return self._shown(column, "starts", text)
        if len(text) == LAST:
            return self._shown(column, "ends", text)
        return OPERATORS["eq"](column, text) if is_whole(KNOWN, text) else false()

    def _shown(self, column: Any, operator: str, text: str) -> ColumnElement[bool]:
        """Only of numbers long enough to show that many digits: of others, it would find out more than they show."""
        return and_(OPERATORS[operator](column, text), func.length(column) >= FULL)


class VeiledDigits(Veil):
    pass


class VeiledMobile(Veil, MobileKind):
    pass


veiled: Final[Mapping[str, Kind]] = MappingProxyType({"digits": VeiledDigits(), "mobile": VeiledMobile()})
