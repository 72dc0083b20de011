"""`ucc audit` as an operator types it (P3: the log is proved whole, and kept at least 180 days)."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

import config
from tests.browser.site import Site

MARK = re.compile(r"^acme\taudit\t(\d+:[0-9a-f]{64})\t", re.MULTILINE)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company with a few entries."""
    made = Site(tmp_path_factory.mktemp("founded"), {"LC_ALL": "C.UTF-8"})
    made.ucc("tenant", "create", "acme", "--name", "极光")
    for _ in range(2):
        made.ucc("user", "reset-password", "acme", "admin")
    return made.folder


@pytest.fixture
def site(tmp_path: Path, founded: Path) -> Site:
    return Site(shutil.copytree(founded, tmp_path / "site"), {"LC_ALL": "C.UTF-8"})


def write(site: Site, statement: str) -> None:
    with sqlite3.connect(site.folder / "ucc.db") as connection:
        connection.execute(statement)


def test_a_whole_log_is_told_with_its_mark_and_a_changed_one_by_exit_code(site: Site) -> None:
    said = site.ucc("audit", "verify")
    mark = MARK.search(said)
    assert mark, said
    number = int(mark[1].partition(":")[0])
    assert number >= 3
    assert f"whole, {number} entries" in said
    assert site.ucc("audit", "verify", "--tenant", "acme", "--expect", mark[1])
    write(site, "UPDATE audit_entry SET actor_name = 'x' WHERE seq = 2")
    assert "Entry 2" in site.ucc("audit", "verify", fails=True)


def test_a_log_cut_off_is_found_by_the_mark(site: Site) -> None:
    mark = MARK.search(site.ucc("audit", "verify"))
    last = int(mark[1].partition(":")[0])
    before = f"(SELECT hash FROM audit_entry WHERE seq = {last - 1})"
    write(site, f"UPDATE chain_head SET seq = {last - 1}, hash = {before} WHERE chain = 'audit'")
    write(site, f"DELETE FROM audit_entry WHERE seq = {last}")
    assert "whole" in site.ucc("audit", "verify")
    assert f"Entry {last}" in site.ucc("audit", "verify", "--tenant", "acme", "--expect", mark[1], fails=True)


def test_what_cannot_be_meant_is_refused(site: Site) -> None:
    assert "SEQ:HASH" in site.ucc("audit", "verify", "--tenant", "acme", "--expect", "3", fails=True)
    assert "--tenant" in site.ucc("audit", "verify", "--expect", "3:" + "0" * 64, fails=True)
    assert "nope" in site.ucc("audit", "verify", "--tenant", "nope", fails=True)
    assert "180" in site.ucc("audit", "prune", "--before-days", "179", fails=True)
    site.settings["UCC_AUDIT_DAYS"] = "100"
    assert "180" in site.ucc("audit", "prune", fails=True)


def test_old_entries_go_and_verify_works_on(site: Site) -> None:
    """P3: kept at least 180 days, then they may go; that they went is an entry."""
    assert "acme\taudit\t0" in site.ucc("audit", "prune")
    last = int(MARK.search(site.ucc("audit", "verify"))[1].partition(":")[0])
    # As if a year had passed for all but the last.
    write(site, f"UPDATE audit_entry SET at = '2001-01-01 00:00:00.000000' WHERE seq < {last}")
    assert f"acme\taudit\t{last - 1}" in site.ucc("audit", "prune", "--before-days", "200")
    said = site.ucc("audit", "verify")
    assert MARK.search(said)[1].startswith(f"{last + 1}:"), "that entries went is an entry"
    assert "whole, 2 entries" in said


def test_the_default_is_a_year_and_the_least_half_of_it() -> None:
    kept = {setting.name: setting for setting in config.SETTINGS}["AUDIT_DAYS"]
    assert (kept.default, config.LEAST_AUDIT_DAYS) == (365, 180)
    with pytest.raises(ValueError, match="180"):
        kept.parse("179")
