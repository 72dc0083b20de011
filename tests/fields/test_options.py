"""F3: options that people manage themselves keep their ids, whatever becomes of their names."""

from __future__ import annotations

from typing import Any

import pytest

from app.fields.base import Rejected
from app.fields.options import LONGEST, MOST, Entries, Entry, live, merged

OLD = (Entry("o0001", "大专"), Entry("o0002", "本科"), Entry("o0003", "硕士"))


def test_new_options_count_on_from_the_greatest_id_ever_given() -> None:
    """F3: an id is never given twice, not even after its option has gone."""
    assert [entry.id for entry in merged((), [Entry("", "一"), Entry("", "二")])] == ["o0001", "o0002"]
    without = merged(OLD, list(OLD[:2]))
    assert [entry.id for entry in live(without)] == ["o0001", "o0002"]
    again = merged(without, [*OLD[:2], Entry("", "博士")])
    assert [entry.id for entry in live(again)] == ["o0001", "o0002", "o0004"]


def test_order_and_names_are_those_given() -> None:
    """F3: a rename and a new order touch no id."""
    found = merged(OLD, [Entry("o0003", "研究生"), Entry("o0001", "大专"), Entry("o0002", "本科")])
    assert [(entry.id, entry.label) for entry in found] == [("o0003", "研究生"), ("o0001", "大专"), ("o0002", "本科")]


def test_a_label_alone_means_the_option_that_is_called_so() -> None:
    """F3: a program that sends names alone renames nothing."""
    assert [entry.id for entry in merged(OLD, [Entry("", "本科"), Entry("", "新"), Entry("", "大专")])] == [
        "o0002", "o0004", "o0001", "o0003",
    ]  # fmt: skip


def test_what_is_left_out_or_has_an_heir_is_gone_and_stays_known() -> None:
    """F3."""
    found = {entry.id: entry for entry in merged(OLD, [OLD[0], Entry("o0002", "", gone=True, heir="o0001")])}
    assert not found["o0001"].gone
    assert (found["o0002"].gone, found["o0002"].heir) == (True, "o0001")
    assert (found["o0003"].gone, found["o0003"].heir) == (True, None)


def test_an_unknown_id_is_refused() -> None:
    """F3: the list was changed by somebody else meanwhile."""
    with pytest.raises(Rejected):
        merged(OLD, [Entry("o0042", "x")])


@pytest.mark.parametrize(
    "raw",
    [["一", "一"], ["Ａ", "a"], ["a、b"], ["a|b"], [""], [{"label": ""}], [{"label": "x", "tone": "red"}],
     [{"label": 1}], ["x" * (LONGEST + 1)], [f"选项{n}" for n in range(MOST + 1)]],
)  # fmt: skip
def test_names_must_tell_options_apart(subject: Any, raw: Any) -> None:
    """F3."""
    assert subject("options").refusal(raw)


def test_a_list_is_kept_whole() -> None:
    """F3: with what is gone, and without who inherited."""
    kept = Entries().process_bind_param((OLD[0], Entry("o0002", "本科", gone=True)), None)
    assert Entries().process_result_value(kept, None) == (OLD[0], Entry("o0002", "本科", gone=True))
    assert Entries().process_result_value("", None) == ()
