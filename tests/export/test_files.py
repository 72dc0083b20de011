"""What stands in an exported file: texts that nothing calculates, numbers digit for digit, labels and titles."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from app.fields.base import Reader
from app.sheets import guard
from app.sheets.columns import Column
from app.sheets.csv_sheet import CsvSheet
from app.sheets.values import as_text
from app.sheets.wall_clock import WallClock
from app.sheets.xlsx import Workbook
from tests.export.conftest import Exporter, csv_rows, xlsx_rows

PAYLOADS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1", "'=1", "''=1", "'hello", "it's",
            "=cmd|' /C calc'!A0", "a\nb", '"x",y', "_x0041_", " lead", "<b>&amp;</b>"]  # fmt: skip
NUMBERS = ["110101199003071234", "13800138000", "010123", "123456789012", "12345", "0"]


def text_column(place: int = 0) -> Column:
    return Column("甲", "text", place, list)


def as_csv(values: list[object], column: Column | None = None) -> list[list[str]]:
    out = io.BytesIO()
    sheet = CsvSheet(out, [column or text_column()], "")
    sheet.head()
    sheet.write([(value,) for value in values])
    return csv_rows(out.getvalue())


def as_xlsx(values: list[object], column: Column | None = None, most: int = 100) -> bytes:
    out = io.BytesIO()
    columns, note = [column or text_column()], [("导出编号", "K7")]
    book = Workbook(
        out, columns, title="客户/资料", creator="张伟", mark="K7", note=note, note_title="导出信息", most=most
    )
    book.head()
    book.write([(value,) for value in values])
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("text", PAYLOADS + NUMBERS)
def test_no_cell_of_a_csv_is_calculated_and_each_comes_back_whole(text: str) -> None:
    """C1: a formula has an apostrophe before it, and the text survives a round trip."""
    cell = as_csv([text])[1][0]
    assert not cell.startswith(guard.FORMULAS)
    assert as_text(cell) == text


def test_digits_that_a_spreadsheet_would_change_are_texts_in_a_csv() -> None:
    """C1: 18 digits, leading zeros, and whatever is shown as 1.38E+11."""
    cells = [row[0] for row in as_csv(NUMBERS)[1:]]
    assert [cell.endswith("\t") for cell in cells] == [True, False, True, True, False, False]


def test_an_xlsx_keeps_every_text_as_it_is() -> None:
    """C1: nothing is a formula or a number, and each cell stays a text when somebody edits it."""
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([*PAYLOADS, *NUMBERS])))
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    read = [as_text(unescape(cell.value)) for cell in cells]
    assert read == [*PAYLOADS, *NUMBERS]


def test_moments_are_real_ones_on_the_clock_of_the_company() -> None:
    """C1: and the hour that comes twice is not lost."""
    zone = Reader("zh", "America/New_York").zone
    walls = [(2026, 1, 2, 15, 4, 5), (2026, 7, 1, 0, 0, 0), (2026, 10, 31, 23, 59, 59), (2026, 11, 2, 0, 0, 0)]
    values = [dt.datetime(*wall, tzinfo=zone).astimezone(dt.UTC) for wall in walls]
    values += [dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC), None, dt.datetime(1890, 1, 1, tzinfo=dt.UTC)]
    column = Column("甲", "moment", 0, WallClock(zone).seconds)
    rows = [row[0] for row in xlsx_rows(as_xlsx(values, column))]
    assert rows[1:5] == [dt.datetime(*wall) for wall in walls]
    assert rows[5:] == ["2026-11-01 01:30:00-05:00", None, "1889-12-31 19:00:00"]
    assert [row[0] for row in as_csv(values, column=column)[1:4]] == [
        "2026-01-02 15:04:05",
        "2026-07-01 00:00:00",
        "2026-10-31 23:59:59",
    ]
    days = as_xlsx([dt.date(2026, 2, 28), dt.date(1850, 1, 1)], Column("甲", "day", 0, list))
    assert xlsx_rows(days)[1:] == [[dt.datetime(2026, 2, 28)], ["1850-01-01"]]
    clocks = as_xlsx([None, dt.time(18, 5)], Column("甲", "clock", 0, list))
    assert xlsx_rows(clocks)[1:] == [[None], [dt.time(18, 5)]]


def test_numbers_are_numbers_unless_they_would_lose_digits() -> None:
    """C1: a spreadsheet keeps fifteen digits."""
    rows = xlsx_rows(as_xlsx([5, None, -7, 10**17], Column("甲", "number", 0, list)))
    assert rows[1:] == [[5], [None], [-7], [str(10**17)]]


def test_what_one_sheet_does_not_hold_goes_on_the_next() -> None:
    """C1: 1,048,576 rows are the end of a sheet, not of an export."""
    data = as_xlsx(["a", "b", "c", "d", "e"], most=3)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["客户 资料", "客户 资料 2", "客户 资料 3", "导出信息"]
    assert [xlsx_rows(data, sheet) for sheet in range(3)] == [
        [["甲"], ["a"], ["b"]],
        [["甲"], ["c"], ["d"]],
        [["甲"], ["e"]],
    ]
    assert book.properties.identifier == "K7"
    assert book.properties.creator == "张伟"
    assert xlsx_rows(data, 3) == [["导出编号", "K7"]]


def test_a_file_says_what_people_call_things(customers: Exporter) -> None:
    """C1: choices by label, references by title, labels as heads, in the order of the list, and the mark."""
    rows = csv_rows(customers.direct("gender=male", format="csv", full=True))
    assert rows[0][:-1] == ["客户名称", "性别", "客户号码", "客户类型", "备注"]
    assert rows[0][-1].endswith("MARK")
    assert rows[1:] == [
        ["李娜", "男", "13800000003", "未分类", "", ""],
        ["王芳", "男", "13800000001", "未分类", "", ""],
    ]
    xlsx = customers.direct("order=phone")
    assert [row[0] for row in xlsx_rows(xlsx)[1:]] == ["张伟", "王芳", "=1+1", "李娜", "''@SUM(A1)"]
    assert "MARK" in [row[1] for row in xlsx_rows(xlsx, 1)]


def test_own_fields_have_what_they_show(customers: Exporter) -> None:
    """F5: an own field that nobody filled in is exported with the default it shows."""
    customers.desk.add("customer_field", name="来源", kind="text", default="官网")
    actor = customers.kit.actor("admin")
    rows = csv_rows(Exporter(customers.kit, actor).direct(columns=["name", "c1"], format="csv"))
    assert rows[0][1] == "来源"
    assert {row[1] for row in rows[1:]} == {"官网"}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on this machine")
def test_digits_survive_libreoffice(tmp_path: Path) -> None:
    """C1: 18-digit numbers and 11-digit phones survive export → LibreOffice → xlsx."""
    (tmp_path / "a.xlsx").write_bytes(as_xlsx(list(NUMBERS)))
    command = ["soffice", "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")]
    subprocess.run(command, check=True, timeout=120)
    command = ["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "b")]
    subprocess.run([*command, str(tmp_path / "a.ods")], check=True, timeout=120)
    assert [row[0] for row in xlsx_rows((tmp_path / "b" / "a.xlsx").read_bytes())[1:]] == NUMBERS
