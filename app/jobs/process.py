"""The worker as a process: `ucc worker`, or a fork beside `ucc serve`."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Final

from flask import Flask

from app.jobs.worker import Worker
from app.models.base import db

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
NICENESS: Final = 5  # requests come first


def work(app: Flask, *, once: bool = False) -> None:
    """Works until the process is told to end; with `once` until the queue is empty. A second signal ends it at once."""
    worker = Worker(app, _until_signal())
    if not once:
        worker.run()
        return
    while not worker.stopping() and worker.run_one():
        pass


def start_beside(app: Flask) -> int:
    """The pid of a worker that ends with this process.

    A fork: the product is loaded already, so the worker costs no second start, and shares the memory.
    """
    with app.app_context():
        db.engine.dispose()  # no connection is shared by two processes
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    told = _until_signal()
    try:
        os.nice(NICENESS)
        Worker(app, lambda: told() or os.getppid() != parent).run()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # what the parent meant to do next is not this process's business


def _until_signal() -> _Told:
    told = _Told()
    for number in SIGNALS:
        signal.signal(number, told.hear)
    return told


class _Told:
    """Whether the process has been told to end."""

    def __init__(self) -> None:
        self.heard = False

    def __call__(self) -> bool:
        return self.heard

    def hear(self, number: int, _frame: FrameType | None) -> None:
        self.heard = True
        signal.signal(number, signal.SIG_DFL)
