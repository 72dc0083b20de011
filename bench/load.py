"""The load: four connections that each ask for a page again and again over loopback, and check that it came.

One loop over bare sockets with the request made beforehand, because client, servers and database share the cores: with
`http.client` in processes of their own, a page cost the client more than it cost the quickest contender.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.server import Server, cpu_below

CLIENTS = 4  # two per worker: a worker that is done finds the next request waiting
PER_CONNECTION = 20  # then a new one, so that both workers get their share
LONGEST = 8 << 20  # bytes of a page
PATIENCE = 120  # seconds for a page


@dataclass(frozen=True)
class Run:
    """`cpu` is that of the workers, `database` that of PostgreSQL, `client` our own: seconds over all pages."""

    pages: int
    seconds: float
    cpu: float
    database: float
    client: float = 0.0
    bytes: int = 0  # of one page

    @property
    def pages_per_second(self) -> float:
        return self.pages / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / self.pages

    @property
    def database_ms(self) -> float:
        return 1000 * self.database / self.pages

    @property
    def client_ms(self) -> float:
        return 1000 * self.client / self.pages


class Line:
    """A connection and the answer that is coming in on it. Raises AssertionError for an answer that is not the page."""

    def __init__(self, port: int, request: bytes, rows: int) -> None:
        self.port, self.request, self.rows = port, request, rows
        self.buffer = bytearray(1 << 20)
        self.socket: socket.socket | None = None
        self.pages = 0

    def ask(self) -> None:
        if self.pages % PER_CONNECTION == 0 or self.socket is None:
            self.close()
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got, self.begins, self.ends = 0, 0, 0
        self.socket.sendall(self.request)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def receive(self) -> bool:
        """Takes what has come; True where that completes the page."""
        assert self.socket is not None
        if len(self.buffer) - self.got < 1 << 16:
            assert len(self.buffer) < LONGEST, "the page has no end"
            self.buffer.extend(bytes(len(self.buffer)))
        with memoryview(self.buffer) as view:
            new = self.socket.recv_into(view[self.got :])
        assert new, f"the server hung up: {self._seen()}"
        self.got += new
        if not self.begins:
            self._read_head()
        if not self.begins or not self._is_whole():
            return False
        found = self.buffer.count(b"<tr", self.begins, self.got)
        assert found >= self.rows, f"{found} rows of {self.rows}: {self._seen()}"
        self.pages += 1
        return True

    def _read_head(self) -> None:
        at = self.buffer.find(b"\r\n\r\n", 0, self.got)
        if at < 0:
            return
        assert self.buffer.startswith(b"HTTP/1.1 200"), self._seen()
        head = bytes(self.buffer[:at]).lower()
        self.begins = at + 4
        if b"content-length: " in head:
            self.ends = self.begins + int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])

    def _is_whole(self) -> bool:
        return self.got >= self.ends if self.ends else self.buffer.endswith(b"0\r\n\r\n", 0, self.got)

    def _seen(self) -> str:
        asked = self.request.partition(b"\r\n")[0].decode()
        return f"{asked}: {bytes(self.buffer[: min(self.got, 600)]).decode(errors='replace')}"


def run(server: Server, path: str, seconds: float, postmaster: int, rows: int = 25) -> Run:
    """The pages that are answered in about `seconds`, at least one by each client."""
    request = _request(path, server.browser.headers)
    with _lines(server.browser.port, request, rows) as lines:
        _ask([lines[0]], 0)  # what is remembered between requests is remembered now
        before = server.cpu_seconds(), cpu_below(postmaster), time.process_time()
        pages, took = _ask(lines, seconds)
        after = server.cpu_seconds(), cpu_below(postmaster), time.process_time()
        return Run(pages, took, *(end - begin for begin, end in zip(before, after, strict=True)), lines[0].got)


@contextmanager
def _lines(port: int, request: bytes, rows: int) -> Iterator[list[Line]]:
    lines = [Line(port, request, rows) for _ in range(CLIENTS)]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def _ask(lines: list[Line], seconds: float) -> tuple[int, float]:
    """Pages, and the time from the first request to the last answer."""
    began, pages, waiting = time.perf_counter(), 0, {}
    poll = select.poll()

    def ask(line: Line) -> None:
        line.ask()
        assert line.socket is not None
        waiting[line.socket.fileno()] = line
        poll.register(line.socket, select.POLLIN)

    for line in lines:
        ask(line)
    while waiting:
        ready = poll.poll(PATIENCE * 1000)
        assert ready, f"no answer: {lines[0].request!r}"
        for number, _event in ready:
            line = waiting[number]
            if not line.receive():
                continue
            pages += 1
            poll.unregister(number)
            del waiting[number]
            if time.perf_counter() - began < seconds:
                ask(line)
    return pages, time.perf_counter() - began


def _request(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
