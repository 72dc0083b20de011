"""What the pages of an import show: the template contexts of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import Actor, may
from app.fields import kind_of
from app.jobs.import_plans import Draft, Look
from app.records.ids import record_ids
from app.records.importing.plan import DUPLICATES, MOST_WHOLE, Plan
from app.records.importing.targets import fields_of, is_reason, secrets_of
from app.records.query import choices
from app.sheets.delimited import DELIMITERS, ENCODINGS
from app.spec.model import FieldSpec, ResourceSpec
from app.web.choosing import MOST_OPTIONS
from app.web.face import Face

STEPS: Final = (_l("File"), _l("Match columns"), _l("Trial"), _l("Import"))
RULES: Final = {
    "skip": _l("Skip the row"),
    "update": _l("Update the record from the row"),
    "fail": _l("Count the row as failed"),
}
SIGNS: Final = {",": _l("Comma"), "\t": _l("Tab"), ";": _l("Semicolon")}
CALLED: Final = {"utf-8": "UTF-8", "gb18030": "GB18030 (GBK, GB2312)", "utf-16": "UTF-16", "big5": "Big5"}
SAMPLES: Final = 3  # values of a column, shown beside its head
Errors = Mapping[str, Sequence[object]]


def steps(now: int) -> list[dict[str, Any]]:
    """The steps at the top of each page; `now` counts from 0."""
    return [
        {"label": str(label), "state": "done" if at < now else "now" if at == now else ""}
        for at, label in enumerate(STEPS)
    ]


def start(face: Face, resource: ResourceSpec, errors: Errors) -> dict[str, Any]:
    """The first step: which file."""
    config = current_app.config
    needed = [
        field.label.text(face.locale) for field in fields_of(resource) if field.required and field.default is None
    ]
    return {
        "steps": steps(0),
        "errors": texts(errors),
        "templates": [
            {"form": form, "url": f"{face.url}import/template.{form}", "label": label}
            for form, label in (("xlsx", "Excel (.xlsx)"), ("csv", "CSV"))
        ],
        "needed": (_(", ")).join(needed),
        "most": _("Up to %(mb)s MB and %(rows)s rows.", mb=config["IMPORT_MB"], rows=f"{config['IMPORT_ROWS']:,}"),
        "secrets": bool(secrets_of(resource)),
    }


def columns(
    face: Face, actor: Actor, resource: ResourceSpec, root: str, *, draft: Draft, look: Look, plan: Plan, errors: Errors
) -> dict[str, Any]:
    """The second step: which column is what, and the rules."""
    fields = fields_of(resource)
    return {
        "steps": steps(1),
        "url": f"{root}{face.url}import/{draft.id}",
        "form": look.form,
        "errors": texts({name: found for name, found in errors.items() if name not in plan.for_all}),
        "columns": [_column(place, look, plan, fields, face.locale) for place in range(len(look.heads))],
        "rows": [list(row) for row in look.rows],
        "heads": list(look.heads),
        "readings": list(_readings(look)),
        "rules": _rules(face, actor, resource, plan),
        "whole": plan.whole,
        "whole_most": f"{MOST_WHOLE:,}",
        "for_all": [
            _control(face, actor, resource.field(name), errors=errors, plan=plan, root=root)
            for name in resource.importing.for_all
        ],
        "secrets": bool(secrets_of(resource)),
        "unmatched": sum(
            not name and not is_reason(head) for name, head in zip(plan.columns, look.heads, strict=False)
        ),
    }


def trial(face: Face, root: str, draft: Draft, job: Mapping[str, Any] | None) -> dict[str, Any]:
    """The third step: what would come of the rows."""
    url = f"{root}{face.url}import/{draft.id}"
    report = draft.report
    return {
        "steps": steps(2),
        "url": url,
        "job": job,
        "live": report is None and bool(job and job["live"]),
        "report": None if report is None else {**report, "tiles": tiles(report)},
        "whole": draft.plan.whole,
        "again_url": f"{root}{face.url}import/",
        "nothing": report is not None and not report["created"] and not report["updated"],
        "stops": report is not None and draft.plan.whole and bool(report["failed"]),
    }


def tiles(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The four numbers that are together as many as the rows."""
    words = (
        ("created", _("Added"), "green"),
        ("updated", _("Updated"), "blue"),
        ("skipped", _("Skipped"), "grey"),
        ("failed", _("Failed"), "red"),
    )
    return [
        {"label": label, "n": f"{counts[name]:,}", "tone": tone if counts[name] else "grey"}
        for name, label, tone in words
    ]


