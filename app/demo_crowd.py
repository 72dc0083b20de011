"""Believable customers by the million: the same ones for the same company, made a few thousand at a time.

Each batch has a source of chance of its own, named by the seed, the company and the batch's number, so that any batch
can be made without those before it. What a batch needs is drawn column by column: that is ten times as fast as row by
row.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app.demo_customers import FIRMS, REMARKS, WEIGHTS
from app.demo_fields import Choices
from app.demo_names import family_names, full_names
from app.demo_numbers import numbers

BATCH: Final = 5_000
DAYS: Final = 730  # that the company has been taking customers in
_OPENS: Final = timedelta(hours=1)  # 9:00 in China; new customers come in for eleven hours
_OPEN_SHARE: Final = 11 / 24
_GENDERS: Final = (("male", "female", ""), (51, 43, 6))
_FIRM_SHARE: Final = 0.4  # of those without a gender: a firm, not a person
_NO_AGENT: Final = 0.3  # how many nobody looks after
_TEAM_ONLY: Final = 0.08  # how many only a team looks after
_CALLED: Final = 0.75  # how many of those with an agent have been called


@dataclass(frozen=True, slots=True)
class Company:
    """What customers refer to. `agents` are (team, agent) of everyone who looks after some; `own` says which text a
    slot holds for each value of an own field."""

    code: str
    types: Sequence[int]
    agents: Sequence[tuple[int | None, int]]
    teams: Sequence[int]
    own: Mapping[str, Choices] = field(default_factory=dict)


def batches(company: Company, start: int, stop: int, now: datetime, seed: int = 4) -> Iterator[list[dict[str, Any]]]:
    """The customers number `start` to `stop`, oldest first, without ids: what a company of `stop` customers lacks."""
    for number in range(start // BATCH, -(-stop // BATCH)):
        first = number * BATCH
        rng = random.Random(f"{seed}:{company.code}:{number}")  # noqa: S311 - the same crowd every time, not a secret
        made = _batch(rng, company, [(first + at) / stop for at in range(BATCH)], now)
        yield made[max(start - first, 0) : stop - first]


def _batch(rng: random.Random, company: Company, places: Sequence[float], now: datetime) -> list[dict[str, Any]]:
    """A customer for each place between 0, the company's first day, and 1, now."""
    size = len(places)
    genders = rng.choices(_GENDERS[0], _GENDERS[1], k=size)
    people, phones = full_names(rng, genders), numbers(rng, size)
    types = rng.choices(company.types, WEIGHTS[: len(company.types)], k=size) if company.types else [None] * size
    keepers = _keepers(rng, company, size)
    remarks = rng.choices(REMARKS, k=size)
    own = {slot: rng.choices(texts, weights, k=size) for slot, (texts, weights) in company.own.items()}
    first_day = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=DAYS) + _OPENS
    rows = []
    for at in range(size):
        created = _moment(first_day, places[at])
        team, agent = keepers[at]
        contact = _contact(rng, created, now) if agent is not None and rng.random() < _CALLED else None
        name = people[at] if genders[at] or rng.random() > _FIRM_SHARE else _firm(rng)
        rows.append({
            "name": name, "gender": genders[at] if name == people[at] else "", "phone": phones[at], "type": types[at],
            "team": team, "agent": agent, "assigned_at": created if team or agent else None,
            "last_contact_at": contact, "remark": remarks[at], "version": 1,
            "created_at": created, "changed_at": contact or created, **{slot: own[slot][at] for slot in own},
        })  # fmt: skip
    return rows


def _keepers(rng: random.Random, company: Company, size: int) -> list[tuple[int | None, int | None]]:
    """Who looks after each: an agent with their team, a team alone, or nobody."""
    chance = [rng.random() for _ in range(size)]
    agents = rng.choices(company.agents, k=size) if company.agents else [(None, None)] * size
    teams = rng.choices(company.teams, k=size) if company.teams else [None] * size
    return [
        (None, None) if way < _NO_AGENT else (teams[at], None) if way < _NO_AGENT + _TEAM_ONLY else agents[at]
        for at, way in enumerate(chance)
    ]


def _moment(first_day: datetime, place: float) -> datetime:
    """Within the opening hours of its day; the last day is yesterday."""
    day, share = divmod(place * DAYS, 1)
    return first_day + timedelta(days=day, seconds=int(share * _OPEN_SHARE * 86_400))


def _contact(rng: random.Random, created: datetime, now: datetime) -> datetime:
    """Later than `created`; most are called within weeks, and some again much later."""
    left = max((now - created).total_seconds(), 60)
    return created + timedelta(seconds=int(left * rng.random() ** 2))


def _firm(rng: random.Random) -> str:
    [family] = family_names(rng, 1)
    return rng.choice(FIRMS) + rng.choice(("", "", f"（{family}经理）", f"（{family}女士）"))
