"""The matrix of permissions (R3): the template context `matrix`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.access import Actor, may
from app.accounts.role_saving import RoleConflict
from app.accounts.roles import Grants, RoleState, defaults_of, holds, role_resource, texts
from app.engine import engine
from app.records.grant_words import words
from app.records.visibility import narrowing_of
from app.records.width import wider
from app.spec.kinds import KIND_LABELS, NARROWING_LABELS, kind_label
from app.spec.model import PERMISSIONS, ResourceSpec
from app.web.menu import MenuGroup

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One request's matrix. `ticked` is what the boxes show: the role's grants, or what was sent and refused."""

    actor: Actor
    roles: Sequence[RoleState]
    role: RoleState
    groups: Sequence[MenuGroup]
    root: str
    ticked: Grants
    conflict: RoleConflict | None = None
    errors: Sequence[str] = ()

    def context(self) -> Json:
        """The whole of `matrix` but for `latest`."""
        role, locale = self.role, self.actor.locale
        defaults = defaults_of(role.origin)
        return {
            "role": self._role(defaults),
            "roles": [self._tab(other) for other in self.roles],
            "kinds": [{"name": kind, "label": KIND_LABELS[kind].text(locale)} for kind in PERMISSIONS],
            "groups": list(self._groups(defaults)),
            "sights": [] if role.is_admin else list(self._sights()),
            "urls": self._urls(),
            "can": self._can(),
            "errors": list(self.errors),
            "conflict": self._conflict() if self.conflict else None,
        }

    def _role(self, defaults: Grants) -> Json:
        role, locale = self.role, self.actor.locale
        origin = engine().product.roles.get(role.origin)
        return {
            "id": str(role.id),
            "name": role.title(locale),
            "remark": role.about(locale),
            "admin": role.is_admin,
            "built_in": role.built_in,
            "origin": origin.label.text(locale) if origin else "",
            "users": role.users,
            "number": role.number,
            "differs": len(role.grants ^ defaults) if role.origin else 0,
        }

    def _tab(self, other: RoleState) -> Json:
        return {
            "name": other.title(self.actor.locale),
            "url": f"{self._url(other)}permissions",
            "users": other.users,
            "current": other.id == self.role.id,
        }

    def _can(self) -> Json:
        resource = role_resource(engine().product)
        allowed = {kind: may(self.actor, resource, kind) for kind in ("add", "edit", "delete")}
        return {
            "save": allowed["edit"] and not self.role.is_admin,
            "rename": allowed["edit"],
            "copy": allowed["add"],
            "remove": allowed["delete"] and not self.role.key,
            "restore": allowed["edit"] and not self.role.is_admin and bool(self.role.origin),
        }

    def _groups(self, defaults: Grants) -> Iterator[Json]:
        for found in self.groups:
            if found.resources:
                yield {
                    "name": found.group.name,
                    "label": found.group.label.text(self.actor.locale),
                    "pages": [self._page(page, defaults) for page in found.resources],
                }

    def _sights(self) -> Iterator[Json]:
        """A choice for each page whose records the role may be kept from; what the YAML says of agents stays."""
        locale = self.actor.locale
        for page in (page for found in self.groups for page in found.resources if page.narrow):
            if (self.role.key or self.role.base) in page.visibility:
                continue
            name = _("%(page)s: records seen", page=page.many.text(locale))
            now, saved = narrowing_of(page, self.ticked), narrowing_of(page, self.role.grants)
            options = [("", _("Sees all records")), *((one, NARROWING_LABELS[one].text(locale)) for one in page.narrow)]
            fixed = not self._may_edit or bool(self._beyond(page, saved))
            yield {
                "label": name,
                "fixed": fixed,
                "value": f"{page.name}.{now}" if now else "",
                "saved": f"{page.name}.{saved}" if saved else "",
                "options": [
                    {"value": f"{page.name}.{one}" if one else "", "label": label, "chosen": one == now}
                    for one, label in options
                    if fixed or one in (now, saved) or not self._beyond(page, one)
                ],
            }

    def _beyond(self, page: ResourceSpec, narrowing: str) -> list[ResourceSpec]:
        """Whether such a role would see more than the person who decides."""
        grants = [(page.name, narrowing)] if narrowing else []
        return wider(self.actor, self.role.key or self.role.base, grants, [page.name])

    def _page(self, page: ResourceSpec, defaults: Grants) -> Json:
        label = page.many.text(self.actor.locale)
        cells = [self._cell(page, kind, defaults) if kind in page.can else None for kind in PERMISSIONS]
        return {"name": page.name, "label": label, "cells": cells, "search": f"{label} {page.name}".lower()}

    def _cell(self, page: ResourceSpec, kind: str, defaults: Grants) -> Json:
        role, conflict, locale, pair = self.role, self.conflict, self.actor.locale, (page.name, kind)
        called = kind_label(page, kind)
        ticked = pair in self.ticked
        return {
            "value": f"{pair[0]}.{pair[1]}",
            "label": f"{page.many.text(locale)} · {called.text(locale)}",
            "title": called.text(locale) if called is not KIND_LABELS[kind] else "",
            "ticked": ticked,
            "saved": pair in role.grants,
            "default": pair in defaults,
            "differs": bool(role.origin) and ticked is not (pair in defaults),
            "fixed": role.is_admin or not self._may_edit or not holds(self.actor, pair),
            "theirs": conflict is not None and pair in conflict.theirs,
            "yours": conflict is not None and pair in conflict.yours,
        }

    @property
    def _may_edit(self) -> bool:
        return may(self.actor, role_resource(engine().product), "edit")

    def _conflict(self) -> Json:
        conflict = self.conflict
        assert conflict is not None  # noqa: S101 - narrows the type
        locale, base, theirs = self.actor.locale, conflict.base, conflict.role.grants
        return {
            "message": str(conflict.message),
            "theirs": changes(base, theirs, locale),
            "yours": changes(base, conflict.wanted, locale),
        }

    def _urls(self) -> Json:
        here, resource = self._url(self.role), role_resource(engine().product).name
        names = ("permissions", "restore", "versions", "copy", "edit")
        about = {"compare": f"compare?left={self.role.id}", "remove": f"delete?ids={self.role.id}"}
        return {name: here + name for name in names} | {
            name: f"{self.root}/{resource}/{place}" for name, place in about.items()
        }

    def _url(self, role: RoleState) -> str:
        return f"{self.root}/{role_resource(engine().product).name}/{role.id}/"


def changes(before: Grants, after: Grants, locale: str) -> Json:
    """What was given and what was taken away, in words and in number."""
    added, removed = after - before, before - after
    return {
        "added": words(texts(added), locale),
        "removed": words(texts(removed), locale),
        "n_added": len(added),
        "n_removed": len(removed),
    }


def sent_cells(written: Iterable[str]) -> Grants:
    """The cells that a form sent ticked; what is none of the product's is refused further down (`role_rules`)."""
    return frozenset((page, kind) for page, _dot, kind in (cell.partition(".") for cell in written if cell))
