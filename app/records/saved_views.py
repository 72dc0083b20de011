"""Lists that people want to see again: their conditions, order and columns, under a name, own or shared with a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, func, or_, select
from werkzeug.datastructures import MultiDict

from app.access import Actor, demand, may
from app.engine import engine
from app.errors import Denied, Invalid, NotFound
from app.models.adopted import Role, User
from app.models.base import db, new_id
from app.models.saved_view import SavedView
from app.models.versions import bump_settings
from app.records import columns, opening
from app.records.opening import Default
from app.records.search import parse
from app.spec.model import ADMIN, ResourceSpec

MOST: Final = 50  # of one person on one list
LONGEST_NAME: Final = 40
ROLE: Final = "role"  # the adopted model of the resource whose records are roles
LONGEST_QUERY: Final = 2000
MOST_READ: Final = 3 * LONGEST_QUERY  # a cursor and what is empty fall away; more is nobody's search
OF_THE_MOMENT: Final = ("cursor", "view")  # where somebody was reading, and what was open, is no part of a view
SHARED: Final = _l("You share a view of this name with a role. Replace it under its “…”, or choose another name.")


@dataclass(frozen=True, slots=True)
class View:
    """`role` is the name of the role it is shared with, "" for none; `dropped` what of it there is no more.
    `own_default`, `role_default`: the list opens with it."""

    id: int
    name: str
    query: str
    own: bool
    role: str
    role_default: bool = False
    own_default: bool = False
    dropped: tuple[str, ...] = ()


def views(actor: Actor, resource: ResourceSpec) -> list[View]:
    """The actor's own views of this list and those shared with their role, by name; one statement. Raises Denied."""
    demand(actor, resource, "view")
    rows = db.session.execute(
        select(SavedView, Role.name)
        .outerjoin(Role, (Role.tenant_id == SavedView.tenant_id) & (Role.id == SavedView.role_id))
        .where(SavedView.resource == resource.name)
        .where(or_(SavedView.owner_id == actor.user_id, SavedView.role_id == actor.role_id))
        .order_by(SavedView.name, SavedView.id)
    )
    chosen = opening.own_default(actor, resource)
    return [_shown(actor, resource, view, role or "", chosen.id if chosen else None) for view, role in rows]


def _shown(actor: Actor, resource: ResourceSpec, view: SavedView, role: str, chosen: int | None) -> View:
    own, first = view.owner_id == actor.user_id, view.id == chosen
    query, dropped = opening.usable(actor, resource, view.query, view.own_fields, own=own)
    return View(view.id, view.name, query, own, role, view.role_default, first, dropped)


def roles_to_share_with(actor: Actor) -> list[tuple[int, str]]:
    """Whoever keeps the roles may share with any (id, name), all others with their own alone: then none are listed."""
    if not may_share_widely(actor):
        return []
    return [
        (id_, name) for id_, name in db.session.execute(select(Role.id, Role.name).order_by(Role.created_at, Role.id))
    ]


def may_share_widely(actor: Actor) -> bool:
    """True for those who may edit roles: they decide, too, what a role's people begin with."""
    roles = (resource for resource in engine().product.resources.values() if resource.model == ROLE)
    return any(may(actor, resource, "edit") for resource in roles)


def save(
    actor: Actor, resource: ResourceSpec, name: str, query: str, *, shared: bool = False, role_id: int | None = None
) -> None:
    """Keep the list of `query` (a query string) as `name`; one's own view of that name is replaced, unless people would
    lose sight of it by that.

    `shared` shows it to everyone of one's role, or of the role `role_id`. Raises Denied, and Invalid for a name or a
    query that cannot be kept, or a role that is not the actor's to share with.
    """
    demand(actor, resource, "view")
    clean, name = with_columns(actor, resource, cleaned(actor, resource, query)), _name(name)
    role = _role(actor, role_id) if role_id else actor.role_id if shared else None
    mine = _mine(actor, resource)
    view = db.session.scalars(select(SavedView).where(*mine, SavedView.name == name)).one_or_none()
    if view is None:
        if db.session.scalars(select(func.count(SavedView.id)).where(*mine)).one() >= MOST:
            raise Invalid({"name": [_("You have %(most)s views of this list already. Delete one first.", most=MOST)]})
        view = SavedView(id=new_id(), resource=resource.name, owner_id=actor.user_id, name=name, role_default=False)
        db.session.add(view)
    elif view.role_id is not None and view.role_id != role:
        raise Invalid({"name": [SHARED]})
    was_default = view.role_default
    view.role_default = was_default and view.role_id == role
    view.query, view.own_fields, view.role_id = clean, opening.own_fields_in(resource, clean), role
    _settle(actor, resource, view, was_default=was_default)


def rename(actor: Actor, resource: ResourceSpec, id_: int, name: str) -> None:
    """Call one's own view otherwise. Raises Denied, NotFound, and Invalid for a name that cannot be."""
    demand(actor, resource, "view")
    name, mine = _name(name), _mine(actor, resource)
    view = _own(actor, resource, id_)
    taken = select(SavedView.id).where(*mine, SavedView.name == name, SavedView.id != id_)
    if db.session.scalars(taken).first() is not None:
        raise Invalid({"name": [_("This is taken already. Choose another one.")]})
    view.name = name
    _settle(actor, resource, view, was_default=view.role_default)


def update(actor: Actor, resource: ResourceSpec, id_: int, query: str) -> None:
    """Let one's own view be the list of `query`. Raises Denied, NotFound, and Invalid for what cannot be kept."""
    demand(actor, resource, "view")
    clean = with_columns(actor, resource, cleaned(actor, resource, query))
    view = _own(actor, resource, id_)
    view.query, view.own_fields = clean, opening.own_fields_in(resource, clean)
    _settle(actor, resource, view, was_default=view.role_default)


