"""The conditions that text columns share, written so that indexes serve them where they can.

Under PostgreSQL's row-level security an operator must be leakproof before an index may serve it. `=`, `<` and `>=` on
texts are; LIKE, ILIKE, strpos() and lower() are not (checked on PostgreSQL 18: pg_proc.proleakproof) and read every row
of the tenant. So `is_` and `starts` are quick at any size, `ends` and `contains` are as slow as the tenant is big.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, String, and_, false, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.fields.base import Rejected
from app.fields.typed import plain

ESCAPE: Final = "/"
_LAST: Final = chr(0x10FFFF)
_LETTER: Final = re.compile("[A-Za-z]")


class bytewise(FunctionElement[str]):  # noqa: N801, RUF100 - reads as the SQL function it stands for
    """A text column compared by code point, whatever collation the column has."""

    type = String()
    inherit_cache = True


class holds(FunctionElement[bool]):  # noqa: N801, RUF100 - reads as the SQL function it stands for
    """True where the first text contains the second, case and all."""

    inherit_cache = True


@compiles(bytewise)
def _bytewise(element: bytewise, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(bytewise, "postgresql")
def _bytewise_postgresql(element: bytewise, compiler: SQLCompiler, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)} COLLATE "C")'


@compiles(holds)
def _holds(element: holds, compiler: SQLCompiler, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(holds, "postgresql")
def _holds_postgresql(element: holds, compiler: SQLCompiler, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


def one(raw: Sequence[str]) -> str:
    """The only value. Raises Rejected if there are several."""
    if len(raw) != 1:
        raise Rejected(_l("Give one value to search by."))
    return raw[0]


def needle(raw: Sequence[str]) -> str | None:
    """The text to look for, or None if no stored text can contain it (a NUL, half a character)."""
    try:
        return plain(one(raw), lines=True)
    except Rejected:
        if len(raw) != 1:
            raise
        return None


def text_condition(column: Any, operator: str, text: str | None) -> ColumnElement[bool]:
    """The condition `operator` of the text kinds. Nothing to look for is met by every row, None by no row."""
    if text is None:
        return false()
    return OPERATORS[operator](column, text) if text else true()


def is_(column: Any, text: str) -> ColumnElement[bool]:
    equal: ColumnElement[bool] = column == text
    return equal


def starts(column: Any, prefix: str) -> ColumnElement[bool]:
    """A range, not LIKE 'x%': leakproof, and an index serves it even when the value is a bound parameter."""
    text = bytewise(column)
    end = after(prefix)
    return text >= prefix if end is None else and_(text >= prefix, text < end)


def ends(column: Any, suffix: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.like(f"%{escaped(suffix)}", escape=ESCAPE)
    return found


def contains(column: Any, part: str) -> ColumnElement[bool]:
    """Letters A to Z match in either case. Without any, plain LIKE: folding case costs as much as searching."""
    pattern = f"%{escaped(part)}%"
    like = column.ilike if _LETTER.search(part) else column.like
    found: ColumnElement[bool] = like(pattern, escape=ESCAPE)
    return found


OPERATORS: Final = {"eq": is_, "starts": starts, "ends": ends, "contains": contains}


def escaped(text: str) -> str:
    return re.sub(rf"[%_{ESCAPE}]", rf"{ESCAPE}\g<0>", text)


def after(prefix: str) -> str | None:
    """The least text after all that start with `prefix`; None if there is none."""
    stem = prefix.rstrip(_LAST)
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)
