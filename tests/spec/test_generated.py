"""The JSON Schemas and the reference say what the loader does, and are current."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from app.fields import kinds
from app.spec.generate import ROOT, generated
from app.spec.jsonschema import FILES, text_of
from app.spec.reference import HOLDS, with_tables

FOLDERS = (ROOT / "schema", ROOT / "tests" / "fake_schema")
YAMLS = [file for folder in FOLDERS for file in sorted(folder.rglob("*.yaml")) if file.parent.name != "templates"]
CASES = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"))

# Faults of form that JSON Schema cannot see, and why.
UNSEEN = {
    "key given twice": "YAML readers keep the last one",
    "text instead of truth": "`yes` is true to the reader below",
}


def schema(name: str) -> dict:
    return json.loads(text_of(name))


def mistakes(text: str, name: str = "resource.schema.json") -> list[str]:
    return [error.message for error in Draft7Validator(schema(name)).iter_errors(yaml.safe_load(text))]


@pytest.mark.parametrize("file", generated(), ids=lambda file: file.name)
def test_generated_file_is_current(file):
    assert file.read_text(encoding="utf-8") == generated()[file], "run: python -m app.spec.generate"


@pytest.mark.parametrize("name", FILES)
def test_is_a_json_schema(name):
    Draft7Validator.check_schema(schema(name))


@pytest.mark.parametrize("file", YAMLS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_file_names_the_schema_that_it_meets(file):
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    named = (file.parent / first.partition("=")[2]).resolve()
    assert named.is_relative_to(ROOT / "schema")
    assert mistakes(file.read_text(encoding="utf-8"), named.name) == []


@pytest.mark.parametrize("name", [name for name in (*CASES["keys"], *CASES["labels"]) if name not in UNSEEN])
def test_editor_sees_what_the_loader_refuses(folder, name):
    case = (CASES["keys"] | CASES["labels"])[name]
    folder.edit("things/car.yaml", case["old"], case["new"])
    assert mistakes((folder.path / "things/car.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("field", "right"),
    {
        "{kind: text, label: {zh: 一, en: A}, max: 3}": True,
        "{kind: boolean, label: {zh: 一, en: A}, max: 3}": False,
        "{kind: choice, label: {zh: 一, en: A}}": False,
        "{kind: ref, label: {zh: 一, en: A}}": False,
        "{kind: ref, label: {zh: 一, en: A}, to: car}": True,
        "{label: {zh: 一, en: A}}": False,
        "{preset: phone}": True,
        "{preset: phone, kind: choice}": True,
        "{preset: phone, kinds: choice}": False,
        "{kind: txt, label: {zh: 一, en: A}}": False,
    }.items(),
)
def test_editor_knows_the_kinds(field, right):
    text = f"resource: car\nlabel: {{zh: 车, en: Car}}\nfields:\n  one: {field}\n"
    assert (mistakes(text) == []) is right


def test_every_key_is_described_in_both_languages():
    for name in FILES:
        for part in schema(name)["definitions"].values():
            for key, content in part["properties"].items():
                chinese, _, english = content["description"].partition(" · ")
                assert chinese and english, key
                assert not chinese.isascii(), key


def test_reference_describes_every_kind():
    assert set(HOLDS) == set(kinds)


def test_unknown_table_of_the_reference():
    with pytest.raises(KeyError):
        with_tables("<!-- table: nothing -->\n<!-- end -->")
