"""The figures as a table, with what the issue demands of them, and docs/benchmarks-users.md."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import psutil

from bench.load import CLIENTS, Run
from bench.server import ROOT, WORKERS
from bench.users.cases import CASES, FIRST, LAST

FLOOR, OURS, STOCK = "floor", "UCC Admin", "stock FAB"
MOST_OF_FLOOR = 4  # times the application CPU of the floor
LEAST_OF_STOCK = 10  # times the pages per second of stock FAB
LAST_OF_FIRST = 1.25  # times the CPU, application and database, of the first page: "as fast", give or take noise
Results = dict[tuple[str, str], list[Run]]


def table(results: Results) -> str:
    """Medians per page: pages per second, application CPU per page, and the two ratios with their targets."""
    lines = [
        "| page | floor | UCC Admin | stock FAB | CPU: times the floor | pages/s: times stock FAB |",
        "|---|---|---|---|---|---|",
    ]
    for case in CASES:
        cells = [_cell(results[case, name]) for name in (FLOOR, OURS, STOCK)]
        above = _cpu(results, case, OURS) / _cpu(results, case, FLOOR)
        faster = _speed(results, case, OURS) / _speed(results, case, STOCK)
        ratios = [f"{above:.1f} {_mark(above <= MOST_OF_FLOOR)}", f"{faster:.0f} {_mark(faster >= LEAST_OF_STOCK)}"]
        lines.append(f"| {case} | {' | '.join(cells + ratios)} |")
    depth = _speed(results, LAST, OURS) / _speed(results, FIRST, OURS)
    dearer = _all_cpu(results, LAST, OURS) / _all_cpu(results, FIRST, OURS)
    lines += [
        "",
        f"Our last page against our first: {dearer:.2f} times the CPU {_mark(dearer <= LAST_OF_FIRST)},"
        f" {depth:.2f} times the pages per second.",
    ]
    return "\n".join(lines)


def _cell(runs: list[Run]) -> str:
    speed, cpu, database = (
        median(getattr(one, figure) for one in runs) for figure in ("pages_per_second", "cpu_ms", "database_ms")
    )
    return f"{speed:,.0f} ({cpu:.1f} + {database:.1f})"


def _speed(results: Results, case: str, name: str) -> float:
    return median(one.pages_per_second for one in results[case, name])


def _cpu(results: Results, case: str, name: str) -> float:
    return median(one.cpu_ms for one in results[case, name])


def _all_cpu(results: Results, case: str, name: str) -> float:
    return median(one.cpu_ms + one.database_ms for one in results[case, name])


def _mark(met: bool) -> str:
    return "(met)" if met else "(MISSED)"


def write(results: Results, users: int, rounds: int, seconds: float, busy: float) -> None:
    """docs/benchmarks-users.md, anew. `busy` is the load of the machine before the run."""
    template = (ROOT / "bench" / "users" / "benchmarks.md.in").read_text(encoding="utf-8")
    parts = ("Flask-AppBuilder", "Flask", "SQLAlchemy", "psycopg", "granian")
    text = template.format(
        table=table(results), users=f"{users:,}", rounds=rounds, seconds=f"{seconds:g}", workers=WORKERS,
        clients=CLIENTS, date=f"{datetime.now(UTC):%Y-%m-%d}", cores=psutil.cpu_count(),
        machine=platform.machine(), python=platform.python_version(),
        versions=", ".join(f"{name} {version(name)}" for name in parts),
        most=MOST_OF_FLOOR, least=LEAST_OF_STOCK, last=f"{LAST_OF_FIRST:g}", busy=f"{busy:.1f}",
    )  # fmt: skip
    Path(ROOT / "docs" / "benchmarks-users.md").write_text(text, encoding="utf-8")
