"""The `.py` beside a resource file: what it must define, and what it may not do."""

from __future__ import annotations

import pytest

from app.spec.load import load_product

CAR, RULES = "things/car.yaml", "things/car.py"


def test_functions_are_loaded_by_name(folder):
    rules = load_product(folder.path).rules
    assert sorted(rules["car"]) == ["has_an_owner", "wash"]
    assert rules["car"]["wash"]("anything") == "anything"
    assert rules["car"]["wash"].__module__ == "schema.things.car"
    assert rules["person"] == {}


def test_rule_that_does_not_exist(folder):
    line = folder.edit(CAR, "rules: [has_an_owner]", "rules: [has_an_owner, has_a_owner]")
    assert folder.faults() == [
        f"{CAR}:{line}: rules[1]: there is no function 'has_a_owner' in car.py. Did you mean 'has_an_owner'?"
    ]


def test_run_that_does_not_exist(folder):
    line = folder.edit(CAR, "run: wash", "run: wahs")
    function = folder.line(RULES, "def wash")
    assert folder.faults() == [
        f"{RULES}:{function}: wash: no 'rules' or 'run' of {folder.path}/{CAR} names this function; "
        "name it there or call it _wash",
        f"{CAR}:{line}: actions.wash.run: there is no function 'wahs' in car.py. Did you mean 'wash'?",
    ]


def test_rules_without_a_file(folder):
    (folder.path / RULES).unlink()
    told = folder.faults()
    assert [fault.split(": ", 1)[1] for fault in told] == [
        "actions.wash.run: there is no function 'wash': no car.py beside this file",
        "rules[0]: there is no function 'has_an_owner': no car.py beside this file",
    ]


def test_public_function_that_nothing_names(folder):
    line = folder.edit(RULES, "def _water", "def water")
    assert folder.faults() == [
        f"{RULES}:{line}: water: no 'rules' or 'run' of {folder.path}/{CAR} names this function; "
        "name it there or call it _water"
    ]


@pytest.mark.parametrize(
    "statement",
    ["import app.models", "from app.models.base import db", "from app import errors", "import sqlalchemy",
     "from . import person", "from .person import x", "import os, requests"],
)  # fmt: skip
def test_import_of_other_things(folder, statement):
    line = folder.edit(RULES, "from app.errors import Violation", f"from app.errors import Violation\n{statement}") + 1
    told = folder.faults()
    assert len(told) == 1
    assert told[0].startswith(f"{RULES}:{line}: a rule file may not import '")


def test_import_hidden_in_a_function(folder):
    line = folder.edit(RULES, "    return _water(change)", "    import app.models\n    return _water(change)")
    assert [fault.split(" ", 1)[0] for fault in folder.faults()] == [f"{RULES}:{line}:"]


@pytest.mark.parametrize(
    "statement", ["import re", "from datetime import date", "from flask_babel import gettext as _"]
)
def test_import_of_what_rules_need(folder, statement):
    folder.edit(RULES, "from app.errors import Violation", f"from app.errors import Violation\n{statement}")
    assert folder.faults() == []


def test_file_that_is_no_python(folder):
    line = folder.edit(RULES, "def has_an_owner(change):", "def has_an_owner(change)")
    assert folder.faults() == [f"{RULES}:{line}: not valid Python: expected ':'"]


def test_file_that_fails_when_it_runs(folder):
    line = folder.edit(RULES, "def wash(change):", "LIMIT = 1 / 0\n\n\ndef wash(change):")
    assert folder.faults() == [f"{RULES}:{line}: fails when imported: ZeroDivisionError: division by zero"]


def test_faulty_file_is_not_run(folder, tmp_path):
    mark = tmp_path / "was_run"
    folder.edit(RULES, "from app.errors import Violation", f"import app.models\nopen({str(mark)!r}, 'w')")
    assert folder.faults()
    assert not mark.exists()


@pytest.mark.parametrize("head", ["def wash():", "def wash(change, more):", "async def wash(change):"])
def test_function_that_cannot_be_called_with_a_change(folder, head):
    line = folder.edit(RULES, "def wash(change):", head)
    folder.edit(RULES, "    return _water(change)", "    return None")
    assert folder.faults() == [f"{RULES}:{line}: wash: must be a plain function of one argument, the change"]
