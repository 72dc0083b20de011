"""Lists that people want to see again: their conditions, order and columns, under a name, own or shared with a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select
from werkzeug.datastructures import MultiDict

from app.access import Actor, demand
from app.errors import Denied, Invalid, NotFound
from app.models.adopted import Role, User
from app.models.base import db, new_id
from app.models.saved_view import SavedView
from app.records import columns
from app.records.search import parse
from app.spec.model import ADMIN, ResourceSpec

MOST: Final = 50  # of one person on one list
LONGEST_NAME: Final = 40
LONGEST_QUERY: Final = 2000
MOST_READ: Final = 3 * LONGEST_QUERY  # a cursor and what is empty fall away; more is nobody's search
OF_THE_MOMENT: Final = ("cursor",)  # where somebody was reading is no part of a view


@dataclass(frozen=True, slots=True)
class View:
    """`role` is the name of the role it is shared with, "" for none."""

    id: int
    name: str
    query: str
    own: bool
    role: str


def views(actor: Actor, resource: ResourceSpec) -> list[View]:
    """The actor's own views of this list and those shared with their role, by name; one statement. Raises Denied."""
    demand(actor, resource, "view")
    rows = db.session.execute(
        select(SavedView.id, SavedView.name, SavedView.query, SavedView.owner_id, Role.name)
        .outerjoin(Role, (Role.tenant_id == SavedView.tenant_id) & (Role.id == SavedView.role_id))
        .where(SavedView.resource == resource.name)
        .where(or_(SavedView.owner_id == actor.user_id, SavedView.role_id == actor.role_id))
        .order_by(SavedView.name, SavedView.id)
    )
    return [View(id_, name, query, owner == actor.user_id, role or "") for id_, name, query, owner, role in rows]


def save(actor: Actor, resource: ResourceSpec, name: str, query: str, *, shared: bool = False) -> None:
    """Keep the list of `query` (a query string) as `name`; one's own view of that name is replaced.

    `shared` shows it to everyone of one's role. Raises Denied, and Invalid for a name or a query that cannot be kept.
    """
    demand(actor, resource, "view")
    if actor.user_id is None:
        raise Denied(resource.name, "view")
    name = " ".join(name.split())
    if fault := _fault(name):
        raise Invalid({"name": [fault]})
    clean = cleaned(actor, resource, query)
    # One at a time per person: two of the same name at once would both be new.
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    mine = (SavedView.resource == resource.name, SavedView.owner_id == actor.user_id)
    db.session.execute(delete(SavedView).where(*mine, SavedView.name == name))
    if db.session.scalars(select(func.count(SavedView.id)).where(*mine)).one() >= MOST:
        raise Invalid({"name": [_("You have %(most)s views of this list already. Delete one first.", most=MOST)]})
    role_id = actor.role_id if shared else None
    db.session.add(
        SavedView(id=new_id(), resource=resource.name, owner_id=actor.user_id, role_id=role_id, name=name, query=clean)
    )
    db.session.flush()


def remove(actor: Actor, resource: ResourceSpec, id_: int) -> None:
    """Delete one's own view; an admin also those of others that are shared with the admins. Raises Denied, NotFound."""
    demand(actor, resource, "view")
    allowed = SavedView.owner_id == actor.user_id
    if actor.role_key == ADMIN:
        allowed = or_(allowed, SavedView.role_id == actor.role_id)
    found = db.session.scalars(
        select(SavedView.id).where(SavedView.resource == resource.name, SavedView.id == id_, allowed)
    ).first()
    if found is None:
        raise NotFound
    db.session.execute(delete(SavedView).where(SavedView.id == id_))


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


def _fault(name: str) -> str:
    if not name:
        return str(_("Give the view a name."))
    if len(name) > LONGEST_NAME or not name.isprintable():
        return str(_("Keep the name to %(most)s characters.", most=LONGEST_NAME))
    return ""
