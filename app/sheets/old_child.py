"""A process of its own that reads an old workbook: one that lies about its size takes this down, nobody else.

Run by path, with nothing of the product loaded: `python old_child.py FILE SHEET COLUMNS MEMORY`. Each line of its
output is JSON: first the names of the sheets, then the rows; what JSON does not know stands in a list of kind and text.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

SECONDS = 120
REFUSED = 3  # the exit status that says "no workbook", or one too large for the memory it was given


def told(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return [type(value).__name__, value.isoformat()]
    return value if isinstance(value, str | float | int | bool) else str(value)


def main(path: str, wanted: str, columns: int, memory: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    book = CalamineWorkbook.from_path(path)
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    name = wanted if wanted in names else names[0]
    print(json.dumps([names, name]))  # noqa: T201 - what the parent reads
    sheet = book.get_sheet_by_name(name)
    for row in sheet.to_python(skip_empty_area=False):
        while row and row[-1] == "":
            row.pop()
        print(json.dumps([told(cell) for cell in row[: columns + 1]]))  # noqa: T201
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    except BrokenPipeError:
        sys.exit(0)  # the parent has read enough
    except Exception:  # whatever the library raises: the parent says that the file cannot be read
        sys.exit(REFUSED)
