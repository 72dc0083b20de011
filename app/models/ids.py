"""Ids made by the application: 63 bits, ordered by time, the same on SQLite, PostgreSQL and Citus (ISOLATION-NOTES).

41 bits of milliseconds since 2025 (until 2094), 16 bits drawn once per process, 6 bits that count within a millisecond.
In JSON an id is a string: it goes past 2^53.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

EPOCH_MS: Final = 1_735_689_600_000  # 2025-01-01T00:00:00Z
WORKER_BITS: Final = 16
COUNTER_BITS: Final = 6


def clock_ms() -> int:
    return time.time_ns() // 1_000_000


class Ids:
    """A source of ids. Each is greater than the one before, also when the clock steps back or 64 a millisecond run out:
    then the source lives a little in the future instead of waiting."""

    def __init__(self, clock: Callable[[], int] = clock_ms) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.restart()

    def restart(self) -> None:
        """Draw the process's own bits again. A forked child must, or it repeats its parent's ids."""
        self._lock = threading.Lock()
        self._worker = secrets.randbits(WORKER_BITS)
        self._tick = 0  # milliseconds and counter in one number

    def new(self) -> int:
        return self.some(1)[0]

    def some(self, number: int) -> list[int]:
        """So many new ones, each greater than the one before."""
        with self._lock:
            first = max((self._clock() - EPOCH_MS) << COUNTER_BITS, self._tick + 1)
            self._tick = first + number - 1
            worker, mask = self._worker, (1 << COUNTER_BITS) - 1
        return [
            (tick >> COUNTER_BITS << WORKER_BITS | worker) << COUNTER_BITS | tick & mask
            for tick in range(first, first + number)
        ]


_ids = Ids()
os.register_at_fork(after_in_child=_ids.restart)


def new_ids(number: int) -> list[int]:
    """So many at once, in order."""
    return _ids.some(number)


def new_id() -> int:
    """A new id, greater than every other of this process; unlike those of other processes by their drawn bits."""
    return _ids.new()