def texts(errors: Errors) -> list[str]:
    return [str(text) for found in errors.values() for text in found]


def _column(place: int, look: Look, plan: Plan, fields: Sequence[FieldSpec], locale: str) -> dict[str, Any]:
    head = look.heads[place]
    chosen = plan.columns[place] if place < len(plan.columns) else ""
    samples = [row[place] for row in look.rows if place < len(row) and row[place]]
    options = [
        {"value": field.name, "label": f"{field.label.text(locale)} *" if field.required else field.label.text(locale),
         "selected": field.name == chosen}
        for field in fields
    ]  # fmt: skip
    return {
        "name": f"column-{place}",
        "head": head or _("(no head)"),
        "samples": samples[:SAMPLES],
        "options": options,
        "chosen": bool(chosen),
        "reason": is_reason(head),
    }


def _readings(look: Look) -> list[dict[str, Any]]:
    """How the file is read, where it could be read otherwise."""
    found = []
    if look.form == "csv":
        chosen = look.reading.encoding.removesuffix("-sig")
        encodings = [(name, CALLED[name]) for name in ENCODINGS]
        found.append(_select("encoding", _("Encoding"), encodings, chosen))
        signs = [(sign, str(SIGNS[sign])) for sign in DELIMITERS]
        found.append(_select("delimiter", _("Separator"), signs, look.reading.delimiter))
    elif len(look.sheets) > 1:
        found.append(_select("sheet", _("Sheet"), [(name, name) for name in look.sheets], look.reading.sheet))
    return found


def _select(name: str, label: str, pairs: Sequence[tuple[str, str]], chosen: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "options": [{"value": value, "label": text, "selected": value == chosen} for value, text in pairs],
    }


def _rules(face: Face, actor: Actor, resource: ResourceSpec, plan: Plan) -> dict[str, Any] | None:
    """What happens to rows that are there already; None where nothing tells."""
    key = resource.importing.key
    if key is None:
        return None
    label = resource.field(key).label.text(face.locale)
    offered = [name for name in DUPLICATES if name != "update" or may(actor, face.resource, "edit")]
    return {
        "label": _("If a record with the same “%(field)s” exists", field=label),
        "options": [
            {"value": name, "label": str(RULES[name]), "selected": name == plan.duplicates} for name in offered
        ],
    }


def _control(face: Face, actor: Actor, field: FieldSpec, *, plan: Plan, errors: Errors, root: str) -> dict[str, Any]:
    """The input of a value for all rows, as the form of the record has it."""
    kind, chosen = kind_of(field), plan.for_all.get(field.name, "")
    pairs: Sequence[tuple[str, str]] = kind.options(field, actor.reader)
    if field.to is not None:
        ids = record_ids([chosen])
        asked: dict[str, Any] = {"limit": MOST_OPTIONS} if field.choose == "all" else {"ids": ids or [0], "limit": 1}
        pairs = [(str(one.id), one.title) for one in choices(actor, face.resource, field.name, **asked)]
    widget = kind.form_widget(field)
    options = [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]
    if widget == "select":
        options.insert(0, {"value": "", "label": _("As in the file"), "selected": not chosen})
    name = f"for-{field.name}"
    return {
        "name": name,
        "id": f"field-{name}",
        "label": field.label.text(face.locale),
        "widget": widget,
        "value": chosen,
        "values": [chosen] if chosen else [],
        "options": options,
        "url": f"{root}{face.url}choices/{field.name}" if field.to else None,
        "placeholder": _("As in the file"),
        "errors": [str(text) for text in errors.get(field.name, ())],
    }
