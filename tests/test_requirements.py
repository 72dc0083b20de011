"""Every requirement has a test whose docstring names it, and a place in both guides with a picture that shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide"
LANGUAGES = ("zh", "en")
NUMBERS = {"P": 3, "R": 5, "U": 5, "A": 4, "B": 4, "F": 6, "T": 4, "C": 2}
REQUIREMENTS = [f"{letter}{n}" for letter, most in NUMBERS.items() for n in range(1, most + 1)]
IN_GUIDE = [*REQUIREMENTS, "K5", "K6"]
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#]+)(?:#(\w+))?\)")
PLACE = re.compile(r'^<a id="([A-Z]\d)"></a>$', re.MULTILINE)
MOST_BYTES = 150_000


@cache
def named() -> frozenset[str]:
    """The ids in docstrings of tests. The walk of the guide shows and does not prove: it does not count."""
    files = [file for file in (ROOT / "tests").rglob("test_*.py") if not file.name.startswith("test_guide")]
    return frozenset(id_ for file in files for text in docstrings(file) for id_ in re.findall(r"\b[A-Z]\d\b", text))


def docstrings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield ast.get_docstring(node) or ""


def pages(language: str) -> dict[str, str]:
    return {page.name: page.read_text(encoding="utf-8") for page in sorted((GUIDE / language).glob("*.md"))}


def places(language: str) -> dict[str, tuple[str, str]]:
    """By id: the page it is on, and its section."""
    found = {}
    for name, text in pages(language).items():
        for mark in PLACE.finditer(text):
            section = text[mark.end() :].split("\n## ", 2)[1].split('<a id="')[0]
            assert mark[1] not in found, f"{mark[1]} has two places"
            found[mark[1]] = (name, section)
    return found


@pytest.mark.parametrize("id_", REQUIREMENTS)
def test_a_test_names_the_requirement(id_: str) -> None:
    assert id_ in named()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id_", IN_GUIDE)
def test_the_guide_shows_the_requirement(language: str, id_: str) -> None:
    _page, section = places(language)[id_]
    assert id_ in section.splitlines()[0], "the heading names it"
    assert PICTURE.search(section), "its section has a picture"


def test_both_languages_have_the_same_pages_places_and_pictures() -> None:
    zh, en = pages("zh"), pages("en")
    assert list(zh) == list(en)
    where = [{id_: page for id_, (page, _) in places(language).items()} for language in LANGUAGES]
    assert where[0] == where[1]
    for name in zh:
        pictures = [[Path(file).name for file in PICTURE.findall(text[name])] for text in (zh, en)]
        assert pictures[0] == pictures[1], name
        assert pictures[0] or name == "README.md", f"{name} has no picture"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_there_and_used_and_light(language: str) -> None:
    used = {file for text in pages(language).values() for file in PICTURE.findall(text)}
    there = {f"../images/{language}/{file.name}": file for file in (GUIDE / "images" / language).glob("*")}
    assert used == set(there)
    heavy = [name for name, file in there.items() if file.stat().st_size > MOST_BYTES]
    assert heavy == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_guide_leads_somewhere(language: str) -> None:
    for name, text in pages(language).items():
        for target, place in LINK.findall(text):
            file = (GUIDE / language / target).resolve()
            assert file.is_file(), f"{name}: {target}"
            assert not place or f'<a id="{place}">' in file.read_text(encoding="utf-8"), f"{name}: {target}#{place}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_to_all_others(language: str) -> None:
    everything = pages(language)
    led = {target for target, _place in LINK.findall(everything["README.md"])}
    assert led == set(everything) - {"README.md"}
