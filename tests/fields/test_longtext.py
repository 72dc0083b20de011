"""Text of several lines."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n", "\x85", "\u2028", "\u2029"])
def test_lines_end_the_same_way_whatever_they_came_with(subject: Any, ending: str) -> None:
    assert subject("longtext").clean(f"  一{ending}二{ending}{ending}三{ending}") == "一\n二\n\n三"


@pytest.mark.parametrize("typed", ["a\0b", "a\x0bb", "a\x1fb", "a\n\ud800"])
def test_no_other_control_character_fits(subject: Any, typed: str) -> None:
    assert "invisible character" in subject("longtext").refusal(typed)


def test_length(subject: Any) -> None:
    assert subject("longtext", max=3).clean("一\r\n二") == "一\n二"
    assert "At most 3" in subject("longtext", max=3).refusal("一二三四")
    assert "At most 10000" in subject("longtext").refusal("一" * 10_001)
    assert "At least 5" in subject("longtext", min=5).refusal("一二")


def test_a_short_text_is_shown_on_one_line(subject: Any) -> None:
    assert subject("longtext").cell("停电\n通知") == "停电 通知"


def test_a_long_text_is_shortened_and_all_of_it_is_there_on_pointing(subject: Any) -> None:
    text = "停电<通知>\n" * 20
    cell = subject("longtext").cell(text)
    assert cell.count("停电&lt;通知&gt;\n") == 20
    shown = cell.partition(">")[2].removesuffix("</span>")
    assert shown.endswith("…")
    assert len(shown.replace("&lt;", "<").replace("&gt;", ">")) <= 81
    assert "\n" not in shown


def test_the_show_page_has_all_of_it(subject: Any) -> None:
    assert subject("longtext").show("x" * 500 + "\n&") == "x" * 500 + "\n&amp;"


def test_search(subject: Any, matches: Any) -> None:
    notices = ["本周六\n系统升级", "停电通知 B 区", "100%"]
    assert matches(subject("longtext"), notices, "contains", "六\n系") == notices[:1]
    assert matches(subject("longtext"), notices, "contains", "b 区") == notices[1:2]
    assert matches(subject("longtext"), notices, "contains", "0%") == notices[2:]
