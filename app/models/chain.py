"""Entries that cannot be changed unnoticed: each bears the hash of itself and of the entry before it.

A company has one chain per kind of entry. Where it ends stands in `chain_head`, which is locked as the very last thing
of a transaction that writes entries: so such transactions queue up only to commit, and nobody who holds a head waits
for anything else. `app.records.chain` walks a chain and says whether it is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, ClassVar, Final, cast

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, event, inspect, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, SessionTransaction, column_property, declared_attr, mapped_column

from app.models.base import Base, TenantRow, before_commit, db, new_id
from app.tenancy.guard import Guarded
from app.tenancy.scope import current_tenant_id, tenant_scope

GENESIS: Final = "0" * 64
BATCH: Final = 1000
_HELD: Final = "ucc_heads"  # key of session.info: the open transaction, and the heads that it has locked already
_PENDING: Final = "ucc_chain"  # key of session.info: entries that the open transaction will add, with their savepoints


class Chained(TenantRow):
    """An entry of a chain. Those of before there were chains have no `seq`: the first one that has follows on the hash
    of them all."""

    CHAIN: ClassVar[str]  # what `chain_head.chain` calls it

    seq: Mapped[int | None] = mapped_column(BigInteger, sort_order=990)  # from 1, without a gap
    previous: Mapped[str | None] = mapped_column(String(64), sort_order=991)
    hash: Mapped[str | None] = mapped_column(String(64), sort_order=992)

    @declared_attr
    def version(cls) -> Mapped[int]:
        """For pages and API, which ask every record: an entry never has another."""
        return column_property(literal(1, Integer))


class ChainHead(Guarded, Base):
    """`seq` and `hash` are the newest entry's, `base_seq` and `base_hash` those of the newest that was removed for its
    age (at first 0, and the hash of the entries from before there were chains)."""

    __tablename__ = "chain_head"

    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    chain: Mapped[str] = mapped_column(String(16), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, nullable=False)
    hash: Mapped[str] = mapped_column(String(64), nullable=False)
    base_seq: Mapped[int] = mapped_column(BigInteger, nullable=False)
    base_hash: Mapped[str] = mapped_column(String(64), nullable=False)


def put(entry: Chained) -> None:
    """Adds `entry` of the tenant in scope when the open `transaction()` commits; not if the savepoint that it belongs
    to is rolled back. Every column that has a value must have it already: what is hashed is what is kept."""
    session: Session = db.session()
    entry.id, entry.tenant_id = entry.id or new_id(), current_tenant_id()
    before_commit(_seal)
    if not event.contains(session, "after_soft_rollback", _forget):
        event.listen(session, "after_soft_rollback", _forget)
    session.info.setdefault(_PENDING, []).append((entry, tuple(_savepoints(session))))


def link(entry: Chained) -> str:
    """The hash that `entry` must have: over every column of it, the hash of the entry before it included."""
    return hashlib.sha256(_canonical(entry)).hexdigest()


def origin(model: type[Chained]) -> str:
    """What the first entry of the chain follows on: the hash of the entries from before there were chains."""
    value, last = GENESIS, 0
    while True:
        older = select(model).where(model.seq.is_(None), model.id > last).order_by(model.id).limit(BATCH)
        found = db.session.scalars(older).all()
        for entry in found:
            value = hashlib.sha256(value.encode() + _canonical(entry)).hexdigest()
        if len(found) < BATCH:
            return value
        last = found[-1].id
        db.session.expunge_all()


def already_held(head: ChainHead) -> None:
    """Says that the caller's own statement has locked this head, as `held_head` does, and spares the transaction that
    statement. Only for who waits for no other lock from then on."""
    info = db.session().info
    info[_HELD] = (db.session().get_transaction(), head)


def held_head(model: type[Chained]) -> ChainHead:
    """The head of the chain of the tenant in scope, locked until the transaction ends. The first time it is made."""
    # Asked for once: what was read is true until the first entries have been put.
    transaction, known = db.session().info.pop(_HELD, (None, None))
    wanted_key = (current_tenant_id(), model.CHAIN)
    if transaction is db.session().get_transaction() and known and (known.tenant_id, known.chain) == wanted_key:
        return cast("ChainHead", known)
    wanted = (
        select(ChainHead)
        .where(ChainHead.chain == model.CHAIN)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found: ChainHead | None = db.session.scalars(wanted).one_or_none()
    if found is not None:
        return found
    start = origin(model)
    try:
        with db.session.begin_nested():
            head = ChainHead(
                tenant_id=current_tenant_id(), chain=model.CHAIN, seq=0, hash=start, base_seq=0, base_hash=start
            )
            db.session.add(head)
    except IntegrityError:
        pass  # somebody else has made it in this moment
    made: ChainHead = db.session.scalars(wanted).one()
    return made


def _savepoints(session: Session) -> Iterable[SessionTransaction]:
    inner = session.get_nested_transaction()
    while inner is not None and inner.nested:
        yield inner
        inner = inner.parent


def _forget(session: Session, ended: SessionTransaction) -> None:
    """Listens to `after_soft_rollback`: what a savepoint took back has not happened."""
    pending = session.info.pop(_PENDING, [])
    if ended.nested:
        session.info[_PENDING] = [(entry, inside) for entry, inside in pending if ended not in inside]


def _seal(session: Session) -> None:
    """Everything else that the transaction writes goes first; then, chain by chain, head, entries, head."""
    entries = [entry for entry, _savepoint in session.info.pop(_PENDING, [])]
    session.flush()
    entries.sort(key=lambda entry: (entry.tenant_id, entry.CHAIN))  # stable: in the order they were put
    for (tenant_id, _chain), group in groupby(entries, key=lambda entry: (entry.tenant_id, entry.CHAIN)):
        with tenant_scope(tenant_id):
            _append(session, list(group))


def _append(session: Session, entries: list[Chained]) -> None:
    head = held_head(type(entries[0]))
    seq, value = head.seq, head.hash
    for entry in entries:
        seq += 1
        entry.seq, entry.previous = seq, value
        entry.hash = value = link(entry)
    session.add_all(entries)
    session.flush()
    session.execute(
        update(ChainHead).where(ChainHead.chain == head.chain).values(seq=seq, hash=value),
        execution_options={"synchronize_session": False},
    )


def _canonical(entry: Chained) -> bytes:
    """The same bytes for the same entry, on every database. What is None is left out: so a column that a later version
    adds, empty in the entries that exist, changes none of their hashes."""
    mapped = inspect(type(entry)).columns.items()
    names = (name for name, column in mapped if isinstance(column, Column) and name != "hash")
    values = {name: value for name in names if (value := getattr(entry, name)) is not None}
    text = json.dumps(json.loads(json.dumps(values, default=_moment)), sort_keys=True, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"an entry cannot hold {value!r}")
    return value.astimezone(UTC).isoformat(timespec="microseconds")
