"""Guesses at masked numbers are counted, however they are made (C1, R2)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select

from app.engine import engine
from app.errors import TooMany
from app.labels import Label
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.records import query, saved_views, settings, transfer
from app.spec.model import FieldSpec
from tests.importing.conftest import Importer, counts, importer  # noqa: F401
from tests.kit import TenantKit, log_in
from tests.masking.crowd import MOBILE, Crowd, role_without
from tests.masking.test_masking import Veiled

WRONG = [f"139{n:04}5678" for n in range(20)]  # guesses at 139****5678


@pytest.fixture
def crowd(tenant: TenantKit) -> Crowd:
    return Crowd(tenant).fill()


@pytest.fixture
def role(crowd: Crowd) -> str:
    return role_without(crowd.kit, "preview")


def limit(crowd: Crowd, number: int) -> None:
    with crowd.admin.at_work(), transaction():
        settings.save(crowd.admin.actor, crowd.admin.resource("business"), {"reveal_limit": number})


def tries(crowd: Crowd) -> list[Any]:
    with crowd.admin.at_work():
        found = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "try_number").order_by(AuditEntry.seq))
        return [entry.after for entry in found]


def test_a_whole_number_searched_for_is_a_look_and_written_down_masked(crowd: Crowd, role: str):
    """C1: in the search box and by a condition; the same one is not counted twice; then the day's are used up."""
    limit(crowd, 3)
    desk = Veiled(crowd.kit, crowd.kit.actor(role))
    for _again in range(2):
        assert len(desk.page("customer", q=MOBILE).rows) == desk.count("customer", q=MOBILE).number == 1
    assert desk.page("customer", phone__eq=WRONG[0]).rows == desk.page("customer", phone__known=WRONG[1]).rows == []
    for condition in (
        {"q": WRONG[2]},
        {"phone__eq": WRONG[2]},
        {f"{crowd.card}__eq": WRONG[2]},
        {"q": "+86" + WRONG[2]},
    ):
        for ask in (desk.page, desk.count):
            with pytest.raises(TooMany) as refused:
                ask("customer", **condition)
            assert MOBILE not in str(refused.value)
    assert len(desk.page("customer", q="139").rows) == 1, "what the mask shows is no guess"
    assert desk.page("customer", q="甲").rows
    assert tries(crowd) == [{"search": "139****5678"}] * 3


def test_without_a_limit_to_looks_guesses_have_one(crowd: Crowd, role: str, monkeypatch: pytest.MonkeyPatch):
    """C1: 0 is any number of looks, for those who may look."""
    monkeypatch.setattr("app.records.day_count.USUAL", 1)
    limit(crowd, 0)
    desk = Veiled(crowd.kit, crowd.kit.actor(role))
    desk.page("customer", q=WRONG[0])
    with pytest.raises(TooMany):
        desk.page("customer", q=WRONG[1])
    agent = Veiled(crowd.kit, crowd.kit.actor("agent"))
    for number in WRONG[:3]:
        agent.page("customer", q=number)


def test_short_numbers_are_found_by_asking_for_them_only(crowd: Crowd, role: str):
    """C1: 110 is shown as ***, so the box does not find it by trying all of three digits; a condition is counted."""
    crowd.admin.add("customer", name="短", phone="110")
    limit(crowd, 1)
    desk = Veiled(crowd.kit, crowd.kit.actor(role))
    for number in ("110", "1100", "12345", "1234567"):
        assert desk.page("customer", q=number).rows == desk.page("customer", phone__known=number).rows == []
    assert desk.count("customer", phone__eq="110").number == 1
    with pytest.raises(TooMany):
        desk.count("customer", phone__eq="111")


@pytest.mark.parametrize(
    "path",
    [
        "/customer/?q={n}", "/customer/?phone.eq={n}", "/customer/count?q={n}", "/api/v1/customer/?q={n}",
        "/api/v1/customer/?phone.known={n}", "/api/v1/search?q={n}", "/customer/?phone.known={n}&phone.starts=139",
    ],
)  # fmt: skip
def test_every_way_in_counts(crowd: Crowd, role: str, path: str):
    """C1: the day's guesses used up, each says so: 429, and when it is worth asking again to programs."""
    limit(crowd, 1)
    client = log_in(crowd.kit, role)
    assert client.get(path.format(n=WRONG[0])).status_code == 200
    refused = client.get(path.format(n=MOBILE))
    assert refused.status_code == 429
    assert "甲" not in refused.get_data(as_text=True)
    assert "查询条件有误" not in refused.get_data(as_text=True)  # nothing is wrong with what was asked
    assert client.get("/palette?q=" + MOBILE).status_code == 200
    assert "甲" not in client.get("/palette?q=" + MOBILE).get_data(as_text=True)


