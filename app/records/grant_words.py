"""Permissions in words: "公告：新增、导出；用户：查看"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.engine import engine
from app.labels import Label
from app.spec.kinds import NARROWING_LABELS, kind_label
from app.spec.model import NARROWINGS, PERMISSIONS

GRANTS: Final = "grants"  # the key that audit entries keep permissions under; no field of a resource has them
LABEL: Final = Label("权限", "Permissions")

_COMMA: Final = Label("、", ", ")
_COLON: Final = Label("：", ": ")
_SEMICOLON: Final = Label("；", "; ")


def words(cells: Iterable[str], locale: str) -> str:
    """`cells` are texts "page.kind". A page that is gone is told by its name."""
    pages: dict[str, list[str]] = {}
    for cell in cells:
        page, _dot, kind = cell.partition(".")
        pages.setdefault(page, []).append(kind)
    told = (
        _name(page, locale) + _COLON.text(locale) + _COMMA.text(locale).join(_kinds(page, kinds, locale))
        for page, kinds in pages.items()
    )
    return _SEMICOLON.text(locale).join(told)


def told(value: Any, locale: str) -> str:
    """As `words`, of what an audit entry kept."""
    return words([str(cell) for cell in value], locale) if isinstance(value, list) else str(value)


def _name(page: str, locale: str) -> str:
    resource = engine().product.resources.get(page)
    return page if resource is None else resource.many.text(locale)


def _kinds(page: str, kinds: Iterable[str], locale: str) -> list[str]:
    resource = engine().product.resources.get(page)
    narrowed = [NARROWING_LABELS[kind] for kind in NARROWINGS if kind in kinds]
    labels = [*(kind_label(resource, kind) for kind in PERMISSIONS if kind in kinds), *narrowed]
    return [label.text(locale) for label in labels]
