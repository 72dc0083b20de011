"""How often in a day a person comes to know a whole number that is masked for them: one count for looks at records
(app.records.reveal) and for guesses that a search proves or disproves (app.records.tries), in the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.access import Actor
from app.errors import TooMany
from app.models.base import db, utcnow
from app.models.reveal_count import RevealCount
from app.records import in_force, veil
from app.records.tables import base_of
from app.spec.model import ResourceSpec

USUAL: Final = 200  # guesses of those who may never see a whole number, where the company sets no limit to looks


def limit_of(actor: Actor, resource: ResourceSpec) -> int:
    """How many in a day; 0 for any number, which nobody has who lacks the right to see whole numbers."""
    spec = base_of(resource).reveal
    found = 0
    if spec is not None and spec.limit is not None:
        found = int(in_force.current(spec.limit[0], actor.tenant_id, actor.settings_version)[spec.limit[1]])
    return found or (0 if veil.may_preview(actor, resource) else USUAL)


def day_of(actor: Actor) -> datetime:
    """Now, where the company is."""
    return actor.reader.local(utcnow())


def left(actor: Actor, limit: int) -> int | None:
    """How many are left today; None for any number."""
    if not limit:
        return None
    return max(0, limit - (db.session.scalars(select(RevealCount.number).where(*_mine(actor))).first() or 0))


def take(actor: Actor, limit: int, message: object, *, number: int = 1, mark: str | None = None) -> bool:
    """Counts `number` more, all or none; False where it has the `mark` of the last, which is not counted again.
    Requests at once queue up at the row, so none slips through. Raises TooMany with `message`."""
    now, mine = day_of(actor), _mine(actor)
    room = (RevealCount.number <= limit - number,) if limit else ()
    new = () if mark is None else (or_(RevealCount.last.is_(None), RevealCount.last != mark),)
    values = {"number": RevealCount.number + number, **({} if mark is None else {"last": mark})}
    more = update(RevealCount).where(*mine, *room, *new).values(values)
    if _sent(more):
        return True
    if not limit or number <= limit:
        if _begun(actor, now, number, mark) or _sent(more):
            return True
        if mark is not None and db.session.scalars(select(RevealCount.last).where(*mine)).one() == mark:
            return False
    raise TooMany(message, _until_tomorrow(now))


def _mine(actor: Actor) -> tuple[Any, ...]:
    return RevealCount.user_id == actor.user_id, RevealCount.day == day_of(actor).date()


def _begun(actor: Actor, now: datetime, number: int, mark: str | None) -> bool:
    """True if this was the person's first of the day; their older days go, as nobody asks for them."""
    row = {"tenant_id": actor.tenant_id, "user_id": actor.user_id, "day": now.date(), "number": number, "last": mark}
    try:
        with db.session.begin_nested():
            db.session.execute(insert(RevealCount), [row])
    except IntegrityError:
        return False
    db.session.execute(
        delete(RevealCount).where(RevealCount.user_id == actor.user_id, RevealCount.day < now.date()),
        execution_options={"synchronize_session": False},
    )
    return True


def _sent(statement: Any) -> bool:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount > 0


def _until_tomorrow(now: datetime) -> int:
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - now).total_seconds()))
