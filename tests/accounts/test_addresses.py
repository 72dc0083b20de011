"""Where a browser may be sent on to: pages of the product, nowhere else."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from app.accounts.addresses import HOME, destination, is_local, page_before

PAGES = ("/workbench", "/user/", "/user/?q=张&role.in=1", "/user/123/edit", "/user/?next=https://evil.cn")
ELSEWHERE = (
    "", "https://evil.cn/", "//evil.cn", "///evil.cn", "/\\evil.cn", "\\\\evil.cn", "/\t/evil.cn", "/\n/evil.cn",
    "javascript:alert(1)", "http:/evil.cn", "/%0d%0aSet-Cookie:x=1\r\nX: y", " /user/", "/ /evil.cn", "evil.cn", "//[",
)  # fmt: skip


@pytest.mark.parametrize("target", PAGES)
def test_a_page_of_the_product_is_a_destination(target: str) -> None:
    assert destination(target) == target


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_leads_to_no_other_host(target: str) -> None:
    assert not is_local(target)
    assert destination(target) == HOME


@pytest.mark.parametrize("target", ["/login", "/login?next=/login", "/logout", "/api/v1/user/", "/static/x.js", None])
def test_next_leads_to_no_loop_and_no_download(target: str | None) -> None:
    assert destination(target) == HOME


def request_from(referrer: str, host: str = "ucc.example.com", root: str = "") -> Request:
    headers = {"Referer": referrer}
    return Request(EnvironBuilder(path="/", base_url=f"https://{host}{root}/", headers=headers).get_environ())


def test_page_before_is_the_page_a_form_came_from() -> None:
    assert page_before(request_from("https://ucc.example.com/user/?q=a")) == "/user/?q=a"


def test_page_before_is_below_the_root_of_the_application() -> None:
    assert page_before(request_from("https://ucc.example.com/crm/user/", root="/crm")) == "/user/"


def test_page_before_ignores_other_sites() -> None:
    assert page_before(request_from("https://evil.cn/user/")) is None


@pytest.mark.parametrize("referrer", ["http://[", "https://ucc.example.com]/", "", "about:blank", "\xff"])
def test_a_referrer_that_is_no_address_is_no_fault(referrer: str) -> None:
    assert page_before(request_from(referrer)) is None
