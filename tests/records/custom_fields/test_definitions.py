"""Fields as such: in force, limited, ordered, told of (F1, F2, F6)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.errors import Conflict, Denied, Invalid, NotFound
from app.models.base import transaction
from app.records import conversion, custom
from app.records.record import Record
from tests.desk import at_once
from tests.records.custom_fields.office import (
    FIELD,
    Office,
    definitions_add,
    education,
    engine_resource,
    office_of,
    refusal,
)


# --- what there is
def test_a_field_is_in_force_at_once_and_in_its_own_company_only(office: Office, foreign_office: Office) -> None:
    """F2: list, form, filter and search have it at the next request."""
    slot = office.field("公司地址").values["slot"]
    with office.at_work():
        resource = office.resource("customer")
    assert resource.fields[slot].label.zh == resource.fields[slot].label.en == "公司地址"
    assert slot in resource.list.columns
    assert slot in resource.list.filter
    assert slot in resource.list.search
    assert resource.form[-1].fields == (slot,)
    with foreign_office.at_work():
        assert foreign_office.resource("customer").base is None
    made = office.customer(**{slot: "天河路1号"})
    assert made.values[slot] == "天河路1号"
    assert refusal(foreign_office.customer, **{slot: "x"})[slot]


def test_what_is_worked_out_is_remembered_per_version(office: Office, queries: Any) -> None:
    """F2: no statement per request once warm, and the same object for everyone of the company."""
    office.field("职业")
    base = engine_resource(office, "customer")
    with office.at_work():
        first = custom.extended(base, office.kit.id, 77)
        with queries() as sent:
            assert custom.extended(base, office.kit.id, 77) is first
            assert custom.extended(first, office.kit.id, 77) is first
        assert sent == []
        shelf = engine_resource(office, "shelf")
        assert custom.of(office.actor, shelf) is shelf


# --- limits
def test_the_eighth_field_is_refused_with_a_clear_message(office: Office) -> None:
    """F6: at most seven."""
    fields = [office.field(f"字段{number}") for number in range(7)]
    assert sorted(field.values["slot"] for field in fields) == [f"c{number}" for number in range(1, 8)]
    assert "7" in refusal(office.field, "第八个")[""][0]
    office.delete(FIELD, fields[3].id)
    assert office.field("第八个").values["slot"] == "c4"


def test_50_parallel_adds_give_exactly_seven(office: Office) -> None:
    """F6: under parallel requests too; the database has each slot once."""
    results = at_once(*[lambda number=number: office.field(f"并行{number}") for number in range(50)])
    made = [result for result in results if isinstance(result, Record)]
    assert len(made) == 7
    assert {result.values["slot"] for result in made} == {f"c{number}" for number in range(1, 8)}
    assert {type(result) for result in results if not isinstance(result, Record)} == {Invalid}
    assert office.count(FIELD).number == 7


def test_names_are_unique_and_not_those_of_built_in_fields(office: Office) -> None:
    """F1, F2: the name is what people tell fields apart by."""
    first = office.field("最高学历")
    for name in ("最高学历", "客户名称", "phone", "ＰＨＯＮＥ"):
        assert refusal(office.field, name)["name"], name
    other = office.field("学历")
    assert refusal(office.edit, FIELD, other.id, name="最高学历")["name"]
    office.edit(FIELD, first.id, name="最高学历")
    office.delete(FIELD, first.id)
    assert office.field("最高学历").id != first.id


def test_type_and_slot_cannot_be_set_by_an_edit(office: Office) -> None:
    """F3: values would lose their meaning; a conversion has its own way."""
    made = office.field("年龄", "integer")
    assert refusal(office.edit, FIELD, made.id, kind="text")["kind"]
    assert refusal(office.edit, FIELD, made.id, slot="c7")["slot"]


# --- order, permission, history
def test_fields_stand_in_the_order_given(office: Office) -> None:
    """F2: in list and form; an order that leaves one out is refused."""
    made = [office.field(name) for name in ("甲", "乙", "丙")]
    office.reorder(made[2].id, made[0].id, made[1].id)
    with office.at_work():
        assert office.resource("customer").form[-1].fields == ("c3", "c1", "c2")
    assert refusal(office.reorder, made[0].id, made[1].id)[""]
    assert refusal(office.reorder, *[made[0].id] * 3)[""]


def test_changes_of_definitions_wait_in_turn_and_never_for_each_other(office: Office) -> None:
    """F2, F3: an edit that held its field first and a reorder that held the company first ended in a deadlock."""
    ids = [office.field(f"字段{number}").id for number in range(4)]

    def convert(id_: int, kind: str) -> None:
        with office.at_work(), transaction():
            conversion.size(office.resource(FIELD), id_)
            conversion.convert(office.actor, office.resource(FIELD), id_, kind, aside=False)

    for number in range(8):
        turned = ids[number % 4 :] + ids[: number % 4]
        kind = "digits" if number % 2 else "integer"
        calls = [partial(office.edit, FIELD, id_, default=str(number)) for id_ in ids]
        calls += [partial(office.reorder, *turned), partial(convert, turned[0], kind)] * 2
        faults = [found for found in at_once(*calls) if isinstance(found, Exception)]
        assert [fault for fault in faults if not isinstance(fault, (Invalid, Conflict))] == []


def test_who_may_not_edit_may_not_convert_reorder_or_restore(office: Office) -> None:
    """F2, R2."""
    field = office.field("年龄")
    clerk = office_of(office.kit, "operator")
    for do in (
        lambda: clerk.convert(field.id, "integer"),
        lambda: clerk.preview(field.id, "integer"),
        lambda: clerk.reorder(field.id),
        lambda: clerk.restore(field.id),
        lambda: clerk.delete(FIELD, field.id),
    ):
        with pytest.raises(Denied):
            do()


def test_another_companys_field_is_not_there(office: Office, foreign_office: Office) -> None:
    """F2: archive, conversion and restoring end at the company's border."""
    field = office.field("年龄")
    for do in (
        lambda: foreign_office.convert(field.id, "integer"),
        lambda: foreign_office.delete(FIELD, field.id),
        lambda: foreign_office.edit(FIELD, field.id, name="x"),
    ):
        with pytest.raises(NotFound):
            do()
    office.delete(FIELD, field.id)
    with pytest.raises(NotFound):
        foreign_office.restore(field.id)


