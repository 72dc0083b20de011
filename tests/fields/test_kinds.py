"""What every kind of field owes the product, one hand-made table for all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate
from markupsafe import escape

from app import fields
from app.fields import kind_of, kinds
from app.fields.base import Kind, Reader
from app.fields.options import Entry

UTC = dt.UTC
NAMES = (
    "text", "longtext", "richtext", "integer", "boolean", "choice", "choices", "date", "time", "datetime", "digits",
    "mobile", "email", "password", "options", "ref", "refs", "record",
)  # fmt: skip
READERS = (
    Reader("zh", "Asia/Shanghai"),
    Reader("en", "Asia/Shanghai"),
    Reader("en", "America/New_York"),
    Reader("zh", "UTC"),
)
BLANKS = {
    "text": "", "longtext": "", "richtext": "",
    "integer": None, "boolean": False, "choice": "", "choices": (), "date": None,
    "time": None, "datetime": None, "digits": "", "mobile": "", "email": "", "password": "", "ref": None, "refs": (),
    "record": None, "options": (),
}  # fmt: skip

# Values as they are stored. Each must come back from what is exported of it, whoever reads.
STORED: dict[str, list[Any]] = {
    "text": ["", "张三", "O'Neil & Söhne <b>", "100%_done", "=1+1", "a  b", "“引号”，逗号", "𠮷野家", "👩‍👧", "|a|b|"],
    "longtext": ["", "一行", "第一行\n第二行", "a\n\n  b", "x" * 10_000],
    "richtext": [
        "",
        "<p>一行</p>",
        "<p>一<br>二</p><p>三 &lt;b&gt; &amp;</p>",
        "<p>　　各位同事：</p>",
        "<p>1 &lt; 2</p>",
    ],
    "integer": [None, 0, -1, 7, 9_999, 10_000, -1_234_567, 2**53 + 1, 2**63 - 1, -(2**63) + 1],
    "boolean": [False, True],
    "choice": ["", "new", "used", "sold_out", "old"],
    "choices": [(), ("new",), ("new", "used"), ("sold_out",), ("new", "used", "sold_out", "old")],
    "date": [None, dt.date(2026, 11, 22), dt.date(2024, 2, 29), dt.date(1000, 1, 1), dt.date(9999, 12, 31)],
    "time": [None, dt.time(0, 0), dt.time(18, 5), dt.time(23, 59, 59), dt.time(0, 0, 1)],
    "datetime": [
        None,
        dt.datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        dt.datetime(2026, 11, 22, 10, 0, 7, tzinfo=UTC),
        dt.datetime(1900, 1, 1, tzinfo=UTC),  # Shanghai was 8:05:43 ahead then
        dt.datetime(1986, 9, 13, 15, 30, tzinfo=UTC),  # Shanghai's clocks went back, and this hour came twice
        dt.datetime(1986, 9, 13, 16, 30, tzinfo=UTC),
        dt.datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # New York's
        dt.datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        dt.datetime(9999, 12, 31, 15, 59, 59, tzinfo=UTC),
    ],
    "digits": ["", "0", "007", "6222020200112233445", "11010519491231002X", "9" * 32],
    "mobile": ["", "13800138000", "19912345678"],
    "email": ["", "name@example.com", "a.b+c@mail.example.com.cn", "张三@例子.中国"],
    "ref": [None, 1, 2**63 - 1],
    "record": [None, 1, 2**63 - 1],
    "options": [(), (Entry("", "大专"),), (Entry("", "大专"), Entry("", "O'Neil & Söhne"))],
    "refs": [(), (5,), (3, 1, 2**63 - 1)],
}
CASES = [(kind, value) for kind, values in STORED.items() for value in values]

# What no database can store or no one would see: refused wherever text is typed.
UNFIT = ("a\0b", "\ud800", "a\x1bb", "a\u202eb")


def test_the_table_lists_the_kinds_by_their_names() -> None:
    assert tuple(kinds) == NAMES
    assert {name: kind.name for name, kind in kinds.items()} == {name: name for name in NAMES}


def test_each_kind_is_a_file_of_its_own() -> None:
    folder = Path(fields.__file__).parent
    assert all((folder / f"{name}.py").is_file() for name in NAMES)
    assert {type(kind).__module__ for kind in kinds.values()} == {f"app.fields.{name}" for name in NAMES}


def test_the_kind_of_a_field_is_looked_up_in_the_table(subject: Any) -> None:
    assert kind_of(subject("digits").field) is kinds["digits"]


@pytest.mark.parametrize("kind", NAMES)
def test_every_part_of_a_kind_is_its_own(kind: str) -> None:
    for part in ("clean", "schema", "type_", "where"):
        assert getattr(type(kinds[kind]), part) is not getattr(Kind, part)


NOTHING = [(kind, raw) for kind in NAMES for raw in (None, "", "  ", "\u3000\t") if kind != "password" or not raw]


@pytest.mark.parametrize(("kind", "raw"), NOTHING)
def test_nothing_typed_is_the_blank_value(subject: Any, kind: str, raw: Any) -> None:
    assert subject(kind).clean(raw) == BLANKS[kind] == kinds[kind].blank
    assert kinds[kind].is_blank(raw)


@pytest.mark.parametrize("kind", NAMES)
def test_only_kinds_without_a_blank_value_may_be_null(subject: Any, kind: str) -> None:
    assert kinds[kind].nullable(subject(kind).field) is (BLANKS[kind] is None)


@pytest.mark.parametrize(("kind", "value"), CASES)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: f"{reader.locale}-{reader.timezone}")
def test_what_is_exported_can_be_imported(subject: Any, kind: str, value: Any, reader: Reader) -> None:
    tried = subject(kind)
    assert tried.clean(tried.text(value, reader), reader) == value


@pytest.mark.parametrize(("kind", "value"), CASES)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: f"{reader.locale}-{reader.timezone}")
def test_a_form_saved_unchanged_changes_nothing(subject: Any, kind: str, value: Any, reader: Reader) -> None:
    tried = subject(kind)
    assert tried.clean(tried.form_value(value, reader), reader) == value


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_what_the_api_gives_it_takes_back_and_its_schema_allows(subject: Any, kind: str, value: Any) -> None:
    tried = subject(kind)
    given = tried.json(value)
    assert tried.clean(given) == value
    schema = tried.schema()
    if given is None:
        assert schema["nullable"]
    else:
        validate(given, schema)


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_a_stored_value_is_clean_already(subject: Any, kind: str, value: Any) -> None:
    assert subject(kind).clean(value) == value


@pytest.mark.parametrize("kind", [name for name in NAMES if name != "password"])
@pytest.mark.parametrize("raw", [{"a": 1}, b"bytes", object(), 10**4000, float("nan"), [[None]], [{}]])
def test_what_no_form_file_or_api_call_means_is_refused_not_a_crash(subject: Any, kind: str, raw: Any) -> None:
    assert subject(kind).refusal(raw)


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("raw", UNFIT)
def test_unfit_characters_are_refused(subject: Any, kind: str, raw: str) -> None:
    message = subject(kind).refusal(raw)
    assert message.encode()


@pytest.mark.parametrize("kind", [name for name in NAMES if name not in ("text", "longtext")])
def test_far_too_long_input_is_refused_quickly(subject: Any, kind: str) -> None:
    for piece in ("9", "2026-", "a,", "-", " :"):
        assert len(subject(kind).refusal("1" + piece * 300_000)) < 200


@pytest.mark.parametrize("kind", ["text", "longtext", "richtext", "choice", "digits", "mobile", "email"])
def test_cells_escape(subject: Any, kind: str) -> None:
    """What is not Markup a list escapes itself: no kind may call a foreign text Markup."""
    evil = "<script>alert('x')</script>\""
    assert "<script" not in escape(subject(kind).cell(evil))
    assert "<script" not in escape(subject(kind).show(evil))


def test_cells_of_choices_escape(subject: Any) -> None:
    assert "<script" not in subject("choices").cell(("<script>",))


@pytest.mark.parametrize("kind", [name for name in NAMES if name not in ("boolean", "password")])
def test_an_empty_value_has_an_empty_cell(subject: Any, kind: str) -> None:
    assert subject(kind).cell(BLANKS[kind]) == ""
    assert subject(kind).show(BLANKS[kind]) == ""


@pytest.mark.parametrize("kind", ["integer", "date", "time", "digits", "mobile"])
def test_figures_line_up(subject: Any, kind: str) -> None:
    assert 'class="tabular-nums"' in subject(kind).cell(STORED[kind][-1])


def test_moments_line_up(subject: Any) -> None:
    assert 'class="tabular-nums"' in subject("datetime").cell(STORED["datetime"][1])


@pytest.mark.parametrize("kind", NAMES)
def test_the_controls_of_the_filter_bar_are_operators_of_the_kind(subject: Any, kind: str) -> None:
    controls = kinds[kind].filter_controls(subject(kind).field)
    assert {control.operator for control in controls} <= set(kinds[kind].operators)
    assert [control.name for control in controls] == [f"it.{control.operator}" for control in controls]
    assert bool(controls) is (not kinds[kind].secret and kind != "options")


@pytest.mark.parametrize(
    ("kind", "operators"),
    [
        ("text", "contains eq starts"), ("longtext", "contains"), ("richtext", "contains"),
        ("integer", "eq from to"), ("boolean", "eq"),
        ("choice", "in eq"), ("choices", "any all"), ("date", "eq from to"), ("time", "eq from to"),
        ("datetime", "eq from to"), ("digits", "starts eq ends contains found"),
        ("mobile", "starts eq ends contains found"),
        ("email", "starts eq ends contains"), ("password", ""), ("ref", "in eq"), ("refs", "any"),
        ("record", "eq in"), ("options", ""),
    ],
)  # fmt: skip
def test_operators(kind: str, operators: str) -> None:
    assert kinds[kind].operators == tuple(operators.split())


def test_only_passwords_are_secret_and_only_refs_have_no_column() -> None:
    assert [name for name, kind in kinds.items() if kind.secret] == ["password"]
    assert [name for name, kind in kinds.items() if kind.many] == ["refs"]


@pytest.mark.parametrize("kind", ["longtext", "richtext", "choices", "password", "refs"])
def test_what_may_be_too_long_for_an_index_says_so(subject: Any, kind: str) -> None:
    assert not kinds[kind].indexable(subject(kind).field)
