"""What XML cannot say, as every workbook spells it: `_x0001_` is a control character. A text that itself reads so has
`_x005F_` in the place of its underscore."""

from __future__ import annotations

import re
from typing import Final

ODD: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_ODD: Final = re.compile(ODD)
_LOOKS_SO: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES: Final = range(0xD800, 0xE000)  # halves of a character, and none by themselves


def escaped(text: str) -> str:
    """The text, for XML that is still to be quoted."""
    return _ODD.sub(lambda found: f"_x{ord(found[0]):04X}_", _LOOKS_SO.sub("_x005F_", text))


def unescaped(text: str) -> str:
    """The text that `escaped` was given."""
    return _ESCAPE.sub(_sign, text) if "_x" in text else text


def _sign(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if number in _SURROGATES else chr(number)
