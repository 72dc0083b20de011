"""The pages of a company's own fields (F2–F6): their order, how many are left, the archive, a change of type."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import may
from app.errors import Conflict, Invalid, NotFound
from app.fields import kind_of
from app.fields.slots import CODES
from app.jobs import fields
from app.models.base import transaction
from app.models.slots import slots_of
from app.records import conversion, definitions, query, slot_values
from app.records.custom import default_of, field_of_definition
from app.records.ids import record_id, record_ids
from app.records.record import Record, Row
from app.records.search import parse
from app.web import htmx, who
from app.web.definition_form import archive_text, bare_default_control, shape
from app.web.form_page import FormPage
from app.web.moments import moment
from app.web.permit import permitted
from app.web.saving import UNPROCESSABLE, all_texts, sent_version
from app.web.shell import page, part
from app.web.view import ResourceView


class DefinitionsView(ResourceView):
    """For resources that `extend` another."""

    more_methods = MappingProxyType({"move": "edit", "restore": "delete", "convert": "edit", "default": "view"})

    @expose("/move", methods=["POST"])
    @permitted("edit")
    def move(self) -> ResponseReturnValue:
        """Puts the fields into the order of `order`: ids set apart by commas."""
        ids = record_ids(request.form.get("order", "").split(","))
        try:
            with transaction():
                definitions.reorder(who.actor(), self.resource, ids)
        except Invalid as refusal:
            return self._refused(refusal)
        return htmx.go(self._back())

    @expose("/delete", methods=["GET", "POST"])
    @permitted("delete")
    def delete(self) -> ResponseReturnValue:
        """Archives the fields of `ids`, all or none. A GET is answered with the question that comes before."""
        ids = [record_id(text) for text in request.values.getlist("ids")]
        if request.method == "GET":
            return self._ask_removal(ids)
        try:
            with transaction():
                done, titles = fields.archive(who.actor(), self.resource, ids)
        except Invalid as refusal:
            return self._refused(refusal)
        if done.job is not None:
            flash(_("Archiving in the background: %(n)s values.", n=f"{done.values:,}"), "success")
        else:
            flash(_("Archived: %(names)s", names=_(", ").join(titles)), "success")
        return htmx.go(self._back())

    @expose("/restore", methods=["POST"])
    @permitted("delete")
    def restore(self) -> ResponseReturnValue:
        """Brings an archived field back with its values."""
        try:
            with transaction():
                done = fields.restore(who.actor(), self.resource, record_id(request.form.get("ids", "")))
        except Invalid as refusal:
            return self._refused(refusal)
        number = f"{done.values:,}"
        if done.job is not None:
            flash(_("Restoring in the background: %(n)s values.", n=number), "success")
        else:
            told = ngettext("Restored, with %(n)s value.", "Restored, with %(n)s values.", done.values, n=number)
            flash(told, "success")
        return htmx.go(self._back())

    @expose("/default")
    @permitted("view")
    def default(self) -> ResponseReturnValue:
        """The control of the default for the type `?kind=`, for a form in which the type was changed."""
        kind = request.args.get("kind", "")
        if kind not in CODES:
            raise NotFound
        return part("_field.html", f=bare_default_control(who.actor(), self.resource, kind))

    @expose("/<id>/convert", methods=["GET", "POST"])
    @permitted("edit")
    def convert(self, id: str) -> ResponseReturnValue:
        """First what a change of type would do; then, on confirmation, the change (F3)."""
        actor = who.actor()
        record = query.get(actor, self.resource, record_id(id))
        wanted = request.values.get("kind", "")
        errors: list[str] = []
        if request.method == "POST":
            try:
                return self._converted(record, wanted)
            except (Invalid, Conflict) as refusal:
                errors = [str(text) for text in all_texts(refusal)] if isinstance(refusal, Invalid) else [str(refusal)]
        found = None
        if wanted:
            try:
                with transaction():
                    found = conversion.preview(actor, self.resource, record.id, wanted)
            except Invalid as refusal:
                errors += [str(text) for text in all_texts(refusal)]
        return self._conversion_page(record, wanted, found, errors)

    def _converted(self, record: Record, kind: str) -> ResponseReturnValue:
        """In this request where there are few values, else by a job."""
        with transaction():
            done = fields.convert(
                who.actor(), self.resource, record.id, kind, aside=request.form.get("aside") == "1",
                version=sent_version(),
            )  # fmt: skip
        number = f"{done.values:,}"
        if done.job is not None:
            flash(_("The type is being changed in the background: %(n)s values.", n=number), "success")
        else:
            told = ngettext(
                "Type changed: %(n)s value converted.", "Type changed: %(n)s values converted.", done.values, n=number
            )
            flash(told, "success")
        return htmx.go(request.script_root + self.face.url)

    def _conversion_page(
        self, record: Record, wanted: str, found: conversion.Preview | None, errors: list[str]
    ) -> Response:  # fmt: skip
        actor, url = who.actor(), request.script_root + self.face.url
        kind = self.face.fields["kind"]
        context = {
            "title": _("Change the type of “%(name)s”", name=record.title),
            "action": f"{url}{record.id}/convert",
            "cancel_url": url,
            "record_url": f"{url}{record.id}",
            "now": kind.kind.text(kind.field, record.values["kind"], actor.reader),
            "version": record.version,
            "wanted": wanted,
            "kinds": [(value, label) for value, label in kind.options if value != record.values["kind"]],
            "found": found,
            "more": max(0, found.failing - len(found.strays)) if found else 0,
            "target_url": f"{request.script_root}/{self.resource.extends}/",
            "aside": conversion.put_aside(actor, self.resource, record.id, record.values["options"]),
            "errors": errors,
        }
        status = UNPROCESSABLE if errors else 200
        return page("conversion.html", title=context["title"], crumbs=self._crumbs(context["title"]), status=status,
                    change=context)  # fmt: skip

    def _list_page(self, args: Any, toasts: Any = ()) -> Response:
        actor, face = who.actor(), self.face
        rows, errors = self._rows(args)
        target = definitions.extended_by(self.resource)
        used = slot_values.used(target, [row.values["slot"] for row in rows])
        most = len(slots_of(target))
        context = {
            "title": face.many,
            "help": face.help,
            "url": request.script_root + face.url,
            "rows": [self._row(row, used[row.values["slot"]]) for row in rows],
            "moves": _moves([str(row.id) for row in rows]) if not args else {},
            "used": len(rows),
            "most": most,
            "errors": errors,
            "can": {kind: may(actor, self.resource, kind) for kind in ("add", "edit", "delete")},
            "archived": [self._archived(entry) for entry in definitions.archived(actor, self.resource)],
        }
        status = 400 if errors else 200
        return page("definitions.html", title=face.many, crumbs=[(face.many, None)], toasts=toasts, status=status,
                    page=context)  # fmt: skip

    def _rows(self, args: Any) -> tuple[Sequence[Row], list[str]]:
        """The fields in their order, unless the address asks for others; or what is wrong with it."""
        actor = who.actor()
        try:
            search = parse(self.resource, args, actor.reader)
        except Invalid as refusal:
            return [], [str(text) for text in all_texts(refusal)]
        return query.page(actor, self.resource, search, [*self.resource.fields]).rows, []

    def _row(self, row: Row, used: int) -> dict[str, Any]:
        values, reader = row.values, who.actor().reader
        shown = {name: self.face.fields[name].cell(row, reader) for name in ("kind", "required")}
        field = field_of_definition({**values, "required": False})
        default = default_of(field, values["default"])
        capped = used > slot_values.MOST_COUNTED
        return {
            **shown,
            "id": str(row.id),
            "name": values["name"],
            "url": f"{request.script_root}{self.face.url}{row.id}",
            "default": "" if default is None else kind_of(field).cell(field, default, reader),
            "options": [option.label.zh for option in field.options],
            "used": f"{slot_values.MOST_COUNTED:,}+" if capped else f"{used:,}",
            "archive_text": archive_text(used, definitions.KEPT_DAYS),
        }

    def _archived(self, entry: definitions.Archived) -> dict[str, Any]:
        kind, reader = self.face.fields["kind"], who.actor().reader
        return {
            "id": str(entry.id),
            "name": entry.name,
            "kind": kind.kind.cell(kind.field, entry.kind, reader),
            "at": moment(entry.archived_at, reader),
            "until": reader.local(entry.until).date().isoformat(),
            "values": f"{entry.values:,}",
        }

    def _form_context(self, shown: FormPage, cancel_url: str) -> dict[str, Any]:
        context = shown.context(cancel_url)
        shape(context, who.actor(), self.resource, shown.record)
        return context


def _moves(ids: list[str]) -> dict[str, dict[str, str]]:
    """For each field the order after it went one up or one down; "" at the ends."""

    def swapped(one: int, other: int) -> str:
        if not 0 <= other < len(ids):
            return ""
        moved = list(ids)
        moved[one], moved[other] = moved[other], moved[one]
        return ",".join(moved)

    return {id_: {"up": swapped(at, at - 1), "down": swapped(at, at + 1)} for at, id_ in enumerate(ids)}