def test_history_tells_fields_and_options_as_they_were(office: Office) -> None:
    """F2: a slot may mean another field tomorrow."""
    field, slot = education(office)
    one = office.customer(**{slot: "硕士"})
    office.edit(FIELD, field.id, name="最高学历", options=[{"id": "o0003", "label": "研究生"}, "本科", "大专"])
    office.delete(FIELD, field.id)
    office.field("出生日期", "date")
    office.edit("customer", one.id, **{slot: "2001-02-03"})
    newest, oldest = office.history("customer", one.id)
    assert [(change.label, change.after) for change in newest.changes] == [("出生日期", "2001-02-03")]
    assert ("学历", "硕士") in [(change.label, change.after) for change in oldest.changes]


def test_definitions_are_audited_like_any_record(office: Office) -> None:
    """F2: who added, edited, converted, archived and restored it."""
    field = office.field("年龄")
    office.edit(FIELD, field.id, name="周岁")
    office.convert(field.id, "integer")
    office.delete(FIELD, field.id)
    office.restore(field.id)
    entries = office.history(FIELD, field.id)
    assert [entry.action for entry in entries] == ["unarchive", "archive", "convert", "edit", "add"]
    assert [(change.label, change.before, change.after) for change in entries[2].changes] == [
        ("字段类型", "文本", "整数")
    ]


def test_every_change_counts_the_settings_up(office: Office) -> None:
    """F2: in force on every worker at the next request."""

    def version() -> int:
        return office.kit.actor("admin").settings_version

    field, seen = None, [version()]
    field = office.field("年龄")
    seen.append(version())
    for do in (
        lambda: office.edit(FIELD, field.id, name="周岁"),
        lambda: office.convert(field.id, "integer"),
        lambda: office.delete(FIELD, field.id),
        lambda: office.restore(field.id),
    ):
        do()
        seen.append(version())
    assert seen == sorted(set(seen))


def test_a_write_goes_by_the_fields_of_this_moment(office: Office) -> None:
    """F3: a request that began before a change of type does not write a value of the old type."""
    field = office.field("年龄", "integer")
    slot = field.values["slot"]
    late = Office(office.kit, office.kit.actor("admin"))
    office.convert(field.id, "date", aside=True)
    with pytest.raises(Invalid):
        late.customer(**{slot: "30"})
    assert late.customer(**{slot: "2001-02-03"}).values[slot]


def test_a_refused_change_is_not_remembered(office: Office) -> None:
    """F2: nobody sees a field of a transaction that was rolled back."""
    with pytest.raises(ZeroDivisionError), office.at_work(), transaction():
        made = definitions_add(office)
        assert made.values["slot"] in office.resource("customer").fields
        raise ZeroDivisionError
    with office.at_work():
        assert office.resource("customer").base is None
