"""What the other pages of roles show: the columns of their list, the versions, two roles side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.access import Actor, may
from app.accounts.role_history import Version
from app.accounts.roles import RoleState, defaults_of, role_resource, texts
from app.engine import engine
from app.records.grant_words import words
from app.spec.kinds import KIND_LABELS, NARROWING_LABELS
from app.spec.model import PERMISSIONS
from app.web.menu import MenuGroup
from app.web.moments import moment

Json = dict[str, Any]
COLUMNS: Final = (
    ("origin", _l("Kind"), "start"),
    ("users", _l("Users"), "end"),
    ("grants", _l("Permissions"), "end"),
    ("differs", _l("Compared with the defaults"), "start"),
)
ACTIONS: Final = {
    "start": _l("Permissions to begin with"),
    "grant": _l("Changed"),
    "restore": _l("Defaults restored"),
    "rollback": _l("Went back"),
    "product": _l("New pages by an update of the product"),
}


def add_columns(context: Json, roles: Sequence[RoleState], locale: str) -> None:
    """Adds to a list page of roles what no field of theirs holds. `roles` come with their grants."""
    fields = [column["name"] for column in context["columns"]]
    context["columns"] += [
        {"name": name, "label": str(label), "sortable": False, "order": "", "order_url": None, "align": align,
         "kind": "text"}
        for name, label, align in COLUMNS
    ]  # fmt: skip
    known = {str(role.id): role for role in roles}
    for row in context["rows"]:
        role = known.get(row["id"])
        if role is not None:
            row["title"], row["kept"] = role.title(locale), role.built_in
            told = {"name": escape(role.title(locale)), "remark": escape(role.about(locale))}
            shown = [told.get(name, cell) for name, cell in zip(fields, row["cells"], strict=True)]
            row["cells"] = [*shown, *_cells(role, locale)]


def _cells(role: RoleState, locale: str) -> Iterator[str | Markup]:
    origin = engine().product.roles.get(role.origin)
    if role.built_in:
        yield _badge("blue", _("Built in"))
    elif origin:
        yield _badge("grey", _("Own, from %(role)s", role=origin.label.text(locale)))
    else:
        yield _badge("grey", _("Own"))
    yield str(role.users)
    yield str(len(role.grants))
    differs = len(role.grants ^ defaults_of(role.origin))
    if not role.origin:
        yield "—"
    elif differs:
        yield _badge("orange", _("%(n)s different", n=differs))
    else:
        yield _("As by default")


def _badge(tone: str, text: str) -> Markup:
    return Markup('<span class="badge tone-{}">{}</span>').format(tone, text)


def history_context(actor: Actor, role: RoleState, found: Sequence[Version], here: str) -> Json:
    """The template context `history`. `here` is the address of the role, with a slash."""
    may_edit = may(actor, role_resource(engine().product), "edit") and not role.is_admin
    return {
        "role": {"name": role.title(actor.locale), "users": role.users, "admin": role.is_admin},
        "versions": [_version(actor, version, current=version.number == role.number) for version in found],
        "rollback_url": f"{here}rollback" if may_edit else None,
        "permissions_url": f"{here}permissions",
    }


def _version(actor: Actor, version: Version, *, current: bool) -> Json:
    action = ACTIONS.get(version.action, version.action)
    went_back = version.action == "rollback" and version.source is not None
    return {
        "number": version.number,
        "at": moment(version.at, actor.reader),
        "who": version.who or _("System"),
        "action": _("Went back to version %(n)s", n=version.source) if went_back else str(action),
        "first": version.action == "start",
        "total": len(version.grants),
        "added": words(texts(version.added), actor.locale),
        "removed": words(texts(version.removed), actor.locale),
        "current": current,
    }


def compare_context(
    actor: Actor, roles: Sequence[RoleState], pair: Sequence[RoleState], groups: Sequence[MenuGroup], *, every: bool
) -> Json:
    """The template context `compare`: rows by page; `pair` are the two roles, with their grants."""
    left, right = pair
    locale = actor.locale
    pages = [page for group in groups for page in group.resources]
    rows = []
    for page in pages:
        cells = [(page.name, kind) for kind in (*PERMISSIONS, *page.narrow) if kind in (*page.can, *page.narrow)]
        shown = [
            {
                "kind": {**KIND_LABELS, **NARROWING_LABELS}[kind].text(locale),
                "left": (name, kind) in left.grants,
                "right": (name, kind) in right.grants,
                "differs": ((name, kind) in left.grants) is not ((name, kind) in right.grants),
            }
            for name, kind in cells
            if every or (name, kind) in left.grants ^ right.grants
        ]
        if shown:
            rows.append({"label": page.many.text(locale), "cells": shown})
    options = [{"value": str(role.id), "label": role.title(locale)} for role in roles]
    return {
        "left": {"id": str(left.id), "name": left.title(locale)},
        "right": {"id": str(right.id), "name": right.title(locale)},
        "roles": options,
        "rows": rows,
        "every": every,
        "differences": len(left.grants ^ right.grants),
    }
