"""A field that is taken away can be brought back for 30 days (F2)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from app.accounts.maintenance import maintain
from app.engine import engine
from app.errors import NotFound
from app.models.base import db, transaction
from app.records import definitions
from tests.records.custom_fields.office import (
    FIELD,
    UTC,
    Office,
    refusal,
)


def test_an_archived_field_comes_back_with_its_values(office: Office) -> None:
    """F2: deletion is an archive; the slot is free meanwhile."""
    field = office.field("公司地址")
    slot = field.values["slot"]
    one, two = office.customer("甲", **{slot: "天河路1号"}), office.customer("乙")
    assert office.delete(FIELD, field.id) == ["公司地址"]
    assert office.stored(one.id, slot) is None
    with pytest.raises(NotFound):
        office.get(FIELD, field.id)
    assert office.count(FIELD).number == 0
    other = office.field("职业")
    assert other.values["slot"] == slot
    office.edit("customer", two.id, **{slot: "医生"})
    assert office.restore(field.id) == 1
    back = office.get(FIELD, field.id).values["slot"]
    assert back != slot
    assert office.stored(one.id, back) == "天河路1号"
    assert office.stored(two.id, back) is None
    assert office.archived_values() == []


def test_restoring_needs_a_free_slot_and_a_free_name(office: Office) -> None:
    """F6."""
    gone = office.field("公司地址")
    office.delete(FIELD, gone.id)
    office.field("公司地址")
    assert refusal(office.restore, gone.id)[""]
    for number in range(6):
        office.field(f"字段{number}")
    assert "7" in refusal(office.restore, gone.id)[""][0]
    with pytest.raises(NotFound):
        office.restore(1)


def test_archived_fields_go_for_good_after_30_days(office: Office) -> None:
    """F2: not a day earlier."""
    field = office.field("公司地址")
    office.customer(**{field.values["slot"]: "天河路1号"})
    office.delete(FIELD, field.id)
    for days, purged in ((29, 0), (31, 1), (31, 0)):
        with office.at_work(), transaction():
            assert definitions.purge(office.actor, dt.datetime.now(UTC) + dt.timedelta(days=days)) == purged
        assert len(office.archived_values()) == (0 if days > 30 else 1)


def test_maintenance_goes_through_every_company(office: Office, foreign_office: Office) -> None:
    """F2: each in its own scope."""
    for desk in (office, foreign_office):
        desk.delete(FIELD, desk.field("旧字段").id)
        with desk.at_work(), transaction():
            model = engine().models[FIELD]
            long_ago = dt.datetime.now(UTC) - dt.timedelta(days=31)
            db.session.execute(update(model).where(model.slot == "").values(archived_at=long_ago))
    with office.kit.app.app_context():
        assert maintain() >= 2
        assert maintain() == 0


def test_a_deleted_customer_leaves_nothing_in_the_archive(office: Office) -> None:
    """F2: what was known about a person goes with the person, as soon as the recycle bin lets go of them."""
    field = office.field("公司地址")
    one = office.customer(**{field.values["slot"]: "天河路1号"})
    office.delete(FIELD, field.id)
    assert office.archived_values()
    office.delete("customer", one.id)
    assert office.archived_values()
    office.purge("customer", one.id)
    assert office.archived_values() == []
