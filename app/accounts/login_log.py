"""The login log, under the name that what writes it looks for (see `app.records.login_log`)."""

from app.records.login_log import DISABLED, LOCKED, UNKNOWN_USER, WRONG_PASSWORD, Event, note, note_nothing

__all__ = ["DISABLED", "LOCKED", "UNKNOWN_USER", "WRONG_PASSWORD", "Event", "note", "note_nothing"]
