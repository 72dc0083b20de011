"""The pages of customer types: keypad, numbers of customers, and what is asked before one is deleted."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, control_value, field_errors, notices

URL = "/customer_type/"


@pytest.fixture
def types(desk: Desk, free_types: None) -> dict[str, int]:
    """甲 on key 1, 乙 on 2, 丙 on none."""
    keys = {"甲": 1, "乙": 2, "丙": None}
    return {name: desk.add("customer_type", name=name, key=key).id for name, key in keys.items()}


@pytest.fixture
def free_types(desk: Desk) -> None:
    """No type has a key, and none is there that can go."""
    for row in desk.page("customer_type").rows:
        if desk.get("customer_type", row.id).values["builtin"]:
            desk.edit("customer_type", row.id, key="")
        else:
            desk.delete("customer_type", row.id)


def on_key(text: str, key: int) -> list[str]:
    """The types that the page shows on this key."""
    cell = re.search(rf'<div class="key"[^>]*data-key="{key}">(.*?) class="free"', text, re.DOTALL)
    assert cell, f"no key {key}"
    return [unescape(name) for name in re.findall(r'chip-name" title="([^"]*)"', cell[1])]


def map_of(site: Site) -> dict[int, list[str]]:
    text = site.get(URL).text
    return {key: on_key(text, key) for key in range(10)}


def sent(desk: Desk, wanted: dict[int, object]) -> dict[str, object]:
    """The form of the keypad."""
    form = {f"value.{id_}": key for id_, key in wanted.items()}
    return form | {f"version.{id_}": desk.get("customer_type", id_).version for id_ in wanted}


def test_the_keypad_shows_who_is_where(site: Site, types: dict[str, int]) -> None:
    """T2."""
    shown = map_of(site)
    assert (shown[1], shown[2], shown[3]) == (["甲"], ["乙"], [])
    text = site.get(URL).text
    assert re.findall(r'data-key="(\d)"', text) == [*"123456789", "0"]
    assert 'title="丙"' in text[text.index('class="loose"') :]


def test_the_whole_map_is_saved_at_once(site: Site, desk: Desk, types: dict[str, int]) -> None:
    """T3."""
    answer = site.post(f"{URL}rearrange", sent(desk, {types["甲"]: 2, types["乙"]: 1, types["丙"]: 0}))
    assert (answer.status_code, answer.location) == (303, URL)
    shown = map_of(site)
    assert (shown[1], shown[2], shown[0]) == (["乙"], ["甲"], ["丙"])


def test_a_map_that_is_no_longer_true_is_refused(site: Site, desk: Desk, types: dict[str, int]) -> None:
    """T3: the second of two admins is told, and nothing changes."""
    form = sent(desk, {types["甲"]: 2, types["乙"]: 1})
    site.post(f"{URL}rearrange", form)
    assert site.post(f"{URL}rearrange", form | {f"value.{types['甲']}": 7}).status_code == 409
    assert map_of(site)[7] == []


def test_one_key_for_two_is_refused(site: Site, desk: Desk, types: dict[str, int]) -> None:
    """T4."""
    site.post(f"{URL}rearrange", sent(desk, {types["甲"]: 5, types["乙"]: 5}))
    assert notices(site.get(URL))[0][0] == "danger"
    assert map_of(site)[5] == []


def test_an_empty_key_offers_to_add_there(site: Site, desk: Desk, types: dict[str, int]) -> None:
    """T2: with the key filled in."""
    text = site.get(URL).text
    assert f'href="{URL}add?key=7"' in text
    assert f'href="{URL}add?key=1"' not in text
    assert control_value(site.get(f"{URL}add?key=7"), "key") == "7"
    assert control_value(site.get(f"{URL}add?key=%3Cb%3E"), "key") == "<b>"
    there = desk.count("customer_type").number
    for number in range(10 - there):
        desk.add("customer_type", name=f"t{number}")
    assert "add?key=" not in site.get(URL).text


def test_a_taken_key_and_an_eleventh_type_are_said_where_they_are(
    site: Site, desk: Desk, types: dict[str, int]
) -> None:
    """T4: a second use of a key at the field, with who has it; an eleventh type above the form."""
    taken = site.post(f"{URL}add", {"name": "丁", "key": "1"})
    assert taken.status_code == 422
    assert "甲" in field_errors(taken)["key"]
    assert control_value(taken, "name") == "丁"
    for number in range(10 - desk.count("customer_type").number):
        desk.add("customer_type", name=f"t{number}")
    full = site.post(f"{URL}add", {"name": "戊"})
    assert full.status_code == 422
    assert "10" in full.text[full.text.index('role="alert"') :]


def test_the_list_says_how_many_customers_have_each_and_leads_to_them(
    site: Site, desk: Desk, types: dict[str, int]
) -> None:
    for number in range(3):
        desk.add("customer", name=f"客户{number}", phone="13800138000", type=types["乙"])
    text = site.get(URL).text
    link = re.search(rf'<a href="(/customer/\?type={types["乙"]})">3</a>', text)
    assert link
    assert "客户2" in site.get(link[1]).text
    assert f"type={types['甲']}" not in text


def test_whoever_may_only_look_cannot_move_anything(
    site_of: type[Site], tenant: TenantKit, types: dict[str, int]
) -> None:
    viewer = site_of(tenant, "operator")
    text = viewer.get(URL).text
    assert "甲" in on_key(text, 1)
    assert "rearrange" not in text
    assert "value." not in text
    assert viewer.post(f"{URL}rearrange", {f"value.{types['甲']}": 3}).status_code == 403


def test_a_page_without_a_keypad_has_none(site: Site) -> None:
    assert "data-keypad" not in site.get("/shelf/").text
    assert site.post("/shelf/rearrange", {"value.1": "x"}).status_code in (404, 405)


def test_the_api_rearranges_too(site: Site, desk: Desk, types: dict[str, int]) -> None:
    """T3."""
    body = {"values": {str(types["甲"]): 2, str(types["乙"]): 1}}
    answer = site.api("PUT", f"/api/v1{URL}rearrange", body)
    assert (answer.status_code, answer.json) == (200, {"data": {"changed": 2}})
    assert desk.get("customer_type", types["甲"]).values["key"] == 2
    stale = {**body, "versions": {str(types["甲"]): 1}}
    assert site.api("PUT", f"/api/v1{URL}rearrange", stale).status_code == 409
    wrong = site.api("PUT", f"/api/v1{URL}rearrange", {"values": {str(types["甲"]): 11}})
    assert wrong.status_code == 400
    assert list(wrong.json["error"]["fields"]) == [str(types["甲"])]
    assert site.api("PUT", "/api/v1/shelf/rearrange", {"values": {"1": 1}}).status_code in (400, 404)


class TestRemoval:
    """T2, U3: what is asked before something goes."""

    @pytest.fixture
    def used(self, desk: Desk, types: dict[str, int]) -> int:
        for number in range(3):
            desk.add("customer", name=f"客户{number}", phone="13800138000", type=types["乙"])
        return types["乙"]

    def test_it_names_what_goes_and_who_refers_to_it(self, site: Site, types: dict[str, int], used: int) -> None:
        text = unescape(site.get(f"{URL}delete?ids={used}").text)
        assert "<li>乙</li>" in text
        assert "<li>客户资料：3 条</li>" in text
        heirs = re.findall(r'<option value="(\d+)"', text)
        assert str(used) not in heirs
        assert {str(types["甲"]), str(types["丙"])} <= set(heirs)
        assert 'value="none"' not in text, "a customer is never without a type"

    def test_it_asks_for_nobody_where_nothing_refers(self, site: Site, types: dict[str, int]) -> None:
        text = site.get(f"{URL}delete?ids={types['甲']}&ids={types['丙']}").text
        assert "<li>甲</li><li>丙</li>" in text
        assert 'name="heir"' not in text

    def test_without_scripts_the_button_leads_to_the_question(self, site: Site, used: int) -> None:
        asked = site.post(f"{URL}delete", {"ids": used})
        assert asked.status_code == 409
        assert 'name="heir"' in asked.text

    def test_with_an_heir_it_goes(self, site: Site, desk: Desk, types: dict[str, int], used: int) -> None:
        answer = site.post(f"{URL}delete", {"ids": used, "heir": types["甲"], "asked": "1"})
        assert answer.status_code == 303
        assert desk.count("customer", type__in=str(types["甲"])).number == 3
        assert site.get(f"{URL}{used}").status_code == 404

    def test_an_heir_that_cannot_be_one_is_refused(self, site: Site, desk: Desk, used: int) -> None:
        site.post(f"{URL}delete", {"ids": used, "heir": used, "asked": "1"})
        assert notices(site.get(URL))[0][0] == "danger"
        assert desk.count("customer", type__in=str(used)).number == 3

    def test_for_people_it_is_handing_over_and_nobody_is_possible(
        self, site: Site, desk: Desk, tenant: TenantKit
    ) -> None:
        agent = tenant.user("agent")[0]
        desk.add("customer", name="x", phone="13800138000", agent=agent)
        text = site.get(f"/user/delete?ids={agent}").text
        assert "转交给" in text
        assert '<option value="none">' in text

    def test_heirs_of_a_large_table_are_searched_for(self, site: Site, desk: Desk, tenant: TenantKit) -> None:
        agent = tenant.user("agent")[0]
        desk.add("customer", name="x", phone="13800138000", agent=agent)
        wanted = tenant.user("agent", name="欧阳接手")[0]
        for _number in range(50):
            tenant.user("agent")
        text = unescape(site.get(f"/user/delete?ids={agent}").text)
        url = re.search(r'data-url="(/user/heirs\?[^"]*)"', text)[1]
        found = site.get(f"{url}&q=欧阳").json
        assert found == [{"value": str(wanted), "text": "欧阳接手"}]
        first = site.get(url).json
        assert first[0]["value"] == "none"
        assert str(agent) not in [entry["value"] for entry in first]

    def test_somebody_else_s_records_are_not_told(self, site: Site, foreign: Desk) -> None:
        theirs = foreign.add("customer_type", name="别家的").id
        answer = site.get(f"{URL}delete?ids={theirs}")
        assert answer.status_code == 404
        assert "别家的" not in answer.text

    def test_none_or_many_are_asked_about_alike(self, site: Site, types: dict[str, int]) -> None:
        assert site.get(f"{URL}delete").status_code == 404
        many = site.post(f"{URL}delete", {"ids": list(types.values()), "ask": "1"})
        assert (many.status_code, many.text.count('name="ids"')) == (200, 3)

    def test_the_api_says_who_is_in_the_way_and_takes_an_heir(
        self, site: Site, desk: Desk, types: dict[str, int], used: int
    ) -> None:
        """T2: 409 in_use with the counts."""
        refused = site.api("DELETE", f"/api/v1{URL}{used}")
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "in_use")
        assert refused.json["error"]["uses"] == {"customer": 3}
        wrong = site.api("POST", f"/api/v1{URL}delete", {"ids": [str(used)], "heir": "none"})
        assert (wrong.status_code, list(wrong.json["error"]["fields"])) == (400, ["heir"])
        assert site.api("DELETE", f"/api/v1{URL}{used}?heir={types['甲']}").status_code == 204
        assert desk.count("customer", type__in=str(types["甲"])).number == 3
        again = site.api("POST", f"/api/v1{URL}delete", {"ids": [str(types["甲"])], "heir": str(types["丙"])})
        assert again.json == {"data": {"deleted": 1}}
        assert desk.count("customer", type__in=str(types["丙"])).number == 3


def test_what_nobody_may_delete_does_not_offer_it(site: Site, desk: Desk, types: dict[str, int]) -> None:
    """T2: neither its row, nor its page, nor a box to tick it by."""
    (unsorted,) = (
        row.id for row in desk.page("customer_type").rows if desk.get("customer_type", row.id).values["builtin"]
    )
    listed = site.get(URL).text
    assert re.findall(r'name="ids" value="(\d+)"', listed).count(str(types["甲"])) == 2
    assert f'name="ids" value="{unsorted}"' not in listed
    assert f'href="{URL}{unsorted}/edit"' in listed
    assert f'formaction="{URL}delete"' in site.get(f"{URL}{types['甲']}").text
    assert f'formaction="{URL}delete"' not in site.get(f"{URL}{unsorted}").text
