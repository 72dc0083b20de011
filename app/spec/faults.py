"""Collects every fault of `schema/` before anything is raised, each with file, line, path and what to do next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

# Where something stands inside a YAML file: ("form", 0, "fields", 2).
Place = tuple[str | int, ...]

FEW = 12  # so many names are still worth listing in full


def show(place: Place) -> str:
    """`form[0].fields[2]`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".")


def hint(word: str, known: Collection[str]) -> str:
    """What to write instead of `word`: the nearest known name, or all of them where they are few."""
    near = get_close_matches(word.lower(), sorted(known), n=1)
    if near:
        return f". Did you mean {near[0]!r}?"
    if 0 < len(known) <= FEW:
        return f". Known: {', '.join(sorted(known))}"
    return ""


def shown_path(file: Path) -> str:
    """`file` as a person types it: relative to the working directory where it lies below it."""
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)


@dataclass(slots=True)
class Faults:
    """All faults found so far. The same fault at the same line counts once."""

    found: set[tuple[str, int, str, str]] = field(default_factory=set)

    def add(self, file: Path, line: int, place: Place, message: str) -> None:
        self.found.add((shown_path(file), line, show(place), message))

    def lines(self) -> list[str]:
        """`file:line: path: message`, in the order of files and lines."""
        return [
            f"{file}:{line}: {place}: {message}" if place else f"{file}:{line}: {message}"
            for file, line, place, message in sorted(self.found)
        ]
