"""Lines that a job gathers in a file while it works, and that survive its worker: no line lost, none twice.

What is appended lies on the disk before the transaction that goes with it commits, and where it ended is kept in that
transaction. Whoever goes on after a crash cuts off what came after.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

from app.jobs import files


class Spool:
    """The file `token` (`files.draft`), of which the first `end` bytes count."""

    def __init__(self, token: str, end: int = 0) -> None:
        self.token = token
        self.end = end
        self._file = files.path_of(token).open("r+b")
        self._file.truncate(end)

    def append(self, lines: Iterable[Any]) -> int:
        """Where the file ends now. Lines are anything that JSON holds. Appending again after a rollback goes on from
        `end`, which the caller moves once the transaction has committed."""
        self._file.seek(self.end)
        self._file.truncate()
        for line in lines:
            self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def lines(self) -> Iterator[Any]:
        """All that count, in order."""
        with files.path_of(self.token).open("rb") as file:
            while file.tell() < self.end:
                yield json.loads(file.readline().decode("utf-8", "surrogatepass"))

    def close(self) -> None:
        self._file.close()