def test_an_export_asks_as_its_list_does(crowd: Crowd, role: str):
    """C1: conditions of an export are no way around."""
    limit(crowd, 1)
    client = log_in(crowd.kit, role)
    headers = {"X-CSRFToken": client.csrf}
    answers = [
        client.post("/api/v1/customer/export", json={"query": f"phone.eq={number}"}, headers=headers)
        for number in (WRONG[0], MOBILE)
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 429]


def test_whatever_reads_a_whole_list_asks_as_its_list_does(crowd: Crowd, role: str):
    """C1: exports are made of batches, and each asks what the list asks."""
    limit(crowd, 1)
    desk = Veiled(crowd.kit, crowd.kit.actor(role))
    with desk.at_work():
        resource = desk.resource("customer")
        for number, fails in ((WRONG[0], False), (MOBILE, True)):
            asked = desk.search("customer", phone__eq=number)
            with pytest.raises(TooMany) if fails else nullcontext():
                assert list(transfer.rows(desk.actor, resource, asked, ["name"])) == []


def test_a_drop_down_finds_nobody_by_number(crowd: Crowd, role: str):
    """C1: what a reference may point to is found by name; by number for those who see it."""
    for desk, found in ((Veiled(crowd.kit, crowd.kit.actor(role)), 0), (crowd.admin, 1)):
        with desk.at_work():
            customer = engine().product.resource("customer")
            points = FieldSpec("points", "ref", Label("指向", "Points"), to="customer")
            asking = replace(customer, fields=MappingProxyType({**customer.fields, "points": points}), extensible=None)
            assert len(query.choices(desk.actor, asking, "points", MOBILE)) == found
            assert len(query.choices(desk.actor, asking, "points", "甲")) == 1


def test_a_view_shared_by_who_sees_numbers_does_not_show_them(crowd: Crowd, role: str):
    """C1, U5: neither in its address nor in what it finds."""
    admin = crowd.admin
    with admin.at_work(), transaction():
        for name, asked in (("此人", f"phone.eq={MOBILE}&gender=male"), ("找他", f"q={MOBILE}")):
            saved_views.save(admin.actor, admin.resource("customer"), name, asked, role_id=crowd.kit.roles[role])
    desk = Veiled(crowd.kit, crowd.kit.actor(role))
    with desk.at_work():
        shown = {view.name: view.query for view in saved_views.views(desk.actor, desk.resource("customer"))}
    assert shown == {"此人": "gender=male", "找他": ""}
    assert MOBILE not in log_in(crowd.kit, role).get("/customer/").get_data(as_text=True)
    with admin.at_work():
        assert MOBILE in saved_views.views(admin.actor, admin.resource("customer"))[0].query


def test_whoever_sees_numbers_pays_nothing(crowd: Crowd, queries: Callable[[], Any]):
    """C1: no statement, no entry, no limit."""
    limit(crowd, 1)
    desk = crowd.admin
    with desk.at_work():
        search = desk.search("customer", q=MOBILE)
        resource = desk.resource("customer")
        query.page(desk.actor, resource, search)
        with queries() as sent:
            query.page(desk.actor, resource, search)
        assert len(sent) == 1
    for number in WRONG[:3]:
        desk.page("customer", q=number)
    assert tries(crowd) == []


def test_a_trial_of_an_import_tells_nothing_and_the_import_is_counted(crowd: Crowd, importer: Importer, role: str):  # noqa: F811
    """C1: a file of ten thousand numbers is ten thousand guesses, whichever rule for duplicates is chosen."""
    limit(crowd, 3)
    masked = importer.as_(role)
    rows = [[f"猜{n}", number] for n, number in enumerate((*WRONG[:2], MOBILE))]
    for rule in ("skip", "fail", "update"):
        report = masked.tried(masked.csv(*rows), duplicates=rule)
        assert (counts(report), report["blind"]) == ((3, 0, 0, 0), True)
    assert counts(masked.imported(masked.csv(*rows), duplicates="skip")) == (2, 0, 1, 0)
    for whole in (True, False):
        job = masked.put(masked.csv(*rows), duplicates="fail", whole=whole)
        masked.work()
        found = masked.job(job)
        assert (found.state, found.result) == ("failed", None), "used up"
        assert "0" in found.message
    assert tries(crowd) == [{"rows": 3}]
    assert "blind" not in importer.tried(importer.csv(*rows))


def test_a_refused_import_of_all_or_nothing_has_been_counted(crowd: Crowd, importer: Importer, role: str):  # noqa: F811
    """C1: what is rolled back has been answered all the same."""
    limit(crowd, 3)
    masked = importer.as_(role)
    path: Path = masked.csv(*[[f"猜{n}", number] for n, number in enumerate((WRONG[0], MOBILE))])
    assert counts(masked.imported(path, duplicates="fail", whole=True)) == (0, 0, 0, 2)
    with pytest.raises(TooMany):
        for number in WRONG[1:4]:
            Veiled(crowd.kit, masked.actor).page("customer", q=number)
