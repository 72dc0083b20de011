"""The form of a copy: that of any new role, but for where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

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
