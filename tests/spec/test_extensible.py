"""F2, F6: what `extensible` and `extends` need, told as file:line faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.spec.check import check
from app.spec.load import load_product

SCHEMA = Path(__file__).resolve().parent.parent.parent / "schema"

THING = """
resource: thing
label: {zh: 东西, en: Thing}
extensible: {max: 7}
fields:
  name: {kind: text, label: {zh: 名称, en: Name}, required: true}
"""
FIELD = """
resource: thing_field
label: {zh: 字段, en: Field}
extends: thing
fields:
  name: {kind: text, label: {zh: 名称, en: Name}, required: true, max: 30}
  kind:
    kind: choice
    label: {zh: 类型, en: Type}
    required: true
    fixed: true
    options: [{value: text, label: {zh: 文本, en: Text}}]
  required: {kind: boolean, label: {zh: 必选, en: Required}}
  default: {kind: text, label: {zh: 默认, en: Default}}
  options: {kind: options, label: {zh: 选项, en: Options}}
  position: {kind: integer, label: {zh: 次序, en: Place}}
  slot: {kind: text, label: {zh: 位, en: Slot}, readonly: true, unique: true, max: 2}
  archived_at: {kind: datetime, label: {zh: 归档, en: Archived}, readonly: true}
"""


def faults(folder: Path, thing: str = THING, field: str = FIELD) -> list[str]:
    (folder / "settings").mkdir(exist_ok=True)
    for name, text in (("thing", thing), ("thing_field", field)):
        file = folder / "settings" / f"{name}.yaml"
        file.unlink(missing_ok=True)
        if text:
            file.write_text(text, encoding="utf-8")
    return [fault for fault in check(SCHEMA, folder) if str(folder) in fault or "thing" in fault]


def test_a_pair_that_fits_is_right(tmp_path: Path) -> None:
    """F2: any resource can be made extensible by two files."""
    assert faults(tmp_path) == []
    product = load_product(SCHEMA, tmp_path)
    assert product.resource("thing").extensible.max == 7
    assert product.resource("thing_field").extends == "thing"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("max: 7", "max: 8", "extensible.max: at most 7"),
        ("name: {kind: text, label: {zh: 名称, en: Name}, required: true}",
         "name: {kind: text, label: {zh: 名称, en: Name}}\n  c3: {kind: text, label: {zh: 三, en: C}}",
         "a field cannot be called 'c3'"),
        ("extensible: {max: 7}\n", "", "'thing' is not extensible"),
        ("extensible: {max: 7}", "extensible: {}", "extensible.max: is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_extensible_resource(tmp_path: Path, old: str, new: str, said: str) -> None:
    """F6."""
    found = faults(tmp_path, thing=THING.replace(old, new))
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("extends: thing\n", "extends: thign\n", "Did you mean 'thing'?"),
        ("  position: {kind: integer, label: {zh: 次序, en: Place}}\n", "", "needs a field 'position'"),
        ("default: {kind: text", "default: {kind: integer", "fields.default: must be of kind 'text'"),
        ("readonly: true, unique: true", "readonly: true", "fields.slot: must be 'unique'"),
        ("    fixed: true\n", "", "fields.kind: must be 'fixed'"),
        ("value: text", "value: email", "'email' fits no slot"),
        ("unique: true, max: 2", "unique: true, max: 2, column: slot", "slot"),
    ],
)
def test_what_is_wrong_with_the_definition(tmp_path: Path, old: str, new: str, said: str) -> None:
    """F2."""
    found = faults(tmp_path, field=FIELD.replace(old, new))
    assert any(said in fault for fault in found), found


def test_an_extensible_resource_needs_one_definition_and_has_one_only(tmp_path: Path) -> None:
    """F2: otherwise nobody could add a field, or two lists would fight for the slots."""
    assert any("nobody could add a field" in fault for fault in faults(tmp_path, field=""))
    (tmp_path / "settings" / "other_field.yaml").write_text(
        FIELD.replace("resource: thing_field", "resource: other_field"), encoding="utf-8"
    )
    assert any("defines the fields of 'thing' already" in fault for fault in faults(tmp_path))
