"""csv whose quotation marks, line ends and encodings are not what they should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.sheets.reading import read
from app.sheets.values import FileFault, Limits, Reading


def rows(path: Path, text: str, limits: Limits = Limits()) -> list[list[object]]:  # noqa: B008
    path.write_text(text, "utf-8", newline="")
    return [list(cells) for _number, cells in read(path, Reading(), limits)[2]]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path: Path, end: str) -> None:
    """C1: the rows behind it would be a cell of one customer, and nobody would miss them."""
    path = tmp_path / "a.csv"
    for text in ('a,1\n"b,2\nc,3\nd,4', 'a,1\nb,"2', 'a,1\nb,"2"",3\nc,4'):
        with pytest.raises(FileFault, match="quotation mark"):
            rows(path, f"名称,号码\n{text}{end}")
    assert rows(path, f'名称,号码\na,"1\n2"{end}') == [["a", "1\n2"]]
    assert rows(path, f'名称,号码\na,"1\n"{end}') == [["a", "1\n"]]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,"1\n2"\n"b,2\nc,3\nd,4\n', 4),  # to the end of the file
        ('a,1\n"b,2\n' + "c,3\n" * 20_000, 3),  # to the end of what a cell may hold
        ('a,1\nb,2\nc,"3', 4),
    ],
)
def test_a_quotation_mark_that_is_never_closed_is_told_where_it_is_opened(tmp_path: Path, text: str, line: int) -> None:
    """C1: the end of the file is no place to mend anything."""
    with pytest.raises(FileFault, match=f"^Line {line} "):
        rows(tmp_path / "a.csv", f"名称,号码\n{text}")


def test_a_record_of_many_lines_has_an_end(tmp_path: Path) -> None:
    """C1: its lines and its cells are short, and without an end they would be in memory before they are counted."""
    wide = 'ab,"\n",' * 200_000
    with pytest.raises(FileFault, match="far too long"):
        rows(tmp_path / "a.csv", f"名称,号码\n{wide}", Limits(line=100_000))
    many = 'ab,"\n"\n' * 50_000
    assert len(rows(tmp_path / "a.csv", f"名称,号码\n{many}", Limits(line=10_000))) == 50_000


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_lines_that_end_with_a_return_alone(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,号码\r" + "张伟,1\r" * 2_000, encoding, newline="")
    assert len(list(read(path, Reading(), Limits(line=5_000))[2])) == 2_000


def test_a_line_of_utf_16_is_measured_by_its_signs(tmp_path: Path) -> None:
    """C1: a sign may hold the bytes of a line end, and the end of a line may lie across two signs."""
    path = tmp_path / "a.csv"
    path.write_text("名称,号码\n" + "\u0a41\u4100" * 5_000, "utf-16")
    with pytest.raises(FileFault, match="far too long"):
        read(path, Reading(), Limits(line=5_000))


@pytest.mark.parametrize("encoding", ["gb18030-sig", "big5-sig", "utf-16-sig", "nonsense", "rot13", "x" * 5_000])
@pytest.mark.parametrize("head", [False, True])
def test_an_encoding_that_nobody_offers_is_refused(tmp_path: Path, encoding: str, head: bool) -> None:
    """C1: the name comes from the form, or from a program."""
    path = tmp_path / "a.csv"
    path.write_text("名称,号码\n张伟,1\n", "utf-8")
    with pytest.raises(FileFault, match="encoding"):
        read(path, Reading(encoding=encoding), Limits(), head=head)


def test_an_encoding_that_was_kept_may_be_wrong(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,号码\n张伟,1\n", "gb18030")
    with pytest.raises(FileFault, match="encoding"):
        list(read(path, Reading(encoding="utf-8"), Limits(), head=True)[2])
