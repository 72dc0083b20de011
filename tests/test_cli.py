"""`ucc` as an implementer types it: help, clear errors, exit codes, and nothing half done."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

import config
from tests.browser.site import ROOT, UCC, Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty folder."""
    return Site(tmp_path, {"LC_ALL": "C.UTF-8"})


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A folder with one company, for tests that add nothing to it."""
    made = Site(tmp_path_factory.mktemp("company"), {"LC_ALL": "C.UTF-8"})
    made.ucc("tenant", "create", "acme", "--name", "极光")
    return made


def test_a_company_is_brought_live_in_one_command(site: Site) -> None:
    """K5: on an empty folder, with the admin's one-time password printed."""
    said = site.ucc("tenant", "create", "acme", "--name", "极光电销", "--admin", "chen.admin")
    assert re.search(r"One-time password: \S{10,}", said)
    assert "chen.admin" in said
    assert site.ucc("tenant", "list").split("\t") == ["acme", "极光电销", "active", "1\n"]


def test_refusals_are_one_line_in_the_language_of_the_terminal(company: Site) -> None:
    assert "The enterprise code acme is taken." in company.ucc("tenant", "create", "acme", "--name", "再来", fails=True)
    said = Site(company.folder, {"LC_ALL": "zh_CN.UTF-8"}).ucc("tenant", "create", "acme", "--name", "再来", fails=True)
    assert "企业代码 acme 已被占用。" in said
    assert "Traceback" not in said


def test_a_bad_code_makes_nothing(site: Site) -> None:
    for code in ("a b", "-x"):  # all there are: tests/accounts/test_tenants.py
        assert "32" in site.ucc("tenant", "create", "--name", "x", "--", code, fails=True)
    said = site.ucc("tenant", "create", "acme", "--name", "x", "--admin", "Bad Name", fails=True)
    assert "Starts with a lower-case letter" in said
    assert site.ucc("tenant", "list") == ""


def test_a_reset_gives_a_one_time_password_and_names_what_is_missing(company: Site) -> None:
    """P3."""
    assert re.search(r"One-time password: \S{10,}", company.ucc("user", "reset-password", "acme", "admin"))
    assert "no user nobody" in company.ucc("user", "reset-password", "acme", "nobody", fails=True)
    assert "enterprise code nope" in company.ucc("user", "reset-password", "nope", "admin", fails=True)


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


@pytest.mark.parametrize(
    "setting", ["UCC_PORT=0", "UCC_PORT=65536", "UCC_WORKERS=0", "UCC_WORKERS=-1", "UCC_PAGE_SIZE=0",
                "UCC_LOGIN_FAILURES=0", "UCC_SESSION_IDLE_MINUTES=-5", "UCC_PROXIES=-1"],
)  # fmt: skip
def test_numbers_nothing_can_be_done_with_are_refused(setting: str) -> None:
    name, text = setting.split("=")
    with pytest.raises(SystemExit, match=rf"{name}='{text}': (at least [01]|expected 1 to 65535)\."):
        config.load({name: text})


@pytest.mark.parametrize("option", ["--port=0", "--port=65536", "--workers=0"])
def test_serve_refuses_numbers_it_cannot_serve_with(site: Site, option: str) -> None:
    said = site.ucc("serve", option, fails=True)
    assert "is not in the range" in said
    assert "Traceback" not in said


def test_two_servers_never_share_a_port(site: Site) -> None:
    """Workers share theirs by SO_REUSEPORT: a second `make run` would take every other request of the first."""
    with socket.socket() as first:
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        first.bind(("127.0.0.1", 0))
        first.listen()
        said = site.ucc("serve", f"--port={first.getsockname()[1]}", fails=True)
    assert re.search(r"Error: Nothing can be served on 127\.0\.0\.1:\d+ \(Address already in use\)", said)


def test_ctrl_c_ends_the_server_that_has_answered_requests(site: Site) -> None:
    """A terminal sends it to every process; a worker that heard it beside its parent's word waited for ever."""
    command = [UCC, "serve", f"--port={site.port}", "--workers=2"]
    server = subprocess.Popen(command, cwd=ROOT, env=site.environment, start_new_session=True)
    try:
        assert site.wait()
        for _ in range(6):
            with urlopen(f"{site.url}/login", timeout=20) as answer:
                assert answer.status == 200
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(timeout=20) == 0
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)


def test_a_worker_told_to_end_while_it_starts_ends() -> None:
    """Between its fork and its own handler; it used to be killed, half a minute later."""
    program = (
        "import os, signal, time\n"
        "from app.terminal import end_children_by_sigterm\n"
        "signal.signal(signal.SIGTERM, lambda *_: None)\n"
        "end_children_by_sigterm()\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    time.sleep(60)\n"
        "    os._exit(0)\n"
        "os.kill(child, signal.SIGTERM)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True, timeout=50
    )
    assert done.stdout.strip() == str(-signal.SIGTERM)


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


def test_maintenance_says_what_it_deleted(company: Site) -> None:
    """F2: on a new installation, nothing."""
    assert company.ucc("maintain") == "0 archived field(s) deleted for good\n"
