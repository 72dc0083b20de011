"""A company's own fields (F1–F6) on the read path and the write path, both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.maintenance import maintain
from app.engine import engine
from app.errors import Conflict, Denied, Invalid, NotFound
from app.models.base import db, transaction
from app.models.field_value import FieldValue
from app.records import conversion, custom, definitions, service, slot_values
from app.records.record import Record
from app.spec.model import ResourceSpec
from tests.desk import Desk, at_once
from tests.kit import TenantKit

UTC = dt.UTC
FIELD = "customer_field"

# kind → definition, a default as typed, and three values in their order
KINDS: dict[str, tuple[dict[str, Any], str, list[Any]]] = {
    "text": ({}, "北京", ["上海", "天津", "重庆"]),
    "integer": ({}, "5", [-12, 7, 1000]),
    "digits": ({}, "5", ["100000000000000001", "622202020011223344", "9"]),
    "date": ({}, "2001-01-01", [dt.date(1999, 12, 31), dt.date(2026, 2, 28), dt.date(2031, 1, 1)]),
    "time": ({}, "09:00", [dt.time(8, 5), dt.time(18, 5), dt.time(23, 59, 59)]),
    "datetime": (
        {},
        "2026-01-01 08:00",
        [dt.datetime(year, 5, 5, 1, tzinfo=UTC) for year in (2025, 2027, 2030)],
    ),
    "choice": ({"options": ["大专", "本科", "硕士", "博士"]}, "本科", ["o0001", "o0003", "o0004"]),
    "choices": (
        {"options": ["英语", "日语", "法语", "德语"]}, "日语", [("o0001",), ("o0003",), ("o0001", "o0004")],
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Office(Desk):
    """A desk that knows the company's fields as they are at this moment."""

    def resource(self, name: str) -> ResourceSpec:
        return custom.of(self.actor, super().resource(name))

    def field(self, name: str, kind: str = "text", **values: Any) -> Record:
        return self.add(FIELD, name=name, kind=kind, **values)

    def customer(self, name: str = "张三", **values: Any) -> Record:
        return self.add("customer", name=name, phone="13800138000", **values)

    def restore(self, id_: int) -> int:
        with self.at_work(), transaction():
            return definitions.restore(self.actor, self.resource(FIELD), id_)

    def reorder(self, *ids: int) -> None:
        with self.at_work(), transaction():
            definitions.reorder(self.actor, self.resource(FIELD), ids)

    def preview(self, id_: int, kind: str) -> conversion.Preview:
        with self.at_work(), transaction():
            return conversion.preview(self.actor, self.resource(FIELD), id_, kind)

    def convert(self, id_: int, kind: str, *, aside: bool = False, version: int | None = None) -> conversion.Preview:
        with self.at_work(), transaction():
            return conversion.convert(self.actor, self.resource(FIELD), id_, kind, aside=aside, version=version)

    def stored(self, id_: int, slot: str) -> str | None:
        """What the column itself holds."""
        with self.at_work():
            model = engine().models["customer"]
            return db.session.scalars(select(getattr(model, slot)).where(model.id == id_)).one()

    def archived_values(self) -> list[str]:
        with self.at_work():
            return list(db.session.scalars(select(FieldValue.value)))

    def names(self, **args: Any) -> list[str]:
        return [row.values["name"] for row in self.page("customer", **args).rows]


def office_of(kit: TenantKit, role: str = "admin") -> Office:
    return Office(kit, replace(kit.actor(role), settings_version=0))


@pytest.fixture
def office(tenant: TenantKit) -> Office:
    return office_of(tenant)


@pytest.fixture
def foreign_office(other_tenant: TenantKit) -> Office:
    return office_of(other_tenant)


