"""Texts in files come back whole, from the one writer through the one reader, and no program calculates them."""

from __future__ import annotations

import io
import itertools
import zipfile
from pathlib import Path

import openpyxl
import pytest

from app.sheets.columns import Column
from app.sheets.escapes import escaped, unescaped
from app.sheets.guard import FORMULAS, all_guarded, bare, guarded
from app.sheets.reading import read
from app.sheets.values import Limits, Reading, as_text
from app.sheets.writing import csv_of, write_csv, write_xlsx
from app.sheets.xlsx import Workbook

DANGEROUS = [
    before + sign + "1+1"
    for before, sign in itertools.product(("", "'", "''", " ", "' ", "\u3000"), FORMULAS)
    if "\0" not in sign  # nobody's field keeps one
]
DIGITS = ["00123", "110101199003071234", "123456789012\t", "00123\t\t", "13800138000", "0"]
ODD = [
    "_x0041_", "_x005F_", "_x005f_x0041_", "_xD83D_", "a_x000D_b", "\x01b", "a\r\nb", "\r", "<b>&amp;</b>", " a ", "😀",
    "'hello", "it's", "'", "''", '"x",y', "#1", "x" * 40,
]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_text_comes_back_whole(tmp_path: Path, form: str) -> None:
    """C1: signs of formulas, full-width ones, apostrophes and blanks before them, digits, escapes."""
    path, texts = tmp_path / "a", [*DANGEROUS, *DIGITS, *ODD]
    rows = [[text, "."] for text in texts]
    if form == "csv":
        write_csv(path, ["a", "="], rows)
    else:
        write_xlsx(path, [Column("a"), Column("=")], rows)
    _table, heads, lines = read(path, Reading(), Limits())
    assert [as_text(head) for head in heads] == ["a", "="]
    assert [as_text(cells[0]) for _number, cells in lines] == texts


@pytest.mark.parametrize("text", ["a\0b", "\0", "a\0", "\0=1", "a\0'b"])
@pytest.mark.parametrize("others", [["c"], []])
def test_a_zero_is_no_sign_of_xml(tmp_path: Path, text: str, others: list[str]) -> None:
    """C1: also where nothing else in the column is odd; a file with one as it is opens nowhere."""
    texts = [text, *others]
    write_xlsx(tmp_path / "a.xlsx", [Column("a")], [[one] for one in texts])
    _table, _heads, lines = read(tmp_path / "a.xlsx", Reading(), Limits())
    assert [as_text(cells[0]) for _number, cells in lines] == texts


def test_a_workbook_may_be_dropped_at_any_time() -> None:
    """C1: what kept it from being begun is not hidden by another fault."""
    out = io.BytesIO()
    Workbook(out, [Column("a")], title="a").drop()
    assert zipfile.ZipFile(out).namelist() == []
    begun = Workbook(half := io.BytesIO(), [Column("a")], title="a")
    begun.head()
    begun.drop()
    assert len(zipfile.ZipFile(half).namelist()) == 1  # the sheet, cut short


def test_a_column_at_once_is_what_each_text_is() -> None:
    texts = [*DANGEROUS, *DIGITS, *ODD, "\x01=1", "\x01123456789012", "123456789012\x01", "", "张三"]
    for pair in itertools.product(texts, repeat=2):
        assert all_guarded(list(pair)) == [guarded(text) for text in pair]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_program_calculates_it(text: str) -> None:
    """C1: and guarding it does not depend on what was guarded before."""
    assert guarded(text) == "'" + text
    assert bare(guarded(text)) == text
    assert guarded("'" + text) == "''" + text


def test_the_escapes_are_those_of_every_workbook(tmp_path: Path) -> None:
    """C1: a library that knows nothing of ours reads the same, and ours reads what others wrote."""
    write_xlsx(tmp_path / "a.xlsx", [Column("a")], [["_x0041_"], ["\x01"]])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [openpyxl.utils.escape.unescape(row[0].value) for row in sheet.iter_rows(min_row=2)] == ["_x0041_", "\x01"]
    book = openpyxl.Workbook()
    book.active.append(["head"])
    book.active.append(["a_x000D_b_x005F_x0041_"])
    book.save(tmp_path / "b.xlsx")
    _table, _heads, lines = read(tmp_path / "b.xlsx", Reading(), Limits())
    assert [cells[0] for _number, cells in lines] == ["a\rb_x0041_"]
    assert unescaped(escaped("_x0041_\x02_")) == "_x0041_\x02_"


def test_a_form_to_fill_in(tmp_path: Path) -> None:
    """C1: hints where a cell is chosen, a list to choose from on a hidden sheet, columns that stay texts."""
    columns = [
        Column("名称", hint="必填\n“a”"),
        Column("性别", options=["男", "女", "=x"]),
        Column("类型", options=["甲"]),
    ]
    write_xlsx(tmp_path / "a.xlsx", columns, [], ["# 必填", "", "可空"])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    first, lists = book.worksheets
    assert list(first.iter_rows(values_only=True)) == [("名称", "性别", "类型"), ("# 必填", None, "可空")]
    found = {str(one.sqref): (one.prompt, one.formula1) for one in first.data_validations.dataValidation}
    assert found == {
        "A2:A1048576": ("必填\n“a”", None),
        "B2:B1048576": (None, "lists!$A$1:$A$3"),
        "C2:C1048576": (None, "lists!$B$1:$B$1"),
    }
    assert lists.sheet_state == "hidden"
    assert list(lists.iter_rows(values_only=True)) == [("男", "甲"), ("女", None), ("=x", None)]
    assert first.column_dimensions["B"].number_format == "@"


def test_a_short_table_is_the_same_file() -> None:
    """C1: with the mark by which a spreadsheet knows UTF-8."""
    assert io.BytesIO(csv_of(["头", "b"], [["=1", "x"]])).read() == "\ufeff头,b\r\n'=1,x\r\n".encode()
