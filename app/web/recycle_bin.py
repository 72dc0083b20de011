"""The recycle bin of a resource (C1): its page, one deleted record, restoring, deleting for good; and its API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.schemas import body
from app.errors import Invalid
from app.models.base import transaction
from app.models.bin_entry import BinEntry
from app.records import recycle_bin
from app.records.ids import record_id, record_ids
from app.records.restore import Restored, restore
from app.records.visibility import sees
from app.web import htmx, who
from app.web.bodies import ActSchema
from app.web.listing import short
from app.web.moments import moment
from app.web.permit import permitted
from app.web.removal import listed
from app.web.saving import all_texts
from app.web.shell import Crumb, page
from app.web.view_part import ApiPart, ViewPart

MOST_TEXT = 100  # characters of a title worth looking for
MOST_NAMES = 3
MOST_NOTES = 20  # in an answer of the API
MOST_TOLD = 5  # on a page, where they stay until they are closed


class BinPages(ViewPart):
    """Routes of a `ResourceView` whose resource has a recycle bin."""

    @expose("/bin/")
    @permitted("delete")
    def bin(self) -> ResponseReturnValue:
        """What can be restored, the newest first."""
        actor, text = who.actor(), request.args.get("q", "").strip()[:MOST_TEXT]
        after = next(iter(record_ids([request.args.get("after", "")])), None)
        found = recycle_bin.page(actor, self.resource, text, after)
        url = self._bin_url()
        kept = {"q": text} if text else {}
        context = {
            "title": _("Recycle bin"),
            "help": self._bin_help(),
            "url": url,
            "back": request.script_root + self.face.url,
            "many": self.face.many,
            "q": text,
            "rows": [_row(entry, url) for entry in found.entries],
            "first_url": f"{url}?{urlencode(kept)}" if after else None,
            "next_url": f"{url}?{urlencode({**kept, 'after': found.next})}" if found.next else None,
        }
        return page("bin.html", title=context["title"], crumbs=self._bin_crumbs(), page=context)

    @expose("/bin/<id>")
    @permitted("delete")
    def binned(self, id: str) -> ResponseReturnValue:
        """One deleted record, with its values."""
        actor = who.actor()
        entry = recycle_bin.get(actor, self.resource, record_id(id))
        context: dict[str, Any] = {
            "id": str(entry.id),
            "title": recycle_bin.title(actor, self.resource, entry),
            "url": self._bin_url(),
            "values": recycle_bin.told(actor, self.resource, entry),
            "deleted": moment(entry.deleted_at, actor.reader),
            "created": moment(entry.created_at, actor.reader),
            "who": entry.deleted_name,
            "left": _left(recycle_bin.days_left(self.resource, entry)),
        }
        title = short(context["title"])
        return page("bin_entry.html", title=title, crumbs=self._bin_crumbs(title), entry=context)

    @expose("/bin/restore", methods=["POST"])
    @permitted("delete")
    def unbin(self) -> ResponseReturnValue:
        """Brings the records of `ids` back, all or none."""
        try:
            with transaction():
                done = restore(who.actor(), self.resource, record_ids(request.form.getlist("ids")))
        except Invalid as refusal:
            return self._kept(refusal)
        _say(done)
        return htmx.go(self._record_url(done) or self._back_to_bin())

    @expose("/bin/purge", methods=["GET", "POST"])
    @permitted("delete")
    def purge(self) -> ResponseReturnValue:
        """Deletes the records of `ids` for good. A GET, or a POST with `ask` or before it was asked, is answered with
        the question that comes before."""
        ids = record_ids(request.values.getlist("ids"))
        if request.method == "GET" or "asked" not in request.form:
            return self._ask_purge(ids)
        try:
            with transaction():
                titles = recycle_bin.purge(who.actor(), self.resource, ids)
        except Invalid as refusal:
            return self._kept(refusal)
        flash(_("Deleted for good: %(names)s", names=_names(titles)), "success")
        return htmx.go(self._back_to_bin())

    def _ask_purge(self, ids: Sequence[int]) -> Response:
        with transaction():
            held = recycle_bin.hold(who.actor(), self.resource, ids)
            titles = [recycle_bin.title(who.actor(), self.resource, entry) for entry in held]
        title = _("Delete %(label)s for good?", label=self.face.noun(len(ids)))
        ask = {
            "url": f"{self._bin_url()}purge",
            "back": self._bin_url(),
            "title": title,
            **listed(titles, ids),
            "text": _("All values are lost, those of archived fields too. It cannot be undone; the audit log remains."),
            "button": _("Delete for good"),
        }
        return page("ask.html", body="_removal.html", title=title, crumbs=self._bin_crumbs(title), ask=ask)

    def _bin_url(self) -> str:
        return request.script_root + self._bin_path()

    def _bin_path(self) -> str:
        return f"{self.face.url}bin/"

    def _entries(self) -> Sequence[str]:
        """The pages of the entries that were sent."""
        return [f"{self._bin_path()}{id_}" for id_ in request.form.getlist("ids")]

    def _record_url(self, done: Restored) -> str | None:
        """From the page of a deleted record one goes on to what is back: somebody has to look after it, for one."""
        if not htmx.came_from(self._entries()) or not sees(who.actor(), self.resource, done.ids[0]):
            return None
        return f"{request.script_root}{self.face.url}{done.ids[0]}"

    def _kept(self, refusal: Invalid) -> ResponseReturnValue:
        """Nothing has left the bin, and neither does the person."""
        if htmx.asked():
            raise refusal
        for text in all_texts(refusal):
            flash(str(text), "danger")
        return htmx.go(htmx.came_from(self._entries()) or self._back_to_bin())

    def _bin_help(self) -> str:
        days = recycle_bin.days(self.resource)
        return str(
            ngettext(
                "Deleted records stay here for %(num)s day and can be restored.",
                "Deleted records stay here for %(num)s days and can be restored.",
                days,
            )
        )

    def _bin_crumbs(self, last: str = "") -> Sequence[Crumb]:
        here: Crumb = (_("Recycle bin"), f"{self.face.url}bin/" if last else None)
        return [(self.face.many, self.face.url), here, *([(last, None)] if last else [])]

    def _back_to_bin(self) -> str:
        return htmx.came_from([f"{self.face.url}bin/"]) or self._bin_url()


class BinApi(ApiPart):
    """Methods of a `ResourceApi` whose resource has a recycle bin."""

    @expose("/bin/", methods=["GET"])
    @permitted("delete")
    def bin(self) -> Response:
        """What can be restored, the newest first; `next` goes into `after`."""
        args, actor = request.args, who.actor()
        after = next(iter(record_ids([args.get("after", "")])), None)
        found = recycle_bin.page(actor, self.resource, args.get("q", "").strip()[:MOST_TEXT], after)
        entries = [
            {
                "id": str(entry.id),
                "record_id": str(entry.record_id),
                "title": entry.title,
                "deleted_at": entry.deleted_at.isoformat(),
                "deleted_by": entry.deleted_name,
                "days_left": entry.days_left,
            }
            for entry in found.entries
        ]
        return jsonify(data=entries, next=str(found.next) if found.next else None)

    @expose("/bin/<id>", methods=["GET"])
    @permitted("delete")
    def binned(self, id: str) -> Response:
        """One deleted record, its values in words."""
        actor = who.actor()
        entry: BinEntry = recycle_bin.get(actor, self.resource, record_id(id))
        values = recycle_bin.told(actor, self.resource, entry)
        return jsonify(
            data={
                "id": str(entry.id),
                "record_id": str(entry.record_id),
                "title": recycle_bin.title(actor, self.resource, entry),
                "deleted_at": entry.deleted_at.isoformat(),
                "deleted_by": entry.deleted_name,
                "days_left": recycle_bin.days_left(self.resource, entry),
                "values": [{"field": value.name, "label": value.label, "text": value.text} for value in values],
            }
        )

    @expose("/bin/restore", methods=["POST"])
    @permitted("delete")
    def unbin(self) -> Response:
        """Brings the entries of `ids` back, all or none; `notes` say what of them could not come back."""
        ids = [record_id(text) for text in body(ActSchema())["ids"]]
        with transaction():
            done = restore(who.actor(), self.resource, ids)
        return jsonify(data={"restored": len(done.titles), "notes": list(done.notes[:MOST_NOTES])})

    @expose("/bin/purge", methods=["POST"])
    @permitted("delete")
    def purge(self) -> Response:
        """Deletes the entries of `ids` for good."""
        ids = [record_id(text) for text in body(ActSchema())["ids"]]
        with transaction():
            titles = recycle_bin.purge(who.actor(), self.resource, ids)
        return jsonify(data={"deleted": len(titles)})


def _row(entry: recycle_bin.Binned, url: str) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "title": short(entry.title),
        "url": f"{url}{entry.id}",
        "who": entry.deleted_name,
        "at": moment(entry.deleted_at, who.actor().reader),
        "left": _left(entry.days_left),
        "soon": entry.days_left <= recycle_bin.SOON,
    }


def _left(days: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", days))


def _say(done: Restored) -> None:
    flash(_("Restored: %(names)s", names=_names(done.titles)), "success")
    if done.notes:
        more = len(done.notes) - MOST_TOLD
        rest = [str(_("%(n)s more like these", n=more))] if more > 0 else []
        flash("\n".join((*map(str, done.notes[:MOST_TOLD]), *rest)), "warning")


def _names(titles: Sequence[str]) -> str:
    names = str(_(", ")).join(short(title) for title in titles[:MOST_NAMES])
    if len(titles) > MOST_NAMES:
        return str(_("%(names)s and %(n)s more", names=names, n=len(titles) - MOST_NAMES))
    return names
