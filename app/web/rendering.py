"""What templates do most often, made cheap: a page says fifty texts, shows as many icons, escapes a thousand values.

Jinja and Flask-Babel look all of that up anew each time, which was half of a list page's cost (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flask import Flask
from flask_babel import get_locale, gettext
from markupsafe import Markup, escape

from app.web.assets import static_root

Say = Callable[..., Markup]


def init_app(app: Flask) -> None:
    """Gives templates `_`, `icon`, `zip` and the filter `escaped`."""
    spoken: dict[str, Say] = {}

    def speak() -> dict[str, Say]:
        locale = get_locale()
        language = locale.language if locale is not None else ""
        return {"_": spoken.get(language) or spoken.setdefault(language, _speaker())}

    app.context_processor(speak)
    app.jinja_env.globals.update(icon=icon, zip=zip)
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


@cache
def _icon(root: str, name: str, extra: str) -> Markup:
    drawing = '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}vendor/icons.svg#{}"/></svg>'
    return Markup(drawing).format(extra, root, name)  # noqa: S704 - format() escapes what it fills in


def escaped(cells: Iterable[Any]) -> list[Markup]:
    """The cells as HTML: what a field kind made is taken as it is, all else is escaped."""
    return [cell if cell.__class__ is Markup else escape(cell) for cell in cells]
