"""Batches of rows put into the table, or only tried: what is there already, what rules say, what comes of each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.access import Actor
from app.errors import Busy
from app.fields import kind_of
from app.fields.password import hash_password
from app.models.base import SEARCH, db
from app.models.companion import Companion
from app.records import arrays, limits, save, tries, veil
from app.records.bulk import BATCH, Bulk, Errors
from app.records.importing.making import Batch, Fault, Made
from app.records.importing.plan import Plan
from app.records.importing.targets import secrets_of
from app.records.passwords import one_time_password
from app.records.tables import base_of, model_of
from app.records.visibility import visible
from app.spec.model import FieldSpec, ResourceSpec

SLOW_BATCH: Final = 50  # rows where each gets a password, whose hash takes 20 ms
_SEVERAL: Final = -1


class FieldsChanged(Busy):
    """The company's own fields are not what they were when the rows were made: make them anew."""

    def __init__(self) -> None:
        super().__init__(_l("The fields of this page are being changed at this moment. Please try again in a minute."))


@dataclass(slots=True)
class Written:
    """What became of a batch. `refused` are in the order of the file; `revealed` is what is shown once: title, password
    of those that were made."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    refused: list[Made] = field(default_factory=list)
    revealed: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, later: Written) -> None:
        """What became of the batch behind it."""
        self.created += later.created
        self.updated += later.updated
        self.skipped += later.skipped
        self.refused += later.refused
        self.revealed += later.revealed


class Writer:
    """Writes the rows of one file, what finds them by the `companion`. Without one it only tries them: nothing is
    written, and what would have been added is remembered."""

    def __init__(
        self, actor: Actor, page: ResourceSpec, resource: ResourceSpec, plan: Plan, companion: Companion | None
    ) -> None:
        self.actor, self.page, self.resource, self.plan = actor, page, resource, plan
        self._companion, self.dry = companion, companion is None
        name = resource.importing.key
        self._key: FieldSpec | None = resource.field(name) if name and name in plan.columns else None
        self._secrets = secrets_of(resource)
        # Trying a file costs nothing, so it does not tell whoever sees masks which numbers there are.
        self.blind = self._key is not None and veil.over(actor, resource).field(self._key.name).hidden
        self._seen: dict[str, set[int]] = {}
        self._rows: dict[Any, int] = {}  # key → number of the row that added it in this transaction

    @property
    def batch(self) -> int:
        """How many rows to write at once."""
        return SLOW_BATCH if self._secrets and not self.dry else BATCH

    def passwords(self, rows: Iterable[Made]) -> dict[int, str]:
        """By row number, a one-time password for each that may become a record; its hash stands in the row's values.

        Before the transaction: nobody waits for hashes.
        """
        found = {}
        for row in rows if self._secrets else ():
            for secret in self._secrets if row.addable else ():
                found[row.number] = "" if self.dry else one_time_password()
                row.values[secret.name] = "-" if self.dry else hash_password(found[row.number])
        return found

    def guesses(self, rows: Iterable[Made]) -> int:
        """How many numbers `write` would look for that are masked for the actor: see `app.records.tries`."""
        if self._key is None or not self.blind:
            return 0
        blank = kind_of(self._key).is_blank
        return len({value for row in rows if not blank(value := row.values[self._key.name])})

    def pay(self, guesses: int) -> None:
        """Counts them, in a transaction of its own: what came of them may be told although nothing was written. Raises
        TooMany."""
        if self._key is not None:
            tries.spend_rows(self.actor, self.resource, self._key.name, guesses)

    @property
    def plain(self) -> bool:
        """Batches can be written on and on (`several`): no row changes a record, costs a guess or gets a password, and
        there is a companion to look for numbers meanwhile."""
        apart = self._companion is not None and self._companion.apart
        return apart and self.plan.duplicates != "update" and not self.blind and not self._secrets

    def write(self, rows: Batch, passwords: Mapping[int, str]) -> Written:
        """One batch, inside the caller's transaction. Raises FieldsChanged, and Denied where the actor may not import
        any more."""
        bulk = self._bulk()
        _check_fields(bulk, rows.resource, self.resource)
        written = Written()
        for wave in self._waves(rows):
            self._write(bulk, wave, self.there(wave), passwords, written)
        written.refused.sort(key=lambda row: row.number)
        return written

    def several(self) -> Callable[[Batch, Mapping[Any, int]], Written]:
        """What writes one batch after the other inside the caller's transaction, where they are `plain`: `in_flight`,
        so a refusal of the database comes late, and spoils all of them. It takes what `there` gave, by a connection
        that need not see what this transaction writes. Raises as `write` does."""
        bulk = self._bulk(eager=True)

        def write(rows: Batch, there: Mapping[Any, int]) -> Written:
            _check_fields(bulk, rows.resource, self.resource)
            written = Written()
            self._write(bulk, rows, there, {}, written)
            written.refused.sort(key=lambda row: row.number)
            return written

        return write

    def _bulk(self, *, eager: bool = False) -> Bulk:
        if self._key is not None or any(one.unique for one in self.resource.fields.values()):
            limits.queue_up()  # two imports of the same numbers: the second looks when the first has committed
        self._rows = {}
        return Bulk(self.actor, self.page, companion=self._companion, eager=eager)

    def _waves(self, rows: Sequence[Made]) -> Iterator[Sequence[Made]]:
        """All at once; but where later rows change what earlier ones made, each key comes once in a wave."""
        if self._key is None or self.plan.duplicates != "update":
            yield rows
            return
        name, blank = self._key.name, kind_of(self._key).blank
        while rows:
            met, wave, later = set[Any](), list[Made](), list[Made]()
            for row in rows:
                value = row.values[name]
                (later if value in met and value != blank else wave).append(row)
                met.add(value)
            yield wave
            rows = later

    def _write(
        self,
        bulk: Bulk,
        rows: Sequence[Made],
        there: Mapping[Any, int],
        passwords: Mapping[int, str],
        written: Written,
    ) -> None:
        plain = self._plain(there)
        new: list[Made] = []
        known: list[tuple[Made, int]] = []
        for row in rows:
            fate = "add" if plain(row) else self._fate(row, there)
            if fate == "add":
                new.append(row)
            elif fate == "skip":
                written.skipped += 1
            elif fate == "again":
                written.updated += 1
            elif fate == "refuse":
                written.refused.append(row)
            else:
                known.append((row, there[row.values[self._key.name]]))  # type: ignore[union-attr] # only with a key
        self._edit(bulk, known, written)
        self._add(bulk, new, passwords, written)

    def _plain(self, there: Mapping[Any, int]) -> Callable[[Made], bool]:
        """Says which rows are new beyond doubt, and remembers them as `_fate` would: most are, and soon told."""
        if self._key is None or self.dry:
            return lambda _row: False
        name, blank, before = self._key.name, kind_of(self._key).is_blank, self._rows

        def plain(row: Made) -> bool:
            value = row.values[name]
            if row.faults or row.missing or value in there or value in before or blank(value):
                return False
            before[value] = row.number
            return True

        return plain

    def _fate(self, row: Made, there: Mapping[Any, int]) -> str:
        """add, edit, skip, refuse, or "again" where only trying: it would update what an earlier row made. A reason to
        refuse is among the row's faults afterwards."""
        key = self._key
        value = row.values[key.name] if key is not None else None
        blank = key is None or kind_of(key).is_blank(value)
        if not blank and key is not None and value in there and not row.faults:
            if self.plan.duplicates == "update":
                return "edit"
            if self.plan.duplicates == "skip":
                return "skip"
            row.faults.append(Fault(key.name, _("There is a record with this value already.")))
        row.faults += [Fault(name, _("This is required.")) for name in row.missing if not _told(row, name)]
        if row.faults:
            return "refuse"
        return "add" if blank or key is None else self._first(row, key, value)

    def _first(self, row: Made, key: FieldSpec, value: Any) -> str:
        """What becomes of a row whose key no record has: it is the first of the file, or it repeats an earlier one."""
        before = self._rows.get(value)
        known = self.dry and hash(value) in self._seen.setdefault(key.name, set())
        if before is None and not known:
            self._rows[value] = row.number
            return "add"
        if self.plan.duplicates != "fail":
            return "skip" if self.plan.duplicates == "skip" else "again"
        text = _("Row %(n)s of the file has this value already.", n=before) if before else _("The file has it twice.")
        row.faults.append(Fault(key.name, text))
        return "refuse"

    def there(self, rows: Sequence[Made]) -> dict[Any, int]:
        """Key → id of the record that has it, _SEVERAL where more than one has. One statement."""
        if self._key is None or (self.dry and self.blind):
            return {}
        kind, model = kind_of(self._key), model_of(base_of(self.page))
        column = getattr(model, self._key.name)
        wanted = list({row.values[self._key.name] for row in rows if not kind.is_blank(row.values[self._key.name])})
        found: dict[Any, int] = {}
        if wanted:
            asked = select(column, model.id).where(arrays.among(column, wanted)).execution_options(**{SEARCH: True})
            for value, id_ in db.session.execute(asked):
                found[value] = _SEVERAL if value in found else id_
        return found

    def _edit(self, bulk: Bulk, known: Sequence[tuple[Made, int]], written: Written) -> None:
        if not known:
            return
        model = model_of(bulk.resource)
        ids = [id_ for _row, id_ in known if id_ != _SEVERAL]
        locked = select(model).where(model.id.in_(ids), *visible(self.actor, self.page)).order_by(model.id)
        locked = locked.with_for_update(key_share=True, of=model).execution_options(populate_existing=True)
        held = {one.id: one for one in db.session.scalars(locked)}
        wanted: list[tuple[Made, Any, dict[str, Any]]] = []
        for row, id_ in known:
            record = held.get(id_)
            if self._editable(bulk, row, record, several=id_ == _SEVERAL):
                given = {name: value for name, value in row.given.items() if not bulk.resource.field(name).fixed}
                wanted.append((row, record, given))
            else:
                written.refused.append(row)
        outcomes = [True] * len(wanted) if self.dry else bulk.edit([(held, given) for _row, held, given in wanted])
        for (row, _record, _given), outcome in zip(wanted, outcomes, strict=True):
            if isinstance(outcome, bool):
                written.updated += 1
            else:
                _refuse(row, outcome)
                written.refused.append(row)

    def _editable(self, bulk: Bulk, row: Made, record: Any, *, several: bool) -> bool:
        """False, with a fault, where the record cannot be told, is out of sight, or has another fixed value."""
        name = self._key.name if self._key is not None else ""
        if several:
            row.faults.append(Fault(name, _("Several records have this value, so none was changed.")))
        elif record is None:
            row.faults.append(Fault(name, _("There is a record with this value already.")))
        else:
            before = save.values_of(bulk.resource, record)
            row.faults += [
                Fault(one, _("This cannot be changed later."))
                for one, value in row.given.items()
                if bulk.resource.field(one).fixed and value != before.get(one)
            ]
        return not row.faults

    def _add(self, bulk: Bulk, rows: list[Made], passwords: Mapping[int, str], written: Written) -> None:
        if not rows:
            return
        outcomes = bulk.add([row.values for row in rows], dry=self.dry)
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, int):
                written.created += 1
                if row.number in passwords:
                    written.revealed.append((*self._called(row), passwords[row.number]))
                self._remember(row)
            else:
                _refuse(row, outcome)
                written.refused.append(row)
                self._forget(row)

    def _called(self, row: Made) -> tuple[str, str]:
        names = (self._key.name if self._key is not None else self.resource.title, self.resource.title)
        return str(row.values[names[0]]), str(row.values[names[1]])

    def _forget(self, row: Made) -> None:
        """A later row with its key is not the second of two: this one has not become a record."""
        if self._key is not None:
            self._rows.pop(row.values[self._key.name], None)

    def _remember(self, row: Made) -> None:
        if self.dry and self._key is not None:
            self._seen.setdefault(self._key.name, set()).add(hash(row.values[self._key.name]))


def _check_fields(bulk: Bulk, *resources: ResourceSpec) -> None:
    if any(dict(bulk.resource.fields) != dict(held.fields) for held in resources):
        raise FieldsChanged


def _refuse(row: Made, errors: Errors) -> None:
    row.faults += [Fault(name, text) for name, texts in errors.items() for text in texts]


def _told(row: Made, name: str) -> bool:
    return any(fault.field == name for fault in row.faults)
