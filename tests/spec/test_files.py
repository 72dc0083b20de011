"""Which files are read, and what makes one unreadable."""

from __future__ import annotations

import pytest

from app.spec.check import check

CAR = "things/car.yaml"

UNREADABLE = {
    "no value closed": ("resource: [car\n", f"{CAR}:2: not valid YAML: did not find expected"),
    "tab as indent": ("label:\n\tzh: 车", f"{CAR}:2: not valid YAML: "),
    "empty": ("", f"{CAR}:1: the file is empty"),
    "only a comment": ("# nothing yet\n", f"{CAR}:1: the file is empty"),
    "two documents": ("resource: car\n---\nresource: bus\n", f"{CAR}:2: not valid YAML: "),
    "a list": ("- car\n", f"{CAR}:1: must be a mapping of keys, not a list"),
    "a text": ("car\n", f"{CAR}:1: must be a mapping of keys, not 'car'"),
    "control character": ("resource: c\x01r\n", f"{CAR}:1: not valid YAML: "),
    "a tag": (
        "resource: !python/name:os.system car\n",
        f"{CAR}:1: resource: tags such as '!python/name:os.system' are",
    ),
    "an alias": (
        "label: &both {zh: 车, en: Car}\nhelp: *both\n",
        f"{CAR}:1: help: anchors and aliases (& and *) are not",
    ),
    "a list as key": ("? [a, b]\n: 1\n", f"{CAR}:1: a key must be a plain word"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_says_where(folder, name):
    text, expected = UNREADABLE[name]
    folder.write(CAR, text)
    told = folder.faults()
    assert any(fault.startswith(expected) for fault in told), told


def test_file_that_is_not_utf8(folder):
    (folder.path / CAR).write_bytes("resource: 车".encode("gb18030"))
    assert f"{CAR}:1: not UTF-8 text (byte 11); save the file as UTF-8" in folder.faults()


def test_words_that_yaml_1_1_converts_stay_texts(folder):
    folder.edit(CAR, "{zh: 旧, en: Old}", "{zh: 否, en: No}")
    folder.edit(CAR, "value: old", "value: off")
    folder.edit(CAR, "{state: old}", "{state: off}")
    folder.edit(CAR, "{zh: 清洗, en: Wash}", "{zh: 2026-01-01, en: 08:30}")
    assert folder.faults() == []


def test_all_faults_of_all_files_are_told_at_once(folder):
    folder.edit(CAR, "title: plate", "title: plat")
    folder.edit(CAR, "  rows: 100", "  rows: many")
    folder.edit("things/person.yaml", "{zh: 姓名, en: Name}", "{zh: 姓名}")
    folder.edit("presets.yaml", "kind: text", "kind: txt")
    folder.edit("menu.yaml", "things:", "thing:")
    folder.edit("roles.yaml", "label: {zh: 操作员, en: Operator}", "lable: {zh: 操作员, en: Operator}")
    folder.edit("things/car.py", "from app.errors import", "from app.models import")
    assert folder.faults() == [
        "presets.yaml:2: plate.kind: 'txt' is not known. Did you mean 'text'?",
        "roles.yaml:3: operator.label: is missing",
        "roles.yaml:4: operator.lable: unknown key. Did you mean 'label'?",
        "things/car.py:1: a rule file may not import 'app.models', only app.records.rules, app.errors, flask_babel "
        "and the standard library",
        "things/car.yaml:1: menu.yaml has no group 'things' for this file's folder. Did you mean 'thing'?",
        "things/car.yaml:4: title: there is no field 'plat'. Did you mean 'plate'?",
        "things/car.yaml:58: limits.rows: must be a whole number, not 'many'",
        "things/person.yaml:1: menu.yaml has no group 'things' for this file's folder. Did you mean 'thing'?",
        "things/person.yaml:4: fields.name.label.en: is missing",
    ]


@pytest.mark.parametrize(
    ("name", "fault"),
    {
        "things/bus.yml": "is not read; call it bus.yaml",
        "preset.yaml": "is not read; a resource belongs into a group's folder. Did you mean 'presets.yaml'?",
        "things/small/bus.yaml": "is not read; a group's folder has no folders inside",
        "Things/bus.yaml": "the folder 'Things' is not a name: ",
        "things/bus.py": "belongs to no resource: there is no bus.yaml beside it",
    }.items(),
)
def test_file_that_would_be_overlooked(folder, name, fault):
    folder.write(name, "x = 1\n")
    told = folder.faults()
    assert any(line.startswith(f"{name}:1: {fault}") for line in told), told


def test_tenant_templates_are_no_resources(folder):
    folder.write("templates/general.yaml", "label: {zh: 通用, en: General}\n")
    assert folder.faults() == []


def test_folder_that_is_not_there(tmp_path):
    assert f"{tmp_path / 'shema'}:1: no such folder" in check(tmp_path / "shema")


def test_no_role_that_holds_everything(folder):
    folder.edit("roles.yaml", "admin:", "administrator:")
    assert folder.faults() == ["roles.yaml:1: there is no role 'admin', which every company needs"]


def test_same_resource_in_two_groups(folder):
    folder.edit("menu.yaml", "things:", "others:\n  label: {zh: 其他, en: Others}\nthings:")
    folder.write("others/person.yaml", (folder.path / "things/person.yaml").read_text(encoding="utf-8"))
    told = folder.faults()
    assert told == [
        f"things/person.yaml:1: resource: 'person' is described already in {folder.path}/others/person.yaml"
    ]


def test_name_of_a_table_of_the_product(folder):
    folder.write("things/tenant.yaml", "resource: tenant\nlabel: {zh: 企业, en: Company}\nfields:\n"
                 "  name: {kind: text, label: {zh: 名称, en: Name}}\n")  # fmt: skip
    assert folder.faults() == ["things/tenant.yaml:1: resource: 'tenant' is the name of another table of the product"]


def test_fault_of_a_preset_is_told_in_its_file_only(folder):
    folder.edit("presets.yaml", "{zh: 车牌, en: Plate}", "{zh: 车牌}")
    assert folder.faults() == ["presets.yaml:3: plate.label.en: is missing"]


def test_preset_that_is_none(folder):
    folder.write("presets.yaml", "plate: 8\n")
    assert folder.faults() == ["presets.yaml:1: plate: must be a mapping of keys, not a whole number"]


def test_fault_of_preset_and_field_together_is_told_at_the_field(folder):
    line = folder.edit("things/car.yaml", "preset: plate", "preset: plate\n    kind: boolean") - 1
    told = folder.faults()
    assert f"things/car.yaml:{line}: fields.plate.max: means nothing to a field of kind 'boolean'" in told


class TestSeveralFolders:
    def test_are_one_product(self, folder, tmp_path_factory):
        other = tmp_path_factory.mktemp("other")
        (other / "menu.yaml").write_text("extras:\n  label: {zh: 其他, en: Extras}\n", encoding="utf-8")
        (other / "extras").mkdir()
        (other / "extras" / "note.yaml").write_text(
            "resource: note\nlabel: {zh: 便签, en: Note}\nfields:\n"
            "  plate: {preset: plate}\n"
            "  by: {kind: ref, to: person, label: {zh: 作者, en: By}}\n"
            "permissions: {operator: [view]}\n",
            encoding="utf-8",
        )
        assert check(folder.path, other) == []

    def test_may_not_define_the_same_twice(self, folder, tmp_path_factory):
        other = tmp_path_factory.mktemp("other")
        text = (folder.path / "roles.yaml").read_text(encoding="utf-8")
        (other / "roles.yaml").write_text(text, encoding="utf-8")
        assert check(folder.path, other) == [
            f"{other}/roles.yaml:1: admin: given already in the roles.yaml of another folder",
            f"{other}/roles.yaml:3: operator: given already in the roles.yaml of another folder",
        ]
