"""`python -m bench.customers`: all contenders, all pages, interleaved rounds; medians; docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.capture import capture, keep
from bench.client import Browser, csrf_token
from bench.customers import report
from bench.customers.cases import ADMIN, CASES, FIRST, LISTS, PAGE, django_path, fab_path, flask_admin_path, our_path
from bench.customers.report import BASE, DJANGO, FAB, FLASK_ADMIN, FLOOR, OURS, UNCOUNTED, Results
from bench.customers.world import PEERS, TENANT, World, opened
from bench.load import run
from bench.server import Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.customers", description=__doc__)
    rows = int(os.environ.pop("UCC_BENCH_ROWS", "") or 1_000_000)  # no setting of the product
    parser.add_argument("--rows", type=int, default=rows, help="customers of the company [UCC_BENCH_ROWS, 1000000]")
    parser.add_argument("--rounds", type=int, default=3, help="rounds over all pages (default 3)")
    parser.add_argument("--seconds", type=float, default=1.5, help="about how long each takes (default 1.5)")
    parser.add_argument("--fresh", action="store_true", help="fill the databases anew")
    parser.add_argument("--ours-only", action="store_true", help="leave the peers away, and docs/benchmarks.md alone")
    parser.add_argument("--no-report", action="store_true", help="leave docs/benchmarks.md alone")
    chosen, busy = parser.parse_args(), os.getloadavg()[0]
    with opened(chosen.rows, fresh=chosen.fresh) as world:
        captured = _capture(world)
        servers = [*_plain(world), *([] if chosen.ours_only else _peers(world))]
        try:
            for one in servers:
                one.start()
            _log_in(servers, world)
            results = measure(servers, world, chosen.rounds, chosen.seconds)
        finally:
            for one in servers:
                one.stop()
    made = report.Report(world, results, captured, chosen.rounds, chosen.seconds, busy)
    print(made.table(), *made.judgement(), sep="\n")
    if not (chosen.no_report or chosen.ours_only):
        made.write()


def _capture(world: World) -> dict[str, int]:
    """Keeps for the floor what our pages send; gives the number of statements by case."""
    login = {"tenant": TENANT, "username": "admin", "password": world.password}
    paths = {case: our_path(case, world.asked) for case in CASES}
    found = capture({**world.settings, "DATABASE_URL": world.app_url}, login, paths, "customer")
    keep(found, world.tenant_id, Path(world.folder) / "captured")
    return {case: len(one["all"]) for case, one in found.items()}


def _plain(world: World) -> list[Server]:
    """The floor and ours."""
    floor = os.environ | {"BENCH_CAPTURED": f"{world.folder}/captured", "BENCH_FLOOR_URL": world.app_url}
    return [
        Server(FLOOR, "bench.floor:app", floor, lambda case: f"/?{urlencode({'case': case})}"),
        Server(OURS, "run:app", world.environment, lambda case: our_path(case, world.asked)),
    ]


def _peers(world: World) -> list[Server]:
    flat = os.environ | {"BENCH_FLAT_URL": world.flat_url, "PYTHONWARNINGS": "ignore"}
    number, asked = world.customers, world.asked
    uncounted, peers = flat | {"BENCH_COUNT": "0"}, "bench.customers.peers"
    return [
        Server(FAB, f"{peers}.fab_app:app", flat, lambda case: fab_path(case, asked, number)),
        *(
            Server(name, f"{peers}.flask_admin_app:app", env, lambda case: flask_admin_path(case, asked, number),
                   str(PEERS))
            for name, env in ((FLASK_ADMIN, flat), (FLASK_ADMIN + UNCOUNTED, uncounted))
        ),
        *(
            Server(name, f"{peers}.django_app:app", env, lambda case: django_path(case, asked, number), str(PEERS))
            for name, env in ((DJANGO, flat), (DJANGO + UNCOUNTED, uncounted))
        ),
    ]  # fmt: skip


def _log_in(servers: list[Server], world: World) -> None:
    """As the admin of each; the floor knows the login it was captured with, and Flask-Admin knows none."""
    username, password = ADMIN
    form = {"username": username, "password": password}
    for server in servers:
        if server.name == OURS:
            ours = {"tenant": TENANT, "username": "admin", "password": world.password}
            _enter(server.browser, "/login", ours, "csrf_token")
        elif server.name == FAB:
            _enter(server.browser, "/login/", form, "csrf_token")
        elif server.name.startswith(DJANGO):
            _enter(server.browser, "/admin/login/?next=/admin/", form, "csrfmiddlewaretoken")


def _enter(browser: Browser, path: str, form: dict[str, str], token: str) -> None:
    browser.post(path, form | {token: csrf_token(browser.get(path), token)})
    browser.get("/" if token == "csrf_token" else "/admin/")  # the first page after a login completes the cookie


def measure(servers: list[Server], world: World, rounds: int, seconds: float) -> Results:
    """Every page of every contender in turn, `rounds` times; the first round only warms up."""
    results: Results = defaultdict(list)
    for number in range(rounds + 1):
        for case in CASES:
            for name, server, asked in _turns(servers, case):
                path = server.path(asked)
                if path is None:
                    continue  # there is no such search
                rows = world.asked.rows.get(asked, PAGE)
                found = run(server, path, seconds if number else 0.3, world.postmaster, rows)
                if number:
                    results[case, name].append(found)
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return results


def _turns(servers: list[Server], case: str) -> Iterator[tuple[str, Server, str]]:
    """Who is asked for what: besides the case, the floor's first page, which searches are compared with."""
    for server in servers:
        if server.name == FLOOR and case not in LISTS:
            yield BASE, server, FIRST
        yield server.name, server, case


if __name__ == "__main__":
    main()
