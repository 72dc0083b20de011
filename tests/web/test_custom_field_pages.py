"""The pages and API of a company's own fields, and of the customers that have them (F1–F6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.fields import kind_of
from app.jobs.worker import Worker
from app.records import conversion
from tests.contract.company import Program
from tests.kit import TenantKit, log_in
from tests.records.custom_fields.office import KINDS, Office, office_of

FIELDS = "/customer_field/"


@pytest.fixture
def office(tenant: TenantKit) -> Office:
    return office_of(tenant)


@pytest.fixture
def admin(tenant: TenantKit) -> FlaskClient:
    return log_in(tenant, "admin")


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return unescape(answer.get_data(as_text=True))


def post(client: FlaskClient, path: str, **form: Any) -> Any:
    sent = {name.replace("__", "."): value for name, value in form.items()}
    return client.post(path, data={**sent, "csrf_token": client.csrf}, headers={"Referer": f"http://localhost{FIELDS}"})


def value_of(text: str, name: str) -> str:
    """What the control called `name` holds."""
    flat = re.sub(r"\s+", " ", text)
    if f'type="checkbox" class="form-check-input" name="{name}"' in flat:
        return ",".join(re.findall(rf'type="checkbox"[^>]*\bname="{name}" value="([^"]*)" checked', flat))
    if found := re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text):
        return found[1]
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.S)
    if select:
        return ",".join(re.findall(r'<option value="([^"]+)"[^>]* selected', select[0]))
    return ""


# --- the list of fields
def test_the_list_tells_how_many_are_left_before_it_hurts(office: Office, admin: FlaskClient) -> None:
    """F6: 已用 3/7, and no button for an eighth."""
    for number in range(3):
        office.field(f"字段{number}")
    text = page(admin, FIELDS)
    assert 'aria-valuenow="3"' in text
    assert 'aria-valuemax="7"' in text
    assert f'href="{FIELDS}add"' in text
    for number in range(3, 7):
        office.field(f"字段{number}")
    text = page(admin, FIELDS)
    assert 'aria-valuenow="7"' in text
    assert f'href="{FIELDS}add"' not in text
    answer = post(admin, f"{FIELDS}add", name="第八个", kind="text")
    assert answer.status_code == 422
    assert "7" in re.findall(r'role="alert".*?</div>', answer.get_data(as_text=True), re.S)[0]


def test_the_list_shows_type_default_options_and_use(office: Office, admin: FlaskClient) -> None:
    """F2: what each field is, and in how many records it has a value."""
    slot = office.field("学历", "choice", options=["大专", "本科"], default="本科").values["slot"]
    office.customer(**{slot: "大专"})
    text = page(admin, FIELDS)
    row = re.search(r'<tr data-title="学历".*?</tr>', text, re.S)[0]
    assert "单选" in row
    assert "本科" in row
    assert '<td class="a-end tabular-nums">1</td>' in row


def test_fields_are_moved_by_buttons(office: Office, admin: FlaskClient) -> None:
    """F2: without a mouse and without a script."""
    for name in ("甲", "乙", "丙"):
        office.field(name)
    text = page(admin, FIELDS)
    order = re.search(r'<tr data-title="丙".*?name="order" value="([\d,]+)"', text, re.S)[1]
    assert post(admin, f"{FIELDS}move", order=order).status_code == 303
    assert re.findall(r'<tr data-title="(.)"', page(admin, FIELDS)) == ["甲", "丙", "乙"]


def test_an_archived_field_is_listed_with_its_last_day_and_comes_back(office: Office, admin: FlaskClient) -> None:
    """F2: 可恢复至."""
    field = office.field("公司地址")
    slot = field.values["slot"]
    customer = office.customer(**{slot: "天河路1号"})
    assert post(admin, f"{FIELDS}delete", ids=field.id).status_code == 303
    text = page(admin, FIELDS)
    archived = text[text.index('id="archived-title"') :]
    assert "公司地址" in archived
    assert re.search(r"20\d\d-\d\d-\d\d", archived)
    assert "天河路1号" not in page(admin, f"/customer/{customer.id}").partition('id="history-title"')[0]
    assert post(admin, f"{FIELDS}restore", ids=field.id).status_code == 303
    assert "天河路1号" in page(admin, f"/customer/{customer.id}").partition('id="history-title"')[0]
    assert 'id="archived-title"' not in page(admin, FIELDS)


def test_who_may_only_view_sees_no_button(office: Office) -> None:
    """R2."""
    office.delete("customer_field", office.field("旧").id)
    office.field("新")
    clerk = log_in(office.kit, "operator")
    text = page(clerk, FIELDS)
    for button in ("add", "delete", "restore", "/edit", "/convert", 'name="order"'):
        assert f'{button}"' not in text.replace(f'action="{FIELDS}move"', "")
    for path in ("move", "restore", "delete"):
        assert post(clerk, f"{FIELDS}{path}", ids="1", order="1").status_code == 403


# --- the form of a field
def test_options_and_their_default_are_managed_in_the_form(office: Office, admin: FlaskClient) -> None:
    """F3, F5: add, rename, order, remove, and which one is the default."""
    answer = post(
        admin, f"{FIELDS}add", name="学历", kind="choice",
        options__key=["new0", "new1", "new2"], options__id=["", "", ""],
        options__label=["大专", "本科", ""], options__heir=["keep"] * 3, options__default="new1",
    )  # fmt: skip
    assert answer.status_code == 303, answer.get_data(as_text=True)
    field = office.page("customer_field").rows[0]
    whole = office.get("customer_field", field.id).values
    assert [(entry.id, entry.label) for entry in whole["options"]] == [("o0001", "大专"), ("o0002", "本科")]
    assert whole["default"] == "o0002"
    slot = whole["slot"]
    people = [office.customer(f"客户{n}", **{slot: "大专"}) for n in range(2)]

    form = {"name": "学历", "options__key": ["o0002", "made1", "o0001"], "options__id": ["o0002", "", "o0001"],
            "options__label": ["大学", "硕士", "大专"], "options__default": "o0002"}  # fmt: skip
    answer = post(admin, f"{FIELDS}{field.id}/edit", **form, options__heir=["keep", "keep", "?"])
    assert answer.status_code == 422
    text = unescape(answer.get_data(as_text=True))
    assert "硕士" in text, "nothing typed is lost"
    assert 'data-used="2"' in text
    answer = post(admin, f"{FIELDS}{field.id}/edit", **form, options__heir=["keep", "keep", "o0002"])
    assert answer.status_code == 303
    assert {office.stored(one.id, slot) for one in people} == {"o0002"}
    assert office.get("customer_field", field.id).values["default"] == "o0002"
    assert "大学" in page(admin, "/customer/")


@pytest.mark.parametrize(
    ("kind", "mark"),
    [("date", 'data-pick="date"'), ("datetime", 'data-pick="datetime"'), ("integer", 'inputmode="numeric"')],
)
def test_the_control_of_the_default_is_that_of_the_type(
    office: Office, admin: FlaskClient, kind: str, mark: str
) -> None:
    """F5: asked for when the type is chosen."""
    assert mark in page(admin, f"{FIELDS}default?kind={kind}")
    assert admin.get(f"{FIELDS}default?kind=nonsense").status_code == 404


def test_a_default_moment_is_shown_on_the_readers_clock(office: Office, admin: FlaskClient) -> None:
    """F5: kept in UTC, typed and shown in the company's zone; saved unchanged it stays."""
    field = office.field("约谈", "datetime", default="2026-01-01 08:00")
    assert field.values["default"] == "2026-01-01T00:00:00Z"
    text = page(admin, f"{FIELDS}{field.id}/edit")
    assert value_of(text, "default") == "2026-01-01 08:00"
    assert post(admin, f"{FIELDS}{field.id}/edit", name="约谈", default=value_of(text, "default")).status_code == 303
    assert office.get("customer_field", field.id).values["default"] == "2026-01-01T00:00:00Z"


