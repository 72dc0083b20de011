"""The forms of roles that are like those of any resource but for where they lead: copying and deleting one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor
from app.accounts.roles import RoleState
from app.web.face import Face
from app.web.form import ResourceForm
from app.web.form_page import FormPage

Errors = Mapping[str, Sequence[object]]


def copy_form(
    face: Face, actor: Actor, form: ResourceForm, role: RoleState, *, errors: Errors, root: str
) -> dict[str, Any]:
    """Name and remark of the new role."""
    here = f"{root}{face.url}{role.id}/"
    shown = FormPage(face, actor, form, root, record=None, errors=errors)
    return shown.context(f"{here}permissions") | {
        "title": _("Copy %(role)s to a new role", role=role.title(actor.locale)),
        "action": f"{here}copy",
        "submit_label": _("Copy"),
    }


def removal_form(
    face: Face, actor: Actor, role: RoleState, roles: Sequence[RoleState], *, heir: str, errors: Errors, root: str
) -> dict[str, Any]:
    """What deleting the role means, and where it has users, the choice of their new role."""
    here, name = f"{root}{face.url}{role.id}/", role.title(actor.locale)
    options = [
        {"value": str(other.id), "label": other.title(actor.locale), "selected": str(other.id) == heir}
        for other in roles
        if other.id != role.id
    ]
    told = [str(text) for field, texts in errors.items() if field != "heir" for text in texts]
    first = {"value": "", "label": _("Please choose"), "selected": not heir}
    users = ngettext("%(num)s user has this role.", "%(num)s users have this role.", role.users)
    choice = {
        "name": "heir", "id": "field-heir", "label": _("Their new role"), "widget": "select", "required": True,
        "help": users + " " + _("They must log in again."), "value": heir, "options": [first, *options],
        "errors": [str(text) for text in errors.get("heir", ())],
    }  # fmt: skip
    return {
        "title": _("Delete the role %(role)s", role=name),
        "action": f"{here}remove",
        "cancel_url": f"{here}permissions",
        "submit_label": _("Delete"),
        "version": None,
        "errors": told,
        "intro": "" if role.users else _("Nobody has this role. What is deleted cannot be brought back."),
        "sections": [{"label": None, "fields": [choice]}] if role.users else [],
    }
