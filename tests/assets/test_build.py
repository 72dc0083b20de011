"""tools/assets.py: the icon sprite, and when there is something to do."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import assets  # noqa: E402 - a script, not a package

DRAWING = '<!-- tags: [a] --><svg xmlns="http://www.w3.org/2000/svg" width="24"><path d="M1 2" /></svg>'


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    for name in ("users", "key"):
        (tmp_path / f"{name}.svg").write_text(DRAWING, "utf-8")
    return tmp_path


def test_the_sprite_holds_one_symbol_per_icon_and_no_more(drawings: Path) -> None:
    assert assets.sprite(["users"], drawings) == (
        '<svg xmlns="http://www.w3.org/2000/svg">'
        '<symbol id="users" viewBox="0 0 24 24"><path d="M1 2" /></symbol></svg>\n'
    )


def test_every_icon_that_does_not_exist_is_named_with_its_likeness(drawings: Path) -> None:
    with pytest.raises(assets.AssetFault) as fault:
        assets.sprite(["user", "kee", "qqq"], drawings)
    assert str(fault.value).splitlines() == [
        "icon 'kee' is not in @tabler/icons. Did you mean 'key'?",
        "icon 'qqq' is not in @tabler/icons.",
        "icon 'user' is not in @tabler/icons. Did you mean 'users'?",
    ]


def test_icons_are_found_in_templates_and_in_resources() -> None:
    names = assets.icon_names()
    assert {"chevron-down", "users", "speakerphone", "player-play"} <= names


def test_a_new_icon_or_lock_file_means_a_new_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = assets.fingerprint(["users"])
    assert assets.fingerprint(["users"]) == first
    assert assets.fingerprint(["users", "key"]) != first
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    assert assets.fingerprint(["users"]) != first


def test_nothing_is_done_when_the_build_is_up_to_date(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".stamp").write_text(assets.fingerprint(assets.icon_names()))
    monkeypatch.setattr(assets, "VENDOR", tmp_path)
    monkeypatch.setattr(assets, "build", lambda names: pytest.fail("built again"))
    assert assets.main() == 0


def test_the_lock_file_names_no_registry_and_pins_every_package() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)


def test_pages_hold_no_inline_script_style_or_handler() -> None:
    """The content security policy would refuse them anyway; this says where."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = [
        f"{template.name}: {match.group()}"
        for template in (ROOT / "app" / "web" / "templates").glob("*.html")
        for match in inline.finditer(template.read_text("utf-8"))
    ]
    assert found == []
