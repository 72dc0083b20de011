"""Who of an announcement's audience has read it, who has acknowledged it, and who has not (A1).

Only active people count, and only those it is meant for at this moment: somebody who changes teams comes or goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, select

from app.access import Actor
from app.engine import engine
from app.errors import NotFound
from app.models.adopted import Role, User
from app.models.base import db
from app.models.read_mark import ReadMark
from app.records import query
from app.records.record import Record
from app.records.system import people
from app.records.tables import model_of, resource_of
from app.spec.features import WorkbenchSpec
from app.spec.model import ResourceSpec

READ: Final = "read"
UNREAD: Final = "unread"
ACKNOWLEDGED: Final = "acknowledged"
OUTSTANDING: Final = "outstanding"
SIZE: Final = 50
TEAM: Final = "team"  # the field of people that an audience's teams are compared with


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: in that state, of that role, of that team; None or "" is all. `after` is a login name."""

    state: str = ""
    role: int | None = None
    team: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are, how many of them have read it, how many have acknowledged it."""

    people: int
    read: int
    acknowledged: int


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """One person. Moments are None where it is not done, or was done before the content last changed."""

    id: int
    username: str
    name: str
    role: str
    team: str
    read_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Readers:
    """One record and who its audience is, for one actor. `of` asks for the permission to view it."""

    resource: ResourceSpec
    spec: WorkbenchSpec
    record: Record

    @classmethod
    def of(cls, actor: Actor, resource: ResourceSpec, id: int) -> Readers:
        """Raises Denied, and NotFound for an unknown record or one of a resource that does not remember its readers."""
        record = query.get(actor, resource, id)
        if not tracked(resource) or resource.workbench is None:
            raise NotFound
        return cls(resource, resource.workbench, record)

    @property
    def asks(self) -> bool:
        """True where the record is to be acknowledged."""
        return bool(self.spec.acknowledge and self.record.values[self.spec.acknowledge])

    @property
    def since(self) -> datetime:
        """Reading counts from here on."""
        renewed = self.record.values.get(self.spec.renewed or "")
        found: datetime = renewed or self.record.values["created_at"]
        return found

    def tally(self) -> Tally:
        """The figures of the whole audience, in one statement."""
        figures = (
            func.count(),
            func.count(case((self._read(), 1))),
            func.count(case((self._acknowledged(), 1))),
        )
        found = db.session.execute(self._people(*figures)).one()
        return Tally(*found)

    def page(self, wanted: Wanted, size: int = SIZE) -> tuple[list[ReaderRow], str | None]:
        """`size` people in the order of their login names, and after whom the next page begins."""
        rows = list(self.all(wanted, size + 1))
        return rows[:size], rows[size - 1].username if len(rows) > size else None

    def all(self, wanted: Wanted, most: int | None = None) -> Iterator[ReaderRow]:
        """Everyone wanted, in the order of their login names, in one statement."""
        team = self._team_title()
        statement = self._people(
            User.id, User.username, User.first_name, Role.name,
            *([] if team is None else [team]),
            case((self._read(), ReadMark.at)), case((self._acknowledged(), ReadMark.acknowledged_at)),
        )  # fmt: skip
        statement = statement.join(Role, and_(Role.tenant_id == User.tenant_id, Role.id == User.role_id))
        if team is not None:
            model = team.class_
            statement = statement.outerjoin(model, and_(model.tenant_id == User.tenant_id, model.id == User.team_id))
        statement = statement.where(*self._conditions(wanted)).order_by(User.username).limit(most)
        for id_, username, name, role, *rest in db.session.execute(statement):
            team_name, read_at, said_at = rest if team is not None else ("", *rest)
            yield ReaderRow(id_, username, name or "", role, team_name or "", read_at, said_at)

    def _people(self, *columns: Any) -> Select[Any]:
        mark = and_(
            ReadMark.tenant_id == User.tenant_id,
            ReadMark.user_id == User.id,
            ReadMark.resource == self.resource.name,
            ReadMark.record_id == self.record.id,
        )
        return select(*columns).select_from(User).outerjoin(ReadMark, mark).where(*self._audience())

    def _audience(self) -> Iterator[ColumnElement[bool]]:
        yield User.active.is_(True)
        own: dict[str, Any] = {"role": User.role_id, "team": User.team_id}
        for name, field in self.spec.audience.items():
            if ids := self.record.values[field]:
                yield own[name].in_(ids)

    def _conditions(self, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
        read, said = func.coalesce(self._read(), False), func.coalesce(self._acknowledged(), False)
        states = {READ: read, UNREAD: not_(read), ACKNOWLEDGED: said, OUTSTANDING: not_(said)}
        if wanted.state:
            yield states[wanted.state]
        if wanted.role is not None:
            yield User.role_id == wanted.role
        if wanted.team is not None:
            yield User.team_id == wanted.team
        if wanted.after:
            yield User.username > wanted.after

    def _read(self) -> ColumnElement[bool]:
        return ReadMark.at >= self.since

    def _acknowledged(self) -> ColumnElement[bool]:
        return ReadMark.acknowledged_at >= self.since

    @staticmethod
    def _team_title() -> Any:
        """The column with the name of a person's team; None in a product without teams."""
        field = people(engine().product).fields.get(TEAM)
        if field is None or field.to is None:
            return None
        target = resource_of(field)
        return getattr(model_of(target), target.title)


def tracked(resource: ResourceSpec) -> bool:
    """True where the product remembers who has read the records."""
    return resource.workbench is not None and resource.workbench.unread
