"""A contender: two worker processes on a port, and the CPU they have used."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.client import Browser

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@dataclass
class Server:
    """`path` gives the address of a case. The server is the one the product comes with, for all contenders alike."""

    name: str
    target: str  # module:application
    environment: dict[str, str]
    path: Callable[[str], str | None]  # None: there is no such page
    python: str = sys.executable  # peers have an environment of their own
    browser: Browser = field(init=False)
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def start(self) -> None:
        port = _free_port()
        self.browser = Browser(port)
        self.process = subprocess.Popen(
            [self.python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
             "--workers", str(WORKERS), "--blocking-threads", "1", "--no-ws", "--log-level", "warning", self.target],
            cwd=ROOT, env=self.environment,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def cpu_seconds(self) -> float:
        """CPU time of the workers so far."""
        assert self.process is not None
        return cpu_below(self.process.pid)


def cpu_below(pid: int) -> float:
    """CPU seconds, user and system, that all child processes of `pid` have used so far, those that ended included.

    Of the living, /proc/<pid>/schedstat counts nanoseconds where stat counts hundredths of a second.
    """
    tasks = [
        task
        for child in psutil.Process(pid).children(recursive=True)
        for task in Path(f"/proc/{child.pid}/task").iterdir()
    ]
    ended = psutil.Process(pid).cpu_times()
    return (
        ended.children_user
        + ended.children_system
        + sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
