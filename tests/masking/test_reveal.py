"""Whole numbers one record at a time: who may, how often, and that it is written down (C1, R2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from app.errors import Denied, NotFound, TooMany
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.records import settings
from app.records.reveal import reveal
from tests.desk import Desk
from tests.kit import TenantKit, log_in
from tests.masking.crowd import CARD, MOBILE, Crowd, role_without


@pytest.fixture
def crowd(tenant: TenantKit) -> Crowd:
    made = Crowd(tenant).fill()
    leader, _, _ = tenant.person("team_leader")
    made.admin.edit("customer", made.customers["甲"], agent=str(leader))
    return made


def ask(desk: Desk, id_: int) -> Any:
    with desk.at_work(), transaction():
        return reveal(desk.actor, desk.resource("customer"), id_)


def param(crowd: Crowd, **values: Any) -> None:
    desk = crowd.admin
    with desk.at_work(), transaction():
        settings.save(desk.actor, desk.resource("business"), values)


def desk_of(crowd: Crowd, role: str) -> Desk:
    return Desk(crowd.kit, crowd.kit.actor(role))


def looks(crowd: Crowd) -> list[tuple[str, int, Any]]:
    with crowd.admin.at_work():
        found = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal").order_by(AuditEntry.seq))
        return [(entry.actor_name, entry.record_id, entry.after) for entry in found]


def test_a_look_shows_the_numbers_and_is_written_down(crowd: Crowd):
    """C1, P3: who, which record, which fields; the numbers are not in the log."""
    desk, id_ = desk_of(crowd, "team_leader"), crowd.customers["甲"]
    found = ask(desk, id_)
    assert (dict(found.numbers), found.left) == ({"phone": MOBILE, crowd.card: CARD}, 199)
    assert looks(crowd) == [(desk.actor.get_full_name(), id_, {"fields": "客户号码、银行卡"})]


def test_who_may_not(crowd: Crowd):
    """C1: without the right it is refused; a record out of sight is none; whoever sees it whole is not counted."""
    for kind in ("preview", "view"):
        with pytest.raises(Denied):
            ask(desk_of(crowd, role_without(crowd.kit, kind)), crowd.customers["甲"])
    with pytest.raises(NotFound):
        ask(desk_of(crowd, "team_leader"), crowd.customers["乙"])
    assert ask(desk_of(crowd, "manager"), crowd.customers["甲"]).numbers["phone"] == MOBILE
    assert looks(crowd) == []


def test_the_parameter_says_who_asks_one_by_one(crowd: Crowd):
    """B: everyone, the admin too, or nobody."""
    id_ = crowd.customers["甲"]
    shown = {
        "all": {"admin": "139****5678", "team_leader": "139****5678"},
        "nobody": {"admin": MOBILE, "team_leader": MOBILE},
    }
    for value, seen in shown.items():
        param(crowd, reveal_one_by_one=value)
        for role, text in seen.items():
            assert desk_of(crowd, role).get("customer", id_).values["phone"] == text, (value, role)


def test_a_day_has_so_many_looks_and_no_more(crowd: Crowd):
    """B: also when they come at once; 0 is any number."""
    param(crowd, reveal_limit=3)
    desk, id_ = desk_of(crowd, "team_leader"), crowd.customers["甲"]

    def one(_number: int) -> bool:
        try:
            return bool(ask(desk, id_).numbers)
        except TooMany:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(8))) == 3
    assert len(looks(crowd)) == 3
    param(crowd, reveal_limit=0)
    assert ask(desk_of(crowd, "team_leader"), id_).left is None


def test_in_place_on_the_page_and_through_the_api(crowd: Crowd):
    """C1: for htmx the numbers alone, without scripts the page with them; no cache keeps either."""
    client, path = log_in(crowd.kit, "team_leader"), f"/customer/{crowd.customers['甲']}"
    page = client.get(path).get_data(as_text=True)
    assert f'hx-post="{path}/reveal"' in page and 'id="number-phone"' in page and MOBILE not in page
    form = {"csrf_token": client.csrf}
    piece = client.post(f"{path}/reveal", data=form, headers={"HX-Request": "true"})
    text = piece.get_data(as_text=True)
    assert 'id="summary-phone"' in page and 'id="summary-phone" hx-swap-oob="true"' in text
    assert MOBILE in text and "<html" not in text and piece.headers["Cache-Control"] == "no-store"
    assert client.post(f"{path}/reveal", data=form).get_data(as_text=True).count(MOBILE) == 2, "above and below"
    answer = client.post(f"/api/v1{path}/reveal", headers={"X-CSRFToken": client.csrf})
    assert answer.json["data"] == {"numbers": {"phone": MOBILE, crowd.card: CARD}, "left": 197}
    assert client.get(f"{path}/reveal").status_code in (404, 405)


def test_the_limit_says_so(crowd: Crowd):
    """B: with the right status, and when it is worth asking again."""
    param(crowd, reveal_limit=1)
    client, path = log_in(crowd.kit, "team_leader"), f"/api/v1/customer/{crowd.customers['甲']}/reveal"
    headers = {"X-CSRFToken": client.csrf}
    assert client.post(path, headers=headers).status_code == 200
    refused = client.post(path, headers=headers)
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 86_400


def test_the_form_keeps_what_is_left_empty(crowd: Crowd):
    """C1: the control is empty and shows the mask; saving it so changes no number."""
    client, path = log_in(crowd.kit, role_without(crowd.kit, "preview")), f"/customer/{crowd.customers['甲']}/edit"
    page = client.get(path).get_data(as_text=True)
    assert 'placeholder="139****5678"' in page and 'value="139' not in page
    form = {"csrf_token": client.csrf, "name": "甲甲", "phone": ""}
    assert client.post(path, data=form).status_code == 303
    assert crowd.admin.get("customer", crowd.customers["甲"]).values["phone"] == MOBILE
