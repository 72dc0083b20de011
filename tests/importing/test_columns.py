"""Cells are looked at by the column where nothing in it stands out: it says what each cell would say by itself (C1)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from app.fields.base import Reader, Rejected
from app.labels import Label
from app.records.importing.cells import cleaner, whole
from app.spec.model import FieldSpec

CELLS = (
    "ab",
    " ab ",
    "１２",
    "12",
    "1234567",
    "1",
    "a\tb",
    "a\u202eb",
    "",
    "  ",
    "12 34",
    "'a",
    "\u200b12",
    12.0,
    None,
    "张伟",
)


@pytest.mark.parametrize("kind", ["text", "digits", "longtext"])
@pytest.mark.parametrize("required", [True, False])
def test_a_column_says_what_its_cells_say(kind: str, required: bool) -> None:
    field = FieldSpec("x", kind, Label("", ""), min=2, max=6, required=required)
    clean, column = cleaner(field, Reader()), whole(field, "")
    assert column is not None
    for cells in itertools.product(CELLS, repeat=2):
        found = column(list(cells))
        if found is not None:
            assert list(found) == [one(clean, cell) for cell in cells], cells


def one(clean: Any, cell: Any) -> Any:
    if cell == "":
        return ""
    try:
        return clean(cell)
    except Rejected as refusal:
        return refusal


def test_most_columns_need_no_second_look() -> None:
    for kind, cells in (
        ("text", ["张伟", " 王芳"]),
        ("digits", ["13800138000", "075588888888"]),
        ("longtext", ["", "备注"]),
    ):
        column = whole(FieldSpec("x", kind, Label("", ""), max=20), "")
        assert column is not None and column(cells) == [cell.strip() for cell in cells]
    assert whole(FieldSpec("x", "text", Label("", ""), pattern="a+"), "") is None
