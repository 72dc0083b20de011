"""`masked`, `mask_digits`, `reveal`, `narrow` and `counts`: what they mean, and what is wrong with them (C1, R2)."""

from __future__ import annotations

import pytest

from app.spec.features import RevealSpec
from app.spec.load import load_product
from tests.spec.conftest import Folder

RULES = """\
    resource: rules_of_thumb
    kind: settings
    label: {zh: 参数, en: Rules of thumb}
    fields:
      who:
        kind: choice
        label: {zh: 谁, en: Who}
        options:
          - {value: seats, label: {zh: 坐席, en: Seats}}
          - {value: all, label: {zh: 所有人, en: All}}
          - {value: nobody, label: {zh: 无人, en: Nobody}}
        default: seats
        required: true
      most: {kind: integer, label: {zh: 最多, en: Most}, default: 3, required: true}
    """
CALLER = """\
    resource: caller
    label: {zh: 来电, en: Caller}
    title: name
    fields:
      name: {kind: text, max: 20, label: {zh: 姓名, en: Name}}
      phone: {kind: digits, label: {zh: 电话, en: Phone}, masked: true}
      human: {kind: ref, to: person, label: {zh: 人员, en: Human}}
    list:
      columns: [name, phone]
      order: [name]
    reveal: {one_by_one: rules_of_thumb.who, limit: rules_of_thumb.most}
    can: [view, add, preview]
    """


@pytest.fixture
def office(folder: Folder) -> Folder:
    folder.write("things/rules_of_thumb.yaml", RULES)
    folder.write("things/caller.yaml", CALLER)
    return folder


def test_says_what_is_masked_and_how_it_is_looked_at(office: Folder) -> None:
    """C1: the field, and the settings that say who asks and how often."""
    assert office.faults() == []
    caller = load_product(office.path).resource("caller")
    assert caller.masks and caller.field("phone").masked and not caller.field("phone").hidden
    assert caller.reveal == RevealSpec(("rules_of_thumb", "who"), ("rules_of_thumb", "most"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("can: [view, add, preview]", "can: [view, add]", "needs 'preview'"),
        ("title: name", "title: phone", "it is masked, and it names the record"),
        ("order: [name]", "order: [-phone]", "the order of numbers says what they are"),
        ("kind: text, max: 20", "kind: text, masked: true", "means nothing to a field of kind 'text'"),
        (", masked: true", "", "there is no masked field"),
        ("rules_of_thumb.who", "rules_of_thumb.most", "must be a choice of seats, all, nobody"),
        ("limit: rules_of_thumb.most", "limit: rules_of_thumb.who", "is of kind 'choice', not 'integer'"),
        ("rules_of_thumb.who", "rules_of_thumb.woh", "has no field 'woh'. Did you mean 'who'?"),
        ("reveal:", "mask_digits: true\nreveal:", "there is no 'extensible'"),
        ("reveal:", "narrow: {only_mine: []}\nreveal:", "'only_mine' is not known. Did you mean 'only_"),
        ("columns: [name, phone]", "counts: [person]", "no field of 'person' points to 'caller'"),
        ("columns: [name, phone]", "counts: [persons]", "there is no resource 'persons'. Did you mean 'person'?"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(office: Folder, old: str, new: str, said: str) -> None:
    """C1: file, line and why; once."""
    office.edit("things/caller.yaml", old, new)
    found = [fault for fault in office.faults() if said in fault]
    assert len(found) == 1 and found[0].startswith("things/caller.yaml:"), office.faults()
