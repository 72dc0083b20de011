"""The tables of docs/reference.md, made from schema.py and the kinds. The prose around them is written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from app.fields import kinds
from app.spec.check_fields import COMMON
from app.spec.feature_keys import LimitKeys, SightKeys, WorkbenchKeys
from app.spec.field_keys import FieldKeys, LabelKeys, OptionKeys, ResourceLabelKeys
from app.spec.keys import Flag, Key, Keys, Many, Named, Part, Text, Whole, keys_of
from app.spec.match_keys import WORDS, Wanted
from app.spec.schema import ActionKeys, GroupKeys, ListKeys, ResourceKeys, RoleKeys, SectionKeys, TemplateKeys

MARKED = re.compile(r"(<!-- table: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

# What a kind holds: in Chinese and in English.
HOLDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "text": ("单行文本", "One line of text"),
        "options": ("选项列表，每个选项编号不变", "A list of options, each with a lasting id"),
        "longtext": ("多行文本", "Several lines of text"),
        "richtext": ("带格式的多行文本：粗体、列表、链接", "Text with bold, lists and links: cleaned HTML"),
        "integer": ("整数", "A whole number"),
        "boolean": ("是或否", "Yes or no"),
        "choice": ("单选", "One of `options`"),
        "choices": ("多选", "Several of `options`"),
        "date": ("日期", "A day"),
        "time": ("时间", "A time of day"),
        "datetime": ("日期和时间，按企业时区显示", "A moment, shown in the company's time zone"),
        "digits": ("长数字串（QQ、银行卡、证件号）", "A long string of digits (QQ, bank card, ID card)"),
        "mobile": ("大陆手机号", "A mainland mobile number"),
        "email": ("邮箱", "An email address"),
        "password": ("密码，只存散列，从不显示", "A password: only its hash is kept, never shown"),
        "ref": ("引用一条记录", "Another record (`to`)"),
        "refs": ("引用多条记录", "Several other records (`to`)"),
        "record": ("任意资源的记录编号（日志用）", "The id of a record of any resource, which may be gone: for logs"),
    }
)


def with_tables(document: str) -> str:
    """`document` with what stands between `<!-- table: name -->` and `<!-- end -->` made anew.

    Raises KeyError for a table that does not exist.
    """
    return MARKED.sub(lambda found: f"{found[1]}{TABLES[found['name']]()}{found[3]}", document)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _keys(schema: type[Keys]) -> Callable[[], str]:
    return lambda: _table(
        ("键 · Key", "值 · Value", "省略时 · Left out", "中文", "English"),
        (
            (f"`{name}`", _type(key), "**必填 required**" if key.required else key.default_text, key.zh, key.en)
            for name, key in keys_of(schema).items()
        ),
    )


def _kinds() -> str:
    return _table(
        ("kind", "中文", "English", "可用的键 · Its own keys", "筛选方式 · Operators"),
        (
            (f"`{name}`", *HOLDS[name], _code(sorted(kind.attributes - COMMON)), _code(kind.operators))
            for name, kind in kinds.items()
        ),
    )


def _common() -> str:
    return f"{_code(sorted(COMMON))}\n"


def _code(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _type(key: Key) -> str:
    """What the value is, in a word or two."""
    match key:
        case Many(item=item):
            return f"list: {_type(item)}"
        case Named(item=item):
            return f"name → {_type(item)}"
        case Part(schema=schema):
            name = "label" if issubclass(schema, LabelKeys) else schema.__name__.removesuffix("Keys").lower()
            return f"[{name}](#{name})"
        case Wanted():
            return f"{_code(WORDS)} (name → value)"
    return _scalar(key)


def _scalar(key: Key) -> str:
    match key:
        case Flag():
            return "`true` `false`"
        case Whole():
            return "number"
        case Text(among=among) if among:
            return _code(among)
        case Text(shape=shape):
            return shape.called if shape else "text"
    return "value"


TABLES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "resource": _keys(ResourceKeys),
        "label": _keys(ResourceLabelKeys),
        "field": _keys(FieldKeys),
        "option": _keys(OptionKeys),
        "list": _keys(ListKeys),
        "section": _keys(SectionKeys),
        "action": _keys(ActionKeys),
        "limit": _keys(LimitKeys),
        "workbench": _keys(WorkbenchKeys),
        "sight": _keys(SightKeys),
        "group": _keys(GroupKeys),
        "role": _keys(RoleKeys),
        "template": _keys(TemplateKeys),
        "common": _common,
        "kinds": _kinds,
    }
)
