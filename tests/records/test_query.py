"""Reading: what a page, a record, a count and a drop-down show, to whom, and at what cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.access import Actor
from app.errors import Denied, NotFound
from app.records import query
from app.records.search import Condition, Search
from tests.desk import Desk


@pytest.fixture
def shelves(desk):
    return [desk.add("shelf", name=name, floor=floor) for name, floor in (("甲", 1), ("乙", 2), ("丙", None))]


@pytest.fixture
def gadget(desk, shelves):
    return desk.add(
        "gadget", code="AB-1", name="手机", notes="屏幕碎", colours=["blue", "red"], phone="13800138000",
        shelf=shelves[0].id, spares=[shelves[2].id, shelves[1].id], unlock_word="Xk29-fmqz-11",
    )  # fmt: skip


class TestPage:
    def test_has_the_columns_of_the_list_and_the_title(self, desk, gadget):
        (row,) = desk.page("gadget").rows
        with desk.at_work():
            assert set(row.values) == set(desk.resource("gadget").list.columns)
        assert (row.id, row.version) == (gadget.id, gadget.version)

    def test_has_other_columns_when_asked_but_never_a_secret(self, desk, gadget):
        with desk.at_work():
            asked = ["email", "unlock_word"]
            (row,) = query.page(desk.actor, desk.resource("gadget"), Search(), columns=asked).rows
        assert set(row.values) == {"email", "name"}

    def test_names_what_refs_point_to(self, desk, gadget, shelves):
        (row,) = desk.page("gadget").rows
        assert row.values["shelf"] == shelves[0].id
        assert row.titles["shelf"] == "甲"
        assert row.values["spares"] == (shelves[2].id, shelves[1].id)  # in the order of their names
        assert row.titles["spares"] == "丙、乙"
        assert row.titles["created_by"] == desk.actor.name

    def test_values_have_their_kinds_types(self, desk, gadget):
        (row,) = desk.page("gadget").rows
        assert row.values["colours"] == ("red", "blue")
        assert row.values["active"] is True
        assert row.values["created_at"].tzinfo is not None

    def test_without_refs_is_empty_there(self, desk):
        desk.add("gadget", code="AB-2", name="x")
        (row,) = desk.page("gadget").rows
        assert (row.values["shelf"], row.titles["shelf"]) == (None, "")
        assert (row.values["spares"], row.titles["spares"]) == ((), "")


class TestFilters:
    @pytest.fixture
    def four(self, desk, shelves):
        one, two, _three = shelves
        rows = [
            {"code": "AB-1", "name": "100%纯", "weight": 1, "state": "new", "colours": ["red"], "shelf": one.id},
            {
                "code": "AB-2",
                "name": "a_b",
                "weight": 2,
                "state": "used",
                "colours": ["red", "blue"],
                "spares": [one.id],
            },
            {"code": "AB-3", "name": "AxB", "weight": 3, "state": "used", "active": False, "spares": [one.id, two.id]},
            {"code": "CD-4", "name": "红灯", "weight": None, "phone": "13912345678", "sold_at": "2026-03-01 23:30"},
        ]
        return {row["code"]: desk.add("gadget", **row) for row in rows}

    def found(self, desk, **args) -> list[str]:
        return [row.values["code"] for row in desk.page("gadget", order="code", **args).rows]

    @pytest.mark.parametrize(
        ("args", "codes"),
        [
            ({"code.starts": "AB"}, ["AB-1", "AB-2", "AB-3"]),
            ({"name.contains": "%"}, ["AB-1"]),
            ({"name.contains": "a_b"}, ["AB-2"]),
            ({"name.contains": "红"}, ["CD-4"]),
            ({"weight.from": "2"}, ["AB-2", "AB-3"]),
            ({"weight.from": "2", "weight.to": "2"}, ["AB-2"]),
            ({"state.in": ["used", "retired"]}, ["AB-2", "AB-3"]),
            ({"state.in": "used", "active.eq": "0"}, ["AB-3"]),
            ({"colours.any": ["blue", "green"]}, ["AB-2"]),
            ({"colours.all": ["red", "blue"]}, ["AB-2"]),
            ({"phone.ends": "5678"}, ["CD-4"]),
            ({"sold_at.from": "2026-03-01", "sold_at.to": "2026-03-01"}, ["CD-4"]),
            ({"sold_at.from": "2026-03-02"}, []),
            ({"created_at.from": "2000-01-01"}, ["AB-1", "AB-2", "AB-3", "CD-4"]),
            ({"created_at.to": "2000-01-01"}, []),
            ({"q": "139"}, ["CD-4"]),
            ({"q": "AB"}, ["AB-1", "AB-2", "AB-3"]),
            ({"q": "B", "weight.from": "2"}, ["AB-2", "AB-3"]),
            ({"q": "nothing like it"}, []),
        ],
        ids=str,
    )
    def test_find_what_they_say(self, desk, four, args, codes):
        assert self.found(desk, **args) == codes
        assert desk.count("gadget", **args).number == len(codes)

    def test_of_refs(self, desk, four, shelves):
        one, two, three = (str(shelf.id) for shelf in shelves)
        assert self.found(desk, **{"shelf.in": one}) == ["AB-1"]
        assert self.found(desk, **{"spares.any": one}) == ["AB-2", "AB-3"]
        assert self.found(desk, **{"spares.any": [two, three]}) == ["AB-3"]
        assert self.found(desk, **{"spares.any": one, "shelf.in": one}) == []

    def test_of_who_made_it(self, desk, four, tenant):
        operator = Desk(tenant, tenant.actor("operator"))
        operator.add("gadget", code="ZZ-9", name="x")
        assert self.found(desk, **{"created_by.in": str(operator.actor.id)}) == ["ZZ-9"]
        assert self.found(desk, **{"created_by.in": str(desk.actor.id)}) == ["AB-1", "AB-2", "AB-3", "CD-4"]

    def test_users_by_login_name_role_and_phone_together(self, desk, tenant):
        """U5."""
        tenant.user("manager", username="zhang.wei", phone="13800138000")
        tenant.user("manager", username="zhang.min", phone="13900139000")
        tenant.user("operator", username="zhang.li", phone="13800138001")
        args = {"username.contains": "zhang", "role.in": str(tenant.roles["manager"]), "phone.starts": "138"}
        assert [row.values["username"] for row in desk.page("user", **args).rows] == ["zhang.wei"]


class TestCount:
    def test_stops_at_the_cap(self, desk):
        for number in range(5):
            desk.add("shelf", name=str(number))
        assert desk.count("shelf") == query.Count(5, capped=False)
        assert desk.count("shelf", cap=5) == query.Count(5, capped=False)
        assert desk.count("shelf", cap=4) == query.Count(4, capped=True)

    def test_is_one_statement(self, desk, queries):
        search = desk.search("gadget", name="x", q="y")
        with desk.at_work(), queries() as sent:
            query.count(desk.actor, desk.resource("gadget"), search)
        assert len(sent) == 1


class TestGet:
    def test_gives_every_field_but_secrets_and_who_made_it_when(self, desk, gadget):
        record = desk.get("gadget", gadget.id)
        with desk.at_work():
            fields = set(desk.resource("gadget").fields)
        assert set(record.values) == fields - {"unlock_word"} | {"created_at", "created_by", "changed_at", "changed_by"}
        assert record.title == "手机"
        assert record.titles["changed_by"] == desk.actor.name
        assert "Xk29" not in repr(record)
        assert "argon2" not in repr(record)

    def test_is_one_statement(self, desk, gadget, queries):
        with desk.at_work(), queries() as sent:
            query.get(desk.actor, desk.resource("gadget"), gadget.id)
        assert len(sent) == 1

    @pytest.mark.parametrize("id_", [1, 0, -1, 2**63])
    def test_absent_is_not_found(self, desk, id_):
        with pytest.raises(NotFound):
            desk.get("gadget", id_)

    def test_no_statement_reads_a_secret(self, desk, gadget, queries):
        with desk.at_work(), queries() as sent:
            query.get(desk.actor, desk.resource("gadget"), gadget.id)
            query.page(desk.actor, desk.resource("gadget"), Search())
        assert not [statement for statement in sent if "unlock_word" in statement]


class TestChoices:
    def test_are_found_by_part_of_their_title(self, desk, shelves):
        assert [choice.title for choice in desk.choices("gadget", "shelf", "甲")] == ["甲"]
        assert len(desk.choices("gadget", "spares")) == 3

    def test_are_found_by_id(self, desk, shelves):
        found = desk.choices("gadget", "shelf", ids=[shelves[1].id])
        assert [(choice.id, choice.title) for choice in found] == [(shelves[1].id, "乙")]

    def test_are_no_more_than_asked_for(self, desk, shelves):
        assert len(desk.choices("gadget", "shelf", limit=2)) == 2

    def test_of_who_made_it(self, desk):
        assert [choice.id for choice in desk.choices("gadget", "created_by")] == [desk.actor.id]

    @pytest.mark.parametrize("granted", ["view", "add", "edit"])
    def test_are_for_whoever_may_view_add_or_edit(self, desk, shelves, granted):
        assert granting(desk, ("gadget", granted)).choices("gadget", "shelf")

    def test_are_for_nobody_else(self, desk):
        for kind in ("delete", "operate", "enable"):
            with pytest.raises(Denied):
                granting(desk, ("gadget", kind), ("shelf", "view")).choices("gadget", "shelf")


def granting(desk: Desk, *grants: tuple[str, str]) -> Desk:
    """The desk of somebody who holds these grants and no others."""
    return replace(desk, actor=replace(desk.actor, role_key="", grants=frozenset(grants)))


READS = {
    "page": lambda desk: desk.page("gadget"),
    "count": lambda desk: desk.count("gadget"),
    "get": lambda desk: desk.get("gadget", 1),
    "history": lambda desk: desk.history("gadget", 1),
}


class TestPermission:
    @pytest.mark.parametrize("read", READS.values(), ids=READS)
    def test_every_read_asks_for_view(self, desk, read):
        every_other = [("gadget", kind) for kind in ("add", "edit", "delete", "operate", "enable")] + [
            ("shelf", "view")
        ]
        with pytest.raises(Denied):
            read(granting(desk, *every_other))

    def test_view_is_enough(self, desk):
        viewer = granting(desk, ("gadget", "view"))
        assert viewer.page("gadget").rows == []
        assert viewer.count("gadget").number == 0


class TestOtherTenant:
    """Nothing of one company is in what another one reads."""

    @pytest.mark.parametrize("order", ["-created_at", "weight", "-weight", "name", "id"])
    @pytest.mark.parametrize("cursor", ["", "last"])
    def test_sees_no_rows(self, foreign, gadget, order, cursor):
        assert foreign.page("gadget", order=order, cursor=cursor).rows == []

    def test_sees_no_rows_of_a_resource_without_refs(self, desk, foreign):
        desk.add("badge", name="b")
        assert foreign.page("badge").rows == []
        assert foreign.count("badge").number == 0

    def test_sees_no_record_no_choice_no_count(self, foreign, gadget, shelves):
        with pytest.raises(NotFound):
            foreign.get("gadget", gadget.id)
        assert foreign.choices("gadget", "shelf") == []
        assert foreign.choices("gadget", "shelf", ids=[shelves[0].id]) == []
        assert foreign.count("gadget").number == 0
        assert foreign.history("gadget", gadget.id) == []

    def test_filtering_by_a_foreign_ref_finds_nothing(self, desk, foreign, gadget, shelves):
        foreign.add("gadget", code="AB-1", name="own")
        assert foreign.page("gadget", **{"shelf.in": str(shelves[0].id)}).rows == []
        assert foreign.page("gadget", **{"spares.any": str(shelves[1].id)}).rows == []

    def test_another_tenants_cursor_only_moves_within_ones_own(self, desk, foreign, shelves):
        cursor = desk.page("shelf", size="1", order="id").next
        foreign.add("shelf", name="own")
        assert [row.values["name"] for row in foreign.page("shelf", size="1", order="id", cursor=cursor).rows] == [
            "own"
        ]


def test_times_typed_are_the_tenants(desk):
    gadget = desk.add("gadget", code="AB-1", name="x", sold_at="2026-03-01 07:00")
    assert gadget.values["sold_at"] == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)


def test_english_readers_get_english_lists(desk, gadget):
    reader: Actor = replace(desk.actor, locale="en")
    assert replace(desk, actor=reader).page("gadget").rows[0].titles["spares"] == "丙, 乙"


def test_a_search_can_be_built_by_hand(desk, gadget):
    with desk.at_work():
        search = Search(conditions=(Condition("code", "eq", ("AB-1",)),))
        assert len(query.page(desk.actor, desk.resource("gadget"), search).rows) == 1
