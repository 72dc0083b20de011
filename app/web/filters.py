"""The filter bar of a list, filled from the query string."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.fields.base import Control
from app.fields.ref import NONE
from app.records.ids import record_ids
from app.records.query import choices
from app.web.face import Face, FieldFace

# A list page has at most four statements: login, rows, and these. What else is asked for the browser looks up itself.
MOST_LOOKUPS: Final = 2
REMEMBERED: Final = 512  # bars, of some 10 kB each
NOT_ASKED: Final = frozenset({"cursor", "view"})  # turning the page asks for nothing new
SEVERAL: Final = ("multiselect", "remote_many", "checkboxes")

Pairs = Sequence[tuple[str, str]]
Errors = Mapping[str, Sequence[object]]


def filter_bar(
    face: Face, actor: Actor, args: MultiDict[str, str], errors: Errors, *, root: str, all_url: str
) -> Markup:  # fmt: skip
    """The bar as HTML: the search box and one entry per field of `list.filter`, what is asked for now filled in.
    `all_url` leads to the whole list."""
    if errors or set(args) - NOT_ASKED:
        return _drawn(face, args, errors, root, _look_up(face, actor, args), all_url=all_url)
    return _blank(face, root, all_url)


@lru_cache(REMEMBERED)
def _blank(face: Face, root: str, all_url: str) -> Markup:
    """The bar while nothing is asked for, which is what most pages show: drawing it is a fifth of a page's cost."""
    return _drawn(face, MultiDict(), {}, root, {}, all_url=all_url)


def _drawn(
    face: Face, args: MultiDict[str, str], errors: Errors, root: str, looked_up: Mapping[str, Pairs], *, all_url: str
) -> Markup:
    search, filters, used = _search_box(face, args), [], 0
    for shown in face.filters:
        asking = sum(1 for control in shown.controls if asked(shown, control, args))
        used += asking
        if asking or any(_errors_of(shown, control, errors) for control in shown.controls):
            controls = _controls(shown, args, errors, _choices(face, root), looked_up.get(shown.name))
            filters.append(_filter(shown, controls))
        else:
            filters.append(_untouched(face, root)[shown.name])
    if not search and not filters:
        return Markup()
    kept = [(key, args[key]) for key in ("order", "size", "columns") if args.get(key)]
    context = {"url": root + face.url, "search": search, "filters": filters, "used": used, "kept": kept}
    context["all_url"] = all_url
    return Markup(render_template("_filters.html", **context))  # noqa: S704 - Jinja has escaped it


@lru_cache(REMEMBERED)
def _untouched(face: Face, root: str) -> Mapping[str, Markup]:
    """Every field of the bar while nothing is asked for in it: who searches asks for few of them."""
    blank: MultiDict[str, str] = MultiDict()
    found = _choices(face, root)
    return MappingProxyType(
        {shown.name: _filter(shown, _controls(shown, blank, {}, found, None)) for shown in face.filters}
    )


def _choices(face: Face, root: str) -> str:
    """Where the browser looks up what a reference may point to, before the field's name."""
    return f"{root}{face.url}choices/"


def _filter(shown: FieldFace, controls: Sequence[Mapping[str, Any]]) -> Markup:
    widget = controls[0]["widget"] if controls else "text"
    drawn = {"name": shown.name, "label": shown.label, "widget": widget, "controls": controls}
    return Markup(render_template("_filter.html", f=drawn))  # noqa: S704 - Jinja has escaped it


def _search_box(face: Face, args: MultiDict[str, str]) -> dict[str, Any] | None:
    labels = [face.fields[name].field.label for name in face.resource.list.search]
    names = [label.inside(face.locale) if place else label.text(face.locale) for place, label in enumerate(labels)]
    return {"name": "q", "value": args.get("q", ""), "placeholder": _(", ").join(names)} if names else None


def _controls(
    shown: FieldFace, args: MultiDict[str, str], errors: Errors, below: str, related: Pairs | None
) -> list[dict[str, Any]]:
    url = f"{below}{shown.name}" if shown.is_reference else None
    return [
        _control(shown, control, asked(shown, control, args), related)
        | {"url": url, "errors": _errors_of(shown, control, errors)}
        for control in shown.controls
    ]


def _control(shown: FieldFace, control: Control, values: Sequence[str], related: Pairs | None) -> dict[str, Any]:
    widget, options = control.widget, shown.options
    if shown.is_reference:
        widget, options = "remote_many", (*_nothing(shown), *(related or ()))
    entries = [{"value": value, "label": label, "selected": value in values} for value, label in options]
    if widget == "select":
        entries.insert(0, {"value": "", "label": _("All"), "selected": not values})
    return {
        "name": control.name,
        "label": {"from": _("from"), "to": _("to")}.get(control.operator, ""),
        "operator": control.operator,
        "widget": widget,
        "whole": shown.field.choose == "all",
        "value": values[0] if values else "",
        "values": values,
        "several": widget in SEVERAL,
        "placeholder": shown.placeholder,
        "options": entries,
    }


def _nothing(shown: FieldFace) -> Pairs:
    """The choice of records that refer to nothing, where there may be such."""
    never = shown.kind.name != "ref" or shown.field.required or shown.field.handover == "heir"
    return () if never else ((NONE, _("None")),)


def asked(shown: FieldFace, control: Control, args: MultiDict[str, str]) -> list[str]:
    """The values the query string gives for this control; a bare `?field=` means the kind's first operator."""
    keys = [control.name]
    if control.operator == shown.kind.operators[0]:
        keys.append(shown.name)
    return [value for key in keys for value in args.getlist(key) if value.strip()]


def _errors_of(shown: FieldFace, control: Control, errors: Errors) -> list[str]:
    texts = list(errors.get(control.name, ()))
    if control.operator == shown.kind.operators[0]:
        texts += errors.get(shown.name, ())
    return [str(text) for text in texts]


def _look_up(face: Face, actor: Actor, args: MultiDict[str, str]) -> dict[str, Pairs]:
    """The names of the related records that are asked for. All there are come when somebody opens the drop-down: most
    who look at a list ask for nothing, and two statements are a tenth of its cost (docs/benchmarks.md)."""
    found: dict[str, Pairs] = {}
    for shown in face.filters:
        if not shown.is_reference or len(found) == MOST_LOOKUPS:
            continue
        ids = record_ids([value for control in shown.controls for value in asked(shown, control, args)])
        if ids:
            entries = choices(actor, face.resource, shown.name, ids=ids, limit=len(ids))
            found[shown.name] = [(str(entry.id), entry.title) for entry in entries]
    return found
