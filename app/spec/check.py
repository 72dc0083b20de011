"""What `ucc check` asks: is all of `schema/` right?"""

from __future__ import annotations

from pathlib import Path

from app.spec.load import read_product


def check(*folders: Path) -> list[str]:
    """Every fault in `folders`, each as `file:line: path: message. Did you mean …?`; none where all is well."""
    return read_product(folders)[1]
