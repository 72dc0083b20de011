"""Ids made by the application."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from app.models.ids import COUNTER_BITS, EPOCH_MS, WORKER_BITS, Ids, new_id


class Clock:
    def __init__(self, *readings: int) -> None:
        self.readings = list(readings)

    def __call__(self) -> int:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]


def made_at(id_: int) -> int:
    return (id_ >> (WORKER_BITS + COUNTER_BITS)) + EPOCH_MS


def test_ids_rise_and_never_repeat() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(set(ids))


def test_many_at_once_are_what_one_after_the_other_would_be() -> None:
    source, same = (Ids(Clock(EPOCH_MS + 7)) for _ in range(2))
    same._worker = source._worker
    assert [*source.some(100), source.new()] == [same.new() for _ in range(101)]


def test_an_id_fits_a_signed_bigint_until_2094() -> None:
    last = EPOCH_MS + (1 << 41) - 1
    assert 0 < Ids(Clock(last)).new() < 1 << 63


def test_an_id_tells_the_millisecond_it_was_made() -> None:
    assert made_at(Ids(Clock(EPOCH_MS + 12_345)).new()) == EPOCH_MS + 12_345


def test_later_is_greater_in_another_process_too() -> None:
    earlier, later = Ids(Clock(EPOCH_MS + 1000)), Ids(Clock(EPOCH_MS + 1001))
    assert max(earlier.new() for _ in range(50)) < later.new()


def test_a_clock_that_steps_back_makes_no_id_twice() -> None:
    source = Ids(Clock(EPOCH_MS + 5000, EPOCH_MS + 1, EPOCH_MS + 4999))
    ids = [source.new() for _ in range(300)]
    assert ids == sorted(set(ids))


def test_more_than_a_millisecond_holds_go_on_into_the_next() -> None:
    source = Ids(Clock(EPOCH_MS + 7))
    ids = [source.new() for _ in range(3 << COUNTER_BITS)]
    assert ids == sorted(set(ids))
    assert {made_at(id_) for id_ in ids} == {EPOCH_MS + 7, EPOCH_MS + 8, EPOCH_MS + 9}


def test_threads_share_one_sequence() -> None:
    made: list[list[int]] = [[] for _ in range(8)]

    def work(mine: list[int]) -> None:
        mine.extend(new_id() for _ in range(2_000))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [id_ for mine in made for id_ in mine]
    assert len(set(ids)) == len(ids)


def test_processes_differ_in_their_drawn_bits() -> None:
    """Forty sources at the same frozen moment: their first ids differ, unless two draw the same of 65,536."""
    firsts = {Ids(Clock(EPOCH_MS + 9)).new() for _ in range(40)}
    assert len(firsts) >= 39


def test_a_forked_worker_draws_its_own_bits() -> None:
    """Servers fork their workers: copies of one source would make the same ids."""
    script = (
        "import os\n"
        "from app.models import ids\n"
        "read, write = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.write(write, str(ids._ids._worker).encode()); os._exit(0)\n"
        "os.wait()\n"
        "print(ids._ids._worker, os.read(read, 20).decode())\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    parent, child = run.stdout.split()
    assert parent != child
