"""django-import-export in its bulk mode, in the peers' own environment: each run a process of its own."""

from __future__ import annotations

import json
import os
import subprocess

import psycopg

from bench.customers import flat
from bench.customers.world import PEERS
from bench.server import ROOT
from bench.transfer.figure import Figure
from bench.transfer.world import World


def prepare(world: World, rows: int) -> None:
    """Its flat table, filled."""
    with psycopg.connect(world.peer, autocommit=True) as connection:
        flat.create(connection)
    measure(world, "import csv", rows)


def measure(world: World, what: str, rows: int) -> Figure:
    """`what`: "import" or "export", and "csv" or "xlsx". An export finds what the import before has left."""
    given = {"BENCH_FLAT_URL": world.peer.replace("postgresql", "postgresql+psycopg", 1),
             "BENCH_DATABASE_PID": str(world.database)}  # fmt: skip
    command = [str(PEERS), "-m", "bench.transfer.django_peer", what, str(rows)]
    done = subprocess.run(command, env=os.environ | given, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Figure(**json.loads(done.stdout))
