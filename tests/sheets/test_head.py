"""The beginning of a file that was looked through before is read alone (C1)."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from app.sheets import delimited
from app.sheets.reading import read
from app.sheets.values import Limits, Reading


def blocks_read(path: Path, reading: Reading, monkeypatch: pytest.MonkeyPatch, *, head: bool) -> int:
    """How many blocks of the file are looked through before its first rows are there."""
    number = 0
    real = delimited._blocks

    def counted(asked: Path):
        nonlocal number
        for block in real(asked):
            number += 1
            yield block

    with monkeypatch.context() as patch:
        patch.setattr(delimited, "_blocks", counted)
        _table, heads, rows = read(path, reading, Limits(), head=head)
        assert (heads, [cells for _number, cells in islice(rows, 2)]) == (["名称", "号码"], [["张伟", "10086"]] * 2)
    return number


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_looked_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """C1: when it comes; each page of its import shows eight rows, and reads no more for them."""
    monkeypatch.setattr(delimited, "_BLOCK", 1000)
    path = tmp_path / "长.csv"
    path.write_text("名称,号码\n" + "张伟,10086\n" * 2000, encoding=encoding)
    assert blocks_read(path, Reading(), monkeypatch, head=True) > 40, "nothing is known of it yet"
    known = read(path, Reading(), Limits())[0].reading
    assert known.encoding.startswith(encoding[:5])
    assert blocks_read(path, known, monkeypatch, head=True) == 0
    assert blocks_read(path, known, monkeypatch, head=False) > 40
