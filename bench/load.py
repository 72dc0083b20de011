"""The load: processes that each ask for a page again and again over loopback, and check that it came."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing import get_context

from bench.server import Server, cpu_below

CLIENTS = 4  # two per worker: a worker that is done finds the next request waiting
PER_CONNECTION = 20  # then a new one, so that both workers get their share


@dataclass(frozen=True)
class Run:
    pages: int
    seconds: float
    cpu: float
    database: float

    @property
    def pages_per_second(self) -> float:
        return self.pages / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / self.pages

    @property
    def database_ms(self) -> float:
        return 1000 * self.database / self.pages


def run(server: Server, case: str, seconds: float, postmaster: int) -> Run:
    """As many pages as take about `seconds`, each client the same number, from the first request to the last answer."""
    path, browser = server.path(case), server.browser
    began = time.perf_counter()
    _ask(browser.port, path, browser.headers, 2)
    each = max(4, int(seconds / ((time.perf_counter() - began) / 2) * 1.2 / CLIENTS))
    context = get_context("fork")
    clients = [context.Process(target=_ask, args=(browser.port, path, browser.headers, each)) for _ in range(CLIENTS)]
    cpu, database, began = server.cpu_seconds(), cpu_below(postmaster), time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.perf_counter() - began
    cpu, database = server.cpu_seconds() - cpu, cpu_below(postmaster) - database
    assert all(client.exitcode == 0 for client in clients), f"{server.name} failed on {case}"
    return Run(each * CLIENTS, took, cpu, database)


def _ask(port: int, path: str, headers: dict[str, str], times: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    for number in range(times):
        if number % PER_CONNECTION == 0:
            connection.close()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        assert body.count(b"<tr") >= 25, f"{path}: no rows"
    connection.close()
