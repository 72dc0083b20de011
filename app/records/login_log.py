"""The login log: who came in, went out, was refused or locked out, from where. Entries form a chain of their own."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import select, update

from app.models.base import db, utcnow
from app.models.chain import ChainHead, put
from app.models.login import LoginEntry
from app.records.origin import address, agent
from app.tenancy.scope import tenant_scope

Event = Literal[
    "login", "failure", "lock", "logout", "reset", "password", "session_end", "key_made", "key_revoked",
]  # fmt: skip
# Why an attempt was refused: for the log alone, the person is told none of it.
UNKNOWN_USER: Final = "unknown_user"
WRONG_PASSWORD: Final = "wrong_password"  # noqa: S105 - a reason, not a password
LOCKED: Final = "locked"
DISABLED: Final = "disabled"

MOST_NAME, MOST_AGENT, MOST_REASON = 128, 256, 64  # what the columns hold


def note(tenant_id: int, event: Event, *, username: str = "", user_id: int | None = None, reason: str = "") -> None:
    """Adds an entry when the caller's transaction commits. `username` is kept as it was typed; characters that no
    database keeps are left out. Never a password: `reason` is a word of this module, or the name of what was made."""
    with tenant_scope(tenant_id):
        put(
            LoginEntry(
                at=utcnow(),
                event=event,
                username=_kept(username, MOST_NAME),
                user_id=user_id,
                address=address(),
                agent=_kept(agent(), MOST_AGENT),
                reason=_kept(reason, MOST_REASON),
            )
        )


def note_nothing() -> None:
    """Sends what `note` sends, and writes nothing: for the company that does not exist."""
    nothing = ChainHead.chain == LoginEntry.CHAIN
    db.session.execute(select(ChainHead).where(nothing).with_for_update(key_share=True))
    for _statement in ("instead of the entry", "instead of the head"):
        db.session.execute(
            update(ChainHead).where(nothing).values(seq=ChainHead.seq), execution_options={"synchronize_session": False}
        )


def _kept(text: str, most: int) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:most]
