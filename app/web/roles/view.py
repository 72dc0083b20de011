"""The pages of roles (R1–R5): their list, the matrix, earlier versions, comparison, copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import role_history, role_saving
from app.accounts.role_saving import RoleConflict, Saved
from app.accounts.roles import Grants, RoleState, all_roles, find, with_grants
from app.errors import HTTP_STATUS, Conflict, Denied, Invalid, NotFound
from app.models.base import transaction
from app.records.grants import Pair
from app.records.ids import record_id
from app.records.record import Record
from app.web import htmx, saving, who
from app.web.listing import ListPage
from app.web.moments import moment
from app.web.permit import permitted
from app.web.roles.forms import copy_form
from app.web.roles.matrix import Matrix, sent_cells
from app.web.roles.pages import add_columns, compare_context, history_context
from app.web.shell import page
from app.web.view import ResourceView

NEVER: Final = -1  # no version has this number


class RoleView(ResourceView):
    """In the place of the generic pages for the resource whose model is `role`."""

    more_methods: ClassVar[Mapping[str, str]] = {
        "permissions": "view", "save": "edit", "restore": "edit", "versions": "view", "rollback": "edit",
        "compare": "view", "copy": "add",
    }  # fmt: skip

    @expose("/<id>")
    @permitted("view")
    def show(self, id: str) -> ResponseReturnValue:
        """A role is what it permits."""
        return self._matrix(record_id(id))

    @expose("/<id>/permissions", methods=["GET"])
    @permitted("view")
    def permissions(self, id: str) -> ResponseReturnValue:
        """The matrix (R3)."""
        return self._matrix(record_id(id))

    @expose("/<id>/permissions", methods=["POST"])
    @permitted("edit")
    def save(self, id: str) -> ResponseReturnValue:
        """Saves the boxes ticked (R4). Refused, it is the same page again, with everything as it was ticked."""
        role_id, wanted = record_id(id), sent_cells(request.form.getlist("grant"))
        try:
            with transaction():
                saved = role_saving.save(who.actor(), role_id, wanted, _number() or 0)
        except RoleConflict as conflict:
            return self._matrix(role_id, ticked=conflict.merged, conflict=conflict, status=HTTP_STATUS[Conflict])
        except (Invalid, Denied) as refusal:
            texts = [str(text) for text in saving.all_texts(refusal)] if isinstance(refusal, Invalid) else []
            shown = texts or [str(refusal.message)]
            return self._matrix(role_id, ticked=wanted, errors=shown, status=_status(refusal))
        _tell(saved)
        return htmx.go(self._of(role_id, "permissions"))

    @expose("/<id>/restore", methods=["POST"])
    @permitted("edit")
    def restore(self, id: str) -> ResponseReturnValue:
        """The defaults (R5) of `scope`: a page, one "page.kind", or everything."""
        role_id, scope = record_id(id), request.form.get("scope", "")
        _tell(self._changed(lambda: role_saving.restore(who.actor(), role_id, within(scope), _number())))
        return htmx.go(self._of(role_id, "permissions"))

    @expose("/<id>/versions")
    @permitted("view")
    def versions(self, id: str) -> ResponseReturnValue:
        """What the role was granted before, who changed it and when."""
        role_id, actor = record_id(id), who.actor()
        role = find(all_roles(actor), role_id)
        found = role_history.versions(actor, role)
        title = _("History of %(role)s", role=role.title(actor.locale))
        history = history_context(actor, role, found, self._of(role_id, ""))
        return page("role_versions.html", title=title, crumbs=self._trail(role, _("History")), history=history)

    @expose("/<id>/rollback", methods=["POST"])
    @permitted("edit")
    def rollback(self, id: str) -> ResponseReturnValue:
        """Back to the version `ids`, as a new version."""
        role_id, to = record_id(id), request.form.get("ids", "")
        if not to.isascii() or not to.isdigit() or len(to) > 9:
            raise NotFound
        _tell(self._changed(lambda: role_saving.rollback(who.actor(), role_id, int(to))))
        return htmx.go(self._of(role_id, "versions"))

    @expose("/compare")
    @permitted("view")
    def compare(self) -> ResponseReturnValue:
        """Two roles side by side: `?left=&right=`, `&all=1` for what they have in common, too."""
        actor, args = who.actor(), request.args
        roles = all_roles(actor)
        left = find(roles, record_id(args["left"])) if args.get("left") else roles[0]
        others = [role for role in roles if role.id != left.id]
        right = find(roles, record_id(args["right"])) if args.get("right") else [*others, left][0]
        pair = with_grants([left, right])
        title = _("Compare roles")
        context = compare_context(actor, roles, pair, self.appbuilder.menu.groups, every=bool(args.get("all")))
        return page("role_compare.html", title=title, crumbs=self._crumbs(title), compare=context)

    @expose("/<id>/copy", methods=["GET", "POST"])
    @permitted("add")
    def copy(self, id: str) -> ResponseReturnValue:
        """A new role with the same permissions."""
        role_id, actor = record_id(id), who.actor()
        role = find(all_roles(actor), role_id)
        form, errors, status = self._copy_values(role), {}, 200
        if request.method == "POST":
            form = self.add_form(formdata=request.form)
            try:
                with transaction():
                    made = role_saving.copy(actor, role_id, form.typed())
                flash(_("Copied from %(role)s. Nobody has this role yet.", role=role.title(actor.locale)), "success")
                return htmx.go(self._of(made, "permissions"))
            except Invalid as fault:
                errors, status = fault.errors, saving.UNPROCESSABLE
        context = copy_form(self.face, actor, form, role, errors=errors, root=request.script_root)
        return page(
            "form.html", title=context["title"], crumbs=self._trail(role, _("Copy")), status=status, form=context
        )

    def _matrix(self, role_id: int, *, ticked: Grants | None = None, conflict: RoleConflict | None = None,
                errors: Sequence[str] = (), status: int = 200) -> ResponseReturnValue:  # fmt: skip
        actor = who.actor()
        roles = all_roles(actor)
        role = with_grants([find(roles, role_id)])[0]
        shown = role.grants if ticked is None else ticked
        found = Matrix(actor, roles, role, self.appbuilder.menu.groups, request.script_root, shown, conflict, errors)
        last = role_history.latest(role)
        latest = {"at": moment(last[0], actor.reader), "who": last[1] or _("System")} if last else None
        title = _("Permissions of %(role)s", role=role.title(actor.locale))
        crumbs = self._crumbs(role.title(actor.locale))
        context = {**found.context(), "latest": latest}
        return page("role_matrix.html", title=title, crumbs=crumbs, status=status, matrix=context)

    def _remove(self, ids: Sequence[int], heir: str | None) -> list[str]:
        return role_saving.remove(who.actor(), ids, heir)

    def _list_context(self, found: ListPage, *, bar: bool = True) -> dict[str, Any]:
        context = found.context(bar=bar)
        if context["rows"]:
            add_columns(context, with_grants(all_roles(who.actor())), who.locale())
        return context

    def _changed(self, change: Callable[[], Saved]) -> Saved | None:
        """What the change came to. A refusal is said on the page one goes to, and nothing is changed."""
        try:
            with transaction():
                return change()
        except Invalid as refusal:
            for text in saving.all_texts(refusal):
                flash(str(text), "danger")
        return None

    def _copy_values(self, role: RoleState) -> Any:
        name = _("Copy of %(role)s", role=role.title(who.locale()))
        return self.add_form(formdata=None, data={"field_name": name, "field_remark": role.about(who.locale())})

    def _back(self, record: Record | None = None) -> str:
        if record is None:
            return super()._back()
        return htmx.came_from([self.face.url]) or self._of(record.id, "permissions")

    def _of(self, role_id: int, what: str) -> str:
        return f"{request.script_root}{self.face.url}{role_id}/{what}"

    def _trail(self, role: RoleState, last: str) -> Sequence[tuple[str, str | None]]:
        here = f"{self.face.url}{role.id}/permissions"
        return [(self.face.many, self.face.url), (role.title(who.locale()), here), (last, None)]


def within(scope: str) -> Callable[[Pair], bool]:
    """The cells that a scope means: "" all, "page" its row, "page.kind" the one."""
    name, _dot, kind = scope.partition(".")
    return lambda pair: (not name or pair[0] == name) and (not kind or pair[1] == kind)


def _number() -> int | None:
    """The version the page was made from; None where a client sent none."""
    raw = request.form.get("number")
    if raw is None:
        return None
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else NEVER


def _status(refusal: Invalid | Denied) -> int:
    return HTTP_STATUS[Denied] if isinstance(refusal, Denied) else saving.UNPROCESSABLE


def _tell(saved: Saved | None) -> None:
    if saved is None:
        return
    if not saved.added and not saved.removed:
        flash(_("Nothing to change: it is like that already."), "info")
        return
    users = ngettext("%(num)s user", "%(num)s users", saved.role.users)
    flash(
        _("Saved: %(added)s given, %(removed)s taken away; in force at once for %(users)s.",
          added=len(saved.added), removed=len(saved.removed), users=users),
        "success",
    )  # fmt: skip
