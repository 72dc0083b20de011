"""The pages of every resource, without a browser: who may open them, what a form does, and what they cost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.fields import kind_of
from tests.contract.company import Company
from tests.contract.samples import READER, writable

BASELINE = Path(__file__).with_name("statements.json")
MOST_STATEMENTS = 4


def url(company: Company, *parts: object) -> str:
    return "/".join((f"/{company.resource.name}", *map(str, parts))) if parts else f"/{company.resource.name}/"


def doors(company: Company, record: int) -> list[tuple[str, str, dict[str, Any], str]]:
    """(method, address, form, permission that it takes) of every page and button."""
    found: list[tuple[str, str, dict[str, Any], str]] = [
        ("GET", url(company), {}, "view"),
        ("GET", url(company, "count"), {}, "view"),
        ("GET", url(company, record), {}, "view"),
        ("GET", url(company, "add"), {}, "add"),
        ("POST", url(company, "add"), {}, "add"),
        ("GET", url(company, record, "edit"), {}, "edit view"),  # shows values
        ("POST", url(company, record, "edit"), {}, "edit view"),
        ("GET", f"{url(company, 'delete')}?ids={record}", {}, "delete"),
        ("GET", f"{url(company, 'heirs')}?id={record}", {}, "delete view"),  # shows values
        ("POST", url(company, "delete"), {"ids": record}, "delete"),
        ("GET", url(company, "import/"), {}, "import"),
        ("POST", url(company, "import/"), {}, "import"),
        ("GET", url(company, "import/template.csv"), {}, "import"),
    ]
    if company.resource.bin:
        found += [
            ("GET", url(company, "bin/"), {}, "delete view"),
            ("POST", url(company, "bin", "restore"), {"ids": record}, "delete view"),
            ("POST", url(company, "bin", "purge"), {"ids": record}, "delete view"),
        ]
    found += [
        ("POST", url(company, "do", name), {"ids": record}, act.permission) for name, act in company.actions.items()
    ]
    return [door for door in found if set(door[3].split()) <= set(company.resource.can)]


def knock(client: FlaskClient, method: str, path: str, form: dict[str, Any]) -> Any:
    if method == "GET":
        return client.get(path)
    return client.post(path, data={**form, "csrf_token": client.csrf}, headers={"Referer": "http://localhost/"})


def form_of(company: Company, values: dict[str, Any], *, adding: bool) -> dict[str, Any]:
    """`values` as the browser sends them: unticked boxes not at all, secrets twice."""
    form: dict[str, Any] = {}
    for field in writable(company.resource, adding=adding):
        value = values.get(field.name)
        if value is True:
            form[field.name] = "y"
        elif value not in (None, False):
            form[field.name] = value
        if kind_of(field).secret and field.name in form:
            form[f"{field.name}_confirm"] = value
    return form


def test_nobody_logged_in_is_sent_to_the_login(company: Company) -> None:
    record = company.record()
    client = company.kit.app.test_client()
    for method, path, _form, _kind in doors(company, record):
        if method == "GET":
            answer = client.get(path)
            assert answer.status_code in (302, 303), path
            assert "/login" in answer.headers["Location"]


def test_without_any_permission_every_door_is_shut_and_the_menu_hides_it(company: Company) -> None:
    record, client = company.record(), company.browser()
    before = company.count()
    for method, path, form, _kind in doors(company, record):
        assert knock(client, method, path, form).status_code == 403, f"{method} {path}"
    assert company.count() == before
    assert f'href="{url(company)}"' not in client.get("/workbench").get_data(as_text=True)


@pytest.mark.parametrize("kind", ["view", "add", "edit", "delete", "import", "operate", "enable"])
def test_a_permission_opens_its_own_doors_and_no_others(company: Company, kind: str) -> None:
    if kind not in company.resource.can:
        assert all(act.permission != kind for act in company.resource.actions.values())
        return
    record, client = company.record(), company.browser(kind)
    for method, path, form, needed in doors(company, record):
        status = knock(client, method, path, form).status_code
        if kind in needed.split():
            if needed != kind:
                assert status == 403, f"{kind} alone must not open {method} {path}"
                status = knock(company.browser(*needed.split()), method, path, form).status_code
            assert status != 403, f"{needed} opens {method} {path}"
        else:
            assert status == 403, f"{kind} alone must not open {method} {path}"


def test_one_who_may_only_view_is_offered_no_other_button(company: Company) -> None:
    company.record()
    text = company.browser("view").get(url(company)).get_data(as_text=True)
    for path in (url(company, "add"), url(company, "delete"), "/edit", url(company, "do")):
        assert path not in text


@pytest.mark.needs("add")
def test_a_record_is_added_shown_changed_and_deleted_by_form(company: Company) -> None:
    client, before = company.admin(), company.count()
    values = company.values()
    made = company.count() - before
    answer = knock(client, "POST", url(company, "add"), form_of(company, values, adding=True))
    assert answer.status_code in (302, 303), errors_in(answer)
    assert company.count() == before + made + 1

    record = newest(company, client)
    shown = unescape(client.get(url(company, record)).get_data(as_text=True))
    for field in writable(company.resource, adding=True):
        if kind_of(field).secret:
            assert str(values[field.name]) not in shown
        elif field.kind in ("text", "mobile", "digits", "email"):
            assert str(values[field.name]) in shown, field.name

    form = form_of(company, company.values(adding=False), adding=False)
    form["version"] = re.search(r'name="version"[^>]*value="([^"]+)"', client.get(url(company, record, "edit")).text)[1]
    assert knock(client, "POST", url(company, record, "edit"), form).status_code in (302, 303)
    stale = knock(client, "POST", url(company, record, "edit"), form)
    assert stale.status_code == 409, "the second of two editors is told"
    assert knock(client, "POST", url(company, "delete"), {"ids": record}).status_code in (302, 303)
    assert client.get(url(company, record)).status_code == 404


def newest(company: Company, client: FlaskClient) -> str:
    text = client.get(f"{url(company)}?order=-created_at").get_data(as_text=True)
    found = re.search(rf'href="/{company.resource.name}/(\d+)"', text)
    assert found, "the list links to its records"
    return found[1]


def errors_in(answer: Any) -> str:
    return " ".join(re.findall(r"invalid-feedback[^>]*>([^<]+)<", answer.get_data(as_text=True)))


@pytest.mark.needs("add")
def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(company: Company) -> None:
    client, before = company.admin(), company.count()
    for field in writable(company.resource, adding=True):
        if not field.required or field.default is not None or field.kind in ("boolean", "password"):
            continue
        values = company.values()
        kept = {name: text for name, text in values.items() if name != field.name and isinstance(text, str)}
        before = company.count()
        answer = knock(client, "POST", url(company, "add"), form_of(company, {**values, field.name: None}, adding=True))
        text = unescape(answer.get_data(as_text=True))
        assert answer.status_code in (400, 422), field.name
        control = re.search(rf'<[^>]*name="{field.name}"[^>]*>', text)
        assert control, field.name
        assert "aria-describedby" in control[0], f"{field.name} points to its message"
        for name, typed in kept.items():
            if company.resource.fields[name].kind in ("text", "longtext", "mobile", "digits", "email"):
                assert typed in text, f"{name} is kept"
        assert company.count() == before


def test_the_neighbours_records_are_not_there(company: Company, neighbour: Company) -> None:
    client, theirs = company.admin(), neighbour.record()
    before = neighbour.count()
    for method, path, form, _kind in doors(company, theirs):
        if str(theirs) in path or form:
            assert knock(client, method, path, form).status_code == 404, f"{method} {path}"
    assert f"/{theirs}" not in client.get(f"{url(company)}?size=200").get_data(as_text=True)
    assert neighbour.count() == before


def test_the_search_box_finds_by_each_field_it_promises(company: Company) -> None:
    record = company.record()
    client = company.admin()
    values = company.admin_program()("GET", f"/{company.resource.name}/{record}").json["data"]
    for name in company.resource.list.search:
        field = company.resource.fields[name]
        text = kind_of(field).text(field, values[name], READER)
        assert f"/{record}" in client.get(url(company), query_string={"q": text[:20]}).get_data(as_text=True), name
    nothing = client.get(url(company), query_string={"q": "zz-not-there-zz"}).get_data(as_text=True)
    assert f"/{record}" not in nothing


def test_a_bad_query_string_is_answered_on_the_page(company: Company) -> None:
    client = company.admin()
    for query in ("nonsense=1", "order=nonsense", "size=-1", "cursor=abc", "page_=x", "_oc_=password"):
        answer = client.get(f"{url(company)}?{query}")
        assert answer.status_code == 400, query
        assert "</html>" in answer.get_data(as_text=True)


def test_a_list_costs_the_same_few_statements_for_one_row_and_for_many(
    company: Company, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """At most four: who is asking, the rows, and what the filter bar offers. The numbers stand in statements.json."""
    client, paths = company.admin(), {"list": url(company), "count": url(company, "count")}
    if "add" in company.resource.can:
        paths["add"] = url(company, "add")
    company.record()
    client.get(url(company))
    one = {name: statements(client, path, queries) for name, path in paths.items()}
    for _ in range(company.room(29)):
        company.record()
    client.get(url(company))  # what adding may have made the worker forget is read again
    many = {name: statements(client, path, queries) for name, path in paths.items()}
    assert many == one
    assert one["list"] <= MOST_STATEMENTS
    known = json.loads(BASELINE.read_text(encoding="utf-8")).get(company.resource.name)
    assert known in (one, None), f"if the new cost is meant, put it into {BASELINE.name}: {json.dumps(one)}"


def statements(client: FlaskClient, path: str, queries: Callable[[], AbstractContextManager[list[str]]]) -> int:
    with queries() as sent:
        assert client.get(path).status_code == 200
    return len(sent)
