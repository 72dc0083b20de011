"""What a browser says about itself, in words: "Chrome · Windows". Enough to tell one's own devices apart, no more."""

from __future__ import annotations

import re
from typing import Final

# The first that fits: whoever is built on another browser names that too.
_BROWSERS: Final = (
    ("WeCom", r"wxwork/"), ("WeChat", r"MicroMessenger/"), ("DingTalk", r"DingTalk/"), ("Feishu", r"(?:Lark|Feishu)/"),
    ("Edge", r"Edg(?:e|A|iOS)?/"), ("QQ", r"(?:M?QQBrowser)/"), ("360", r"(?:QihooBrowser|360SE|360EE)"),
    ("Sogou", r"MetaSr|SogouMobileBrowser"), ("UC", r"UC?Browser/"), ("Huawei", r"HuaweiBrowser/"),
    ("Xiaomi", r"MiuiBrowser/"), ("Quark", r"Quark/"), ("Opera", r"OPR/"), ("Samsung", r"SamsungBrowser/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"), ("Chrome", r"(?:Headless)?(?:Chrome|CriOS)/"),
    ("Safari", r"Version/.*Safari/"), ("Internet Explorer", r"Trident/|MSIE "),
)  # fmt: skip
_SYSTEMS: Final = (
    ("HarmonyOS", r"OpenHarmony|HarmonyOS"), ("iPad", r"iPad"), ("iPhone", r"iPhone"), ("Android", r"Android"),
    ("Windows", r"Windows"), ("macOS", r"Mac OS X|Macintosh"), ("ChromeOS", r"CrOS"), ("Linux", r"Linux"),
)  # fmt: skip
_PROGRAM: Final = re.compile(r"([A-Za-z][\w.-]{1,30})/\d")  # python-requests/2.32, curl/8.5


def device(agent: str) -> str:
    """Browser and system of a User-Agent header, or the program that sent it; "" where it tells neither."""
    found = [name for name in (_first(_BROWSERS, agent), _first(_SYSTEMS, agent)) if name]
    if found:
        return " · ".join(found)
    program = _PROGRAM.match(agent)
    return program[1] if program else ""


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, agent)), "")
