"""What templates do most often, made cheap: a page says fifty texts, shows as many icons, escapes a thousand values.

Jinja and Flask-Babel look all of that up anew each time, which was half of a list page's cost (docs/benchmarks.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, MutableMapping
from functools import cache, partial
from types import CodeType
from typing import Any, Final

from flask import Flask, render_template
from flask_babel import get_locale, gettext
from jinja2 import Environment, Template
from markupsafe import Markup, escape

from app.web.assets import static_root

Say = Callable[..., Markup]

_special: Final = re.compile("[&<>\"']").search


class QuickTemplate(Template):
    """Jinja's template with an `escape` that makes no new object where there is nothing to escape, which is nearly
    always. What a template prints is joined as texts, so that it need not be Markup."""

    @classmethod
    def from_code(
        cls, environment: Environment, code: CodeType, globals: MutableMapping[str, Any], uptodate: Any = None
    ) -> Template:
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__["escape"] = quick_escape
        return made


def quick_escape(value: Any) -> Any:
    """The text of `value` as safe HTML: what `markupsafe.escape` gives, as a str or as Markup."""
    if value.__class__ is str:
        return escape(value) if _special(value) else value
    return value if value.__class__ is Markup else escape(value)


def init_app(app: Flask) -> None:
    """Gives templates `_`, `icon`, `still`, `zip` and the filter `escaped`."""
    spoken: dict[str, Say] = {}

    def speak() -> dict[str, Say]:
        language = _language()
        say = spoken.get(language) or spoken.setdefault(language, _speaker())
        return {"_": say, "icon": partial(_icon, static_root())}

    app.jinja_env.template_class = QuickTemplate
    app.context_processor(speak)
    app.jinja_env.globals.update(icon=icon, still=still, zip=zip)
    app.jinja_env.filters["escaped"] = escaped


def _speaker() -> Say:
    """`_` for one language. What it has said once it remembers; texts of templates alone go through it, so few."""
    known: dict[str, Markup] = {}

    def say(text: str, **values: Any) -> Markup:
        said = known.get(text)
        if said is None:
            said = known[text] = Markup(gettext(text))  # noqa: S704 - from our catalogue
        return said % values if values else said

    return say


def icon(name: str, extra: str = "") -> Markup:
    """A drawing of the sprite (tools/assets.py finds the names by calls of this), hidden from screen readers."""
    return _icon(static_root(), name, extra)


def still(template: str) -> Markup:
    """A part of the frame in which nothing of the request or the person stands: drawn once for each language."""
    return _still(template, _language(), static_root())


@cache
def _still(template: str, language: str, root: str) -> Markup:
    return Markup(render_template(template, locale=language, static=root))  # noqa: S704 - Jinja has escaped it


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else ""


@cache
def _icon(root: str, name: str, extra: str = "") -> Markup:
    drawing = '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}vendor/icons.svg#{}"/></svg>'
    return Markup(drawing).format(extra, root, name)  # noqa: S704 - format() escapes what it fills in


def escaped(cells: Iterable[Any]) -> list[str]:
    """The cells as HTML: what a field kind made is taken as it is, all else is escaped."""
    return [quick_escape(cell) for cell in cells]
