"""Files as people and attackers make them: encodings, workbooks, bombs, cells that are no values."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from app.errors import Invalid
from app.fields import kinds
from app.fields.base import Reader, Rejected
from app.labels import Label
from app.records.importing.cells import cleaner
from app.sheets import old
from app.sheets import package as pack
from app.sheets.cells import Cells
from app.sheets.columns import Column
from app.sheets.guard import guarded
from app.sheets.reading import form_of, open_table, read
from app.sheets.values import Broken, FileFault, Limits, Reading, as_text, from_serial
from app.sheets.writing import write_csv, write_xlsx
from app.spec.model import FieldSpec

LIMITS = Limits(rows=1000, columns=10, unpacked=1 << 20, line=10_000)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def rows(path: Path, reading: Reading = Reading(), limits: Limits = LIMITS) -> list[list[object]]:  # noqa: B008
    _table, heads, found = read(path, reading, limits)
    return [heads, *(list(cells) for _number, cells in found)]


def book(path: Path, sheet: str, shared: str = "", styles: str = "") -> Path:
    """A workbook whose one sheet has these rows."""
    sheets = '<sheets><sheet name="数据" sheetId="1" r:id="rId1"/></sheets>'
    relation = f'<Relationship Id="rId1" Type="{DOC}/worksheet" Target="worksheets/sheet1.xml"/>'
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOC}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="x">{relation}</Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>' if shared else "",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>' if styles else "",
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, text in parts.items():
            if text:
                package.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8-sig", "utf-8-sig"), ("utf-8", "utf-8"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16")],
)
def test_the_ladder(tmp_path: Path, encoding: str, found: str) -> None:
    """BOM, then strict UTF-8, then GB18030: never a guess."""
    path = tmp_path / "a.csv"
    path.write_bytes(
        "姓名,电话\n张伟,138\n䶮某,139\n".encode(encoding, errors="ignore" if encoding == "gbk" else "strict")
    )
    table, heads, lines = read(path, Reading(), LIMITS)
    assert (table.reading.encoding, heads) == (found, ["姓名", "电话"])
    assert next(iter(lines)) == (2, ["张伟", "138"])


def test_another_encoding_may_be_chosen_and_must_fit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,電話\n張偉,138\n".encode("big5"))
    assert rows(path, Reading(encoding="big5"))[0] == ["姓名", "電話"]
    with pytest.raises(Invalid):
        rows(path, Reading(encoding="utf-8"))
    path.write_bytes(b"\xff\xff\xfe\x80,\x81")
    with pytest.raises(Invalid):
        rows(path)


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfa,b\n\xff,1\n", b"\xff\xfea\0\n\0x", b"\xff\xfe\x00\xd8\n\0"])
def test_a_mark_alone_proves_nothing(tmp_path: Path, data: bytes) -> None:
    """C1: a file that is not written as its first bytes say is refused, before a job reads half of it."""
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(Invalid):
        rows(path)


def test_a_line_longer_than_a_cell_is_still_a_table(tmp_path: Path) -> None:
    """C1: several long texts in a row; read by another sign they would be one cell, too long for any."""
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + ",".join(["x" * 20_000] * 2), "utf-8")
    assert [len(row) for row in rows(path, limits=Limits())] == [2, 2]
    path.write_text("a,b\n" + "x" * 40_000, "utf-8")
    with pytest.raises(Invalid):
        rows(path, limits=Limits())


@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_the_sign_between_cells_is_found(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'姓名{sign}备注\n张伟{sign}"a{sign}b, c; d"\n', "utf-8")
    assert rows(path)[1] == ["张伟", f"a{sign}b, c; d"]


@pytest.mark.parametrize("sign", [",", "\t", ";"])
@pytest.mark.parametrize("above", ["客户名单", "客户名单,,\n,,\n制表：张伟,,", "sep=,"])
def test_titles_above_the_heads_are_passed_over(tmp_path: Path, above: str, sign: str) -> None:
    """C1: as people print them; the rows keep their numbers."""
    path = tmp_path / "a.csv"
    path.write_text(f"{above}\n姓名,电话,备注\n张伟,138,x\n".replace(",", sign), "utf-8")
    _table, heads, lines = read(path, Reading(), LIMITS)
    assert heads == ["姓名", "电话", "备注"]
    assert list(lines) == [(above.count("\n") + 3, ["张伟", "138", "x"])]


@pytest.mark.parametrize("below", ["138\n139", "138,张伟\n139,李娜", "甲\n" * 9 + "乙,丙"])
def test_one_head_alone_is_no_title(tmp_path: Path, below: str) -> None:
    """C1: no row is taken for heads."""
    path = tmp_path / "a.csv"
    path.write_text(f"电话\n{below}\n", "utf-8")
    assert rows(path) == [["电话"], *(line.split(",") for line in below.splitlines())]


def test_empty_sheets_come_after_the_one_with_rows(tmp_path: Path) -> None:
    """C1: what is in the file is found, unless a sheet is asked for; no other one is read in place of that."""
    path = tmp_path / "a.xlsx"
    made = Workbook()
    made.create_sheet("客户").append(["姓名"])
    made.save(path)
    table, heads, _lines = read(path, Reading(), LIMITS)
    assert (table.reading.sheet, heads, tuple(table.sheets)) == ("客户", ["姓名"], ("Sheet", "客户"))
    with pytest.raises(FileFault, match="is empty"):
        read(path, Reading(sheet="Sheet"), LIMITS)
    with pytest.raises(FileFault, match="no sheet “客户2”"):
        read(path, Reading(sheet="客户2"), LIMITS)
    with pytest.raises(FileFault, match="no sheet “客户2”"):
        read(Path(__file__).with_name("customers.xls"), Reading(sheet="客户2"), LIMITS)


@pytest.mark.parametrize("start", ["\ufeff\n<html><table>", "<?xml version='1.0'?><Workbook>", "%PDF-1.7", "{\\rtf1"])
def test_what_only_bears_the_name_of_a_table_is_named(tmp_path: Path, start: str) -> None:
    """C1: other programs export pages of the web as .xls."""
    path = tmp_path / "a.xls"
    path.write_text(start + "姓名</td><td>电话", "utf-8")
    with pytest.raises(FileFault, match="save it as a workbook"):
        rows(path)


def test_blank_lines_and_the_line_of_hints_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n姓名,电话\n# 必填,必填\n,\n张伟,1\n#2,3\n", "utf-8")
    assert rows(path) == [["姓名", "电话"], ["张伟", "1"], ["#2", "3"]]


@pytest.mark.parametrize(
    "text",
    [
        '姓名\n"' + "x\n" * 20_000,
        "姓名\n" + "x" * 20_000,
        "a,b,c,d,e,f,g,h,i,j,k,l\n",
        "a\n" * 1001,
        "a\n" + "x,\n" * 1001,
        "",
    ],
    ids=["quote", "line", "columns", "rows", "rows of two", "empty"],
)
def test_absurd_csv_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid):
        rows(path)


def test_cells_of_a_workbook(tmp_path: Path) -> None:
    """Shared and rich texts, numbers, dates by their style, truth values, errors, formulas, gaps, prefixes of names."""
    sheet = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>头</t></is></c></row>'
        '<row r="3"><c r="A3" s="1"><v>45000.75</v></c><c r="B3"><v>13800138000</v></c>'
        '<c r="C3" t="b"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="e"><v>#N/A</v></c><c r="B4"><f>A1</f></c><c r="C4" t="str"><f>A1</f><v>算好</v></c>'
        '<c r="D4"><v>1.10105194912312E+17</v></c></row>'
    )
    shared = "<si><r><t>姓</t></r><r><t>名</t></r><rPh><t>xing</t></rPh></si>"
    styles = '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    found = rows(book(tmp_path / "a.xlsx", sheet, shared, styles))
    assert found[0] == ["姓名", None, "头"]
    assert found[1] == [dt.datetime(2023, 3, 15, 18), 13800138000.0, True]
    assert found[2] == [Broken("#N/A"), Broken("=", formula=True), "算好", 110105194912312000.0]
    numbers = [number for number, _cells in read(tmp_path / "a.xlsx", Reading(), LIMITS)[2]]
    assert numbers == [3, 4]


def test_a_format_of_numbers_takes_no_time(tmp_path: Path) -> None:
    """C1: a pattern that needs the square of its length is asked of short ones alone, and not of any number of them."""
    row, day = '<row r="1"><c s="1"><v>45000</v></c></row>', '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    for code, value in (("[Red]yyyy", dt.datetime(2023, 3, 15)), ("[" * 50_000 + "yyyy", 45000.0)):
        styles = f'<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>{day}'
        began = time.process_time()
        assert rows(book(tmp_path / "a.xlsx", row, styles=styles)) == [[value]]
        assert time.process_time() - began < 0.5
    for many in ("<numFmt/>" * 5_001, f"<cellXfs>{'<xf/>' * 65_537}</cellXfs>"):
        with pytest.raises(Invalid):
            rows(book(tmp_path / "a.xlsx", row, styles=many))


def test_days_of_a_spreadsheet() -> None:
    assert from_serial(59) == dt.datetime(1900, 2, 28)
    assert from_serial(61) == dt.datetime(1900, 3, 1)
    assert from_serial(0.5) == dt.time(12)
    assert from_serial(0, base_1904=True) == dt.datetime(1904, 1, 1)
    assert from_serial(-1) is None
    assert from_serial(1e9) is None
    assert from_serial(2_958_465.999_999_9) is None  # rounded to the second it is beyond the calendar


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    """A ratio, a size, a number of parts, a cell at the far end: no memory is spent on them."""
    bombs = [book(tmp_path / "ratio.xlsx", " " * 3_000_000)]
    with ZipFile(tmp_path / "parts.xlsx", "w") as package:
        for number in range(6000):
            package.writestr(f"x{number}", "")
    bombs.append(tmp_path / "parts.xlsx")
    bombs.append(book(tmp_path / "far.xlsx", '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'))
    bombs.append(book(tmp_path / "deep.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"/>'))
    for path in bombs:
        with pytest.raises(Invalid):
            rows(path)


def test_the_directory_of_a_zip_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """C1: a million parts without anything in them would be in memory before they are counted."""
    with ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("x" * 60_000, "")
    pack.opened(tmp_path / "a.xlsx", LIMITS).close()
    with pytest.raises(FileFault):
        pack.opened(tmp_path / "a.xlsx", Limits(parts=100))


def test_the_name_of_a_part_that_is_no_text_is_a_damaged_file(tmp_path: Path) -> None:
    """C1: a part has its name twice, and only the one in the directory is looked at first."""
    path = book(tmp_path / "a.xlsx", "<row><c><v>1</v></c></row>")
    data = bytearray(path.read_bytes())
    name = data.index(b"xl/workbook.xml")
    data[name], data[name - 23] = 0xFF, data[name - 23] | 0x08  # not UTF-8, and said to be
    path.write_bytes(data)
    with pytest.raises(FileFault):
        rows(path)


def test_entities_and_document_types_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", "")
    with ZipFile(path, "a") as package:
        package.writestr("xl/worksheets/evil.xml", "x")
    evil = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet><sheetData>'
    evil += '<row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>'
    with ZipFile(path) as old, ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, evil if name.endswith("sheet1.xml") else old.read(name))
    with pytest.raises(Invalid):
        rows(tmp_path / "b.xlsx")


@pytest.mark.parametrize("content", [b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rubbish" * 100])
def test_what_only_begins_like_a_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        rows(path)


def test_an_old_workbook(tmp_path: Path) -> None:
    """xls, read in a process of its own."""
    path = Path(__file__).with_name("customers.xls")
    assert form_of(path) == "xls"
    found = rows(path)
    assert found[0] == ["客户名称", "客户号码", "生日"]
    assert found[1] == ["张伟", 13800138000.0, dt.date(1990, 1, 2)]
    assert open_table(path, Reading(), LIMITS).sheets == ("客户",)


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    """C1: opened and saved once more, as one does with a damaged one, it would be no better."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(FileFault, match="password"):
        rows(path)


