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

    def inside(self, locale: str) -> str:
        """The same within a sentence: English labels lose their capital, those of letters alone (API key) keep it."""
        text = self.text(locale)
        return text if text[1:2].isupper() else text[:1].lower() + text[1:]
