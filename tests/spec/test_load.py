"""What a resource file means: the defaults, the presets, and that nothing of it can be changed afterwards."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from app.errors import SpecFault
from app.labels import Label
from app.spec.load import load_product
from app.spec.model import ListSpec, Section

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schema"
SAMPLES = ROOT / "tests" / "fake_schema"


@pytest.fixture
def holiday(tmp_path):
    """The smallest example of docs/reference.md, as it stands there."""
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL).group(1)
    assert len(example.splitlines()) <= 15
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "holiday.yaml").write_text(example, encoding="utf-8")
    return load_product(SCHEMA, tmp_path).resource("holiday")


def test_product_of_the_project_is_right():
    product = load_product(SCHEMA)
    assert {"user", "role", "announcement"} <= product.resources.keys()
    assert list(product.roles) == ["admin", "operator", "manager", "finance", "team_leader", "agent"]


def test_samples_have_every_kind_of_field():
    from app.fields import kinds

    gadget = load_product(SCHEMA, SAMPLES).resource("gadget")
    assert {field.kind for field in gadget.fields.values()} == set(kinds) - {"record"}  # of logs alone


class TestDefaults:
    def test_list(self, holiday):
        assert holiday.list == ListSpec(
            columns=("name", "date", "kind"),
            search=("name",),
            filter=("name", "date", "kind"),
            order=("-created_at",),
        )

    def test_form_is_one_section_of_all(self, holiday):
        assert holiday.form == (Section(None, ("name", "date", "kind")),)

    def test_title_is_the_first_text(self, holiday):
        assert holiday.title == "name"

    def test_names(self, holiday):
        assert (holiday.label, holiday.many) == (Label("节假日", "Holiday"), Label("节假日", "Holidays"))

    def test_nobody_but_the_admin(self, holiday):
        assert holiday.permissions == {}
        assert holiday.can == ("view", "add", "edit", "delete")

    def test_the_rest(self, holiday):
        assert (holiday.icon, holiday.menu_order, holiday.page, holiday.rules, holiday.limits) == (
            "", 100, True, (), {},
        )  # fmt: skip
        assert (holiday.group, holiday.source) == ("settings", "settings/holiday.yaml")

    def test_leave_out_passwords_long_texts_and_readonly_fields(self, folder):
        folder.write(
            "things/box.yaml",
            """\
            resource: box
            label: {zh: 箱, en: Box, many: Boxes}
            fields:
              weight: {kind: integer, label: {zh: 重量, en: Weight}}
              lock: {kind: password, label: {zh: 锁, en: Lock}}
              notes: {kind: longtext, label: {zh: 备注, en: Notes}}
              seen: {kind: date, label: {zh: 看见, en: Seen}, readonly: true}
            """,
        )
        box = load_product(folder.path).resource("box")
        assert box.list.columns == ("weight", "notes", "seen")
        assert box.list.search == ("notes",)
        assert box.list.filter == ("weight", "seen")
        assert box.form == (Section(None, ("weight", "lock", "notes")),)
        assert box.title == "notes"
        assert box.many == Label("箱", "Boxes")

    def test_given_empty_stays_empty(self, folder):
        folder.edit("things/car.yaml", "  search: [plate]\n  filter: [state, owner]", "  search: []\n  filter: []")
        car = load_product(folder.path).resource("car")
        assert (car.list.search, car.list.filter) == ((), ())


class TestMeaning:
    def test_can_takes_in_what_actions_need(self, folder):
        car = load_product(folder.path).resource("car")
        assert car.can == ("view", "add", "edit", "delete", "export", "operate", "enable")

    def test_preset_is_taken_over_and_overridden(self, folder):
        folder.edit("things/car.yaml", "preset: plate", "preset: plate\n    max: 7")
        plate = load_product(folder.path).resource("car").field("plate")
        assert (plate.kind, plate.max, plate.label, plate.required) == ("text", 7, Label("车牌", "Plate"), True)

    def test_values_are_as_the_kind_stores_them(self, folder):
        folder.edit("things/car.yaml", "kind: datetime", "kind: date\n    default: 2026-05-01")
        folder.edit("things/car.yaml", "  until: seen_at\n", "")
        folder.edit("things/car.yaml", "set: {state: old}", "set: {state: old, seen_at: 2026-05-02}")
        car = load_product(folder.path).resource("car")
        assert car.field("seen_at").default == date(2026, 5, 1)
        assert car.actions["scrap"].set == {"state": "old", "seen_at": date(2026, 5, 2)}

    def test_action_may_clear_a_field(self, folder):
        folder.edit("things/car.yaml", "set: {state: old}", "set: {seen_at: null}")
        assert load_product(folder.path).resource("car").actions["scrap"].set == {"seen_at": None}

    def test_order_of_fields_is_the_order_of_the_file(self, folder):
        car = load_product(folder.path).resource("car")
        assert list(car.fields) == ["plate", "seats", "state", "owner", "pin", "notes", "seen_at"]


def test_nothing_can_be_changed_afterwards(folder):
    product = load_product(folder.path)
    car = product.resource("car")
    with pytest.raises(FrozenInstanceError):
        car.title = "seats"
    for mapping in (product.resources, product.rules["car"], car.fields, car.actions, car.permissions, car.limits):
        with pytest.raises(TypeError):
            mapping["more"] = None


def test_faults_are_raised_together(folder):
    folder.edit("things/car.yaml", "title: plate", "title: plat")
    folder.edit("things/car.yaml", "  bulk: 10", "  bulk: ten")
    with pytest.raises(SpecFault) as caught:
        load_product(folder.path)
    assert len(caught.value.faults) == 2
    assert str(caught.value) == "\n".join(caught.value.faults)
