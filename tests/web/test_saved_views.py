"""Views people save of a list, and the columns they choose (K6, U5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.desk import Desk, at_once
from tests.kit import TenantKit, csrf_token, new_address

Login = Callable[[TenantKit, str], FlaskClient]


def headings(client: FlaskClient, path: str = "/gadget/") -> list[str]:
    text = client.get(path).get_data(as_text=True)
    return re.findall(r'<th scope="col" class="k-\w+[^"]*"[^>]*>(?:<a id="sort-\w+"[^>]*>)?([^<]+)', text)


def send(client: FlaskClient, path: str, data: dict[str, Any], **options: Any) -> TestResponse:
    return client.post(path, data={**data, "csrf_token": client.csrf}, **options)


def save(client: FlaskClient, name: str, query: str, **more: str) -> int:
    return send(client, "/gadget/views", {"name": name, "query": query, **more}).status_code


def panel(client: FlaskClient) -> str:
    return client.get("/gadget/views", headers={"HX-Request": "true"}).get_data(as_text=True)


def another(tenant: TenantKit, role: str) -> FlaskClient:
    """A second person of that role."""
    _, username, password = tenant.user(role)
    client = tenant.app.test_client()
    client.environ_base["REMOTE_ADDR"] = new_address()
    form = {"tenant": tenant.code, "username": username, "password": password}
    form["csrf_token"] = csrf_token(client, "/login")
    assert client.post("/login", data=form).status_code == 303
    client.csrf = csrf_token(client, "/workbench")
    return client


def test_columns_are_chosen_ordered_and_kept_for_the_next_login(tenant: TenantKit, client_as: Login) -> None:
    """U5, K6: the reader's own columns, in the reader's order, on every later visit."""
    client = client_as(tenant, "admin")
    usual = headings(client)
    send(client, "/gadget/columns", {"column": ["created_at", "code"]})
    assert headings(client) == ["创建时间", usual[0]]
    assert headings(client_as(tenant, "admin")) == ["创建时间", usual[0]]
    send(client, "/gadget/columns", {"reset": "1"})
    assert headings(client) == usual


def test_the_columns_of_one_person_are_nobody_elses(tenant: TenantKit, client_as: Login) -> None:
    send(client_as(tenant, "admin"), "/gadget/columns", {"column": ["name"]})
    assert len(headings(client_as(tenant, "manager"))) > 1


def test_a_secret_or_unknown_column_cannot_be_shown(tenant: TenantKit, client_as: Login) -> None:
    client = client_as(tenant, "admin")
    usual = headings(client, "/user/")
    send(client, "/user/columns", {"column": ["password", "session_epoch", "tenant_id"]})
    assert headings(client, "/user/") == usual
    assert headings(client, "/user/?columns=password,nothing") == usual


def test_the_chooser_offers_every_column_but_secrets_those_shown_first(tenant: TenantKit, client_as: Login) -> None:
    client = client_as(tenant, "admin")
    send(client, "/user/columns", {"column": ["phone", "username"]})
    text = client.get("/user/columns", headers={"HX-Request": "true"}).get_data(as_text=True)
    offered = re.findall(r'name="column" value="(\w+)"( checked)?', text)
    assert offered[:2] == [("phone", " checked"), ("username", " checked")]
    assert {name for name, checked in offered if not checked} >= {"name", "role", "email", "created_by"}
    assert "password" not in dict(offered)


def test_a_view_keeps_conditions_order_and_columns(tenant: TenantKit, client_as: Login) -> None:
    client = client_as(tenant, "admin")
    assert save(client, "本月", "name.contains=a&order=-created_at&columns=name,created_at&cursor=last") == 303
    (address,) = re.findall(r'href="(/gadget/\?[^"]+)"', panel(client))
    assert "cursor" not in address
    assert "name.contains=a" in address
    assert headings(client, address.replace("&amp;", "&"))[1] == "创建时间"


def test_the_panel_takes_its_own_place(tenant: TenantKit, client_as: Login) -> None:
    """U5: the box around it swaps what is inside it, which would put each answer into the panel before."""
    client = client_as(tenant, "admin")
    save(client, "我的", "name.contains=a")
    forms = re.findall(r"<form[^>]*hx-post[^>]*>", panel(client))
    assert forms
    assert all('hx-target="#views" hx-swap="outerHTML"' in form for form in forms)


def test_a_view_of_the_same_name_takes_its_place(tenant: TenantKit, client_as: Login) -> None:
    client = client_as(tenant, "admin")
    save(client, "我的", "name.contains=a")
    save(client, "我的", "name.contains=b")
    assert re.findall(r"name\.contains=(\w)", panel(client).partition("keep-view")[0]) == ["b"]


def test_saving_anew_takes_a_shared_view_from_nobody(tenant: TenantKit, client_as: Login) -> None:
    """K6: neither from the people of the role nor from who begins with it; what was typed and chosen stays."""
    author, colleague = client_as(tenant, "manager"), another(tenant, "manager")
    save(author, "大家的", "q=1", shared="on")
    refused = send(author, "/gadget/views", {"name": "大家的", "query": "q=2"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert 'value="大家的"' in refused.text and "共享给角色" in refused.text
    assert "q=1" in panel(colleague)
    save(author, "大家的", "q=3", shared="on")
    assert "q=3" in panel(colleague)


def test_a_refused_view_keeps_whom_it_was_meant_for(tenant: TenantKit, client_as: Login) -> None:
    """K6"""
    admin, role = client_as(tenant, "admin"), str(tenant.roles["operator"])
    sent = {"name": "x" * 41, "query": "q=1", "role": role}
    assert (
        f'<option value="{role}" selected>' in send(admin, "/gadget/views", sent, headers={"HX-Request": "true"}).text
    )


def test_a_view_is_ones_own_until_it_is_shared_with_the_role(tenant: TenantKit, client_as: Login) -> None:
    author, colleague, other = client_as(tenant, "manager"), another(tenant, "manager"), client_as(tenant, "operator")
    save(author, "私有", "q=1")
    save(author, "大家的", "q=2", shared="on")
    assert "私有" in panel(author)
    assert "私有" not in panel(colleague)
    assert "大家的" in panel(colleague)
    assert "大家的" not in panel(other)
    path = re.findall(r'action="([^"]+/delete)"', panel(author))[0]
    assert send(colleague, path, {}).status_code == 404
    assert send(author, path, {}).status_code == 303


def test_a_view_that_the_list_would_refuse_is_refused(tenant: TenantKit, client_as: Login) -> None:
    client = client_as(tenant, "admin")
    htmx = {"HX-Request": "true"}
    for name, query in (("", "q=1"), ("x" * 41, "q=1"), ("坏", "nothing.eq=1"), ("坏", "order=password")):
        answer = send(client, "/gadget/views", {"name": name, "query": query}, headers=htmx)
        assert answer.status_code == 422, (name, query)
        assert 'role="alert"' in answer.get_data(as_text=True)
    assert "pop-item" not in panel(client)


def test_one_view_saved_from_several_tabs_at_once_is_one(tenant: TenantKit, client_as: Login) -> None:
    """K6: the second of two used to end in a fault of ours."""
    tabs = [client_as(tenant, "admin") for _ in range(4)]
    for number in range(3):
        assert at_once(*(partial(save, tab, f"视图{number}", "q=1") for tab in tabs)) == [303] * 4
    assert panel(tabs[0]).count("pop-item") == 3


def test_a_huge_search_is_refused_before_it_is_read(tenant: TenantKit, client_as: Login) -> None:
    """K6: each of its faults would be said, in a cookie that no browser keeps."""
    query = "&".join(f"a{number}=1" for number in range(40_000))
    answer = send(client_as(tenant, "admin"), "/gadget/views", {"name": "大", "query": query})
    assert (answer.status_code, len(answer.headers["Set-Cookie"]) < 1000) == (303, True)


def test_there_is_an_end_to_views(tenant: TenantKit, client_as: Login) -> None:
    client = client_as(tenant, "admin")
    for number in range(50):
        assert save(client, f"视图{number}", "q=1") == 303
    send(client, "/gadget/views", {"name": "多了", "query": "q=1"})
    assert "多了" not in panel(client)


def test_columns_and_views_need_the_page(tenant: TenantKit, client_as: Login) -> None:
    client = client_as(tenant, "agent")
    assert client.get("/user/views").status_code == 403
    assert send(client, "/user/columns", {"column": ["name"]}).status_code == 403
    assert send(client, "/user/views", {"name": "x", "query": ""}).status_code == 403


def view_id(client: FlaskClient, path: str = "/gadget") -> str:
    return re.findall(rf'action="{path}/views/(\d+)/delete"', client.get(f"{path}/views").get_data(as_text=True))[0]


def shown_view(client: FlaskClient, path: str = "/gadget/") -> str:
    found = re.search(
        r'<p class="view-now".*?<strong>(.*?)</strong>', client.get(path).get_data(as_text=True), re.DOTALL
    )
    return found[1] if found else ""


def test_a_list_opens_with_ones_own_default_and_all_resets_it(tenant: TenantKit, client_as: Login) -> None:
    """U5, K6: shown as what it is; every page, order and count of it keeps its conditions."""
    client = client_as(tenant, "manager")
    save(client, "常用", "name.contains=zz&order=name")
    send(client, f"/gadget/views/{view_id(client)}/open", {})
    text = client.get("/gadget/").get_data(as_text=True)
    assert shown_view(client) == "常用"
    assert "count?name.contains=zz" in text
    assert 'value="zz"' in text
    assert 'href="/gadget/?view=all"' in text
    assert shown_view(client, "/gadget/?view=all") == ""
    assert shown_view(client, "/gadget/?q=&state=") == ""
    send(client, f"/gadget/views/{view_id(client)}/open", {"off": "1"})
    assert shown_view(client) == ""


def test_the_default_of_a_role_is_everybodys_until_they_choose_their_own(tenant: TenantKit, client_as: Login) -> None:
    """U5, R1: set by who may edit roles, beaten by one's own default or one's own wish for all."""
    admin, operator = client_as(tenant, "admin"), client_as(tenant, "operator")
    save(admin, "待处理", "state=new", role=str(tenant.roles["operator"]))
    path = f"/gadget/views/{view_id(admin)}/open"
    send(admin, path, {"for": "role"})
    assert shown_view(operator) == "待处理"
    assert shown_view(admin) == ""
    save(operator, "我的", "q=1")
    send(operator, f"/gadget/views/{view_id(operator)}/open", {})
    assert shown_view(operator) == "我的"
    send(operator, "/gadget/views/all/open", {})
    assert shown_view(operator) == ""
    send(operator, "/gadget/views/all/open", {"off": "1"})
    assert shown_view(operator) == "待处理"
    assert send(operator, path, {"for": "role", "off": "1"}).status_code == 403
    send(admin, path, {"for": "role", "off": "1"})
    assert shown_view(operator) == ""


def test_a_view_outlives_the_role_it_was_shared_with(tenant: TenantKit, client_as: Login) -> None:
    """U5, R1: whoever saved it keeps it."""
    admin = client_as(tenant, "admin")
    headers = {"X-CSRFToken": admin.csrf}
    role = admin.post("/api/v1/role/", json={"name": "质检"}, headers=headers).json["data"]["id"]
    save(admin, "待检", "state=new", role=role)
    view = re.findall(r"/gadget/views/(\d+)/open", panel(admin))[0]
    send(admin, f"/gadget/views/{view}/open", {"for": "role"})
    assert admin.delete(f"/api/v1/role/{role}", headers=headers).status_code == 204
    assert "待检" in panel(admin)
    assert "质检" not in panel(admin)


def test_what_falls_away_of_a_view_is_called_by_its_name(tenant: TenantKit, client_as: Login) -> None:
    """C1: parts and order of a number are not for those who see it masked."""
    admin, agent = client_as(tenant, "admin"), client_as(tenant, "agent")
    send(admin, "/customer/views", {
        "name": "号码", "query": "phone.found=138&order=-phone&name.contains=a", "role": str(tenant.roles["agent"]),
    })  # fmt: skip
    views = agent.get("/customer/views", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "当前不可用，已略去：客户号码<" in views


def test_only_who_may_edit_roles_shares_with_another(tenant: TenantKit, client_as: Login) -> None:
    """R1"""
    operator, agent = client_as(tenant, "operator"), another(tenant, "manager")
    save(operator, "越权", "q=1", role=str(tenant.roles["manager"]))
    assert "越权" not in panel(agent)
    assert "越权" not in panel(operator)


def test_a_view_is_renamed_and_updated_with_what_is_shown(tenant: TenantKit, client_as: Login) -> None:
    """U5: and the default follows."""
    client = client_as(tenant, "manager")
    save(client, "旧名", "q=1")
    id_ = view_id(client)
    send(client, f"/gadget/views/{id_}/open", {})
    send(client, f"/gadget/views/{id_}/rename", {"new_name": "新名"})
    send(client, f"/gadget/views/{id_}/update", {"query": f"q=2&order=name&view={id_}"})
    assert shown_view(client) == "新名"
    assert 'value="2"' in client.get("/gadget/").get_data(as_text=True)
    save(client, "另一个", "q=3")
    htmx = {"HX-Request": "true"}
    assert send(client, f"/gadget/views/{id_}/rename", {"new_name": "另一个"}, headers=htmx).status_code == 422
    assert send(another(tenant, "manager"), f"/gadget/views/{id_}/update", {"query": "q=9"}).status_code == 404
    send(client, f"/gadget/views/{id_}/delete", {})
    assert shown_view(client) == ""


def test_a_view_keeps_the_columns_its_maker_saw(tenant: TenantKit, client_as: Login) -> None:
    """U5, K6"""
    client = client_as(tenant, "manager")
    send(client, "/gadget/columns", {"column": ["name", "weight"]})
    save(client, "窄", "q=1", shared="on")
    (address,) = re.findall(r'href="(/gadget/\?[^"]+view=\d+)"', panel(client))
    assert headings(another(tenant, "manager"), address.replace("&amp;", "&")) == headings(client)


def test_a_field_that_was_archived_or_replaced_falls_out_of_a_view_and_is_told(
    tenant: TenantKit, client_as: Login
) -> None:
    """F2, U5: never a fault, and never the field that has come into its slot."""
    desk = Desk(tenant, tenant.actor("admin"))
    slot = desk.add("customer_field", name="等级", kind="text").values["slot"]
    client = client_as(tenant, "admin")
    query = f"{slot}.contains=a&name.contains=b&order=-{slot}&columns=name,{slot}"
    send(client, "/customer/views", {"name": "按等级", "query": query})
    id_ = view_id(client, "/customer")
    send(client, f"/customer/views/{id_}/open", {})
    assert f"{slot}.contains=a" in client.get("/customer/").get_data(as_text=True)
    desk.delete("customer_field", desk.page("customer_field").rows[0].id)
    for name in ("城市", "地区"):
        text = client.get("/customer/").get_data(as_text=True)
        assert shown_view(client, "/customer/") == "按等级"
        assert f"{slot}.contains" not in text.partition('id="list"')[2]
        assert "name.contains=b" in text
        assert "等级" in re.search(r'class="view-now".*?</p>', text, re.DOTALL)[0]
        assert "等级" in client.get("/customer/views").get_data(as_text=True)
        desk.add("customer_field", name=name, kind="text")
