"""The load of the benchmarks counts a page only where all of it came, with its rows."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.load import Line

ROWS = b"<table>" + b"<tr><td>x</td></tr>" * 25 + b"</table>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@contextmanager
def _answering(*pieces: bytes) -> Iterator[int]:
    """A server that answers one request with these pieces, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                for piece in pieces:
                    connection.sendall(piece)

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def _page(port: int, rows: int = 25) -> Line:
    line = Line(port, b"GET / HTTP/1.1\r\n\r\n", rows)
    line.ask()
    while not line.receive():
        pass
    line.close()
    return line


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"Content-Length: %d\r\n\r\n" % len(ROWS) + ROWS[:40], ROWS[40:]),
        (HEAD[:20], HEAD[20:] + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n" % len(ROWS) + ROWS, b"\r\n0\r\n\r\n"),
    ],
)
def test_a_page_is_whole_however_it_comes(pieces: tuple[bytes, ...]) -> None:
    """C1: by its length, and in chunks."""
    with _answering(*pieces) as port:
        assert _page(port).pages == 1


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 7\r\n\r\n<table>",
        b"HTTP/1.1 302 FOUND\r\nContent-Length: 0\r\n\r\n",
        HEAD + b"Content-Length: 9999\r\n\r\n" + ROWS,
    ],
)
def test_what_is_not_the_page_stops_the_run(answer: bytes) -> None:
    """C1: too few rows, a redirect to the login, and an answer that breaks off."""
    with _answering(answer) as port, pytest.raises(AssertionError):
        _page(port)
