"""Passwords: policy (P2), hashes, one-time passwords."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from app.fields.base import Reader, Rejected
from app.fields.common_passwords import is_common
from app.fields.password import (
    FAKE_HASH,
    check_policy,
    hash_password,
    new_one_time_password,
    policy_faults,
    verify_password,
)

GOOD = (
    "correct horse battery",
    "hx7k-mq4t-9wpz",
    "Kf9!mQ2#xL",
    "晨星呼叫中心的密码很长a",
    "tuzi+luobo=7",
    "  spaces count  9",
    "Test-pass-9876-xyz-Kuro",
    "x" * 3 + "7vKpQ9rT2m" + "y" * 100,
)

COMMON = (
    "Password123!", "P@ssw0rd2026", "passw0rd!!", "Admin@2026", "admin12345", "Admin123456!", "qwerty12345",
    "1qaz2wsx3edc", "1qaz@WSX3edc", "zaq12wsxcde", "qazwsx1234", "asdfghjkl1", "abcd123456", "a1b2c3d4e5",
    "1q2w3e4r5t", "q1w2e3r4t5", "woaini1314520", "Woaini5201314", "5201314aini", "zhangsan123", "Zhangwei1990",
    "wangwei19900101", "lisi888888", "aa123456789", "123456789a", "abc123456789", "iloveyou520!",
    "huawei@123456", "beijing2008", "Welcome2026!", "woaiwojia123", "nihao123456", "mima123456!", "UCC@20261122",
    "ucc123456!", "kefu@12345", "callcenter1", "Qwer!@#$1234", "aaaaaaaaa1", "1212121212a", "ab1ab1ab1ab1",
    "147258369a", "a159357159357", "poiuytrewq1", "9876543210a", "6666688888a",
)  # fmt: skip


@pytest.mark.parametrize("plain", GOOD)
def test_good_passwords(plain: str) -> None:
    check_policy(plain, "zhangsan")


@pytest.mark.parametrize("plain", COMMON)
def test_common_passwords_and_their_disguises(plain: str) -> None:
    assert is_common(plain)
    with pytest.raises(Rejected, match="easy to guess"):
        check_policy(plain)


@pytest.mark.parametrize(
    ("plain", "said"),
    [("Kf9!mQ2#x", "at least 10"), ("晨星呼叫中心密码啊", "at least 10"), ("tuziluoboqingcai", "Mix at least two"),
     ("80461735296", "Mix at least two"), ("晨星呼叫中心的密码很长", "Mix at least two"),
     ("x7vKpQ9rT2" * 13, "at most 128"), ("Kf9!mQ2#xL\0", "invisible"),
     ("Kf9!mQ2#xL\t", "invisible"), ("Kf9!mQ2#xL\ud800", "invisible")],
)  # fmt: skip
def test_poor_passwords(plain: str, said: str) -> None:
    with pytest.raises(Rejected, match=said):
        check_policy(plain)


def test_every_reason_is_given_at_once() -> None:
    faults = [str(fault) for fault in policy_faults("aaaa", "aaaa")]
    assert len(faults) == 3
    with pytest.raises(Rejected) as caught:
        check_policy("aaaa", "aaaa")
    assert str(caught.value.message) == " ".join(faults)


@pytest.mark.parametrize(
    "plain", ["tuzi.luobo", "TUZI.LUOBO", "tuzi.luobo1", "Tuzi.luobo@2026", "oboul.izut", "123tuzi.luobo!"]
)
def test_the_login_name_is_no_password(plain: str) -> None:
    with pytest.raises(Rejected, match="login name"):
        check_policy(plain, "tuzi.luobo")


@pytest.mark.parametrize(
    ("plain", "username"), [("hx7k-mq4t-9wpz", "hx7"), ("tuzi.luobo-bi-qingcai", "tuzi.luobo"), ("Kf9!mQ2#xL", "")]
)
def test_a_login_name_within_a_longer_password_is_no_fault(plain: str, username: str) -> None:
    check_policy(plain, username)


def test_what_is_stored_is_a_hash_that_only_the_password_opens(subject: Any) -> None:
    stored = subject("password").clean(GOOD[0])
    assert stored.startswith("$argon2id$")
    assert len(stored) <= subject("password").kind.type_(subject("password").field).length
    assert verify_password(stored, GOOD[0])
    assert not verify_password(stored, GOOD[0] + " ")
    assert subject("password").clean(GOOD[0]) != stored


def test_blanks_around_a_password_belong_to_it() -> None:
    stored = hash_password(" Kf9!mQ2#xL ")
    assert verify_password(stored, " Kf9!mQ2#xL ")
    assert not verify_password(stored, "Kf9!mQ2#xL")


def test_the_policy_holds_in_every_form_and_import(subject: Any) -> None:
    assert "at least 10" in subject("password").refusal("short1")
    assert subject("password").refusal("          ")
    assert subject("password").refusal(1234567890123)


def test_nothing_of_it_is_ever_given_out(subject: Any) -> None:
    tried, stored = subject("password"), hash_password(GOOD[0])
    assert tried.text(stored) == tried.cell(stored) == tried.show(stored) == tried.form_value(stored) == ""
    assert tried.json(stored) is None
    assert tried.schema()["writeOnly"] is True
    assert tried.kind.secret


def test_it_cannot_be_searched(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("password").kind.where(subject("password").field, None, "eq", ["x"], Reader())


@pytest.mark.parametrize("hashed", [FAKE_HASH, hash_password(GOOD[0])], ids=["fake", "real"])
def test_the_hash_has_the_parameters_asked_for(hashed: str) -> None:
    found = extract_parameters(hashed)
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 2, 19 * 1024, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)


def test_a_fake_hash_opens_for_nobody() -> None:
    """It costs what a real one does, because the parameters above are the same."""
    assert not verify_password(FAKE_HASH, "Some-password-9")


@pytest.mark.parametrize("hashed", ["", "not a hash", "pbkdf2:sha256:1$a$b", "$argon2id$v=19$m=1"])
def test_a_broken_hash_opens_for_nobody(hashed: str) -> None:
    assert not verify_password(hashed, "")


@pytest.mark.parametrize("plain", ["", "\0", "\ud800", "密" * 10_000])
def test_no_input_crashes_the_comparison(plain: str) -> None:
    assert not verify_password(FAKE_HASH, plain)


def test_one_time_passwords_are_good_readable_and_never_the_same() -> None:
    made = {new_one_time_password() for _time in range(300)}
    assert len(made) == 300
    for password in made:
        check_policy(password)
        assert len(password) == 14
        assert not set(password) & set("01ilo")
        assert password.isascii()
        assert password == password.lower()
