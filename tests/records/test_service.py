"""Writing: permission → validation → limits → rules → save → audit, and nothing kept of what was refused."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from app.errors import Conflict, Denied, InUse, Invalid, NotFound
from app.models.base import transaction
from app.records import service
from tests.desk import at_once
from tests.records.test_query import granting

SECRET = "Xk29-fmqz-11"


@pytest.fixture
def shelf(desk):
    return desk.add("shelf", name="甲")


@pytest.fixture
def gadget(desk, shelf):
    return desk.add("gadget", code="AB-1", name="手机", shelf=shelf.id, unlock_word=SECRET)


def errors_of(desk, caught) -> dict[str, list[str]]:
    with desk.at_work():
        return {name: [str(text) for text in texts] for name, texts in caught.value.errors.items()}


class TestAdd:
    def test_stores_cleaned_values_and_defaults(self, desk, shelf):
        record = desk.add(
            "gadget", code=" AB-1 ", name="手机", weight="12", shelf=str(shelf.id), colours=["blue", "red"]
        )
        assert record.values["code"] == "AB-1"
        assert record.values["weight"] == 12
        assert record.values["colours"] == ("red", "blue")
        assert (record.values["active"], record.values["state"]) == (True, "new")  # defaults
        assert (record.values["notes"], record.values["made_on"]) == ("", None)  # blanks
        assert record.version == 1

    def test_remembers_who_and_when(self, desk):
        before = datetime.now(UTC)
        record = desk.add("shelf", name="x")
        assert (record.values["created_by"], record.values["changed_by"]) == (desk.actor.id, desk.actor.id)
        assert before <= record.values["created_at"] <= datetime.now(UTC)
        assert record.values["created_at"] == record.values["changed_at"]

    def test_says_all_that_is_wrong_at_once(self, desk):
        with pytest.raises(Invalid) as caught:
            desk.add(
                "gadget", code="ab", weight="heavy", shelf="77", unlock_word="short", checked_at="2026-01-01", foo=1
            )
        assert set(errors_of(desk, caught)) == {"code", "name", "weight", "shelf", "unlock_word", "checked_at", "foo"}

    @pytest.mark.parametrize("value", [None, "", "  "])
    def test_wants_what_is_required(self, desk, value):
        with pytest.raises(Invalid) as caught:
            desk.add("gadget", code="AB-1", name=value)
        assert list(caught.value.errors) == ["name"]

    @pytest.mark.parametrize(
        "name", ["id", "tenant_id", "version", "created_by", "changed_at", "checked_at", "nothing"]
    )
    def test_takes_no_field_that_is_not_the_persons_to_set(self, desk, name):
        with pytest.raises(Invalid) as caught:
            desk.add("gadget", code="AB-1", name="x", **{name: "1"})
        assert list(caught.value.errors) == [name]

    def test_stores_a_secret_as_a_hash_only(self, desk, gadget):
        stored = desk.row("gadget", gadget.id).unlock_word
        assert stored.startswith("$argon2id$")
        assert SECRET not in stored

    def test_a_secret_is_not_what_everybody_knows(self, desk):
        with pytest.raises(Invalid) as caught:
            desk.add("user", username="zhang.wei.88", password="zhang.wei.88", name="x", role=desk.kit.roles["agent"])
        assert list(caught.value.errors) == ["password"]


class TestEdit:
    def test_changes_what_is_named_and_nothing_else(self, desk, gadget):
        edited = desk.edit("gadget", gadget.id, name="平板")
        unchanged = {name: value for name, value in gadget.values.items() if name not in ("name", "changed_at")}
        assert edited.values["name"] == "平板"
        assert {name: edited.values[name] for name in unchanged} == unchanged
        assert edited.version == gadget.version + 1

    def test_remembers_who_and_when(self, desk, desk_of, tenant, gadget):
        edited = desk_of(tenant, "manager").edit("gadget", gadget.id, name="平板")
        assert edited.values["created_by"] == desk.actor.id
        assert edited.values["changed_by"] == desk_of(tenant, "manager").actor.id
        assert edited.values["changed_at"] > edited.values["created_at"]

    def test_that_changes_nothing_leaves_no_trace(self, desk, gadget):
        same = desk.edit("gadget", gadget.id, name="手机", shelf=str(gadget.values["shelf"]))
        assert (same.version, same.values["changed_at"]) == (gadget.version, gadget.values["changed_at"])
        assert len(desk.history("gadget", gadget.id)) == 1

    def test_a_blank_secret_is_not_changed(self, desk, gadget):
        stored = desk.row("gadget", gadget.id).unlock_word
        desk.edit("gadget", gadget.id, unlock_word="", name="x")
        desk.edit("gadget", gadget.id, unlock_word=None)
        assert desk.row("gadget", gadget.id).unlock_word == stored
        desk.edit("gadget", gadget.id, unlock_word="Nn83-qwzt-27")
        assert desk.row("gadget", gadget.id).unlock_word != stored

    def test_a_secret_is_measured_against_what_is_stored_too(self, desk, tenant):
        id_, username, _ = tenant.user("agent", username="long.username.7")
        with pytest.raises(Invalid) as caught:
            desk.edit("user", id_, password=username)
        assert list(caught.value.errors) == ["password"]

    def test_a_fixed_field_stays(self, desk, gadget):
        with pytest.raises(Invalid) as caught:
            desk.edit("gadget", gadget.id, code="CD-2")
        assert list(caught.value.errors) == ["code"]

    @pytest.mark.parametrize("name", ["id", "tenant_id", "version", "created_by", "checked_at", "nothing"])
    def test_takes_no_field_that_is_not_the_persons_to_set(self, desk, gadget, name):
        with pytest.raises(Invalid) as caught:
            desk.edit("gadget", gadget.id, **{name: "1"})
        assert list(caught.value.errors) == [name]

    def test_required_cannot_be_emptied(self, desk, gadget):
        with pytest.raises(Invalid) as caught:
            desk.edit("gadget", gadget.id, name="")
        assert list(caught.value.errors) == ["name"]

    @pytest.mark.parametrize("id_", [1, 0, -1, 2**63])
    def test_absent_is_not_found(self, desk, id_):
        with pytest.raises(NotFound):
            desk.edit("gadget", id_, name="x")


class TestTwoEditors:
    def test_the_second_gets_a_conflict_with_the_values_now(self, desk, gadget):
        desk.edit("gadget", gadget.id, at=1, name="first")
        with pytest.raises(Conflict) as caught:
            desk.edit("gadget", gadget.id, at=1, name="second")
        assert caught.value.current["name"] == "first"
        assert "unlock_word" not in caught.value.current
        assert desk.get("gadget", gadget.id).values["name"] == "first"

    def test_without_a_version_the_last_one_wins(self, desk, gadget):
        desk.edit("gadget", gadget.id, name="first")
        assert desk.edit("gadget", gadget.id, name="second").values["name"] == "second"

    def test_at_the_same_moment_exactly_one_is_saved(self, desk, gadget):
        for version in range(1, 11):
            edit = partial(desk.edit, "gadget", gadget.id, at=version)
            answers = at_once(*(partial(edit, name=f"{name}{version}") for name in "abc"))
            assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Conflict", "Record"]

    def test_a_change_of_links_alone_is_a_change(self, desk, gadget, shelf):
        edited = desk.edit("gadget", gadget.id, at=1, spares=[shelf.id])
        assert edited.version == 2
        with pytest.raises(Conflict):
            desk.edit("gadget", gadget.id, at=1, spares=[])


class TestUnique:
    def test_a_value_that_is_taken_is_refused_at_its_field(self, desk, gadget):
        with pytest.raises(Invalid) as caught:
            desk.add("gadget", code="AB-1", name="other")
        assert list(caught.value.errors) == ["code"]

    def test_all_that_is_taken_is_said_at_once(self, desk):
        desk.add("gadget", code="AB-1", name="a", serial="123")
        with pytest.raises(Invalid) as caught:
            desk.add("gadget", code="AB-1", name="b", serial="123")
        assert set(caught.value.errors) == {"code", "serial"}

    def test_empty_values_are_not_taken(self, desk):
        made = [desk.add("gadget", code=code, name="a", serial="") for code in ("AB-1", "AB-2")]
        assert [desk.get("gadget", one.id).values["serial"] for one in made] == ["", ""]

    def test_an_edit_is_refused_too(self, desk):
        desk.add("shelf", name="a")
        other = desk.add("shelf", name="b")
        with pytest.raises(Invalid) as caught:
            desk.edit("shelf", other.id, name="a")
        assert list(caught.value.errors) == ["name"]

    def test_holds_when_many_add_at_once(self, desk):
        for round_ in range(5):
            answers = at_once(*[partial(desk.add, "shelf", name=f"same {round_}")] * 6)
            saved = [answer for answer in answers if not isinstance(answer, Exception)]
            refused = [list(answer.errors) for answer in answers if isinstance(answer, Invalid)]
            assert (len(saved), refused) == (1, [["name"]] * 5), answers

    def test_nothing_else_of_the_transaction_is_lost(self, desk):
        desk.add("shelf", name="taken")
        with desk.at_work(), transaction():
            service.add(desk.actor, desk.resource("shelf"), {"name": "before"})
            with pytest.raises(Invalid):
                service.add(desk.actor, desk.resource("shelf"), {"name": "taken"})
            service.add(desk.actor, desk.resource("shelf"), {"name": "after"})
        assert {row.values["name"] for row in desk.page("shelf").rows} == {"taken", "before", "after"}

    def test_another_company_may_have_the_same(self, desk, foreign):
        desk.add("shelf", name="same")
        foreign.add("shelf", name="same")
        assert [[row.values["name"] for row in one.page("shelf").rows] for one in (desk, foreign)] == [["same"]] * 2


class TestRefs:
    def test_a_foreign_id_and_an_absent_one_are_the_same(self, desk, foreign, gadget):
        theirs = foreign.add("shelf", name="theirs")
        said = []
        for id_ in (theirs.id, 1):
            for write in (lambda id_=id_: desk.add("gadget", code="AB-2", name="x", shelf=id_, spares=[id_]),
                          lambda id_=id_: desk.edit("gadget", gadget.id, shelf=id_, spares=[id_])):  # fmt: skip
                with pytest.raises(Invalid) as caught:
                    write()
                said.append(errors_of(desk, caught))
        assert set(said[0]) == {"shelf", "spares"}
        assert said == [said[0]] * 4

    def test_one_of_several_that_is_not_there_is_refused(self, desk, shelf):
        with pytest.raises(Invalid) as caught:
            desk.add("gadget", code="AB-2", name="x", spares=[shelf.id, 1])
        assert list(caught.value.errors) == ["spares"]

    def test_links_are_added_and_taken_away(self, desk, shelf):
        others = [desk.add("shelf", name=name).id for name in "ab"]
        gadget = desk.add("gadget", code="AB-2", name="x", spares=[shelf.id, others[0]])
        edited = desk.edit("gadget", gadget.id, spares=others)
        assert set(edited.values["spares"]) == set(others)
        assert desk.edit("gadget", gadget.id, spares=[]).values["spares"] == ()

    def test_one_that_goes_at_the_same_moment_is_refused_at_its_field(self, desk):
        for number in range(5):
            shelf = desk.add("shelf", name=f"going {number}")
            added, deleted = at_once(
                partial(desk.add, "gadget", code=f"AB-{number}", name="x", shelf=shelf.id),
                partial(desk.delete, "shelf", shelf.id),
            )
            if isinstance(added, Exception):
                assert list(added.errors) == ["shelf"]
                assert deleted == [f"going {number}"]
            else:
                assert isinstance(deleted, InUse)


class TestDelete:
    def test_several_at_once(self, desk):
        shelves = [desk.add("shelf", name=name) for name in "abc"]
        assert desk.delete("shelf", shelves[0].id, str(shelves[2].id)) == ["a", "c"]
        assert [row.values["name"] for row in desk.page("shelf").rows] == ["b"]

    def test_takes_links_along(self, desk, shelf):
        gadget = desk.add("gadget", code="AB-2", name="x", spares=[shelf.id])
        desk.delete("gadget", gadget.id)
        assert desk.delete("shelf", shelf.id) == ["甲"]

    def test_of_what_is_referred_to_says_by_what_and_how_often(self, desk, shelf):
        for number in range(3):
            desk.add("gadget", code=f"AB-{number}", name="x", shelf=shelf.id if number else None, spares=[shelf.id])
        with pytest.raises(InUse) as caught:
            desk.delete("shelf", shelf.id)
        assert "甲" in str(caught.value)
        assert "器件" in str(caught.value)
        assert "3" in str(caught.value)

    def test_of_a_batch_is_all_or_nothing(self, desk, shelf, gadget):
        free = desk.add("shelf", name="free")
        with pytest.raises(InUse):
            desk.delete("shelf", free.id, shelf.id)
        with pytest.raises(NotFound):
            desk.delete("shelf", free.id, 1)
        assert len(desk.page("shelf").rows) == 2

    @pytest.mark.parametrize("id_", ["x", "-1", "0x1", "", "1.0", str(2**63), "9" * 30])
    def test_of_what_cannot_be_an_id_is_not_found(self, desk, id_):
        with pytest.raises(NotFound):
            desk.delete("shelf", id_)

    def test_of_nothing_is_refused(self, desk):
        with pytest.raises(Invalid):
            desk.delete("shelf")


class TestAct:
    def test_sets_values(self, desk, gadget):
        assert desk.act("gadget", "retire", gadget.id).count == 1
        record = desk.get("gadget", gadget.id)
        assert (record.values["state"], record.values["active"]) == ("retired", False)

    def test_runs_the_function(self, desk, gadget):
        desk.act("gadget", "weigh", gadget.id)
        desk.act("gadget", "weigh", str(gadget.id))
        assert desk.get("gadget", gadget.id).values["weight"] == 2

    def test_that_is_for_one_record_refuses_several(self, desk, gadget):
        other = desk.add("gadget", code="AB-2", name="x")
        with pytest.raises(Invalid):
            desk.act("gadget", "weigh", gadget.id, other.id)

    def test_that_does_not_exist_is_not_found(self, desk, gadget):
        for action in ("explode", "add", "delete"):
            with pytest.raises(NotFound):
                desk.act("gadget", action, gadget.id)

    def test_keeps_the_rules(self, desk, gadget):
        desk.edit("gadget", gadget.id, state="retired", active=False)
        with pytest.raises(Invalid) as caught:
            desk.edit("gadget", gadget.id, active=True)
        assert list(caught.value.errors) == ["active"]


KINDS = ("view", "add", "edit", "delete", "operate", "enable")
WRITES = {
    "add": ("add", lambda desk, id_: desk.add("gadget", code="ZZ-1", name="x")),
    "edit": ("edit", lambda desk, id_: desk.edit("gadget", id_, name="x")),
    "delete": ("delete", lambda desk, id_: desk.delete("gadget", id_)),
    "retire": ("enable", lambda desk, id_: desk.act("gadget", "retire", id_)),
    "weigh": ("operate", lambda desk, id_: desk.act("gadget", "weigh", id_)),
}


class TestPermission:
    """The truth by hand: each write needs its own permission and no other."""

    @pytest.mark.parametrize("write", WRITES)
    def test_each_write_needs_its_own(self, desk, gadget, write):
        needed, do = WRITES[write]
        others = [("gadget", kind) for kind in KINDS if kind != needed]
        with pytest.raises(Denied) as caught:
            do(granting(desk, *others, ("shelf", needed)), gadget.id)
        assert (caught.value.resource, caught.value.action) == ("gadget", needed)
        do(granting(desk, ("gadget", needed)), gadget.id)

    def test_is_asked_before_anything_else(self, desk):
        nobody = granting(desk)
        with pytest.raises(Denied):
            nobody.add("gadget", nonsense=1)
        with pytest.raises(Denied):
            nobody.edit("gadget", 1)
        with pytest.raises(Denied):
            nobody.delete("gadget", "x")


class TestOtherTenant:
    def test_can_do_nothing_to_a_record(self, desk, foreign, gadget):
        for write in (
            lambda: foreign.edit("gadget", gadget.id, name="stolen"),
            lambda: foreign.delete("gadget", gadget.id),
            lambda: foreign.act("gadget", "retire", gadget.id),
        ):
            with pytest.raises(NotFound):
                write()
        assert desk.get("gadget", gadget.id) == gadget

    def test_a_batch_with_one_foreign_id_does_nothing(self, desk, foreign, shelf):
        own = foreign.add("shelf", name="own")
        with pytest.raises(NotFound):
            foreign.delete("shelf", own.id, shelf.id)
        assert len(foreign.page("shelf").rows) == 1
