"""What entries of the audit log say, in the reader's language: what was done, to which fields, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.access import Actor
from app.fields import kind_of
from app.fields.base import Rejected
from app.records import custom_words, masking
from app.records.grant_words import GRANTS, LABEL, told
from app.spec.model import ResourceSpec

VERBS: Final = {
    "add": _l("Add"),
    "edit": _l("Edit"),
    "delete": _l("Delete"),
    "reset": _l("Restore default"),
    "change_password": _l("Change password"),
    "end_login": _l("Other logins ended"),
    "reset_admin": _l("Password of a company's admin reset"),
    "key_made": _l("API key made"),
    "key_revoked": _l("API key revoked"),
    "export": _l("Export"),
    "ask_export": _l("Export asked for"),
    "approve_export": _l("Export approved"),
    "refuse_export": _l("Export refused"),
    "reveal": _l("Full number revealed"),
    "try_number": _l("Searched by full number"),
    "import": _l("Import"),
    "prune": _l("Old entries removed"),
    "hand_over": _l("Handed over"),
    "grant": _l("Permissions changed"),
    "copy": _l("Copied from another role"),
    "restore": _l("Default permissions restored"),
    "rollback": _l("Earlier permissions brought back"),
    "bin": _l("Moved to the recycle bin"),
    "unbin": _l("Restored from the recycle bin"),
    "purge": _l("Deleted for good"),
    "archive": _l("Archived"),
    "unarchive": _l("Restored from the archive"),
    "convert": _l("Type changed"),
    "return_to_pool": _l("Returned to the pool"),
    "cancel_job": _l("Job called off"),
}
# What entries tell beside fields.
WORDS: Final = {
    "api_key": _l("API key"),
    "company": _l("Company"),
    "rows": _l("Rows"),
    "created": _l("Added"),
    "updated": _l("Updated"),
    "skipped": _l("Skipped"),
    "failed": _l("Failed"),
    "done": _l("Done"),
    "refused": _l("Refused"),
    "file": _l("File"),
    "job": _l("Job"),
    "search": _l("Conditions"),
    "format": _l("Format"),
    "columns": _l("Columns"),
    "numbers": _l("Numbers"),
    "mark": _l("Export ID"),
    "reason": _l("Reason"),
    "asked_by": _l("Asked for by"),
    "fields": _l("Fields"),
}


@dataclass(frozen=True, slots=True)
class AuditChange:
    """One field of an audit entry, in the reader's language."""

    field: str
    label: str
    before: str
    after: str


def changes(
    resource: ResourceSpec, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, actor: Actor
) -> list[AuditChange]:
    """What an entry that keeps these values says was changed, in the actor's language."""
    old, new = before or {}, after or {}
    return [
        AuditChange(
            name,
            custom_words.label(name, new, old) or _label(resource, name, actor),
            _told(resource, name, old, actor),
            _told(resource, name, new, actor),
        )
        for name in dict.fromkeys([*old, *new])
    ]


def action_label(resource: ResourceSpec, action: str, actor: Actor) -> str:
    """What the action of an entry is called; its bare name where the YAML no longer has it."""
    known = resource.actions.get(action)
    return known.label.text(actor.locale) if known else str(VERBS.get(action, action))


def _label(resource: ResourceSpec, name: str, actor: Actor) -> str:
    if name == GRANTS:
        return LABEL.text(actor.locale)
    field = resource.fields.get(name)
    return str(WORDS.get(name, name)) if field is None else field.label.text(actor.locale)


def _told(resource: ResourceSpec, name: str, values: Mapping[str, Any], actor: Actor) -> str:
    """A kept value in the reader's language. What the YAML has since changed its mind about is told as it was kept."""
    value, field = values.get(name), resource.fields.get(name)
    if value is None:
        return ""
    value = masking.kept(actor, resource, name, value)
    if custom_words.is_kept(value):
        return custom_words.told(value, actor.reader)
    if field is None and name == GRANTS:
        return told(value, actor.locale)
    if field is None or field.to or kind_of(field).secret:
        return str(value)
    try:
        return kind_of(field).text(field, kind_of(field).clean(field, value, actor.reader), actor.reader)
    except Rejected:
        return str(value)
