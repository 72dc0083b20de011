"""The product as a person starts it: `ucc serve --demo` in a process of its own, on a fresh instance folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
UCC = Path(sys.executable).with_name("ucc")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """`folder` holds the instance. `settings` are UCC_* variables over the ordinary ones."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("UCC_")}
        return kept | {"UCC_INSTANCE": str(self.folder), "UCC_LOGIN_RATE": "1000 per minute", **self.settings}

    @property
    def password(self) -> str:
        """Everybody's password in the demo company."""
        return (self.folder / "demo-logins.txt").read_text(encoding="utf-8").strip()

    def ucc(self, *arguments: str, fails: bool = False) -> str:
        """What a `ucc` command prints. Raises AssertionError where it unexpectedly fails, or succeeds."""
        done = subprocess.run(
            [UCC, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self) -> Site:
        log = (self.folder / "server.log").open("a")
        command = [str(UCC), "serve", "--demo", "--port", str(self.port), "--workers", "1"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, text=True, start_new_session=True
        )
        if self.wait():
            return self
        raise AssertionError("the product did not start:\n" + (self.folder / "server.log").read_text())

    def wait(self) -> bool:
        """Whether it answers within a minute."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/login", timeout=5):
                    return True
            except OSError:
                time.sleep(0.1)
        return False

    def stop(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(timeout=20)

    def create_company(self, code: str, name: str) -> str:
        """The one-time password of the admin of a new company."""
        said = self.ucc("tenant", "create", code, "--name", name)
        found = re.search(r"One-time password: (\S+)", said)
        assert found, said
        return found[1]
