"""Is a log whole? Walks the chain of one company, and shortens it when its entries are old enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from app.models.audit import AuditEntry
from app.models.base import db
from app.models.chain import BATCH, Chained, ChainHead, held_head, link, origin
from app.models.login import LoginEntry

CHAINS: Final[dict[str, type[Chained]]] = {model.CHAIN: model for model in (AuditEntry, LoginEntry)}


class Mark(NamedTuple):
    """A place in a chain. As a text, `1234:ab…`: kept elsewhere, it later proves that nothing up to it was changed."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Report:
    """`head` is the newest entry there is; `fault` says what is wrong first, "" where the chain is whole."""

    head: Mark
    entries: int
    fault: str = ""


def begin_chains() -> None:
    """The heads of a new company's chains: so the first entry of all costs what every other does."""
    for model in CHAINS.values():
        held_head(model)


def verify(model: type[Chained], expect: Mark | None = None) -> Report:
    """Walks the chain of the tenant in scope from its oldest entry to what is its head now. Entries may be added
    meanwhile: they are left for the next time."""
    end = select(func.max(model.seq)).scalar_subquery()  # in one statement with the head: so the two must agree
    found = db.session.execute(select(ChainHead, end).where(ChainHead.chain == model.CHAIN)).one_or_none()
    if found is None:
        return _without_head(model, expect)
    head, greatest = found
    base, newest = Mark(head.base_seq, head.base_hash), Mark(head.seq, head.hash)
    fault = _before(model, base)
    if (greatest or 0) > newest.seq:
        fault = str(_("Entry %(seq)s was inserted: the chain ends before it.", seq=greatest))
    last, number = base, 0
    expected = base if expect is not None and expect.seq == base.seq else None
    for entry in [] if fault else _entries(model, newest.seq):
        fault = _judge(entry, last)
        if fault:
            break
        last, number = Mark(int(entry.seq or 0), str(entry.hash)), number + 1
        if expect is not None and expect.seq == last.seq:
            expected = last
    fault = fault or _end(last, newest) or _met(expect, expected, base, newest)
    return Report(newest, number, fault)


def prune(model: type[Chained], before: datetime) -> int:
    """Removes the oldest entries up to the first that is from `before` or later, and remembers where the chain begins
    now. Gives how many. By the role that owns the tables, inside the caller's transaction."""
    head = held_head(model)
    kept = db.session.scalar(select(func.min(model.seq)).where(model.at >= before))  # type: ignore[attr-defined]
    last = head.seq if kept is None else kept - 1
    if last <= head.base_seq:
        return 0
    value = db.session.scalars(select(model.hash).where(model.seq == last)).one()
    old = select(func.count()).select_from(model).where((model.seq <= last) | model.seq.is_(None))
    number = db.session.scalar(old) or 0
    unread = {"synchronize_session": False}
    db.session.execute(delete(model).where((model.seq <= last) | model.seq.is_(None)), execution_options=unread)
    moved = update(ChainHead).where(ChainHead.chain == model.CHAIN).values(base_seq=last, base_hash=value)
    db.session.execute(moved, execution_options=unread)
    return number


def _without_head(model: type[Chained], expect: Mark | None) -> Report:
    """Nothing has been chained yet; a head that is gone is no such innocence."""
    nothing = Mark(0, "")
    chained = db.session.scalar(select(func.count()).select_from(model).where(model.seq.is_not(None)))
    if chained or expect is not None:
        return Report(nothing, 0, str(_("The head of the chain is gone.")))
    return Report(nothing, 0)


def _before(model: type[Chained], base: Mark) -> str:
    """The entries from before there were chains, and those that prune should have taken."""
    if base.seq == 0 and origin(model) != base.hash:
        return str(_("The entries from before the chain have been changed."))
    unchained = model.seq.is_(None) if base.seq else model.seq < 1
    left = db.session.scalars(select(model.id).where(unchained | (model.seq <= base.seq)).limit(1)).first()
    return "" if left is None else str(_("Entry %(id)s was inserted: the chain begins after it.", id=left))


def _entries(model: type[Chained], end: int) -> Iterator[Chained]:
    """In order up to `end`, in batches: a chain may be longer than the memory."""
    last = 0
    while True:
        further = select(model).where(model.seq > last, model.seq <= end).order_by(model.seq).limit(BATCH)
        found = db.session.scalars(further).all()
        yield from found
        if len(found) < BATCH:
            return
        last = int(found[-1].seq or 0)
        db.session.expunge_all()


def _judge(entry: Chained, last: Mark) -> str:
    seq = int(entry.seq or 0)
    if seq > last.seq + 1:
        return str(_("Entry %(seq)s is missing.", seq=last.seq + 1))
    if link(entry) != entry.hash:
        return str(_("Entry %(seq)s (id %(id)s) has been changed.", seq=seq, id=entry.id))
    if entry.previous != last.hash:
        return str(_("Entry %(seq)s (id %(id)s) does not follow the one before it: one of them was replaced or moved.",
                 seq=seq, id=entry.id))  # fmt: skip
    return ""


def _end(last: Mark, newest: Mark) -> str:
    if last.seq < newest.seq:
        return str(_("Entry %(seq)s is missing: the chain should end at %(end)s.", seq=last.seq + 1, end=newest.seq))
    return "" if last.hash == newest.hash else str(_("The head of the chain has been changed."))


def _met(expect: Mark | None, met: Mark | None, base: Mark, newest: Mark) -> str:
    if expect is None or met == expect:
        return ""
    if met is not None:
        return str(_("Entry %(seq)s is not the one that was expected: the log was written anew.", seq=expect.seq))
    if expect.seq > newest.seq:
        return str(_("Entry %(seq)s, which was expected, is missing: the log was cut off.", seq=expect.seq))
    return str(_("Entry %(seq)s, which was expected, has been removed for its age: the log begins after %(base)s.",
             seq=expect.seq, base=base.seq))  # fmt: skip
