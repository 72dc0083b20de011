"""The guard on relationships that join by a single column, as FAB's and careless ones do: only it keeps them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, ForeignKey, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    contains_eager,
    joinedload,
    lazyload,
    mapped_column,
    relationship,
    scoped_session,
    selectinload,
    sessionmaker,
    subqueryload,
)

from app.tenancy import guard
from app.tenancy.guard import Guarded
from app.tenancy.scope import tenant_scope
from app.tenancy.session import TenantSession

OWN, FOREIGN = 1, 2


class Base(DeclarativeBase):
    pass


class Team(Guarded, Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int]
    agents: Mapped[list[Agent]] = relationship(back_populates="team")


class Agent(Guarded, Base):
    __tablename__ = "agent"
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Team | None] = relationship(back_populates="agents")


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://")
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def plain(engine: Engine) -> Iterator[Callable[[], Session]]:
    """Sessions over two teams that each have an agent of either company."""
    Base.metadata.create_all(engine)
    sessions = scoped_session(sessionmaker(engine))
    with sessions() as session:
        for tenant in (OWN, FOREIGN):
            session.add(Team(id=tenant, tenant_id=tenant))
        for number, (tenant, team) in enumerate(((OWN, OWN), (FOREIGN, OWN), (OWN, FOREIGN), (FOREIGN, FOREIGN)), 1):
            session.add(Agent(id=number, tenant_id=tenant, team_id=team))
        session.commit()
    sessions.remove()
    yield sessions
    sessions.remove()


@pytest.fixture
def session(plain: Callable[[], Session]) -> Iterator[Session]:
    guard.install(plain)
    with tenant_scope(OWN):
        yield plain()
    guard.uninstall(plain)


LOADERS = [lazyload, joinedload, selectinload, subqueryload]


@pytest.mark.parametrize("load", LOADERS)
def test_a_collection_holds_own_rows_only(session: Session, load: Callable) -> None:
    team = session.scalars(select(Team).options(load(Team.agents))).unique().one()
    assert [agent.tenant_id for agent in team.agents] == [OWN]


@pytest.mark.parametrize("load", LOADERS)
def test_a_collection_without_the_guard_holds_foreign_rows(plain: Callable[[], Session], load: Callable) -> None:
    team = plain().scalars(select(Team).where(Team.id == OWN).options(load(Team.agents))).unique().one()
    assert {agent.tenant_id for agent in team.agents} == {OWN, FOREIGN}


@pytest.mark.parametrize("load", [lazyload, joinedload, selectinload])
def test_a_reference_to_a_foreign_row_finds_nothing(session: Session, load: Callable) -> None:
    agents = session.scalars(select(Agent).order_by(Agent.id).options(load(Agent.team))).unique().all()
    assert [agent.team and agent.team.id for agent in agents] == [OWN, None]


def test_a_reference_finds_nothing_that_another_scope_left_in_the_identity_map(engine: Engine) -> None:
    """A lazy reference to a row at hand sends no statement: only the session class can say no."""
    sessions = scoped_session(sessionmaker(class_=TenantSession, db=SimpleNamespace(engines={None: engine})))
    guard.install(sessions)
    session = sessions()
    with tenant_scope(FOREIGN):
        left = session.get(Team, FOREIGN)
    with tenant_scope(OWN):
        assert session.get(Agent, 3).team is None
    assert left is not None
    sessions.remove()
    guard.uninstall(sessions)


def test_a_join_along_the_relation_sees_own_rows_only(session: Session) -> None:
    rows = session.execute(select(Team.id, Agent.id).join(Team.agents)).all()
    assert rows == [(OWN, 1)]


def test_contains_eager_holds_own_rows_only(session: Session) -> None:
    found = select(Team).join(Team.agents).options(contains_eager(Team.agents))
    team = session.scalars(found).unique().one()
    assert [agent.id for agent in team.agents] == [1]


def test_any_and_has_look_at_own_rows_only(session: Session) -> None:
    assert session.scalars(select(Team.id).where(Team.agents.any(Agent.id == 2))).all() == []
    assert session.scalars(select(Agent.id).where(Agent.team.has(Team.id == FOREIGN))).all() == []


def test_a_collection_of_a_row_just_added_holds_own_rows_only(session: Session) -> None:
    """It was never loaded, so no option of a loading statement could have reached it."""
    team = session.get(Team, OWN)
    session.expire(team)
    assert [agent.id for agent in team.agents] == [1]


def test_a_late_collection_is_read_in_the_scope_of_that_moment(session: Session) -> None:
    team = session.get(Team, OWN)
    with tenant_scope(FOREIGN):
        assert [agent.id for agent in team.agents] == [2]
