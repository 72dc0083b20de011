"""`python -m app.spec.generate`: writes the JSON Schemas and the tables of docs/reference.md."""

from __future__ import annotations

from pathlib import Path

from app.spec.jsonschema import FILES, text_of
from app.spec.reference import with_tables

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference.md"


def generated() -> dict[Path, str]:
    """Each generated file and what it should hold."""
    files = {ROOT / "schema" / name: text_of(name) for name in FILES}
    return files | {REFERENCE: with_tables(REFERENCE.read_text(encoding="utf-8"))}


def main() -> None:
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
