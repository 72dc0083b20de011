"""E-mail addresses."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("name@example.com", "name@example.com"), (" Zhang.San@Example.COM ", "zhang.san@example.com"),
     ("ｚｈａｎｇ＠ｑｑ．ｃｏｍ", "zhang@qq.com"), ("zhang@qq。com", "zhang@qq.com"), ("10001@qq.com", "10001@qq.com"),
     ("a+b_c@mail.example.com.cn", "a+b_c@mail.example.com.cn"), ("张三@例子.中国", "张三@例子.中国")],
)  # fmt: skip
def test_what_is_understood(subject: Any, typed: str, stored: str) -> None:
    assert subject("email").clean(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "name", "name@", "@example.com", "name@example", "a@b@example.com", "a b@example.com",
        "a@example.com;b@example.com", "Zhang <a@example.com>", "a@exa mple.com", "a@-example.com", "a@127.0.0.1",
        "a@[127.0.0.1]", "a..b@example.com", "x" * 65 + "@example.com", "a@" + "x" * 250 + ".com",
        "a@example.com\nBcc: b@example.com", 7, True,
    ],
)  # fmt: skip
def test_what_is_no_address(subject: Any, typed: Any) -> None:
    assert subject("email").refusal(typed)


def test_the_refusal_shows_how_to_write_one(subject: Any) -> None:
    assert subject("email").refusal("name") == (
        "“name” is not an e-mail address. Write one address like name@example.com."
    )


def test_nothing_is_looked_up(subject: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_arguments: Any, **_options: Any) -> Any:
        raise AssertionError("looked up a name")

    monkeypatch.setattr("socket.getaddrinfo", no_network)
    monkeypatch.setattr("email_validator.deliverability.validate_email_deliverability", no_network)
    assert subject("email").clean("name@no-such-domain-anywhere.cn")


ADDRESSES = ["zhang@example.com", "li_si@example.com", "lixsi@qq.com", ""]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("starts", "ZHANG", ADDRESSES[:1]),
        ("eq", "Zhang@Example.com", ADDRESSES[:1]),
        ("ends", "@QQ.com", ADDRESSES[2:3]),
        ("contains", "LI_", ADDRESSES[1:2]),
        ("contains", "＠ｑｑ", ADDRESSES[2:3]),
        ("contains", "\0", []),
    ],
)
def test_search(subject: Any, matches: Any, operator: str, typed: str, found: list[str]) -> None:
    assert matches(subject("email"), ADDRESSES, operator, typed) == found
