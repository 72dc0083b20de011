"""The figures as a table, what the issue demands of them, and docs/benchmarks.md."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

import psutil

from bench.customers.cases import CASES, DEEP, FILTERS, FIRST, LISTS, label
from bench.customers.world import PEERS, World
from bench.load import CLIENTS, Run
from bench.server import ROOT, WORKERS

BASE = "the floor's first page"  # measured beside every page, because the machine is not always as busy
FLOOR, OURS, FAB, FLASK_ADMIN, DJANGO = "floor", "UCC Admin", "stock FAB", "Flask-Admin", "Django admin"
UNCOUNTED = ", no count"
CONTENDERS = (FLOOR, OURS, FAB, FLASK_ADMIN, FLASK_ADMIN + UNCOUNTED, DJANGO, DJANGO + UNCOUNTED)
# What is demanded of the product.
STATEMENTS = 4  # of a page of the list
MOST_OF_FLOOR = 4  # times the application CPU of the floor, on a page of the list
LEAST_OF_FAB, LEAST_OF_FLASK_ADMIN = 10, 1.5  # times the pages per second
MOST_OF_FIRST = 5  # times the time of the floor's first page, for what searches
DEEP_OF_FIRST = 1.25  # times the CPU, application and database: "as fast", give or take noise
Results = dict[tuple[str, str], list[Run]]


@dataclass(frozen=True)
class Report:
    world: World
    results: Results
    statements: dict[str, int]
    rounds: int
    seconds: float
    busy: float

    def table(self) -> str:
        """Medians per page: pages per second and CPU per page."""
        shown = [name for name in CONTENDERS if (FIRST, name) in self.results]
        lines = [f"| page | {' | '.join(shown)} |", "|---" * (len(shown) + 1) + "|"]
        for case in CASES:
            cells = [self._cell(case, name) for name in shown]
            lines.append(f"| {label(case, self.world.asked, self.world.customers)} | {' | '.join(cells)} |")
        return "\n".join(lines)

    def judgement(self) -> list[str]:
        """Each target with its figure, and whether it is met."""
        lines = ["| page | asked for | found | |", "|---|---|---|---|"]
        for case in CASES:
            named = label(case, self.world.asked, self.world.customers)
            lines += [f"| {named} | {asked} | {found} | {'met' if met else 'MISSED'} |"
                      for asked, found, met in self._judge(case)]  # fmt: skip
        return lines

    def _judge(self, case: str) -> Iterator[tuple[str, str, bool]]:
        if case in LISTS:
            number, ratio = self.statements[case], self.cpu(case, OURS) / self.cpu(case, FLOOR)
            yield f"at most {STATEMENTS} statements", str(number), number <= STATEMENTS
            yield f"at most {MOST_OF_FLOOR} × the floor's CPU", f"{ratio:.1f} ×", ratio <= MOST_OF_FLOOR
            yield from self._against(case, FLASK_ADMIN + UNCOUNTED, LEAST_OF_FLASK_ADMIN)
        else:
            ratio, cpu = (
                self.speed(case, BASE) / self.speed(case, OURS),
                self.all_cpu(case, OURS) / self.all_cpu(case, BASE),
            )
            found = f"{ratio:.1f} × (CPU {cpu:.1f} ×)"
            yield f"at most {MOST_OF_FIRST} × {BASE}", found, ratio <= MOST_OF_FIRST
        if case not in FILTERS:
            yield from self._against(case, FAB, LEAST_OF_FAB)
        if case == DEEP:
            ratio = self.all_cpu(DEEP, OURS) / self.all_cpu(FIRST, OURS)
            yield "as fast as the first page", f"{ratio:.2f} × its CPU", ratio <= DEEP_OF_FIRST

    def _against(self, case: str, other: str, least: float) -> Iterator[tuple[str, str, bool]]:
        if (case, other) in self.results:
            ratio = self.speed(case, OURS) / self.speed(case, other)
            yield f"at least {least:g} × the pages of {other}", f"{ratio:.1f} ×", ratio >= least

    def _cell(self, case: str, name: str) -> str:
        if (case, name) not in self.results:
            return "–"
        speed, database = self.speed(case, name), self._of(case, name, "database_ms")
        return f"{speed:,.0f} ({self.cpu(case, name):.1f} + {database:.1f})"

    def speed(self, case: str, name: str) -> float:
        return self._of(case, name, "pages_per_second")

    def cpu(self, case: str, name: str) -> float:
        return self._of(case, name, "cpu_ms")

    def all_cpu(self, case: str, name: str) -> float:
        return median(one.cpu_ms + one.database_ms for one in self.results[case, name])

    def _of(self, case: str, name: str, figure: str) -> float:
        return median(getattr(one, figure) for one in self.results[case, name])

    def write(self) -> None:
        """docs/benchmarks.md, anew."""
        template = (ROOT / "bench" / "customers" / "benchmarks.md.in").read_text(encoding="utf-8")
        parts = ("Flask-AppBuilder", "Flask", "SQLAlchemy", "psycopg", "granian")
        client = median(one.client_ms for runs in self.results.values() for one in runs)
        filled = self.world.filled
        text = template.format(
            table=self.table(), judgement="\n".join(self.judgement()), customers=f"{self.world.customers:,}",
            rounds=self.rounds, seconds=f"{self.seconds:g}", workers=WORKERS, clients=CLIENTS,
            date=f"{datetime.now(UTC):%Y-%m-%d}", cores=psutil.cpu_count(), machine=platform.machine(),
            python=platform.python_version(), versions=", ".join(f"{name} {version(name)}" for name in parts),
            peers=_peers(), busy=f"{self.busy:.1f}", client=f"{client:.2f}", filled=f"{filled:,.0f}",
            rate=f"{self.world.customers / filled:,.0f}" if filled else "–", first=f"{self._size(FIRST):.0f}",
        )  # fmt: skip
        (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")

    def _size(self, case: str) -> float:
        """kB of our page."""
        return self._of(case, OURS, "bytes") / 1000


def _peers() -> str:
    """Versions of the peers' environment."""
    asked = "import platform, importlib.metadata as m; print(f'Python {platform.python_version()}', *(" \
            "f'{name} {m.version(name)}' for name in ('Flask-Admin', 'Django')), sep=', ')"  # fmt: skip
    return subprocess.run([PEERS, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
