"""Rules of announcements: when they begin and end, and what an edit means (A1, A3)."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

import pytest

from app.errors import Invalid, Violation
from tests.schema.conftest import NOW

SOON = NOW + timedelta(seconds=1)
BEFORE = {"content": "停电通知", "expires_at": NOW - timedelta(days=1)}


class TestExpireInFuture:
    @pytest.fixture
    def rule(self, product):
        return product.rules["announcement"]["expire_in_future"]

    @pytest.mark.parametrize("moment", [NOW, NOW - timedelta(seconds=1)])
    def test_refuses_what_has_passed(self, rule, change, moment):
        for before in (None, BEFORE):
            with pytest.raises(Violation) as caught:
                rule(change("announcement", before, {"content": "x", "expires_at": moment}))
            assert caught.value.field == "expires_at"

    def test_takes_what_lies_ahead(self, rule, change):
        assert rule(change("announcement", None, {"content": "x", "expires_at": SOON})) is None

    def test_an_expired_one_can_be_corrected_and_deleted(self, rule, change):
        assert rule(change("announcement", BEFORE, {**BEFORE, "content": "新"})) is None
        assert rule(change("announcement", BEFORE, None)) is None

    def test_is_what_stops_it(self, desk):
        with pytest.raises(Invalid) as caught:
            desk.add("announcement", content="x", expires_at="2020-01-01")
        assert list(caught.value.errors) == ["expires_at"]
        desk.without_rule("expire_in_future").add("announcement", content="x", expires_at="2020-01-01")

    def test_an_expired_one_is_edited_through_the_service(self, desk):
        old = desk.without_rule("expire_in_future").add("announcement", content="x", expires_at="2020-01-01 10:00")
        assert (
            desk.edit("announcement", old.id, content="y", expires_at="2020-01-01 10:00").values["content"]
            == "<p>y</p>"
        )


class TestStartBeforeExpiry:
    @pytest.fixture
    def rule(self, product):
        return product.rules["announcement"]["start_before_expiry"]

    def test_refuses_a_start_at_or_after_the_end(self, rule, change):
        """A1"""
        for start in (SOON, SOON + timedelta(days=1)):
            with pytest.raises(Violation) as caught:
                rule(change("announcement", None, {"content": "x", "starts_at": start, "expires_at": SOON}))
            assert caught.value.field == "starts_at"

    def test_takes_what_starts_before(self, rule, change):
        """A1"""
        for start in (None, NOW):
            assert rule(change("announcement", None, {"content": "x", "starts_at": start, "expires_at": SOON})) is None

    def test_is_what_stops_it(self, desk):
        """A1"""
        late = {"content": "x", "starts_at": "2031-01-02", "expires_at": "2031-01-01"}
        with pytest.raises(Invalid) as caught:
            desk.add("announcement", **late)
        assert list(caught.value.errors) == ["starts_at"]
        desk.without_rule("start_before_expiry").add("announcement", **late)


class TestPublishWhatIsNew:
    LONG_AGO = NOW - timedelta(days=9)
    LIVE = MappingProxyType(
        {"content": "a", "starts_at": None, "expires_at": SOON, "retracted": False, "published_at": LONG_AGO}
    )

    @pytest.fixture
    def published(self, product, change):
        def after(before, **changed):
            made = change("announcement", before, {**(before or {"published_at": None}), **changed})
            product.rules["announcement"]["publish_what_is_new"](made)
            return made.after["published_at"]

        return after

    def test_what_is_new_is_new_from_now_or_from_its_start(self, published):
        """A1"""
        assert published(None, content="a", expires_at=SOON) == NOW
        assert published(None, content="a", starts_at=SOON, expires_at=SOON) == SOON
        assert published(None, content="a", starts_at=self.LONG_AGO, expires_at=SOON) == NOW

    def test_another_content_asks_everyone_again(self, published):
        """A3"""
        assert published(self.LIVE, content="b") == NOW
        assert published({**self.LIVE, "retracted": True}, retracted=False) == NOW
        assert published(self.LIVE, starts_at=SOON) == SOON

    def test_nothing_else_does(self, published):
        """A3"""
        for changed in (
            {"expires_at": SOON + timedelta(days=1)},
            {"pinned": True},
            {"retracted": True},
            {"roles": (1,)},
        ):
            assert published(self.LIVE, **changed) == self.LONG_AGO
        begun = {**self.LIVE, "starts_at": self.LONG_AGO}
        assert published(begun, starts_at=None) == self.LONG_AGO
        assert published({**self.LIVE, "starts_at": SOON, "published_at": SOON}, starts_at=None) == NOW
