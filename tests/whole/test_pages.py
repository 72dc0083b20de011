"""C1: the offer above a list, the question with its number, what comes of the answer; and the same for programs."""

from __future__ import annotations

import re

import pytest

from app.errors import Invalid
from app.records import limits, whole
from tests.kit import log_in
from tests.web.site import Site, notices
from tests.whole.conftest import Crowd


@pytest.fixture
def site(crowd: Crowd) -> Site:
    return Site(crowd.kit, "admin")


def number_in(text: str) -> str:
    found = re.search(r'name="number" value="(\d+)"', text)
    assert found, "the question names the number"
    return found[1]


def test_the_offer_is_there_where_the_list_goes_on_and_counts_when_it_is_asked(crowd: Crowd, site: Site) -> None:
    """C1: exactly, also beyond what the list's own count says."""
    crowd.pool(3, gender="male")
    crowd.pool(1)
    assert "data-every" not in site.get("/customer/?size=10").text
    page = site.get("/customer/?gender=male&size=2&order=name")
    assert 'data-every="/customer/whole?gender=male"' in page.text
    assert 'data-every-do="/customer/whole/do/assign"' in page.text
    assert site.get("/customer/whole?gender=male").json["number"] == 3
    agent = log_in(crowd.kit, "agent")
    assert agent.get("/customer/whole").json["number"] == 0
    assert agent.get("/customer/?size=1").status_code == 200


def test_a_few_are_done_at_once_and_only_as_many_as_were_confirmed(crowd: Crowd, site: Site) -> None:
    """C1"""
    agent = crowd.person()
    ids = crowd.pool(3, gender="male")
    others = crowd.pool(1)
    asked = site.post("/customer/whole/do/assign", {"query": "gender=male&order=name&size=2"})
    assert asked.status_code == 200 and 'id="asking"' in asked.text
    sent = {"query": "gender=male", "asked": "1", "number": number_in(asked.text), "agent": agent.id, "team": ""}
    more = crowd.pool(1, gender="male")
    again = site.post("/customer/whole/do/assign", sent)
    assert again.status_code == 422 and number_in(again.text) == "4"
    assert set(crowd.owners().values()) == {None}
    assert site.post("/customer/whole/do/assign", sent | {"number": "4"}).status_code == 303
    owners = crowd.owners()
    assert {owners[one] for one in (*ids, *more)} == {agent.id} and owners[others[0]] is None
    assert notices(site.get("/customer/"))[0][0] == "success"


def test_what_was_filled_in_stays_when_it_is_refused(crowd: Crowd, site: Site) -> None:
    """C1"""
    crowd.pool(2)
    refused = site.post("/customer/whole/do/set_type", {"query": "", "asked": "1", "number": "2", "type": ""})
    assert refused.status_code == 422 and "aria-invalid" in refused.text
    nothing = site.post("/customer/whole/delete", {"query": "gender=female"})
    assert nothing.status_code == 303
    assert notices(site.get("/customer/"))[0][0] == "danger"


def test_many_are_a_jobs_work_and_it_is_said(crowd: Crowd, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1"""
    monkeypatch.setattr(limits, "BULK", 3)
    crowd.pool(5)
    asked = site.post("/customer/whole/delete", {"query": ""})
    sent = {"query": "", "asked": "1", "number": number_in(asked.text)}
    assert site.post("/customer/whole/delete", sent).status_code == 303
    assert len(crowd.owners()) == 5
    assert crowd.work()
    assert crowd.owners() == {}
    assert "5" in site.get("/jobs/").text


def test_people_are_done_as_many_at_once_as_one_may_and_no_more(crowd: Crowd, site: Site) -> None:
    """C1, U3: no job deletes people."""
    ids = [crowd.person().id for _ in range(2)]
    asked = site.post("/user/whole/do/disable", {"query": "role=" + str(crowd.kit.roles["agent"])})
    assert asked.status_code == 200
    sent = {"query": f"role={crowd.kit.roles['agent']}", "asked": "1", "number": "2"}
    assert site.post("/user/whole/do/disable", sent).status_code == 303
    assert [crowd.get("user", one).values["active"] for one in ids] == [False, False]
    with crowd.at_work(), pytest.raises(Invalid, match="500"):
        whole.demand_number(crowd.resource("user"), 501, None)


@pytest.mark.parametrize(
    ("role", "path"), [("agent", "whole/do/assign"), ("agent", "whole/delete"), ("finance", "whole")]
)
def test_who_may_not_is_refused(crowd: Crowd, role: str, path: str) -> None:
    """R1"""
    site = Site(crowd.kit, role)
    answer = site.get(f"/customer/{path}") if path == "whole" else site.post(f"/customer/{path}", {"query": ""})
    assert answer.status_code == 403
    method, sent = ("GET", None) if path == "whole" else ("POST", {"query": ""})
    assert site.api(method, f"/api/v1/customer/{path}", sent).status_code == 403


def test_a_program_does_the_same(crowd: Crowd, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1"""
    agent = crowd.person()
    ids = crowd.pool(3, gender="male")
    assert site.api("GET", "/api/v1/customer/whole?gender=male").json["data"] == {"count": 3}
    sent = {"query": "gender=male", "values": {"agent": str(agent.id)}}
    assert site.api("POST", "/api/v1/customer/whole/do/assign", sent | {"number": 2}).status_code == 409
    assert site.api("POST", "/api/v1/customer/whole/do/assign", sent | {"number": 3}).json["data"] == {"count": 3}
    assert {crowd.owners()[one] for one in ids} == {agent.id}
    monkeypatch.setattr(limits, "BULK", 2)
    answer = site.api("POST", "/api/v1/customer/whole/delete", {"query": "gender=male"})
    assert answer.status_code == 202
    job = answer.json["data"]["job"]
    assert crowd.work()
    assert site.api("GET", f"/api/v1/jobs/{job}").json["data"]["state"] == "done"
    assert site.api("POST", "/api/v1/customer/whole/do/claim", {"query": ""}).status_code == 404
    assert site.api("POST", "/api/v1/customer/whole/delete", {"query": "nonsense=1"}).status_code == 400
