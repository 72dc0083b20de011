"""`kind: settings` and tenant templates in `schema/`: what they mean, and each fault where it is (K5, B1–B4)."""

from __future__ import annotations

import pytest

from app.labels import Label
from app.spec.load import load_product

SHOP = """\
resource: shop
kind: settings
label: {zh: 店铺参数, en: Shop settings}
fields:
  open: {kind: boolean, label: {zh: 营业, en: Open}, default: true}
  desks: {kind: integer, label: {zh: 柜台, en: Desks}, required: true, min: 1, max: 9, default: 2}
permissions:
  operator: [view, edit]
rules: [fair]
impact: effect
"""
RULES = """\
def fair(change):
    return change


def effect(before, after, ask):
    return [before, after, ask]
"""
TEMPLATE = """\
label: {zh: 小店, en: Small shop}
records:
  person:
    - name: {zh: 掌柜, en: Keeper}
    - name: Li
settings:
  shop:
    desks: 3
grants:
  operator:
    shop: [view]
"""


@pytest.fixture
def shop(folder):
    folder.write("things/shop.yaml", SHOP)
    folder.write("things/shop.py", RULES)
    folder.write("templates/small.yaml", TEMPLATE)
    return folder


class TestSettings:
    def test_they_have_a_form_two_permissions_and_no_list(self, shop):
        """B1–B4."""
        made = load_product(shop.path).resource("shop")
        assert (made.kind, made.can, made.impact, made.list.columns) == ("settings", ("view", "edit"), "effect", ())
        assert made.many == Label("店铺参数", "Shop settings")
        assert load_product(shop.path).rules["shop"].keys() == {"fair", "effect"}

    @pytest.mark.parametrize(
        ("old", "new", "fault"),
        [
            ("rules: [fair]", "rules: [fair]\nlimits: {rows: 3}", "limits: means nothing to a resource of kind"),
            ("rules: [fair]", "rules: [fair]\ntitle: open", "title: means nothing to a resource of kind 'settings'"),
            ("rules: [fair]", "rules: [fair]\ncan: [view, delete]", "can[1]: a settings page has no 'delete'"),
            ("[view, edit]", "[view, add]", "permissions.operator[1]: this page has no 'add'"),
            (", default: true", "", "fields.open: needs a 'default'"),
            ("required: true, ", "", "fields.desks: needs 'required: true'"),
            (", default: true", ", default: true, fixed: true", "fields.open.fixed: cannot stand in a resource"),
            (", default: true", ", default: true, readonly: true", "fields.open.readonly: cannot stand in a resource"),
            ("kind: boolean", "kind: password", "fields.open.kind: a field of kind 'password' cannot be a setting"),
            ("impact: effect", "impact: efect", "impact: there is no function 'efect' in shop.py. Did you"),
        ],
    )  # fmt: skip
    def test_a_fault_is_told_where_it_is(self, shop, old, new, fault):
        line = shop.edit("things/shop.yaml", old, new) + new.startswith("rules:")
        assert any(told.startswith(f"things/shop.yaml:{line}: {fault}") for told in shop.faults()), shop.faults()

    def test_impact_takes_three_arguments(self, shop):
        shop.edit("things/shop.py", "before, after, ask):", "change):")
        assert "effect: must be a plain function of three arguments" in "".join(shop.faults())

    def test_only_settings_have_an_impact_and_nothing_refers_to_them(self, shop):
        shop.edit("things/car.yaml", "to: person", "to: shop")
        shop.edit("things/car.yaml", "rules: [has_an_owner]", "rules: [has_an_owner]\nimpact: wash")
        told = "\n".join(shop.faults())
        assert "fields.owner.to: 'shop' is of kind 'settings'" in told
        assert "impact: only a resource of kind 'settings'" in told


class TestTemplates:
    def test_they_say_what_a_company_begins_with(self, shop):
        """K5."""
        made = load_product(shop.path).templates["small"]
        assert made.label == Label("小店", "Small shop")
        assert made.records["person"] == ({"name": Label("掌柜", "Keeper")}, {"name": "Li"})
        assert made.settings["shop"] == {"desks": 3}
        assert made.grants == {"operator": {"shop": ("view",)}}

    @pytest.mark.parametrize(
        ("old", "new", "fault"),
        [
            ("  person:", "  persn:", "records.persn: there is no resource 'persn'. Did you mean 'person'?"),
            ("  person:", "  shop:", None),
            ("    - name: Li", "    - nam: Li", "records.person[1].nam: there is no field 'nam'. Did you mean 'name'?"),
            ("    - name: Li", "    - name: {zh: 李}", "records.person[1].name: must be a value, or a text in both"),
            ("    desks: 3", "    desks: 10", "settings.shop.desks: 10 is refused: Must be 9 or less."),
            ("    desks: 3", "    desk: 3", "settings.shop.desk: there is no field 'desk'. Did you mean 'desks'?"),
            ("settings:\n  shop:", "settings:\n  person:", None),
            ("  operator:", "  admin:", "grants.admin: holds every permission anyway; leave it out"),
            ("  operator:", "  operater:", "grants.operater: there is no role 'operater'. Did you mean 'operator'?"),
            ("    shop: [view]", "    shop: [view, add]", "grants.operator.shop[1]: the page 'shop' has no 'add'"),
            ("label:", "lable:", "label: is missing"),
        ],
    )  # fmt: skip
    def test_a_fault_is_told_where_it_is(self, shop, old, new, fault):
        line = shop.edit("templates/small.yaml", old, new)
        told = shop.faults()
        assert told
        if fault and "missing" not in fault:
            assert any(one.startswith(f"templates/small.yaml:{line}: {fault}") for one in told), told

    def test_required_fields_unique_values_and_limits_are_counted(self, shop):
        shop.edit("things/person.yaml", "en: Name}}", "en: Name}, required: true, unique: true}\nlimits: {rows: 2}")
        shop.edit("things/person.yaml", "fields:", "fields:\n  age: {kind: integer, label: {zh: 年龄, en: Age}}")
        shop.edit("templates/small.yaml", "    - name: Li", "    - name: Keeper\n    - age: 3")
        told = "\n".join(shop.faults())
        assert "records.person: has 3 entries; a company may have 2 (limits.rows)" in told
        assert "records.person[2]: lacks the required field 'name'" in told
        assert "records.person: the field 'name' is unique, and 'Keeper' is given twice" in told

    def test_a_file_that_would_be_overlooked_is_a_fault(self, shop):
        shop.write("templates/other.yml", TEMPLATE)
        assert shop.faults() == ["templates/other.yml:1: is not read; call it other.yaml"]