# --- a change of type
def test_a_change_of_type_is_shown_first_and_then_done(office: Office, admin: FlaskClient) -> None:
    """F3."""
    field = office.field("年龄")
    slot = field.values["slot"]
    office.customer("甲", **{slot: "30"})
    office.customer("乙", **{slot: "四十"})
    path = f"{FIELDS}{field.id}/convert"
    text = page(admin, f"{path}?kind=integer")
    assert "四十" in text
    assert office.get("customer_field", field.id).values["kind"] == "text", "looking changes nothing"
    version = value_of(text, "version")
    assert post(admin, path, kind="integer", version=version).status_code == 422
    assert post(admin, path, kind="integer", version=version, aside="1").status_code == 303
    assert office.get("customer_field", field.id).values["kind"] == "integer"
    assert "四十" in page(admin, path), "what was put aside is shown"
    assert post(admin, path, kind="text", version=version).status_code == 422, "an old page is told"


def test_many_values_are_converted_by_a_job(
    office: Office, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F3: more than a request should wait for."""
    field = office.field("年龄")
    slot = field.values["slot"]
    people = [office.customer(f"客户{n}", **{slot: str(n)}) for n in range(3)]
    monkeypatch.setattr(conversion, "INLINE", 2)
    version = value_of(page(admin, f"{FIELDS}{field.id}/convert?kind=integer"), "version")
    assert post(admin, f"{FIELDS}{field.id}/convert", kind="integer", version=version).status_code == 303
    assert office.get("customer_field", field.id).values["kind"] == "text"
    while Worker(office.kit.app).run_one():
        pass
    assert office.get("customer_field", field.id).values["kind"] == "integer"
    assert [office.get("customer", one.id).values[slot] for one in people] == [0, 1, 2]


def test_many_values_are_archived_and_brought_back_by_jobs(
    office: Office, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F2: more than a request should wait for."""
    field = office.field("年龄")
    people = [office.customer(f"客户{n}", **{field.values["slot"]: str(n)}) for n in range(3)]
    monkeypatch.setattr(conversion, "INLINE", 2)

    def work() -> None:
        while Worker(office.kit.app).run_one():
            pass

    assert post(admin, f"{FIELDS}delete", ids=str(field.id)).status_code == 303
    assert office.archived_values() == []
    work()
    assert sorted(office.archived_values()) == ["0", "1", "2"]
    assert post(admin, f"{FIELDS}restore", ids=str(field.id)).status_code == 303
    work()
    slot = office.get("customer_field", field.id).values["slot"]
    assert [office.get("customer", one.id).values[slot] for one in people] == ["0", "1", "2"]
    told = " ".join(page(admin, "/jobs/").split())
    assert "已归档：年龄" in told
    assert "已恢复，含 3 个值。" in told


# --- the API
def test_the_api_orders_archives_restores_and_converts(office: Office) -> None:
    """F2, F3: what the pages do; the answer says what would be lost before it is."""
    program = Program(office.kit, "admin")
    age, city = office.field("年龄"), office.field("城市")
    slot = age.values["slot"]
    people = [office.customer(f"客户{n}", **{slot: text}) for n, text in enumerate(("35", "四十左右"))]
    base = f"/customer_field/{age.id}"

    assert program("PUT", "/customer_field/order", {"ids": [str(city.id), str(age.id)]}).status_code == 204
    listed = program("GET", "/customer_field/").json["data"]
    assert [field["name"] for field in listed] == ["城市", "年龄"]
    assert program("PUT", "/customer_field/order", {"ids": [str(city.id)]}).status_code == 400

    seen = program("GET", f"{base}/convert?kind=integer").json["data"]
    assert (seen["values"], seen["converting"], seen["failing"]) == (2, 1, 1)
    assert [(one["id"], one["value"]) for one in seen["strays"]] == [(str(people[1].id), "四十左右")]
    assert program("GET", f"{base}/convert?kind=nothing").status_code == 400
    assert program("POST", f"{base}/convert", {"kind": "integer"}).status_code == 400
    stale = {"kind": "integer", "aside": True, "version": 999}
    assert program("POST", f"{base}/convert", stale).status_code == 409
    done = program("POST", f"{base}/convert", {"kind": "integer", "aside": True})
    assert done.json["data"] == {"converted": 1, "aside": 1, "job": None}

    assert program("DELETE", base).status_code == 204
    (gone,) = program("GET", "/customer_field/archived").json["data"]
    assert (gone["id"], gone["values"]) == (str(age.id), 1)
    assert program("GET", f"{base}/convert?kind=text").status_code == 404
    assert program("POST", "/customer_field/restore", {"id": str(age.id)}).json["data"] == {"restored": 1, "job": None}
    assert program("POST", "/customer_field/restore", {"id": str(age.id)}).status_code == 404


def test_the_api_answers_202_where_a_job_does_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """F2, F3: of none that is still to be done it says that it is done."""
    field = office.field("年龄")
    for n in range(3):
        office.customer(f"客户{n}", **{field.values["slot"]: str(n)})
    monkeypatch.setattr(conversion, "INLINE", 2)
    program, one = Program(office.kit, "admin"), f"/customer_field/{field.id}"
    for method, path, sent in (
        ("POST", f"{one}/convert", {"kind": "integer"}),
        ("DELETE", one, None),
        ("POST", "/customer_field/delete", {"ids": [str(field.id)]}),
    ):
        answer = program(method, path, sent)
        assert answer.status_code == 202, path
        assert int(answer.json["data"]["job"])


def test_who_may_only_look_changes_no_field_by_the_api(office: Office) -> None:
    """R2, F2."""
    field = office.field("年龄")
    program = Program(office.kit, "operator")
    base = f"/customer_field/{field.id}"
    assert program("GET", "/customer_field/archived").status_code == 200
    for method, path, sent in (
        ("PUT", "/customer_field/order", {"ids": [str(field.id)]}),
        ("POST", "/customer_field/restore", {"id": str(field.id)}),
        ("GET", f"{base}/convert?kind=integer", None),
        ("POST", f"{base}/convert", {"kind": "integer"}),
        ("DELETE", base, None),
    ):
        assert program(method, path, sent).status_code == 403, path


# --- customers
@pytest.mark.parametrize("kind", KINDS)
def test_list_show_form_and_api_agree_on_values_and_defaults(office: Office, admin: FlaskClient, kind: str) -> None:
    """F5: for all eight types, the same value wherever it is looked at; and the form does not write it."""
    definition, default, values = KINDS[kind]
    field = office.field("新字段", kind, default=default, **definition)
    slot = field.values["slot"]
    empty = office.customer("没有")
    other = office.customer("有", **{slot: values[1]})
    program = Program(office.kit, "admin")
    for record, stored in ((empty, None), (other, office.stored(other.id, slot))):
        told = office.get("customer", record.id).values[slot]
        with office.at_work():
            spec = office.resource("customer").fields[slot]
            cell = str(kind_of(spec).cell(spec, told, office.actor.reader))
            shown = kind_of(spec).form_value(spec, told, office.actor.reader)
            sent = kind_of(spec).json(spec, told)
        assert program("GET", f"/customer/{record.id}").json["data"][slot] == sent
        listed = program("GET", "/customer/").json["data"]
        assert {row["id"]: row[slot] for row in listed}[str(record.id)] == sent
        assert unescape(cell) in page(admin, f"/customer/{record.id}")
        assert unescape(cell) in page(admin, "/customer/")
        text = page(admin, f"/customer/{record.id}/edit")
        assert value_of(text, slot) == (",".join(shown) if isinstance(shown, list) else shown)
        form = {"name": record.title, "phone": "13800138000", slot: shown, "version": value_of(text, "version")}
        form["type"] = value_of(text, "type")
        answer = post(admin, f"/customer/{record.id}/edit", **form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        assert office.stored(record.id, slot) == stored, "saving unchanged changes nothing"


def test_a_default_left_in_the_add_form_is_not_written(office: Office, admin: FlaskClient) -> None:
    """F5."""
    slot = office.field("城市", default="北京").values["slot"]
    text = page(admin, "/customer/add")
    assert value_of(text, slot) == "北京"
    assert post(admin, "/customer/add", name="新客户", phone="13800138000", **{slot: "北京"}).status_code == 303
    made = office.page("customer").rows[0]
    assert office.stored(made.id, slot) is None
    assert made.values[slot] == "北京"


def test_a_required_field_is_demanded_by_page_and_api(office: Office, admin: FlaskClient) -> None:
    """F4: at the field, with its default as the first suggestion."""
    slot = office.field("行业", required=True, default="金融").values["slot"]
    assert value_of(page(admin, "/customer/add"), slot) == "金融"
    answer = post(admin, "/customer/add", name="新客户", phone="13800138000", **{slot: ""})
    assert answer.status_code == 422
    assert f'id="field-{slot}-error"' in answer.get_data(as_text=True)
    program = Program(office.kit, "admin")
    refused = program("POST", "/customer/", {"name": "甲", "phone": "13800138000"})
    assert refused.status_code == 400
    assert list(refused.json["error"]["fields"]) == [slot]
    made = program("POST", "/customer/", {"name": "甲", "phone": "13800138000", slot: "零售"})
    assert made.json["data"][slot] == "零售"


def test_the_api_manages_fields_and_describes_them(office: Office) -> None:
    """F2: generic API; its document has the company's own fields."""
    program = Program(office.kit, "admin")
    made = program("POST", FIELDS, {"name": "学历", "kind": "choice", "options": ["大专", {"label": "本科"}]})
    assert made.status_code == 201, made.json
    data = made.json["data"]
    assert data["options"] == [{"id": "o0001", "label": "大专"}, {"id": "o0002", "label": "本科"}]
    again = program("PUT", f"{FIELDS}{data['id']}", {"options": [*data["options"], "硕士"], "version": data["version"]})
    assert [option["label"] for option in again.json["data"]["options"]] == ["大专", "本科", "硕士"]
    properties = program("GET", "/_openapi").json["components"]["schemas"]["customer_new"]["properties"]
    assert properties[data["slot"]]["enum"] == ["", "o0001", "o0002", "o0003"]
    assert program("DELETE", f"{FIELDS}{data['id']}").status_code == 204
    assert data["slot"] not in program("GET", "/_openapi").json["components"]["schemas"]["customer_new"]["properties"]


def test_nothing_typed_into_names_and_options_runs(office: Office, admin: FlaskClient) -> None:
    """F2: labels and options are texts, wherever they are shown."""
    evil = "<script>x()</script>"
    field = office.field(evil[:30], "choice", options=[f"{evil}1", "二"], default="二")
    record = office.customer(**{field.values["slot"]: f"{evil}1"})
    for path in (FIELDS, f"{FIELDS}{field.id}/edit", f"{FIELDS}{field.id}/convert?kind=text", "/customer/",
                 f"/customer/{record.id}", f"/customer/{record.id}/edit"):  # fmt: skip
        assert "<script>x" not in admin.get(path).get_data(as_text=True), path


def test_own_fields_cost_no_statement_per_request(
    office: Office, admin: FlaskClient, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """F2: once a worker has read them."""
    office.customer()
    page(admin, "/customer/")
    with queries() as before:
        page(admin, "/customer/")
    office.field("城市", default="北京")
    page(admin, "/customer/")
    with queries() as after:
        page(admin, "/customer/")
    assert len(after) == len(before)
