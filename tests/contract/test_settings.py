"""Every settings resource: who may, what a form and the API do, and that the neighbours' stay their own (B1–B4)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import pytest

from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.spec.model import FieldSpec
from tests.contract.company import Company
from tests.contract.samples import candidates
from tests.contract.settings_doors import api_url, page_url, settings_doors, settings_requests
from tests.contract.test_pages import knock

MOST_STATEMENTS = 3
READER = Reader("zh", "Asia/Shanghai")


def other(field: FieldSpec) -> Any:
    """A JSON value for the field that is not its default."""
    values = [not field.default] if field.kind == "boolean" else [option.value for option in field.options]
    for number in range(1, 50):
        for raw in (*values, *([value] for value in values), *candidates(field, number)):
            try:
                cleaned = kind_of(field).clean(field, raw, READER)
            except Rejected:
                continue
            if cleaned != field.default and not kind_of(field).is_blank(cleaned):
                return raw
    raise AssertionError(f"no sample fits {field.name} ({field.kind}): add a candidate")


def test_nobody_logged_in_gets_in(settings_company: Company) -> None:
    client = settings_company.kit.app.test_client()
    assert client.get(page_url(settings_company)).status_code in (302, 303)
    for method, path, body, _kind in settings_requests(settings_company):
        assert client.open(f"/api/v1{path}", method=method, json=body).status_code == 401, f"{method} {path}"


@pytest.mark.parametrize("kind", ["", "view", "edit"])
def test_a_permission_opens_its_own_doors_and_no_others(settings_company: Company, kind: str) -> None:
    held = [kind] if kind else []
    client, program = settings_company.browser(*held), settings_company.program(*held)
    for method, path, form, needed in settings_doors(settings_company):
        assert (knock(client, method, path, form).status_code == 403) is (needed != kind), f"page {method} {path}"
    for method, path, body, needed in settings_requests(settings_company):
        assert (program(method, path, body).status_code == 403) is (needed != kind), f"API {method} {path}"
    menu = client.get("/workbench").get_data(as_text=True)
    assert (f'href="{page_url(settings_company)}"' in menu) is (kind == "view" and settings_company.resource.page)


def test_at_first_all_defaults_are_in_force_and_shown(settings_company: Company) -> None:
    program = settings_company.admin_program()
    answer = program("GET", api_url(settings_company)).json
    assert answer["data"] == {"version": 0, **answer["defaults"]}
    text = unescape(settings_company.admin().get(page_url(settings_company)).get_data(as_text=True))
    for field in settings_company.resource.fields.values():
        assert field.label.zh in text
        assert (kind_of(field).text(field, field.default, READER) or "默认：") in text


def test_each_field_can_be_changed_and_given_back(settings_company: Company) -> None:
    program, done = settings_company.admin_program(), 0
    for field in settings_company.resource.fields.values():
        before = program("GET", api_url(settings_company)).json["data"]
        changed = program("PUT", api_url(settings_company), {field.name: other(field), "version": before["version"]})
        if changed.status_code == 400:
            continue  # a rule of the resource binds it to other fields
        after = changed.json["data"]
        if after[field.name] == before[field.name]:
            continue  # another field decides it
        done += 1
        assert after["version"] > before["version"]
        stale = program(
            "PUT", api_url(settings_company), {field.name: before[field.name], "version": before["version"]}
        )
        assert stale.status_code == 409
        back = program("POST", f"{api_url(settings_company)}reset", {"fields": [field.name]})
        assert back.status_code == 200, back.get_data(as_text=True)
        assert back.json["data"][field.name] == back.json["defaults"][field.name]
    assert done


def test_bad_values_are_answered_at_their_field(settings_company: Company) -> None:
    program = settings_company.admin_program()
    before = program("GET", api_url(settings_company)).json
    for name in (*settings_company.resource.fields, "nonsense", "tenant_id"):
        for bad in ({"a": 1}, "\x00", "x" * 100_000, [[]], 10**30):
            answer = program("PUT", api_url(settings_company), {name: bad})
            assert answer.status_code == 400, f"{name} = {str(bad)[:20]}"
            assert name in answer.json["error"]["fields"]
    assert program("GET", api_url(settings_company)).json == before


def test_the_neighbours_settings_stay_as_they_are(settings_company: Company, new_tenant: Callable[[], Any]) -> None:
    neighbour = settings_company.of(new_tenant())
    before = neighbour.admin_program()("GET", api_url(neighbour)).json
    program = settings_company.admin_program()
    for field in settings_company.resource.fields.values():
        program("PUT", api_url(settings_company), {field.name: other(field)})
    assert neighbour.admin_program()("GET", api_url(neighbour)).json == before


def test_the_page_costs_the_same_few_statements(
    settings_company: Company, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """Who is asking, the settings, their history."""
    client, path = settings_company.admin(), page_url(settings_company)
    client.get(path)
    with queries() as sent:
        assert client.get(path).status_code == 200
    assert len(sent) <= MOST_STATEMENTS


def test_the_openapi_document_describes_it(settings_company: Company) -> None:
    document = settings_company.admin_program()("GET", "/_openapi").json
    assert {"get", "put"} <= set(document["paths"][f"/api/v1{api_url(settings_company)}"])
