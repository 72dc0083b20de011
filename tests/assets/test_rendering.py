"""What templates are given for speed says and escapes the same as the slow way would."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template, render_template_string
from flask_babel import force_locale
from markupsafe import Markup, escape

from app.web.rendering import escaped

pytestmark = pytest.mark.only_on("sqlite")  # no database is asked


def render(app: Flask, source: str, language: str, **values: Any) -> str:
    with app.test_request_context("/"), force_locale(language):
        return render_template_string(source, **values)


def test_texts_are_said_in_the_language_of_each_request_in_turn(app: Flask) -> None:
    said = [render(app, "{{ _('Save') }}", language) for language in ("zh", "en", "zh", "en")]
    assert said == ["保存", "Save", "保存", "Save"]


def test_values_in_texts_are_escaped(app: Flask) -> None:
    assert render(app, "{{ _('%(n)s selected', n=n) }}", "en", n="<b>") == "&lt;b&gt; selected"


def test_cells_that_are_not_html_yet_are_escaped() -> None:
    assert escaped(["<i>", Markup("<b>x</b>"), 3, None]) == ["&lt;i&gt;", "<b>x</b>", "3", "None"]


def test_an_icon_is_escaped_too(app: Flask) -> None:
    assert '#&#34;&gt;"' in render(app, "{{ icon(name) }}", "en", name='">')


def test_nothing_of_a_row_reaches_the_list_unescaped(app: Flask) -> None:
    evil = '"><script>alert(1)</script>'
    row = {"id": evil, "url": evil, "title": evil, "cells": [evil, evil]}
    column = {"name": "a", "label": evil, "kind": "text", "align": "start", "order": "", "sortable": False}
    page = {
        "title": evil, "columns": [column, column], "rows": [row], "selectable": True, "bulk_actions": [],
        "row_actions": [{"label": evil, "url": evil, "confirm": evil}], "delete": None,
        "can": {"edit": True, "add": True},
        "size": 25, "sizes": [], "add_url": evil, "empty": {"filtered": False, "text": ""}, "count_url": evil,
        "next_url": evil, "last_url": evil, "previous_url": evil, "first_url": evil,
    }  # fmt: skip
    with app.test_request_context("/"):
        html = render_template("_list.html", page=page, shell={})
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") > 10


class Speaks:
    def __html__(self) -> str:
        return "<i>"


@pytest.mark.parametrize("value", ["plain", "<b>&\"'", "", 7, None, Markup("<b>"), Speaks(), ["<b>"]])
def test_what_templates_print_is_escaped_as_ever(app: Flask, value: Any) -> None:
    printed = render(app, "{{ value }}|{% set kept %}{{ value }}{% endset %}{{ kept }}", "en", value=value)
    assert printed == f"{escape(value)}|{escape(value)}"
