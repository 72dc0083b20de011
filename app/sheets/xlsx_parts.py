"""What stands in an xlsx beside its rows: the documents that hold it together, styles, names and widths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from app.sheets.columns import Column, Form

# Numbers of styles, in the order of `cellXfs` below.
TEXT, MOMENT, DAY, CLOCK, HEAD, HINT = 1, 2, 3, 4, 5, 6
_STYLE_OF: Final[Mapping[Form, int]] = {"text": TEXT, "number": 0, "moment": MOMENT, "day": DAY, "clock": CLOCK}
LONGEST_NAME: Final = 31
_HIDDEN: Final = ' state="hidden"'
_UNFIT: Final = re.compile(r"[\[\]:*?/\\]")

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

SHEET: Final = f'{_XML}<worksheet xmlns="{_MAIN}">'
FROZEN: Final = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    ' state="frozen"/></sheetView></sheetViews>'
)
_STYLES: Final = f"""{_XML}<styleSheet xmlns="{_MAIN}">\
<numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="166" formatCode="hh:mm:ss"/></numFmts>\
<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font>\
<font><i/><sz val="11"/><color rgb="FF6B7280"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>\
<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
_RELATED: Final = _XML + f'<Relationships xmlns="{_PACKAGE}/relationships">' + "{}</Relationships>"
_ROOT: Final = _RELATED.format(
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
)


class Sheet(NamedTuple):
    name: str
    hidden: bool = False


def documents(sheets: Sequence[Sheet], creator: str, mark: str) -> Mapping[str, str]:
    """Path → text of everything but the sheets themselves."""
    numbered = list(enumerate(sheets, 1))
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}"{_HIDDEN if hidden else ""} r:id="rId{n}"/>'
        for n, (name, hidden) in numbered
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/relationships/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _sheet in numbered
    )
    styles = len(sheets) + 1
    related += f'<Relationship Id="rId{styles}" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/>'
    typed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n, _sheet in numbered
    )
    workbook = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><sheets>{listed}</sheets></workbook>'
    return {
        "xl/workbook.xml": _XML + workbook,
        "xl/_rels/workbook.xml.rels": _RELATED.format(related),
        "xl/styles.xml": _STYLES,
        "docProps/core.xml": _core(creator, mark),
        "_rels/.rels": _ROOT,
        "[Content_Types].xml": f"""{_XML}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\
{typed}</Types>""",
    }


def _core(creator: str, mark: str) -> str:
    """The properties of the document: who made it, and the mark, as `identifier` and among the keywords."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    who, what = escape(creator), escape(mark)
    return f"""{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>{who}</dc:creator>\
<dc:identifier>{what}</dc:identifier><cp:keywords>{what}</cp:keywords>\
<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created></cp:coreProperties>"""


def letters(place: int) -> str:
    """The name of a column: A for 0, AB for 27."""
    name, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def widths(columns: Sequence[Column]) -> str:
    """The `cols` of a sheet: how wide each is, and that what is typed into it becomes what its cells are."""
    made = (
        f'<col min="{n}" max="{n}" width="{column.wide}" style="{_STYLE_OF[column.form]}" customWidth="1"/>'
        for n, column in enumerate(columns, 1)
    )
    return f"<cols>{''.join(made)}</cols>" if columns else ""


def sheet_name(title: str, number: int) -> str:
    """A name that every program takes; from the second sheet on with its number."""
    end = "" if number == 1 else f" {number}"
    clean = _UNFIT.sub(" ", title).strip().strip("'") or "Sheet"
    return clean[: LONGEST_NAME - len(end)] + end
