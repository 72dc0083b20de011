"""One step from the database as it is to the tables the product wants, in words an implementer understands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from alembic.operations.ops import MigrateOperation
from flask_babel import lazy_gettext as _l
from sqlalchemy import types
from sqlalchemy.types import TypeDecorator, TypeEngine

# In the order they are taken. Each is a revision of its own: Citus wants one theme per migration.
Theme = Literal["tables", "columns", "constraints", "changes", "drops"]
THEMES: tuple[Theme, ...] = ("tables", "columns", "constraints", "changes", "drops")


@dataclass(frozen=True, slots=True)
class Step:
    """`loss` says what would be lost, and needs consent; `blocked` what stands in the way, and must be put right first.

    `body` holds Alembic operations and lines of Python, in order. A `spare` step only bridges the time until a loss is
    consented to. `taken` is True once the step has been applied.
    """

    theme: Theme
    table: str
    text: object
    body: tuple[MigrateOperation | str, ...] = field(repr=False)
    columns: tuple[str, ...] = ()  # those it needs or adds
    loss: object = ""
    blocked: object = ""
    spare: bool = False
    taken: bool = False

    def __str__(self) -> str:
        if self.blocked:
            return f"! {self.text}: {self.blocked}"
        if self.loss:
            return f"- {self.text}: {self.loss}"
        return f"+ {self.text}"

    def allowed(self, allow_loss: bool) -> bool:
        """Whether `migrate` takes it."""
        if self.blocked:
            return False
        return not self.spare if allow_loss else not self.loss


def type_words(type_: TypeEngine[Any]) -> object:
    """A column's type in plain words. `type_` is the product's own, or one read from the database."""
    plain = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    if isinstance(plain, types.String):
        return _l("text of at most %(n)s characters", n=plain.length) if plain.length else _l("text of any length")
    for kind, words in _WORDS:
        if isinstance(plain, kind):
            return words
    return str(plain)


_WORDS: tuple[tuple[type[TypeEngine[Any]], object], ...] = (
    (types.Boolean, _l("yes or no")),
    (types.BigInteger, _l("whole number")),
    (types.Integer, _l("small whole number")),
    (types.DateTime, _l("date and time")),
    (types.Date, _l("date")),
    (types.Time, _l("time of day")),
    (types.JSON, _l("JSON")),
)