def refusal(do: Any, *args: Any, **values: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        do(*args, **values)
    return {name: [str(text) for text in texts] for name, texts in caught.value.errors.items()}


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


def engine_resource(office: Office, name: str) -> ResourceSpec:
    return office.kit.app.extensions["ucc"].product.resource(name)


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


# --- the eight types
@pytest.mark.parametrize("kind", KINDS)
def test_values_of_every_type_are_kept_found_and_sorted(office: Office, kind: str) -> None:
    """F3: the eight types through add, read, filter, sort and paging."""
    definition, _default, values = KINDS[kind]
    slot = office.field("新字段", kind, **definition).values["slot"]
    made = [office.customer(f"客户{place}", **{slot: values[place]}) for place in (2, 0, 1)]
    empty = office.customer("没有")
    assert [office.get("customer", one.id).values[slot] for one in made] == [values[2], values[0], values[1]]
    assert office.stored(empty.id, slot) is None
    if kind != "choices":
        assert office.names(order=slot) == ["客户0", "客户1", "客户2", "没有"]
        assert office.names(order=f"-{slot}") == ["客户2", "客户1", "客户0", "没有"]
        assert paged(office, slot) == ["客户0", "客户1", "客户2", "没有"]
    for place in (0, 1):
        one = values[place][0] if kind == "choices" else sent(values[place])
        found = office.names(**{f"{slot}__{'any' if kind == 'choices' else 'eq'}": one})
        assert f"客户{place}" in found
        assert "没有" not in found
        assert len(found) == (2 if kind == "choices" and place == 0 else 1)


def sent(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def paged(office: Office, order: str) -> list[str]:
    found, cursor = [], ""
    while True:
        page = office.page("customer", order=order, size="1", **({"cursor": cursor} if cursor else {}))
        found += [row.values["name"] for row in page.rows]
        if page.next is None:
            return found
        cursor = page.next


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_is_shown_filtered_and_sorted_by_and_never_written(office: Office, kind: str) -> None:
    """F5: an empty value is its default in list, detail, filter and sort, for all eight types."""
    definition, default, values = KINDS[kind]
    field = office.field("新字段", kind, default=default, **definition)
    slot = field.values["slot"]
    empty = office.customer("没有")
    for place in (0, 1):
        office.customer(f"客户{place}", **{slot: values[place]})
    with office.at_work():
        shown = office.resource("customer").fields[slot].fallback
    assert shown is not None
    assert office.get("customer", empty.id).values[slot] == shown
    assert {row.id: row.values[slot] for row in office.page("customer").rows}[empty.id] == shown
    asked = "日语" if kind == "choices" else default
    assert office.names(**{f"{slot}__{'any' if kind == 'choices' else 'eq'}": asked}) == ["没有"]
    if kind != "choices":
        order = sorted([values[0], shown, values[1]])
        names = {values[0]: "客户0", values[1]: "客户1", shown: "没有"}
        assert office.names(order=slot) == [names[value] for value in order] == paged(office, slot)
    assert office.stored(empty.id, slot) is None
    office.edit("customer", empty.id, name="没有", **{slot: shown})
    assert office.stored(empty.id, slot) is None, "what was only shown is not written by saving it unchanged"
    office.edit(FIELD, field.id, default="")
    assert office.get("customer", empty.id).values[slot] in (None, "", ())


def test_a_new_default_holds_for_all_that_are_empty_at_once(office: Office) -> None:
    """F5: applied on display, so a change needs no rewriting."""
    field = office.field("城市", default="北京")
    slot, one = field.values["slot"], office.customer()
    office.edit(FIELD, field.id, default="上海")
    assert office.get("customer", one.id).values[slot] == "上海"
    assert office.names(**{f"{slot}__contains": "海"}) == ["张三"]


def test_a_default_that_the_type_refuses_is_refused_at_its_field(office: Office) -> None:
    """F5."""
    assert refusal(office.field, "年龄", "integer", default="abc")["default"]
    assert refusal(office.field, "学历", "choice", options=["本科"], default="硕士")["default"]


def test_a_required_field_is_demanded_when_adding_and_when_emptied(office: Office) -> None:
    """F4: without it the customer cannot be added; a default does not fill it in."""
    before = office.customer("早已存在")
    slot = office.field("行业", required=True, default="金融").values["slot"]
    assert refusal(office.customer)[slot]
    made = office.customer(**{slot: "零售"})
    assert refusal(office.edit, "customer", made.id, **{slot: ""})[slot]
    assert office.get("customer", before.id).values[slot] == "", "F5 is for fields that need not be given"


def test_18_digits_come_back_digit_for_digit(office: Office) -> None:
    """F3: bank card and ID card numbers."""
    slot = office.field("银行卡号", "digits").values["slot"]
    for digits in ("622202020011223344", "000000000000000001", "11010519491231002X"):
        made = office.customer(**{slot: digits})
        assert office.get("customer", made.id).values[slot] == digits == office.stored(made.id, slot)


# --- options
def education(office: Office) -> tuple[Record, str]:
    made = office.field("学历", "choice", options=["大专", "本科", "硕士"])
    return made, made.values["slot"]


def test_a_rename_is_instant_everywhere(office: Office) -> None:
    """F3: options have ids that stay."""
    field, slot = education(office)
    one = office.customer(**{slot: "硕士"})
    assert office.stored(one.id, slot) == "o0003"
    office.edit(FIELD, field.id, options=[{"id": "o0003", "label": "研究生"}, {"id": "o0001", "label": "大专"},
                                          {"id": "o0002", "label": "本科"}])  # fmt: skip
    with office.at_work():
        spec = office.resource("customer").fields[slot]
    assert [(option.value, option.label.zh) for option in spec.options] == [
        ("o0003", "研究生"), ("o0001", "大专"), ("o0002", "本科"),
    ]  # fmt: skip
    assert office.names(**{f"{slot}__in": "研究生"}) == ["张三"]


def test_removing_an_option_in_use_asks_for_its_replacement(office: Office) -> None:
    """F3: the total is told, nothing is lost, and the id is never given again."""
    field, slot = education(office)
    people = [office.customer(f"客户{n}", **{slot: "硕士"}) for n in range(3)]
    keep = [{"id": "o0001", "label": "大专"}, {"id": "o0002", "label": "本科"}]
    assert "3" in refusal(office.edit, FIELD, field.id, options=keep)["options"][0]
    assert refusal(office.edit, FIELD, field.id, options=[*keep, {"id": "o0003", "heir": "o0009"}])["options"]
    office.edit(FIELD, field.id, options=[*keep, {"id": "o0003", "heir": "o0002"}])
    assert {office.stored(one.id, slot) for one in people} == {"o0002"}
    office.edit(FIELD, field.id, options=[*keep, "博士"])
    with office.at_work():
        assert office.resource("customer").fields[slot].options[-1].value == "o0004"
    office.edit(FIELD, field.id, options=[keep[0], {"id": "o0002", "heir": ""}, {"id": "o0004", "label": "博士"}])
    assert {office.stored(one.id, slot) for one in people} == {None}


def test_an_option_of_several_is_replaced_in_each_set(office: Office) -> None:
    """F3: who has both has the heir once."""
    field = office.field("语种", "choices", options=["英语", "日语", "法语"])
    slot = field.values["slot"]
    both = office.customer("两种", **{slot: ["英语", "日语"]})
    one = office.customer("一种", **{slot: ["日语"]})
    rest = [{"id": "o0001", "label": "英语"}, {"id": "o0003", "label": "法语"}]
    assert "2" in refusal(office.edit, FIELD, field.id, options=rest)["options"][0]
    office.edit(FIELD, field.id, options=[*rest, {"id": "o0002", "heir": "o0001"}])
    assert office.stored(both.id, slot) == office.stored(one.id, slot) == "|o0001|"


def test_the_default_goes_with_its_option(office: Office) -> None:
    """F5: a default names an option by its id, through a rename too."""
    field = office.field("学历", "choice", options=["大专", "本科"], default="本科")
    one = office.customer()
    slot = field.values["slot"]
    office.edit(FIELD, field.id, options=[{"id": "o0001", "label": "专科"}, {"id": "o0002", "label": "大学"}])
    assert office.get("customer", one.id).values[slot] == "o0002"
    office.edit(FIELD, field.id, options=[{"id": "o0001", "label": "专科"}])
    assert office.get("customer", one.id).values[slot] == ""


def test_bad_options_are_refused(office: Office) -> None:
    """F3."""
    for options in (
        [],
        ["一", "一"],
        ["a、b"],
        [{"id": "o0042", "label": "x"}],
        [str(n) for n in range(101)],
        ["x" * 61],
    ):
        assert refusal(office.field, "学历", "choice", options=options)["options"], options


# --- archive
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
    """F2: what was known about a person goes with the person."""
    field = office.field("公司地址")
    one = office.customer(**{field.values["slot"]: "天河路1号"})
    office.delete(FIELD, field.id)
    assert office.archived_values()
    office.delete("customer", one.id)
    assert office.archived_values() == []


# --- change of type
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


def definitions_add(office: Office) -> Record:
    return service.add(office.actor, office.resource(FIELD), {"name": "半途", "kind": "text"})
