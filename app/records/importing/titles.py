"""References by what the records are called: one statement for all names of a batch that are new, remembered since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.access import Actor
from app.fields.base import Rejected
from app.fields.names import SEPARATORS, key
from app.fields.typed import LONGEST, quoted
from app.models.base import db
from app.records.importing.targets import unique_names
from app.records.sight import allowed_targets
from app.records.tables import is_refs, live, model_of, resource_of
from app.records.visibility import visible
from app.sheets.values import Broken, as_text
from app.spec.model import FieldSpec, ResourceSpec

REMEMBERED: Final = 20_000
_SEVERAL: Final = -1  # what stands for a name that several records have


class Titles:
    """The records that a ref or refs field may point to, as `actor` sees them, by title or what is unique to them."""

    def __init__(self, actor: Actor, page: ResourceSpec, field: FieldSpec) -> None:
        self.field = field
        self.many = is_refs(field)
        self._target = resource_of(field)
        self._conditions = [
            *visible(actor, self._target),
            *allowed_targets(page, field.name),
            *live(self._target, model_of(self._target)),
        ]
        title = self._target.field(self._target.title)
        self._names = [title, *unique_names(field)]
        self._label = self._names[-1].label if len(self._names) > 1 else None
        self._locale = actor.locale
        self._ids: dict[str, int | None] = {}
        self._known: dict[Any, Any] = {}  # cells met before, as they are

    def learn(self, cells: Iterable[Any]) -> None:
        """Looks up the names among `cells` that have not been met before."""
        unmet = {cell for cell in cells if not isinstance(cell, Broken)} - self._known.keys()
        new = {name for cell in unmet for name in self._parts(cell) if name not in self._ids}
        if not new:
            return
        if len(self._ids) + len(new) > REMEMBERED:
            self._ids.clear()
            self._known.clear()
        found: dict[str, set[int]] = {}
        for field in self._names:
            for id_, text in self._look(field, new):
                found.setdefault(key(text), set()).add(id_)
        for name in new:
            ids = {id_ for word in self._words(name) for id_ in found.get(key(word), ())}
            self._ids[name] = None if not ids else ids.pop() if len(ids) == 1 else _SEVERAL

    def clean(self, cell: Any) -> Any:
        """The id, or the ids in order of a refs field. Raises Rejected."""
        if cell.__class__ is str and cell in self._known:
            return self._known[cell]
        if isinstance(cell, Broken):
            raise Rejected(_l("The cell holds an error. Mend the formula, or paste the column as values."))
        ids = [self._id(name) for name in self._parts(cell)]
        found = tuple(dict.fromkeys(ids)) if self.many else ids[0] if ids else None
        if cell.__class__ is str:
            self._known[cell] = found
        return found

    def _look(self, field: FieldSpec, names: Iterable[str]) -> Iterable[tuple[int, str]]:
        model = model_of(self._target)
        column = getattr(model, field.name)
        known = {word for name in names for word in self._words(name)}
        wanted = sorted(word for word in known if "\0" not in word)  # nothing is called so, and PostgreSQL refuses it
        rows = db.session.execute(select(model.id, column).where(column.in_(wanted), *self._conditions))
        return [(row[0], row[1]) for row in rows]

    def _words(self, name: str) -> list[str]:
        """What the record may be called where a name that the product gave is written in the other language."""
        known = [word for field in self._names for word in field.words if name in (word.zh, word.en)]
        return [name, *(text for word in known for text in (word.zh, word.en))]

    def _parts(self, cell: Any) -> list[str]:
        if cell is None or isinstance(cell, Broken):
            return []
        text = as_text(cell)
        if not self.many:
            text = text.strip()
            return [text] if text else []
        return [part.strip() for part in SEPARATORS.split(text) if part.strip()]

    def _id(self, name: str) -> int:
        found = self._ids.get(name)
        if found is None:
            what = self._target.label.text(self._locale)
            raise Rejected(
                _l("There is no “%(what)s” called “%(name)s” that you may choose.", what=what, name=quoted(name))
            )
        if found == _SEVERAL:
            raise Rejected(self._ambiguous(name))
        return found

    def _ambiguous(self, name: str) -> object:
        if self._label is None:
            return _l("Several are called “%(name)s”.", name=quoted(name))
        label = self._label.text(self._locale)
        return _l(
            "Several are called “%(name)s”. Write the %(field)s instead.", name=quoted(name[:LONGEST]), field=label
        )
