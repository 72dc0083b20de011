"""A text in both languages, as YAML files give it (K4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LOCALES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Label:
    zh: str
    en: str

    def text(self, locale: str) -> str:
        """The text for a reader whose locale is `locale` ("zh", "zh_CN", "en"…)."""
        return self.en if locale.startswith("en") else self.zh
