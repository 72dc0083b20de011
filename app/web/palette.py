"""Ctrl+K: pages, and records of every resource with `palette: true`, by the search of their lists (C1, U5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.access import Actor, may
from app.accounts.addresses import HOME
from app.engine import engine
from app.errors import Invalid, TooMany
from app.fields.spelling import spelled, typed
from app.labels import Label
from app.records import custom, query
from app.records.record import Row
from app.records.search import MOST_CHARACTERS, parse
from app.spec.model import ResourceSpec
from app.web.extended import faces_of
from app.web.face import Face
from app.web.listing import short

MOST: Final = 5  # entries of a group
MOST_BESIDE: Final = 3  # values shown beside a name
REMEMBERED: Final = 1024
LONG: Final = ("longtext", "richtext", "datetime")  # kinds that have no room on a line

# Pages of everyone that no resource stands for.
OWN_PAGES: Final = (
    (Label("工作台", "Workbench"), HOME, "layout-dashboard"),
    (Label("我的任务", "My jobs"), "/jobs/", "clock-play"),
    (Label("修改密码", "Change password"), "/password", "lock"),
    (Label("我的登录", "My logins"), "/my/logins", "devices"),
    (Label("API 密钥", "API keys"), "/my/keys", "key"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """`url` is below the application's root."""

    title: str
    url: str
    icon: str = ""
    beside: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """`more` leads to all that is found, where there is more than `entries`. `resource` is "" for pages."""

    label: str
    entries: Sequence[Entry]
    resource: str = ""
    more: str | None = None
    refused: TooMany | None = None  # the day's guesses at masked numbers are used up


def find(actor: Actor, text: str) -> list[Group]:
    """What the actor may go to, by group; groups in which nothing is found are left out. One statement a resource."""
    text = text.strip()[:MOST_CHARACTERS]
    if not text:
        return []
    pages = [Entry(label.text(actor.locale), url, icon) for label, url, icon in _pages(actor) if named(label, text)]
    groups = [Group(_("Jump to"), pages[:MOST]), *records(actor, text)]
    return [group for group in groups if group.entries or group.refused]


def records(actor: Actor, text: str) -> Iterator[Group]:
    """The records found, a group for each resource whose list the actor may see."""
    for resource in engine().product.resources.values():
        if resource.palette and may(actor, resource, "view"):
            yield _found(actor, custom.of(actor, resource), text)


def named(label: Label, text: str) -> bool:
    """True if `text` is a part of either name, or what one types for the Chinese one: pinyin or initials."""
    asked, latin = text.casefold(), typed(text)
    spelling, initials = _spelled(label.zh)
    plain = asked in label.zh.casefold() or asked in label.en.casefold()
    return plain or (bool(latin) and (latin in spelling or latin in initials))


@lru_cache(REMEMBERED)
def _spelled(name: str) -> tuple[str, str]:
    return spelled(name)


def _pages(actor: Actor) -> Iterator[tuple[Label, str, str]]:
    yield from current_app.extensions["appbuilder"].menu.pages(actor)
    yield from OWN_PAGES


def _found(actor: Actor, resource: ResourceSpec, text: str) -> Group:
    """As the list's search box finds them: the same sight, the same veil."""
    face = faces_of(resource)[actor.locale]
    asked: MultiDict[str, str] = MultiDict({"q": text, "size": str(MOST)})
    beside = _beside(face)
    try:
        page = query.page(actor, resource, parse(resource, asked, actor.reader), beside)
    except Invalid:
        return Group(face.many, (), resource.name)
    except TooMany as refusal:
        return Group(face.many, (), resource.name, refused=refusal)
    entries = [_entry(face, actor, row, beside) for row in page.rows]
    return Group(face.many, entries, resource.name, face.url if page.next else None)


def _entry(face: Face, actor: Actor, row: Row, beside: Sequence[str]) -> Entry:
    name = face.fields[face.resource.title].text(row, actor.reader)
    told = [face.fields[field].text(row, actor.reader) for field in beside]
    said = " · ".join([text for text in told if text][:MOST_BESIDE])
    return Entry(short(name), f"{face.url}{row.id}", face.resource.icon, said, row.id)


@lru_cache(REMEMBERED)
def _beside(face: Face) -> tuple[str, ...]:
    """The list's columns that tell two records of the same name apart: first what one may look for."""
    resource = face.resource
    columns = [name for name in resource.list.columns if name in resource.fields and name != resource.title]
    brief = [name for name in columns if resource.fields[name].kind not in (*LONG, "boolean")]
    return tuple(sorted(brief, key=lambda name: name not in resource.list.search))[: MOST_BESIDE + 1]


def as_json(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """For programs."""
    return [
        {
            "resource": group.resource,
            "label": group.label,
            "more": group.more is not None,
            "rows": [{"id": str(entry.id), "title": entry.title, "text": entry.beside} for entry in group.entries],
        }
        for group in groups
    ]
