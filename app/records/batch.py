"""The changes that one call of the service makes, and what they share: names, looked-up records, the audit entries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.access import Actor
from app.errors import Invalid
from app.fields.typed import quoted
from app.records import audit
from app.records.lookup import Lookup, Others
from app.records.names import Names, title_of
from app.records.rules import Change, Doing
from app.spec.model import ResourceSpec


@dataclass(slots=True)
class Batch:
    """`size` is the number of records it is meant to change; `named`: the actor may see what they are called."""

    actor: Actor
    resource: ResourceSpec
    size: int = 1
    named: bool = True
    changes: list[Change] = field(default_factory=list)
    lookup: Lookup = field(default_factory=Lookup)

    def change(self, kind: Doing, id_: int, *, before: Any, after: Any, action: str = "") -> Change:
        """The next change of the batch."""
        others = Others(self.resource, id_)
        made = Change(kind, self.resource, self.actor, id_, before, after, others, self.lookup, action)
        self.changes.append(made)
        return made

    def title(self, change: Change) -> str:
        """What the record is called, after the change where there is an after."""
        values = change.before if change.after is None else change.after
        return title_of(self.resource, values or {}, self.actor.reader)

    def called(self, change: Change) -> str:
        """The record in a refusal: by its title, or its id, which is all that some people know of it."""
        return quoted(self.title(change)) if self.named else str(change.id)

    @contextmanager
    def naming(self, change: Change, asked: Collection[str] = ()) -> Iterator[None]:
        """Where the batch has several records, a refusal says which one it is about: no form shows it at a field, but
        for those that are `asked` for, with one value for all."""
        try:
            yield
        except Invalid as refusal:
            if self.size == 1 or refusal.errors.keys() <= set(asked):
                raise
            texts = [text for messages in refusal.errors.values() for text in messages]
            title = self.called(change)
            raise Invalid({"": [_("%(title)s: %(why)s", title=title, why=text) for text in texts]}) from refusal

    def audit(self) -> list[str]:
        """Write down what was done, once all of it is. Gives the titles of the records."""
        names, titles = Names(self.actor.reader), [self.title(change) for change in self.changes]
        for change, title in zip(self.changes, titles, strict=True):
            audit.write(change, title, names)
        return titles

    def revealed(self) -> dict[str, str]:
        """All that the changes reveal, by label."""
        return {label: text for change in self.changes for label, text in change.revealed.items()}
