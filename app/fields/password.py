"""Passwords: their hashes, and one-time passwords (P3). Never read back, shown, exported or audited."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, String
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.common_passwords import is_common
from app.fields.policy import LEAST_EVER, MOST, unusable

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

GROUPS: Final = 3  # of four characters, in a one-time password
# OWASP's least for argon2id; about 20 ms of one core (ISOLATION-NOTES).
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0 o, 1 l i; nor I and O, once its first letter is a capital


def _b64(number: int) -> str:
    return base64.b64encode(secrets.token_bytes(number)).decode().rstrip("=")


# A hash that no password has, at the price of a real one: what an unknown login name is compared with.
FAKE_HASH: Final = f"$argon2id$v=19$m={19 * 1024},t=2,p=1${_b64(16)}${_b64(32)}"


class PasswordKind(Kind):
    name = "password"
    widget = "password"
    blank = ""
    operators = ()
    secret = True

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return String(256)

    def indexable(self, field: FieldSpec) -> bool:
        return False

    def is_blank(self, value: Any) -> bool:
        """Blanks are a password like any other, if a poor one."""
        return value is None or value == ""

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        """The hash. What the company demands of a password is not known here: `app.records.passwords` asks for it."""
        if self.is_blank(raw):
            return ""
        if not isinstance(raw, str):
            raise Rejected(_l("This must be a text. Put it in quotation marks."))
        impossible = unusable(raw)
        if impossible is not None:
            raise Rejected(impossible.text)
        return hash_password(raw)

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return ""

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        return ""

    def json(self, field: FieldSpec, value: Any) -> None:
        return None

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "password", "minLength": LEAST_EVER, "maxLength": MOST, "writeOnly": True}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        raise Rejected(_l("Passwords cannot be searched."))


def hash_password(plain: str) -> str:
    """The argon2id hash of `plain`. Costs about 20 ms."""
    return _hasher.hash(plain.encode())


def verify_password(hashed: str, plain: str) -> bool:
    """True if `plain` has this hash. Costs the same whether or not, and whatever `plain` is."""
    try:
        return _hasher.verify(hashed, plain.encode(errors="surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


def new_one_time_password(least: int = 0) -> str:
    """Groups of four, easy to read out, of all four kinds of character: 14 characters and 58 bits, or as many more as
    a policy asks for (`least`). The first letter is the capital.
    """
    groups = max(GROUPS, -(-(least + 1) // 5))
    while True:
        made = "-".join("".join(secrets.choice(_READABLE) for _place in range(4)) for _group in range(groups))
        if made[0].isalpha() and any(character.isdigit() for character in made) and not is_common(made):
            return made[0].upper() + made[1:]
