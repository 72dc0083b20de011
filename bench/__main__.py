"""`python -m bench`: all contenders, all pages, interleaved rounds; medians; docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode

from bench import report
from bench import world as worlds
from bench.capture import capture
from bench.cases import CASES, STOCK_ADMIN, World, our_query, stock_query
from bench.client import Browser, csrf_token
from bench.load import Run, run
from bench.server import Server

Results = dict[tuple[str, str], list[Run]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--users", type=int, default=200_000, help="rows in the company (default 200000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all pages (default 5)")
    parser.add_argument("--seconds", type=float, default=2, help="about how long each measurement takes (default 2)")
    parser.add_argument("--no-report", action="store_true", help="leave docs/benchmarks.md alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ucc-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as a user of its own
        print(f"building two databases with {chosen.users:,} users …", flush=True)
        world = worlds.build(Path(folder), chosen.users)
        stock = os.environ | {"BENCH_STOCK_URL": world.stock_url}
        subprocess.run([sys.executable, "-m", "bench.stock", str(chosen.users)], env=stock, check=True)
        captured = Path(folder) / "captured"
        capture(world, captured)
        results = measure(contenders(world, captured), world.postmaster, chosen.rounds, chosen.seconds)
    text = report.table(results)
    print(text)
    if not chosen.no_report:
        report.write(results, chosen.users, chosen.rounds, chosen.seconds)


def contenders(world: World, captured: Path) -> list[Server]:
    ours = worlds.environment(world)
    floor = os.environ | {"BENCH_CAPTURED": str(captured), "BENCH_FLOOR_URL": world.app_url}
    raw = os.environ | {"BENCH_STOCK_URL": world.stock_url}
    servers = [
        Server(report.FLOOR, "bench.floor:app", floor, lambda case: f"/?{urlencode({'case': case})}"),
        Server(report.OURS, "run:app", ours, lambda case: our_query(case, world)),
        Server(report.STOCK, "bench.stock_app:app", raw, lambda case: stock_query(case, world)),
    ]
    for server in servers:
        server.start()
    form = {"tenant": world.tenant, "username": world.admin, "password": world.password}
    _log_in(servers[1].browser, "/login", form)
    _log_in(servers[2].browser, "/login/", dict(zip(("username", "password"), STOCK_ADMIN, strict=True)))
    return servers


def _log_in(browser: Browser, path: str, form: dict[str, str]) -> None:
    browser.post(path, form | {"csrf_token": csrf_token(browser.get(path))})
    browser.get("/")  # the first page after a login completes the cookie


def measure(servers: list[Server], postmaster: int, rounds: int, seconds: float) -> Results:
    """Every page of every contender in turn, `rounds` times; the first round only warms up."""
    results: Results = defaultdict(list)
    try:
        for number in range(rounds + 1):
            for case in CASES:
                for server in servers:
                    found = run(server, case, seconds if number else 0.5, postmaster)
                    if number:
                        results[case, server.name].append(found)
            print(f"round {number} of {rounds}", flush=True)
    finally:
        for server in servers:
            server.stop()
    return results


if __name__ == "__main__":
    main()