def test_an_old_workbook_asked_for_a_sheet_of_an_absurd_name() -> None:
    """C1: it is the argument of a process."""
    with pytest.raises(FileFault):
        old.open_xls(Path(__file__).with_name("customers.xls"), Reading(sheet="表" * 200_000), LIMITS)


def test_a_process_that_dies_within_a_line_leaves_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: the library took it down, or the memory that it was given."""
    child = tmp_path / "child.py"
    child.write_text("""import sys; sys.stdout.write('[["A"], "A"]\\n[1, 2')""")
    monkeypatch.setattr(old, "_CHILD", child)
    with pytest.raises(FileFault):
        list(old.open_xls(tmp_path / "a.xls", Reading(), LIMITS).rows)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """No cell is a formula, nothing is lost: signs, line ends, blanks around, what XML cannot say."""
    texts = ["=1+1", "+86", "'=x", "a&<b>", " x ", "两\n行", "😀", "１", "-", "@x"]
    write_xlsx(tmp_path / "a.xlsx", [Column(str(n)) for n in range(len(texts))], [texts])
    assert [as_text(cell) for cell in rows(tmp_path / "a.xlsx")[1]] == texts
    write_csv(tmp_path / "a.csv", [str(n) for n in range(len(texts))], [texts])
    raw = rows(tmp_path / "a.csv")[1]
    assert raw == [guarded(text) for text in texts]
    clean = cleaner(FieldSpec("x", "longtext", Label("", "")), Reader())
    assert [clean(cell) for cell in raw] == [text.strip() for text in texts]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", 13800138000.0, "13800138000"), ("text", 1.5, "1.5"), ("text", dt.datetime(2026, 1, 2), "2026-01-02"),
        ("digits", 13800138000.0, "13800138000"), ("date", 45000.0, dt.date(2023, 3, 15)),
        ("date", dt.datetime(2026, 1, 2), dt.date(2026, 1, 2)), ("time", 0.75, dt.time(18)),
        ("time", dt.datetime(2026, 1, 2, 18), dt.time(18)), ("integer", 3.0, 3), ("boolean", True, True),
        ("boolean", 1.0, True), ("datetime", 45000.5, dt.datetime(2023, 3, 15, 4, tzinfo=dt.UTC)),
    ],
)  # fmt: skip
def test_what_a_cell_means_to_a_field(kind: str, cell: object, value: object) -> None:
    assert cleaner(FieldSpec("x", kind, Label("", "")), Reader())(cell) == value


@pytest.mark.parametrize("cell", [1.38e17, "1.38E+10", Broken("#N/A"), Broken("=", formula=True), "12a"])
def test_digits_that_are_lost_are_refused(cell: object) -> None:
    """F3: the message says what to do."""
    with pytest.raises(Rejected) as refusal:
        cleaner(FieldSpec("x", "digits", Label("", "")), Reader())(cell)
    assert len(str(refusal.value.message)) > 10


@pytest.mark.parametrize("kind", ["text", "digits", "longtext"])
def test_the_quick_way_says_what_the_kind_says(kind: str) -> None:
    field = FieldSpec("x", kind, Label("", ""), min=2, max=6)
    clean = cleaner(field, Reader())
    for raw in ("ab", " ab ", "１２", "12", "1234567", "1", "a\tb", "a\u202eb", "", "  ", "12 34", "'a", "\u200b12"):
        try:
            slow = kinds[kind].clean(field, raw, Reader())
        except Rejected as refusal:
            with pytest.raises(Rejected):
                clean(raw)
            assert refusal.message
        else:
            assert clean(raw) == slow, raw


@pytest.mark.parametrize(
    "cell", ["<c t='s'><v>²</v></c>", f"<c t='s'><v>{'9' * 5000}</v></c>", "<c t='s'><v>7</v></c>", "<c/>" * 11]
)
def test_a_cell_that_no_program_writes_is_a_damaged_file(tmp_path: Path, cell: str) -> None:
    """C1: a text by no number, and a line of cells without end: a sentence, no fault, no memory."""
    path = book(tmp_path / "a.xlsx", f"<row><c><v>1</v></c></row><row>{cell}</row>", shared="<si><t>a</t></si>")
    with pytest.raises(Invalid):
        rows(path)


HOSTILE = {
    "depth": "<a>" * 50_000 + "</a>" * 50_000,
    "token": f"<!--{''.join(map(str, range(300_000)))}-->",
    "names": "".join(f"<a{number}/>" for number in range(10_001)),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("part", ["sheet", "shared", "styles"])
def test_what_the_parser_of_xml_keeps_has_an_end(tmp_path: Path, part: str, kind: str) -> None:
    """C1: elements that are open, a token without end, names."""
    row = "<row><c><v>1</v></c></row>"
    parts = {"sheet": row, part: HOSTILE[kind] + row}
    with pytest.raises(FileFault, match="damaged"):
        rows(book(tmp_path / "a.xlsx", **parts), limits=Limits())


def test_elements_may_lie_as_deep_as_those_of_a_workbook_do(tmp_path: Path) -> None:
    deep = "<a>" * 50 + "</a>" * 50
    assert rows(book(tmp_path / "a.xlsx", (deep + "<row><c><v>1</v></c></row>") * 1000, "<si/>" + deep, deep))[0] == [1]


def test_what_a_file_keeps_in_memory_has_an_end(tmp_path: Path) -> None:
    """C1: one cell, or one shared text, as long as the file is cut while it is read; too many are refused."""
    long, limits = "a&amp;" * 30_000, Limits(cell=1000, shared=5000)
    path = book(
        tmp_path / "a.xlsx", f"<row><c t='str'><v>{long}</v></c><c t='s'><v>0</v></c></row>", f"<si><t>{long}</t></si>"
    )
    cells = Cells(["x"], frozenset(), base_1904=False, limits=limits)
    cells.feed(f"<sheetData><row><c t='str'><v>{long}".encode())
    assert len(cells._value or "") < 20_000
    assert [len(str(cell)) for cell in rows(path, limits=limits)[0]] == [1000, 1000]
    with pytest.raises(Invalid):
        rows(book(path, "<row><c><v>1</v></c></row>", "<si/>" * 1000), limits=limits)
