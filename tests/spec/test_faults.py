"""Each way to spoil a resource file (faults.yaml), and the one line that `ucc check` prints for it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.spec.check import check

CAR = "things/car.yaml"
GROUPS = yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8"))
CASES = {name: case for group in GROUPS.values() for name, case in group.items()}


def test_nothing_is_wrong_before_the_edit(folder):
    assert folder.faults() == []


def test_no_two_cases_share_a_name():
    assert len(CASES) == sum(len(group) for group in GROUPS.values())


@pytest.mark.parametrize("name", CASES)
def test_fault_is_told_where_it_is(folder, name):
    case = CASES[name]
    line = folder.edit(CAR, case["old"], case["new"]) + case.get("below", 0)
    told = folder.faults()
    assert any(fault.startswith(f"{CAR}:{line}: {case['fault']}") for fault in told), told


@pytest.mark.parametrize("name", CASES)
def test_fault_is_told_once(folder, name):
    """It has no consequences in other words, but that a field of another name is missing under the old one."""
    case = CASES[name]
    folder.edit(CAR, case["old"], case["new"])
    told = [fault for fault in folder.faults() if case["fault"] in fault or "there is no field" not in fault]
    assert len(told) == 1, told


def test_no_edit_makes_the_check_itself_fail(folder):
    """Whatever a key holds, the answer is a fault or none; never an exception."""
    lines = (folder.path / CAR).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        key, colon, _value = line.partition(":")
        for other in ("", " []", " {a: 1}", " -5", " [[1], null]") if colon else ():
            edited = [*lines[:number], *([f"{key}:{other}"] if other else []), *lines[number + 1 :]]
            folder.write(CAR, "\n".join(edited))
            assert isinstance(check(folder.path), list)


def test_required_field_need_not_be_in_the_form_of_a_page_that_adds_nothing(folder):
    folder.edit(CAR, "fields: [plate, seats]", "fields: [seats]")
    folder.edit(CAR, "can: [view, add, edit, delete, export]", "can: [view, edit]")
    assert folder.faults() == []


def test_column_of_a_built_in_model(folder):
    folder.edit("things/person.yaml", "label: {zh: 人员, en: Person}", "label: {zh: 人员, en: Person}\nmodel: role")
    folder.edit("things/person.yaml", "{kind: text,", "{kind: text, column: remark,")
    assert folder.faults() == []
