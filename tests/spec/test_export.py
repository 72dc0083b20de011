"""`export` in `schema/`: a large export waits for somebody, and each fault is told where it is."""

from __future__ import annotations

import pytest

from app.spec.load import load_product

SHOP = """\
resource: shop
kind: settings
label: {zh: 店铺参数, en: Shop settings}
fields:
  open: {kind: boolean, label: {zh: 营业, en: Open}, default: true}
  most: {kind: integer, label: {zh: 行数, en: Rows}, required: true, default: 9}
"""
CAN = "can: [view, add, edit, delete, export]"


def approving(folder, setting: str, can: str = "can: [view, add, edit, delete, export, audit]"):
    folder.write("things/shop.yaml", SHOP)
    folder.edit("things/car.yaml", CAN, f"{can}\nexport: {{approve_above: {setting}}}")
    return folder


def test_a_setting_says_how_many_rows_leave_without_a_second_person(folder):
    """C1: and `audit` is the permission of that person."""
    approving(folder, "shop.most")
    assert folder.faults() == []
    car = load_product(folder.path).resource("car")
    assert car.export.approve_above == ("shop", "most")
    assert {"export", "audit"} <= set(car.can)


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("ship.most", "export.approve_above: there is no settings resource 'ship'. Did you mean 'shop'?"),
        ("shop.mast", "export.approve_above: 'shop' has no field 'mast'. Did you mean 'most'?"),
        ("shop.open", "export.approve_above: 'open' is of kind 'boolean', not 'integer'"),
    ],
)
def test_a_setting_that_is_none(folder, setting, fault):
    approving(folder, setting)
    [found] = folder.faults()
    assert found == f"things/car.yaml:{folder.line('things/car.yaml', 'export: {')}: {fault}"


def test_somebody_must_be_able_to_approve(folder):
    approving(folder, "shop.most", CAN)
    assert [fault.partition(": ")[2] for fault in folder.faults()] == [
        "can: needs 'audit', or nobody could export and approve"
    ]
