"""Who may delete, act or edit without seeing records reads no value of them (C1, R2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.engine import engine
from app.errors import InUse, Violation
from app.models.base import transaction
from app.records import rules, service
from app.records.rules import Change
from tests.kit import TenantKit, log_in
from tests.masking.crowd import Crowd, role_without


@dataclass
class Blind:
    client: FlaskClient
    id: int

    def post(self, path: str, **form: Any) -> Any:
        return self.client.post(path, data={"csrf_token": self.client.csrf, **form})


@pytest.fixture
def crowd(tenant: TenantKit) -> Crowd:
    return Crowd(tenant).fill()


@pytest.fixture
def blind(crowd: Crowd) -> Blind:
    return Blind(log_in(crowd.kit, role_without(crowd.kit, "view")), crowd.customers["甲"])


@pytest.mark.parametrize(
    "path",
    ["/customer/bin/", "/api/v1/customer/bin/", "/customer/bin/{entry}", "/api/v1/customer/bin/{entry}",
     "/customer/bin/purge?ids={entry}", "/customer/heirs?id={id}"],
)  # fmt: skip
def test_the_bin_and_heirs_take_the_right_to_see(crowd: Crowd, blind: Blind, path: str):
    """C1: deleted values are values."""
    entry = log_in(crowd.kit, "admin").get("/api/v1/customer/bin/").json["data"][0]["id"]
    assert blind.client.get(path.format(entry=entry, id=blind.id)).status_code == 403


@pytest.mark.parametrize("path", ["ask/set_type", "ask/assign", "delete"])
def test_a_question_says_how_many_and_not_who(crowd: Crowd, blind: Blind, path: str):
    """C1: no name and none of its values; whoever sees records is told."""
    path = f"/customer/{path}?ids={blind.id}"
    answer = blind.client.get(path)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "甲" not in text and f'value="{blind.id}"' in text
    assert "甲" in log_in(crowd.kit, "admin").get(path).get_data(as_text=True)


def test_deleting_says_how_many(crowd: Crowd, blind: Blind):
    """C1: the message afterwards names nobody either."""
    assert blind.post("/customer/delete", ids=str(blind.id), asked="1").status_code in (200, 302, 303)
    text = blind.client.get("/workbench").get_data(as_text=True)
    assert "甲" not in text
    assert crowd.admin.count("customer").number == 1


def test_a_refusal_tells_which_by_its_id(crowd: Crowd, blind: Blind, monkeypatch: pytest.MonkeyPatch):
    """C1: of several records one refuses, or one is in use: whoever sees records is told its name."""
    ids = sorted(crowd.customers.values())[:2]

    def refuse(change: Change) -> None:
        if change.id == ids[1]:
            raise Violation("", "不行")

    monkeypatch.setattr(rules, "found", lambda _resource, _names: [refuse])
    sent = {"ids": [str(id_) for id_ in ids]}
    seen = log_in(crowd.kit, "admin")
    name = crowd.admin.get("customer", ids[1]).values["name"]
    for client, shown, hidden in ((blind.client, str(ids[1]), name), (seen, name, str(ids[1]))):
        answer = client.post("/api/v1/customer/do/release", json=sent, headers={"X-CSRFToken": client.csrf})
        assert answer.status_code == 400
        assert shown in answer.json["error"]["message"] and hidden not in answer.json["error"]["message"]


def test_what_is_in_use_is_told_by_its_id(crowd: Crowd):
    """R2: to whoever may delete and not see."""
    kind = crowd.admin.add("customer_type", name="要留", key="9")
    crowd.admin.edit("customer", crowd.customers["甲"], type=kind.id)
    actor = replace(crowd.admin.actor, role_key="", grants=frozenset({("customer_type", "delete")}))
    with crowd.admin.at_work(), transaction(), pytest.raises(InUse) as refused:
        service.delete(actor, engine().product.resource("customer_type"), [kind.id])
    assert str(kind.id) in str(refused.value.message) and "要留" not in str(refused.value.message)


def test_editing_shows_no_value(crowd: Crowd, blind: Blind):
    """C1: neither the form, nor its answer to what cannot be saved, nor the API's to what was."""
    path = f"/customer/{blind.id}/edit"
    assert blind.client.get(path).status_code == 403
    assert blind.post(path, name="", version="0").status_code == 403
    headers = {"X-CSRFToken": blind.client.csrf}
    saved = blind.client.put(f"/api/v1/customer/{blind.id}", json={"remark": "回访"}, headers=headers)
    assert saved.status_code == 200 and saved.json["data"].keys() == {"id", "version"}
    assert crowd.admin.get("customer", blind.id).values["remark"] == "回访"
