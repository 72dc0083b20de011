"""Each way to spoil a resource file (faults.yaml), and the one line that `ucc check` prints for it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

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
