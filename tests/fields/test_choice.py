"""One of a list."""

from __future__ import annotations

from typing import Any

import pytest

from app.fields.base import Reader, Rejected
from app.labels import Label
from app.spec.model import Option

EN = Reader("en")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("new", "new"), ("全新", "new"), ("New", "new"), ("ＮＥＷ", "new"), (" 已使用 ", "used"),
     ("售罄，待补", "sold_out"), ("售罄,待补", "sold_out"), ("sold out, REFILL", "sold_out")],
)  # fmt: skip
def test_an_option_goes_by_its_value_and_both_its_labels(subject: Any, typed: str, value: str) -> None:
    assert subject("choice").clean(typed) == value


def test_a_refusal_names_the_options_in_the_readers_language(subject: Any) -> None:
    assert subject("choice").refusal("坏") == "“坏” is not an option. Choose from: 全新、已使用、售罄，待补、旧"
    assert subject("choice").refusal("bad", EN).endswith("Choose from: New, Used, Sold out, refill, Old one")


def test_a_refusal_names_twelve_options_at_most(subject: Any) -> None:
    many = tuple(Option(f"v{number}", Label(f"选{number}", f"Option {number}")) for number in range(40))
    assert subject("choice", options=many).refusal("x", EN).endswith("Option 11…")


@pytest.mark.parametrize("typed", [1, True, ["new"], "n" * 5000])
def test_what_is_no_option(subject: Any, typed: Any) -> None:
    assert subject("choice").refusal(typed)


# Two options of one label, a value that is another's label, values that differ by case alone, look-alike dashes.
TWINS = (
    Option("m", Label("男", "Same")),
    Option("f", Label("女", "Same")),
    Option("女", Label("男", "Other")),
    Option("a", Label("甲—乙", "A")),
    Option("A", Label("丙", "a")),
)


@pytest.mark.parametrize("value", [option.value for option in TWINS])
@pytest.mark.parametrize("reader", [Reader(), EN], ids=["zh", "en"])
def test_a_label_that_is_not_unique_is_exported_as_the_value(subject: Any, value: str, reader: Reader) -> None:
    tried = subject("choice", options=TWINS)
    assert tried.clean(tried.text(value, reader), reader) == value


def test_an_ambiguous_label_is_refused(subject: Any) -> None:
    assert subject("choice", options=TWINS).refusal("Same")


def test_fields_of_the_same_option_values_keep_their_own_labels(subject: Any) -> None:
    one = subject("choice", options=(Option("x", Label("一", "One")),))
    two = subject("choice", options=(Option("x", Label("二", "Two")),))
    assert [one.text("x"), two.text("x"), one.text("x", EN)] == ["一", "二", "One"]


def test_the_cell_is_a_badge_in_the_options_tone(subject: Any) -> None:
    assert subject("choice").cell("new") == '<span class="badge bg-green-lt">全新</span>'
    assert subject("choice").cell("used", EN) == '<span class="badge bg-secondary-lt">Used</span>'
    assert subject("choice").cell("sold_out") == '<span class="badge bg-secondary-lt">售罄，待补</span>'


def test_an_option_no_longer_in_the_file_is_shown_by_its_value(subject: Any) -> None:
    assert subject("choice").cell("gone") == "gone"
    assert subject("choice").text("gone") == "gone"


def test_schema(subject: Any) -> None:
    values = ["new", "used", "sold_out", "old"]
    assert subject("choice", required=True).schema() == {"type": "string", "enum": values}
    assert subject("choice").schema() == {"type": "string", "enum": ["", *values]}


@pytest.mark.parametrize("operator", ["in", "eq"])
def test_search(subject: Any, matches: Any, operator: str) -> None:
    assert matches(subject("choice"), ["new", "used", "old", ""], operator, "new") == ["new"]
    assert matches(subject("choice"), ["new", "used", "old", ""], operator, "旧", "new") == ["new", "old"]


def test_a_search_for_no_option(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("choice").kind.where(subject("choice").field, None, "in", ["new", "bad"], Reader())
