"""The eight types: kept, found, sorted, with their defaults (F3–F5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.records.custom_fields.office import (
    FIELD,
    KINDS,
    Office,
    refusal,
)


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
