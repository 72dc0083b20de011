"""The worker as a process: beside the server, ending with it, and by itself."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.browser.site import Site


def children(pid: int) -> set[int]:
    """The processes of the group, `pid` itself left out; those that have ended do not count."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != pid:
            try:
                state, _parent, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(group) == pid and state != "Z":
                found.add(int(folder.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes by /proc")
@pytest.mark.parametrize(("setting", "number"), [("true", 2), ("false", 1)])
def test_the_worker_ends_with_the_server(tmp_path: Path, setting: str, number: int) -> None:
    """One process that serves and, unless JOB_WORKER says no, one that works; a signal to the server ends both."""
    site = Site(tmp_path, {"UCC_JOB_WORKER": setting}).start()
    server = site._process
    try:
        assert len(children(server.pid)) == number
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
    deadline = time.monotonic() + 20
    while children(server.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children(server.pid) == set()


def test_a_worker_may_do_what_waits_and_end(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.ucc("tenant", "create", "acme", "--name", "极光")
    assert site.ucc("worker", "--once") == ""
