"""Fields with very many values, by jobs (F2, F3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.jobs import fields
from app.jobs.worker import Worker
from app.models.base import transaction
from app.records import conversion
from tests.jobs.conftest import Queue
from tests.kit import TenantKit
from tests.records.custom_fields.office import FIELD, Office, office_of

Begin = Callable[[Office, int], fields.Done]


class Died(BaseException):
    """What a killed worker looks like from inside."""


def archived(office: Office, id_: int) -> fields.Done:
    return fields.archive(office.actor, office.resource(FIELD), [id_])[0]


def restored(office: Office, id_: int) -> fields.Done:
    return fields.restore(office.actor, office.resource(FIELD), id_)


def converted(office: Office, id_: int) -> fields.Done:
    resource = office.resource(FIELD)
    version = office.get(FIELD, id_).version
    return fields.convert(office.actor, resource, id_, "integer", aside=False, version=version)


@pytest.fixture
def office(tenant: TenantKit, jobs: Queue) -> Office:
    return office_of(tenant)


@pytest.mark.parametrize(
    ("begin", "result"),
    [(archived, {"titles": ["年龄"]}), (restored, {"values": 2}), (converted, {"converted": 2, "aside": 0})],
)
def test_one_whose_worker_dies_before_it_could_say_so_is_done(
    office: Office, jobs: Queue, monkeypatch: pytest.MonkeyPatch, begin: Begin, result: Mapping[str, Any]
) -> None:
    """C1: the next worker finds it done, and does not try what cannot be done twice."""
    field = office.field("年龄")
    for text in ("1", "2"):
        office.customer(**{field.values["slot"]: text})
    if begin is restored:
        office.delete(FIELD, field.id)
    monkeypatch.setattr(conversion, "INLINE", 1)
    with office.at_work(), transaction():
        id_ = begin(office, field.id).job
    assert id_ is not None

    def dies(*_given: Any, **_more: Any) -> None:
        raise Died

    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(Worker, "_over", dies)
        jobs.worker().run_one()
    jobs.set_ticket(id_, free_at=jobs.get(id_).created_at)
    assert jobs.worker().run_one()
    job = jobs.get(id_)
    assert (job.state, job.message, job.result) == ("done", "", result)
