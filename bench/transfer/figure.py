"""What is measured of one run, and of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """Rows, seconds of the clock, CPU seconds of the program and of the database, MB of the program: of an import all
    that it had at the peak, of an export what that took on top."""

    rows: int
    wall: float
    program: float
    database: float
    memory: float

    @property
    def speed(self) -> float:
        """Rows per second of the clock."""
        return self.rows / self.wall

    @property
    def cpu(self) -> str:
        """Microseconds of CPU for a row: program + database."""
        return f"{self.program / self.rows * 1e6:.0f} + {self.database / self.rows * 1e6:.0f}"


def middle(runs: Sequence[Figure]) -> Figure:
    """The run that took neither longest nor shortest."""
    return sorted(runs, key=lambda one: one.wall)[len(runs) // 2]


def peak() -> float:
    """The most MB this process has ever had. (What getrusage tells begins with what the parent had.)"""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
