"""The figures as a table, what is demanded of them, and docs/benchmarks-transfer.md."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

import psutil

from bench.server import ROOT
from bench.transfer.figure import Figure

OURS, LARGE, FLOOR = "UCC Admin", "UCC Admin, all rows", "floor"
PEER: Final = "django-import-export"
WHATS: Final = ("import csv", "import xlsx", "export csv", "export xlsx")
# What is demanded of the product.
LEAST: Final = {"import csv": 25_000, "import xlsx": 15_000, "export csv": 60_000, "export xlsx": 25_000}  # rows/s
LEAST_OF_PEER: Final = 8  # times its speed, of imports
MOST_MEMORY: Final = 250  # MB, of imports
MOST_GROWTH: Final = 32  # MB that an export of all rows may take beyond one of some: "flat"


@dataclass(frozen=True)
class Report:
    """`found` are the middle ones of `runs`."""

    found: Mapping[tuple[str, str], Figure]
    runs: Mapping[tuple[str, str], Sequence[Figure]]
    rows: int
    rounds: int
    busy: float

    def table(self) -> str:
        lines = ["| | | rows | rows/s | least and most | CPU µs a row: program + database | MB |", "|---" * 7 + "|"]
        for what, who in sorted(self.found, key=lambda one: WHATS.index(one[0])):
            one, speeds = self.found[what, who], sorted(run.speed for run in self.runs[what, who])
            span = f"{speeds[0]:,.0f} – {speeds[-1]:,.0f}" if len(speeds) > 1 else "–"
            memory = f"{one.memory:.0f}" if who != FLOOR else "–"
            lines.append(f"| {what} | {who} | {one.rows:,} | {one.speed:,.0f} | {span} | {one.cpu} | {memory} |")
        return "\n".join(lines)

    def judgement(self) -> str:
        """Each target with its figure, and whether it is met."""
        lines = ["| | asked for | found | |", "|---|---|---|---|"]
        for what in WHATS:
            lines += [f"| {what} | {asked} | {found} | {'met' if met else 'MISSED'} |"
                      for asked, found, met in self._judge(what)]  # fmt: skip
        return "\n".join(lines)

    def _judge(self, what: str) -> Iterator[tuple[str, str, bool]]:
        ours = self.found[what, OURS]
        yield f"at least {LEAST[what]:,} rows/s", f"{ours.speed:,.0f}", ours.speed >= LEAST[what]
        times = ours.speed / self.found[what, PEER].speed
        if what.startswith("import"):
            yield f"at least {LEAST_OF_PEER} × {PEER}", f"{times:.1f} ×", times >= LEAST_OF_PEER
            yield f"at most {MOST_MEMORY} MB", f"{ours.memory:.0f} MB", ours.memory <= MOST_MEMORY
            return
        large = self.found[what, LARGE]
        growth = f"{ours.memory:.0f} MB on top, {large.memory:.0f} MB at {large.rows:,} rows"
        yield "memory flat", growth, large.memory <= ours.memory + MOST_GROWTH

    def write(self) -> None:
        """docs/benchmarks-transfer.md, anew."""
        template = (ROOT / "bench" / "transfer" / "benchmarks.md.in").read_text(encoding="utf-8")
        ours, floor, peer = (self.found["import csv", who] for who in (OURS, FLOOR, PEER))
        text = template.format(
            table=self.table(), judgement=self.judgement(), rows=f"{self.rows:,}", rounds=self.rounds,
            date=f"{datetime.now(UTC):%Y-%m-%d}", cores=psutil.cpu_count(), machine=platform.machine(),
            python=platform.python_version(), busy=f"{self.busy:.1f}",
            versions=", ".join(f"{name} {version(name)}" for name in ("Flask", "SQLAlchemy", "psycopg")),
            floor=f"{ours.wall / floor.wall:.1f}", alone=f"{floor.speed / peer.speed:.1f}",
        )  # fmt: skip
        (ROOT / "docs" / "benchmarks-transfer.md").write_text(text, encoding="utf-8")
