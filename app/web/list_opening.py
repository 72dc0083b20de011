"""What a list says about the view it opened with, and the way past it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.records.opening import ALL, Opening, has_role_default, own_default
from app.web.face import Face


class ListOpening:
    """Of one request's list. `first` is the view that it opens with, None for the whole list."""

    def __init__(
        self, face: Face, actor: Actor, args: MultiDict[str, str], root: str, first: Opening | None
    ) -> None:  # fmt: skip
        self.actor, self.resource = actor, face.resource
        self.asked = any(value.strip() for value in args.values())
        self.url = root + face.url
        self.shown = first if first is not None and args.get("view") == str(first.id) else None

    @property
    def has_default(self) -> bool:
        """True if the bare address of the list leads to a view of it."""
        own = own_default(self.actor, self.resource)
        return bool(own.id) if own is not None else has_role_default(self.actor, self.resource)

    @property
    def all_url(self) -> str:
        """The way to the whole list. Where something is asked for, it is not worth finding out how short it may be."""
        return f"{self.url}?view={ALL}" if self.asked or self.has_default else self.url

    def context(self) -> dict[str, Any] | None:
        """The template context `page.view`; None where no default view is shown."""
        if self.shown is None:
            return None
        what = _("Your default view") if self.shown.own else _("Default view of your role")
        dropped = str(_(", ")).join(self.shown.dropped)
        note = _("Not available here and left out: %(what)s", what=dropped) if dropped else ""
        return {"name": self.shown.name, "what": what, "note": note, "all_url": f"{self.url}?view={ALL}"}
