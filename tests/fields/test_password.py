"""Passwords: hashes, one-time passwords (P3). What a company demands of them: test_policy.py."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from app.fields.base import Reader, Rejected
from app.fields.password import FAKE_HASH, hash_password, new_one_time_password, verify_password
from app.fields.policy import Policy, judge

GOOD = "correct horse battery"


def test_what_is_stored_is_a_hash_that_only_the_password_opens(subject: Any) -> None:
    stored = subject("password").clean(GOOD)
    assert stored.startswith("$argon2id$")
    assert len(stored) <= subject("password").kind.type_(subject("password").field).length
    assert verify_password(stored, GOOD)
    assert not verify_password(stored, GOOD + " ")
    assert subject("password").clean(GOOD) != stored


def test_blanks_around_a_password_belong_to_it() -> None:
    stored = hash_password(" Kf9!mQ2#xL ")
    assert verify_password(stored, " Kf9!mQ2#xL ")
    assert not verify_password(stored, "Kf9!mQ2#xL")


@pytest.mark.parametrize(
    "plain", ["Kf9!mQ2#xL\0", "Kf9!mQ2#xL\t", "Kf9!mQ2#xL\ud800", "x7vKpQ9rT2" * 13, 1234567890123]
)
def test_what_no_company_takes_is_refused_at_once(subject: Any, plain: Any) -> None:
    """P2: a character that nobody sees, more characters than anybody types, no text at all."""
    assert subject("password").refusal(plain)


def test_nothing_of_it_is_ever_given_out(subject: Any) -> None:
    tried, stored = subject("password"), hash_password(GOOD)
    assert tried.text(stored) == tried.cell(stored) == tried.show(stored) == tried.form_value(stored) == ""
    assert tried.json(stored) is None
    assert tried.schema()["writeOnly"] is True
    assert tried.kind.secret


def test_it_cannot_be_searched(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("password").kind.where(subject("password").field, None, "eq", ["x"], Reader())


@pytest.mark.parametrize("hashed", [FAKE_HASH, hash_password(GOOD)], ids=["fake", "real"])
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


STRICTEST = Policy(min_length=64, classes=4, strength=4, history=24)


@pytest.mark.parametrize("policy", [Policy(), STRICTEST], ids=["asvs", "strictest"])
def test_one_time_passwords_are_readable_never_the_same_and_fit_every_policy(policy: Policy) -> None:
    """P3: the strictest policy a company can make takes them."""
    made = {new_one_time_password(policy.min_length) for _time in range(100)}
    assert len(made) == 100
    for password in made:
        assert not judge(policy, password).faults
        assert password.isascii()
        assert not set(password) & set("01iloIO")
        assert set(map(len, password.split("-"))) == {4}
        assert password[0].isupper() and password[1:] == password[1:].lower()  # one capital, where one looks for it
