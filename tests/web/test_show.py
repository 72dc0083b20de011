"""The page of one record."""

from __future__ import annotations

from tests.desk import Desk
from tests.web.site import Site


def test_everything_of_the_record_and_its_history(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="东架")
    gadget = desk.add("gadget", code="AA-1", name="样品", state="new", notes="一\n二", shelf=shelf.id)
    desk.edit("gadget", gadget.id, name="改名后")
    page = site.get(f"/gadget/{gadget.id}").text
    for text in ("AA-1", "改名后", "全新", "东架", "样品"):
        assert text in page
    assert page.count("管理员") >= 2
    assert 'class="history"' in page or "history-title" in page


def test_secrets_are_not_on_it(site: Site, desk: Desk) -> None:
    gadget = desk.add("gadget", code="AA-1", name="样品", state="new", unlock_word="Kq7-wombat-Tiers")
    page = site.get(f"/gadget/{gadget.id}").text
    assert "argon2" not in page
    assert "解锁口令" not in page.split("history-title")[0]


def test_what_no_form_shows_is_on_it(site: Site, desk: Desk) -> None:
    gadget = desk.add("gadget", code="AA-1", name="样品", state="new")
    assert "检查时间" in site.get(f"/gadget/{gadget.id}").text


def test_text_is_escaped(site: Site, desk: Desk) -> None:
    gadget = desk.add("gadget", code="AA-1", name="<b>x</b>", state="new", notes="<img src=x>")
    page = site.get(f"/gadget/{gadget.id}").text
    assert "<b>x</b>" not in page
    assert "<img src=x>" not in page


def test_only_actions_that_would_change_something_are_offered(site: Site, desk: Desk) -> None:
    """A user who is active can be disabled, not enabled."""
    one = desk.page("user").rows[0]
    page = site.get(f"/user/{one.id}").text
    assert "/user/do/disable" in page
    assert "/user/do/enable" not in page


def test_what_nobody_did_the_system_did(site: Site, desk: Desk) -> None:
    one = desk.page("user").rows[0]
    assert "系统" in site.get(f"/user/{one.id}").text
