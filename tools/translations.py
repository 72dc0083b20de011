"""The texts of the engine: which there are, and their Chinese.

`python tools/translations.py` compiles what has changed; with `--update` it first brings messages.po up to the texts in
code and templates (new ones empty, gone ones dropped) and says which still need their Chinese.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
METHODS = [("app/**.py", "python"), ("schema/**.py", "python"), ("app/web/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2)}


def extracted() -> Catalog:
    """Every text in code and templates, with the files it stands in."""
    catalogue = Catalog(project="UCC Admin", charset="utf-8")
    found = extract_from_dir(str(ROOT), METHODS, keywords=KEYWORDS, directory_filter=_ours)
    for name, _line, message, _comments, _context in found:
        catalogue.add(message, locations=[(name, 0)])
    return catalogue


def _ours(folder: str) -> bool:
    return Path(folder).name not in (".venv", "node_modules", "instance", "static", "tests", ".git", "build")


def read(source: Path) -> Catalog:
    """The catalogue in a messages.po."""
    with source.open("rb") as text:
        return read_po(text, locale=source.parts[-3])


def update(source: Path) -> list[str]:
    """Brings one messages.po up to date; gives the texts that lack a translation."""
    catalogue, wanted = read(source), extracted()
    for message in list(catalogue):
        if message.id and message.id not in wanted:
            catalogue.delete(message.id)
    for message in wanted:
        if not message.id:
            continue
        if message.id not in catalogue:
            catalogue.add(message.id)
        kept = catalogue[message.id]
        kept.locations, kept.flags = [(name, 0) for name, _line in message.locations], message.flags
    catalogue.obsolete.clear()
    with source.open("wb") as text:
        write_po(text, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    return [str(message.id) for message in catalogue if message.id and not message.string]


def compile_all() -> None:
    """Writes each messages.mo that is missing or older than its messages.po."""
    for source in FOLDER.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with target.open("wb") as binary:
            write_mo(binary, read(source))


if __name__ == "__main__":
    if "--update" in sys.argv:
        for po in FOLDER.glob("*/LC_MESSAGES/messages.po"):
            for text in update(po):
                sys.stdout.write(f"{po.relative_to(ROOT)}: no translation: {text}\n")
    compile_all()
