"""`ucc` as an implementer types it: help, clear errors, exit codes, and nothing half done."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path

import pytest

import config
from tests.browser.site import ROOT, UCC, Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path, {"LC_ALL": "C.UTF-8"})


def test_a_company_is_brought_live_in_one_command(site: Site) -> None:
    """K5: on an empty folder, with the admin's one-time password printed."""
    said = site.ucc("tenant", "create", "acme", "--name", "极光电销", "--admin", "chen.admin")
    assert re.search(r"One-time password: \S{10,}", said)
    assert "chen.admin" in said
    assert site.ucc("tenant", "list").split("\t") == ["acme", "极光电销", "active", "1\n"]


def test_refusals_are_one_line_in_the_language_of_the_terminal(site: Site) -> None:
    site.ucc("tenant", "create", "acme", "--name", "极光")
    assert "The enterprise code acme is taken." in site.ucc("tenant", "create", "acme", "--name", "再来", fails=True)
    site.settings["LC_ALL"] = "zh_CN.UTF-8"
    said = site.ucc("tenant", "create", "acme", "--name", "再来", fails=True)
    assert "企业代码 acme 已被占用。" in said
    assert "Traceback" not in said


def test_a_bad_code_makes_nothing(site: Site) -> None:
    for code in ("ACME", "a b", "-x", "x" * 33):
        assert "32" in site.ucc("tenant", "create", "--name", "x", "--", code, fails=True)
    assert site.ucc("tenant", "list") == ""


def test_a_reset_gives_a_one_time_password_and_names_what_is_missing(site: Site) -> None:
    """P3."""
    site.ucc("tenant", "create", "acme", "--name", "极光")
    assert re.search(r"One-time password: \S{10,}", site.ucc("user", "reset-password", "acme", "admin"))
    assert "no user nobody" in site.ucc("user", "reset-password", "acme", "nobody", fails=True)
    assert "enterprise code nope" in site.ucc("user", "reset-password", "nope", "admin", fails=True)


def test_check_names_every_fault_at_once(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "bad" / "settings"
    folder.mkdir(parents=True)
    (folder / "thing.yaml").write_text(
        "resource: thing\nlabel: {zh: 东西}\nfields:\n  name: {kind: txt, label: {zh: 名, en: Name}}\n",
        encoding="utf-8",
    )
    said = site.ucc("check", str(folder.parent), fails=True)
    assert re.search(r"thing\.yaml:2: label.*en", said)
    assert re.search(r"thing\.yaml:4: fields\.name\.kind: .*Did you mean 'text'\?", said)


def test_unknown_and_unreadable_settings_are_named(site: Site) -> None:
    site.settings |= {"UCC_PORT": "many", "UCC_COLOUR": "green"}
    said = site.ucc("tenant", "list", fails=True)
    assert "UCC_PORT" in said
    assert "UCC_COLOUR" in said


def test_the_secret_key_is_made_once_and_is_nobody_elses(site: Site, tmp_path: Path) -> None:
    site.ucc("tenant", "list")
    key = tmp_path / "secret_key"
    first = key.read_text()
    site.ucc("tenant", "list")
    assert key.read_text() == first
    assert len(first) == 64
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["", "check", "schema diff", "schema migrate", "tenant create", "tenant list",
                                     "user reset-password", "serve", "worker", "audit verify",
                                     "audit prune", "demo fill"])  # fmt: skip
def test_every_command_explains_itself(command: str) -> None:
    done = subprocess.run([UCC, *command.split(), "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) >= 5


def test_the_settings_in_the_documentation_are_those_there_are() -> None:
    documented = re.findall(r"^\| `UCC_(\w+)` \|.*\| (.*) \|$", (ROOT / "docs" / "operations.md").read_text(), re.M)
    assert documented == [(setting.name, setting.help) for setting in config.SETTINGS]


def test_maintenance_says_what_it_deleted(site: Site) -> None:
    """F2: on a new installation, nothing."""
    site.ucc("tenant", "create", "acme", "--name", "极光")
    assert site.ucc("maintain") == "0 archived field(s) deleted for good\n"