def begin_with(actor: Actor, resource: ResourceSpec, id_: int | None, *, on: bool = True) -> None:
    """Open the list with one's own view `id_` from now on, with the whole list where that is None; not `on`: with what
    one's role begins with. Raises Denied, NotFound."""
    demand(actor, resource, "view")
    view = None if id_ is None else _own(actor, resource, id_)
    chosen = Default(0, "", "", {}) if view is None else _default(view)
    opening.keep_own_default(actor, resource, chosen if on else None)


def begin_role_with(actor: Actor, resource: ResourceSpec, id_: int, *, on: bool = True) -> None:
    """Let the people of the role that a view is shared with begin with it, or no longer. Raises Denied unless the actor
    may edit roles, NotFound."""
    demand(actor, resource, "view")
    if not may_share_widely(actor):
        raise Denied(resource.name, "view")
    bump_settings(actor.tenant_id)  # and one at a time: the row of the company is locked
    seen = or_(SavedView.owner_id == actor.user_id, SavedView.role_id == actor.role_id)
    found = select(SavedView).where(SavedView.resource == resource.name, SavedView.id == id_, seen)
    view = db.session.scalars(found).one_or_none()
    if view is None or view.role_id is None:
        raise NotFound
    others = (SavedView.resource == resource.name, SavedView.role_id == view.role_id, SavedView.role_default.is_(True))
    for other in db.session.scalars(select(SavedView).where(*others)):
        other.role_default = False
    view.role_default = on
    db.session.flush()


def remove(actor: Actor, resource: ResourceSpec, id_: int) -> None:
    """Delete one's own view; an admin also those of others that are shared with the admins. Raises Denied, NotFound."""
    demand(actor, resource, "view")
    allowed = SavedView.owner_id == actor.user_id
    if actor.role_key == ADMIN:
        allowed = or_(allowed, SavedView.role_id == actor.role_id)
    asked = select(SavedView).where(SavedView.resource == resource.name, SavedView.id == id_, allowed)
    view = db.session.scalars(asked).one_or_none()
    if view is None:
        raise NotFound
    if view.role_default:
        bump_settings(actor.tenant_id)
    if (chosen := opening.own_default(actor, resource)) and chosen.id == id_:
        opening.keep_own_default(actor, resource, None)
    db.session.execute(delete(SavedView).where(SavedView.id == id_))


def unshare(role_ids: Sequence[int]) -> None:
    """Nobody sees views by these roles any more, which are about to go; those who saved them keep them."""
    for view in db.session.scalars(select(SavedView).where(SavedView.role_id.in_(role_ids))):
        view.role_id, view.role_default = None, False
    db.session.flush()


def with_columns(actor: Actor, resource: ResourceSpec, query: str) -> str:
    """The query string with the columns that the person sees, where those are not the list's own."""
    shown = columns.of(actor, resource)
    if "columns" in dict(parse_qsl(query)) or shown == resource.list.columns:
        return query
    return f"{query}&{urlencode({'columns': ','.join(shown)})}".lstrip("&")


def cleaned(actor: Actor, resource: ResourceSpec, query: str) -> str:
    """The query string without what is of the moment. Raises Invalid for one that the list would refuse."""
    if len(query) > MOST_READ:
        raise Invalid({"query": [_("This search is too long to keep.")]})
    pairs = [pair for pair in parse_qsl(query.lstrip("?")) if pair[0] not in OF_THE_MOMENT and pair[1].strip()]
    args = MultiDict(pairs)
    parse(resource, args, actor.reader)
    if "columns" in args:
        names = columns.known(resource, args["columns"].split(","))
        pairs = [pair for pair in pairs if pair[0] != "columns"] + [("columns", ",".join(names))]
    text = urlencode(pairs)
    if len(text) > LONGEST_QUERY:
        raise Invalid({"query": [_("This search is too long to keep.")]})
    return text


def _settle(actor: Actor, resource: ResourceSpec, view: SavedView, *, was_default: bool) -> None:
    """What is remembered of the view elsewhere follows."""
    db.session.flush()
    if was_default or view.role_default:
        bump_settings(actor.tenant_id)
    if (chosen := opening.own_default(actor, resource)) and chosen.id == view.id:
        opening.keep_own_default(actor, resource, _default(view))


def _default(view: SavedView) -> Default:
    return Default(view.id, view.name, view.query, view.own_fields)


def _mine(actor: Actor, resource: ResourceSpec) -> tuple[ColumnElement[bool], ...]:
    """The person's own views; one at a time per person: two of the same name at once would both be new."""
    if actor.user_id is None:
        raise Denied(resource.name, "view")
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    return (SavedView.resource == resource.name, SavedView.owner_id == actor.user_id)


def _own(actor: Actor, resource: ResourceSpec, id_: int) -> SavedView:
    view: SavedView | None = db.session.scalars(
        select(SavedView).where(*_mine(actor, resource), SavedView.id == id_)
    ).one_or_none()
    if view is None:
        raise NotFound
    return view


def _role(actor: Actor, role_id: int) -> int:
    """Raises Invalid for a role that the actor may not share with."""
    if role_id != actor.role_id and role_id not in dict(roles_to_share_with(actor)):
        raise Invalid({"role": [_("Choose from the list.")]})
    return role_id


def _name(name: str) -> str:
    """The name without stray blanks. Raises Invalid for one that cannot be kept."""
    name = " ".join(name.split())
    if fault := _fault(name):
        raise Invalid({"name": [fault]})
    return name


def _fault(name: str) -> str:
    if not name:
        return str(_("Give the view a name."))
    if len(name) > LONGEST_NAME or not name.isprintable():
        return str(_("Keep the name to %(most)s characters.", most=LONGEST_NAME))
    return ""
