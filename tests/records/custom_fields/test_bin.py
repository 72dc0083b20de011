"""Values of a company's own fields on their way through the recycle bin."""

from __future__ import annotations

from app.models.base import transaction
from app.records import recycle_bin
from app.records.restore import restore
from tests.records.custom_fields.office import FIELD, Office


def bring_back(office: Office) -> list[str]:
    with office.at_work(), transaction():
        resource = office.resource("customer")
        ids = [entry.id for entry in recycle_bin.page(office.actor, resource).entries]
        return list(restore(office.actor, resource, ids).notes)


def test_a_value_comes_back_into_the_slot_that_its_field_has_now(office):
    """F2, C1: by the definition, never by the slot, which may mean another field by then."""
    level = office.field("等级")
    id_ = office.customer(**{level.values["slot"]: "甲"}).id
    office.delete("customer", id_)
    office.delete(FIELD, level.id)
    other = office.field("城市")
    assert other.values["slot"] == level.values["slot"]
    office.restore(level.id)
    assert bring_back(office) == []
    after = office.get("customer", id_).values
    assert after[other.values["slot"]] == ""
    assert after[office.get(FIELD, level.id).values["slot"]] == "甲"


def test_the_value_of_an_archived_field_goes_into_the_archive_with_the_others(office):
    """F2, C1: and comes out of it with the field."""
    level = office.field("等级")
    id_ = office.customer(**{level.values["slot"]: "甲"}).id
    office.delete("customer", id_)
    office.delete(FIELD, level.id)
    (note,) = bring_back(office)
    assert "等级" in note
    assert office.archived_values() == ["甲"]
    assert office.restore(level.id) == 1
    assert office.get("customer", id_).values[office.get(FIELD, level.id).values["slot"]] == "甲"


def test_what_was_in_the_archive_already_waits_with_the_record(office):
    """F2, C1: the field comes back while the record is in the bin, and the record after it."""
    level = office.field("等级")
    id_ = office.customer(**{level.values["slot"]: "甲"}).id
    office.delete(FIELD, level.id)
    office.delete("customer", id_)
    office.restore(level.id)
    assert bring_back(office) == []
    assert office.get("customer", id_).values[office.get(FIELD, level.id).values["slot"]] == "甲"
    assert office.archived_values() == []


def test_nothing_of_a_record_that_is_deleted_for_good_is_left(office):
    """C1, F2"""
    level = office.field("等级")
    id_ = office.customer(**{level.values["slot"]: "甲"}).id
    office.delete(FIELD, level.id)
    office.delete("customer", id_)
    assert office.archived_values() == ["甲"]
    with office.at_work(), transaction():
        resource = office.resource("customer")
        recycle_bin.purge(office.actor, resource, [recycle_bin.page(office.actor, resource).entries[0].id])
    assert office.archived_values() == []


def test_an_option_that_was_removed_is_not_brought_back(office):
    """F3, C1"""
    level = office.field("学历", "choice", options=["大专", "本科"])
    slot = level.values["slot"]
    id_ = office.customer(**{slot: "o0001"}).id
    office.delete("customer", id_)
    office.edit(FIELD, level.id, options=[{"id": "o0002", "label": "本科"}])
    (note,) = bring_back(office)
    assert "学历" in note
    assert office.get("customer", id_).values[slot] == ""
