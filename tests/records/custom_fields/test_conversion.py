"""A field that changes its type loses nothing (F3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.engine import engine
from app.errors import Conflict
from app.models.base import db, transaction
from app.records import conversion, slot_values
from tests.records.custom_fields.office import (
    FIELD,
    UTC,
    Office,
    office_of,
    refusal,
)


def test_a_preview_tells_what_converts_and_lists_what_does_not(office: Office) -> None:
    """F3: before anything is done."""
    field = office.field("年龄")
    slot = field.values["slot"]
    for name, value in (("甲", "30"), ("乙", "四十"), ("丙", "007"), ("丁", "")):
        office.customer(name, **{slot: value})
    found = office.preview(field.id, "integer")
    assert (found.total, found.converting, found.failing) == (3, 1, 2)
    assert {(stray.title, stray.value) for stray in found.strays} == {("乙", "四十"), ("丙", "007")}
    assert all(stray.why for stray in found.strays)
    assert office.get(FIELD, field.id).values["kind"] == "text"


def test_values_out_of_sight_are_counted_and_not_told(office: Office) -> None:
    """F3, C1: whoever may define fields learns from a change of type nothing of customers whom they do not see."""
    field = office.field("年龄")
    leader = office_of(office.kit, "team_leader")
    office.customer("甲", agent=str(leader.actor.user_id), **{field.values["slot"]: "三十"})
    office.customer("乙", **{field.values["slot"]: "四十"})
    edits = leader.actor.grants | {(FIELD, "view"), (FIELD, "edit")}
    leader = replace(leader, actor=replace(leader.actor, grants=edits))
    blind = replace(leader, actor=replace(leader.actor, grants=edits - {("customer", "view")}))
    for desk, told in ((leader, ["甲"]), (blind, [])):
        found = desk.preview(field.id, "integer")
        assert (found.failing, [stray.title for stray in found.strays]) == (2, told)
    office.convert(field.id, "integer", aside=True)
    for desk, told in ((office, ["甲", "乙"]), (leader, ["甲"]), (blind, [])):
        with desk.at_work():
            found = conversion.put_aside(desk.actor, desk.resource(FIELD), field.id, ())
        assert [stray.title for stray in found] == told


def test_a_change_of_type_loses_nothing(office: Office) -> None:
    """F3: what does not convert stops it, or is put aside and comes back."""
    field = office.field("年龄", default="18")
    slot = field.values["slot"]
    good, bad = office.customer("甲", **{slot: "30"}), office.customer("乙", **{slot: "四十"})
    assert refusal(office.convert, field.id, "integer")["aside"]
    assert office.stored(good.id, slot) == "30"
    found = office.convert(field.id, "integer", aside=True)
    assert (found.total, found.failing) == (2, 1)
    assert office.get("customer", good.id).values[slot] == 30
    assert office.get("customer", bad.id).values[slot] == 18, "the default went over too"
    assert office.names(**{f"{slot}__from": "20"}) == ["甲"]
    back = office.convert(field.id, "text", aside=False)
    assert back.back == 1
    assert office.get("customer", bad.id).values[slot] == "四十"
    assert office.archived_values() == []


@pytest.mark.parametrize(
    ("old", "value", "new", "expected"),
    [
        ("text", "2026/1/2", "date", dt.date(2026, 1, 2)), ("text", "下午6点05分", "time", dt.time(18, 5)),
        ("text", "138 0013 8000", "digits", "13800138000"), ("integer", 30, "text", "30"),
        ("integer", 30, "digits", "30"), ("digits", "30", "integer", 30), ("digits", "007", "integer", None),
        ("integer", -3, "digits", None), ("date", "2026-01-02", "datetime", dt.datetime(2026, 1, 1, 16, tzinfo=UTC)),
        ("datetime", "2026-01-02 00:00", "date", dt.date(2026, 1, 2)), ("datetime", "2026-01-02 08:30", "date", None),
        ("choice", "本科", "text", "本科"), ("choice", "本科", "choices", ("o0001",)),
        ("choices", ["本科", "硕士"], "choice", None), ("choices", ["本科", "硕士"], "text", "本科、硕士"),
        ("text", "本科", "choice", "o0001"), ("text", "英语、日语", "choices", ("o0001", "o0002")),
    ],
)  # fmt: skip
def test_conversions(office: Office, old: str, value: Any, new: str, expected: Any) -> None:
    """F3: by the new type's own understanding of the old value; None: it would lose something, so it is put aside."""
    options = {"options": ["本科", "硕士"]} if old.startswith("choice") else {}
    field = office.field("新字段", old, **options)
    slot = field.values["slot"]
    one = office.customer(**{slot: value})
    found = office.convert(field.id, new, aside=True)
    if expected is None:
        assert found.failing == 1
        assert len(office.archived_values()) == 1
    else:
        assert office.get("customer", one.id).values[slot] == expected
        assert found.failing == 0


def test_a_conversion_of_many_values_is_exact(office: Office) -> None:
    """F3: in bulk, chunk by chunk, each value its own."""
    field = office.field("编号")
    slot = field.values["slot"]
    with office.at_work(), transaction():
        model = engine().models["customer"]
        db.session.add_all(model(name=f"客户{n}", phone="123", **{slot: str(n)}) for n in range(1_203))
    found = office.convert(field.id, "integer")
    assert (found.total, found.failing) == (1_203, 0)
    with office.at_work():
        rows = db.session.execute(select(model.name, getattr(model, slot))).all()
    assert {(name, int(text)) for name, text in rows} == {(f"客户{n}", n) for n in range(1_203)}
    with office.at_work():
        assert slot_values.used(office.resource("customer"), [slot]) == {slot: 1_203}


def test_the_second_of_two_who_change_the_type_is_told(office: Office) -> None:
    """F3: by the definition's version."""
    field = office.field("年龄")
    office.convert(field.id, "integer", version=field.version)
    with pytest.raises(Conflict):
        office.convert(field.id, "digits", version=field.version)


def test_whoever_had_the_customer_open_is_told_of_the_conversion(office: Office) -> None:
    """F3: the value in their form is of another type now."""
    field = office.field("年龄")
    one = office.customer(**{field.values["slot"]: "30"})
    office.convert(field.id, "integer")
    with pytest.raises(Conflict):
        office.edit("customer", one.id, at=one.version, name="李四")
