"""Passwords: the policy (P2), their hashes, and one-time passwords. Never read back, shown, exported or audited."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy import ColumnElement, String
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.common_passwords import is_common, is_mostly

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

LEAST: Final = 10
MOST: Final = 128
CLASSES: Final = 2
_CLASSES: Final = [re.compile(pattern) for pattern in ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")]
_REFUSED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# OWASP's least for argon2id; about 20 ms of one core (ISOLATION-NOTES).
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0 o, 1 l i


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
        """The hash. The login name is not known here: whoever knows it asks check_policy as well."""
        if self.is_blank(raw):
            return ""
        if not isinstance(raw, str):
            raise Rejected(_l("This must be a text. Put it in quotation marks."))
        check_policy(raw)
        return hash_password(raw)

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return ""

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        return ""

    def json(self, field: FieldSpec, value: Any) -> None:
        return None

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "password", "minLength": LEAST, "maxLength": MOST, "writeOnly": True}

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


def new_one_time_password() -> str:
    """Twelve characters in three groups, easy to read out: 59 bits, and the policy holds."""
    while True:
        groups = ("".join(secrets.choice(_READABLE) for _place in range(4)) for _group in range(3))
        made = "-".join(groups)
        if not policy_faults(made):
            return made


def check_policy(plain: str, username: str = "") -> None:
    """Raises Rejected with every reason why `plain` is no good password (of `username`)."""
    if faults := policy_faults(plain, username):
        raise Rejected(LazyString(lambda: " ".join(str(fault) for fault in faults)))


def policy_faults(plain: str, username: str = "") -> list[object]:
    """Every reason why `plain` is no good password, as lazy sentences; empty if it is one."""
    if _REFUSED.search(plain):
        return [_l("Contains an invisible character. Type the password instead of pasting it.")]
    faults: list[object] = []
    if len(plain) < LEAST:
        faults.append(_l("Use at least %(n)s characters.", n=LEAST))
    if len(plain) > MOST:
        return [_l("Use at most %(n)s characters.", n=MOST)]
    if sum(bool(kind.search(plain)) for kind in _CLASSES) < CLASSES:
        faults.append(_l("Mix at least two of: lower-case letters, capitals, digits, other characters."))
    if username and is_mostly(plain, username):
        faults.append(_l("Do not use the login name as the password."))
    elif is_common(plain):
        faults.append(_l("This is easy to guess. Use words or characters that do not belong together."))
    return faults
