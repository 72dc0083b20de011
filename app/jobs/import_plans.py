"""Files on their way into the product: uploaded, looked at, decided upon. Their own person sees them, nobody else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any, Final

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.access import Actor, demand
from app.errors import Invalid, NotFound
from app.jobs import files, queue, quota
from app.models.base import db, new_id, utcnow
from app.models.import_plan import ImportPlan
from app.models.job_file import JobFile
from app.records import custom
from app.records.ids import record_id
from app.records.importing import plan as plans
from app.records.importing.plan import Duplicates, Plan
from app.records.importing.targets import extended, is_reason, suggested
from app.records.tables import base_of
from app.sheets.reading import form_of, read
from app.sheets.values import Limits, Reading, as_text
from app.spec.model import ResourceSpec

IMPORT: Final = "import"  # the kind of job that imports, and of the permission it takes
CHECK: Final = "check_import"  # that tries a file
KEPT: Final = 100  # plans of one person on one page; the oldest go
SHOWN: Final = 8  # rows of a preview
MEGABYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Draft:
    """A file and what has been decided about it. `report` is what trying it has shown, None before."""

    id: int
    file_id: int
    check_id: int | None
    plan: Plan
    report: Mapping[str, Any] | None
    rows: int

    @property
    def job(self) -> str:
        """The id of the job that imports the file, or has imported it; "" before."""
        return str((self.report or {}).get("job", ""))


@dataclass(frozen=True, slots=True)
class Look:
    """The beginning of a file: `form` is xlsx, xls or csv; cells as texts."""

    form: str
    reading: Reading
    sheets: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def limits() -> Limits:
    """What a file may be, by the settings."""
    return Limits(rows=current_app.config["IMPORT_ROWS"])


def upload(
    actor: Actor, page: ResourceSpec, name: str, chunks: Iterable[bytes] | IO[bytes], *, like_before: bool = True
) -> int:
    """The id of a new draft, inside the caller's transaction; `like_before`: with what was decided about the last file
    with these heads. Raises Denied, Invalid for what is no table, and TooMany where too many wait."""
    demand(actor, page, IMPORT)
    quota.room_for_upload(actor)
    most = current_app.config["IMPORT_MB"]
    try:
        token = files.write(chunks, most * MEGABYTE)
    except OverflowError:
        raise Invalid({"file": [_("The file has more than %(most)s MB. Split it.", most=most)]}) from None
    try:
        file = files.keep(actor, token, name, resource=page.name, permission=IMPORT)
        look = _look(actor, file.id, Reading())
    except BaseException:
        files.discard(token)
        raise
    _forget_old(actor, page)
    id_ = new_id()
    found = ImportPlan(
        id=id_, owner_id=actor.user_id, resource=page.name, heads=_digest(look.heads), file_id=file.id,
        plan=_first_plan(actor, page, look, like_before=like_before).json(),
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return id_


def get(actor: Actor, page: ResourceSpec, id_: int | str) -> Draft:
    """One of the actor's own drafts. Raises Denied, and NotFound for any other."""
    demand(actor, page, IMPORT)
    columns = (
        ImportPlan.id,
        ImportPlan.file_id,
        ImportPlan.check_id,
        ImportPlan.plan,
        ImportPlan.report,
        ImportPlan.rows,
    )
    found = db.session.execute(
        select(*columns).where(
            ImportPlan.id == record_id(id_), ImportPlan.owner_id == actor.user_id, ImportPlan.resource == page.name
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return Draft(found.id, found.file_id, found.check_id, Plan.of(found.plan), found.report, found.rows)


def look(actor: Actor, draft: Draft) -> Look:
    """The beginning of the draft's file as its plan reads it: the rest is not looked at, as it was when the file came.
    Raises NotFound once the file is gone, and Invalid."""
    return _look(actor, draft.file_id, draft.plan.reading, head=True)


def decide(actor: Actor, page: ResourceSpec, draft: Draft, plan: Plan) -> None:
    """Keep what was decided, inside the caller's transaction; what trying has shown before counts no more.

    Raises Invalid for a plan by which no row could be imported.
    """
    resource = extended(actor, page)
    plan = replace(plan, reading=draft.plan.reading).meaning(resource)
    plans.check(actor, page, resource, plan, look(actor, draft).heads)
    _keep(draft.id, plan=plan.json(), report=None, check_id=None, saved_at=utcnow())


def reread(actor: Actor, page: ResourceSpec, draft: Draft, reading: Reading) -> None:
    """Read the file another way: another encoding, sign or sheet. Raises Invalid."""
    seen = _look(actor, draft.file_id, reading)
    resource = extended(actor, page)
    plan = replace(draft.plan, reading=reading, columns=suggested(resource, seen.heads)).meaning(resource)
    _keep(draft.id, plan=plan.json(), heads=_digest(seen.heads), report=None, check_id=None)


def try_out(actor: Actor, page: ResourceSpec, draft: Draft) -> int:
    """The id of a job that tries the file, inside the caller's transaction."""
    plans.check(actor, page, extended(actor, page), draft.plan, look(actor, draft).heads)
    arguments = {"resource": page.name, "plan": str(draft.id), "name": files.open_for(actor, draft.file_id).name}
    id_ = queue.enqueue(actor, CHECK, arguments)
    _keep(draft.id, check_id=id_, report=None)
    return id_


def start(actor: Actor, page: ResourceSpec, draft: Draft) -> int:
    """The id of the job that imports, inside the caller's transaction. Raises Invalid."""
    plans.check(actor, page, extended(actor, page), draft.plan, look(actor, draft).heads)
    if draft.plan.whole and draft.rows > plans.MOST_WHOLE:
        most = f"{plans.MOST_WHOLE:,}"
        raise Invalid({"whole": [_("All or nothing is possible up to %(most)s rows.", most=most)]})
    file = files.open_for(actor, draft.file_id)
    taken = select(JobFile.job_id).where(JobFile.id == file.id).with_for_update()
    held = db.session.execute(taken).one_or_none()
    if held is None:
        raise NotFound
    if held.job_id is not None:
        raise Invalid({"": [_("This file is being imported already. See “My jobs”.")]})
    arguments = {
        "resource": page.name, "file": str(file.id), "name": file.name, "plan": draft.plan.json(), "rows": draft.rows,
    }  # fmt: skip
    id_ = queue.enqueue(actor, IMPORT, arguments, total=draft.rows)
    files.assign(actor, file.id, id_)
    _keep(draft.id, report={**(draft.report or {}), "job": str(id_)})
    return id_


def report(id_: int, shown: Mapping[str, Any], rows: int) -> None:
    """Keep what trying the draft's file has shown, inside the caller's transaction."""
    _keep(id_, report=dict(shown), rows=rows)


def _keep(id_: int, **values: Any) -> None:
    statement = update(ImportPlan).where(ImportPlan.id == id_).values(**values)
    db.session.execute(statement, execution_options={"synchronize_session": False})


def _look(actor: Actor, file_id: int, reading: Reading, *, head: bool = False) -> Look:
    path = files.open_for(actor, file_id).path
    table, heads, rows = read(path, reading, limits(), head=head)
    texts = [[str(as_text(cell)) for cell in row] for _number, row in islice(rows, SHOWN)]
    return Look(form_of(path), table.reading, table.sheets, [str(as_text(head)) for head in heads], texts)


def _first_plan(actor: Actor, page: ResourceSpec, look: Look, *, like_before: bool) -> Plan:
    """What this person decided about a file with the same heads the last time, else what the heads say."""
    found = _last_plan(actor, page, look) if like_before else None
    resource = extended(actor, page)
    if found is not None:
        before, base = Plan.of(found), base_of(page)
        same = before.own.items() & custom.definitions(resource, before.columns).items()
        own = {name for name, _definition in same}
        known = [name if name in own or name in base.fields else "" for name in before.columns]
        return replace(before, columns=tuple(known), for_all={}, reading=look.reading).meaning(resource)
    columns = tuple(
        "" if is_reason(head) else name for head, name in zip(look.heads, suggested(resource, look.heads), strict=True)
    )
    duplicates: Duplicates = "skip" if resource.importing.key else "fail"
    return Plan(columns=columns, duplicates=duplicates, reading=look.reading).meaning(resource)


def _last_plan(actor: Actor, page: ResourceSpec, look: Look) -> dict[str, Any] | None:
    mine = (ImportPlan.owner_id == actor.user_id, ImportPlan.resource == page.name)
    newest = (ImportPlan.saved_at.desc(), ImportPlan.id.desc())
    same = select(ImportPlan.plan).where(*mine, ImportPlan.heads == _digest(look.heads))
    found: dict[str, Any] | None = db.session.scalars(same.order_by(*newest).limit(1)).first()
    return found


def _forget_old(actor: Actor, page: ResourceSpec) -> None:
    mine = (ImportPlan.owner_id == actor.user_id, ImportPlan.resource == page.name)
    newest = select(ImportPlan.id).where(*mine).order_by(ImportPlan.id.desc()).limit(KEPT - 1)
    ids = db.session.scalars(newest).all()
    unread = {"synchronize_session": False}
    db.session.execute(delete(ImportPlan).where(*mine, ImportPlan.id.not_in(ids)), execution_options=unread)


def _digest(heads: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(heads), ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
