"""What people type, made even; and what is said about what they typed."""

from __future__ import annotations

import signal
from typing import Any, NoReturn

import pytest
from flask import Flask
from flask_babel import Babel

from app.fields.base import Rejected
from app.fields.typed import fold, plain, quoted


@pytest.mark.parametrize(
    ("typed", "even"),
    [("ＡＢＣ１２３", "ABC123"), ("！～", "!~"), ("　a　b　", "a b"), ("2026－1—2–3−4", "2026-1-2-3-4"),
     ("a\u00a0b", "a b"), ("10²", "10²"), ("①½", "①½"), ("ﬁ", "ﬁ"), ("\ufeffa\u200b", "a"), ("张三", "张三")],
)  # fmt: skip
def test_fold_reads_wide_forms_and_no_other_ones(typed: str, even: str) -> None:
    assert fold(typed) == even


def test_fold_refuses_a_thousand_characters_and_more() -> None:
    assert fold("x" * 1000)
    with pytest.raises(Rejected, match="far too long"):
        fold("x" * 1001)


@pytest.mark.parametrize(
    "typed", ["a", " a\n", "a\r\nb", "\u200b\u2028a\u2028", "a \t b", "\u3000a\u2029\u200db\ufeff"]
)
def test_plain_text_stays_as_it_is(typed: str) -> None:
    once = plain(typed, lines=True)
    assert plain(once, lines=True) == once


def test_a_text_of_unseen_characters_does_not_keep_the_server_busy() -> None:
    """It did: 100 kB for a minute, a whole request body for days, and every other request waited."""

    def too_long(*_args: object) -> NoReturn:
        raise TimeoutError("plain() is still looking for the end of the text")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(20)
    try:
        assert len(plain("a" + "\u200b" * 1_000_000 + "b")) == 1_000_002
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_refused_value_is_repeated_short_and_harmless() -> None:
    assert quoted("x" * 100) == "x" * 40 + "…"
    assert quoted("a\0\ud800\u202eb") == "a���b"
    assert quoted(1.5) == "1.5"
    assert quoted(10**5000) == "…"  # which str() refuses to print


def test_messages_wait_for_the_language_of_whoever_reads_them(subject: Any) -> None:
    app = Flask("fields")
    locale = "zh"
    Babel(app, locale_selector=lambda: locale)
    with pytest.raises(Rejected) as caught:
        subject("integer").clean("x")
    with app.test_request_context():
        assert str(caught.value.message)
    assert not isinstance(caught.value.message, str)
