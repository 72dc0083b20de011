"""Options of a list: renamed, replaced, taken away (F3)."""

from __future__ import annotations

from tests.records.custom_fields.office import (
    FIELD,
    Office,
    education,
    refusal,
)


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
