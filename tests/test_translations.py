"""K4: every text of the engine has its Chinese, with the same placeholders; none is kept that nothing uses."""

from __future__ import annotations

import re
from pathlib import Path

from tools.translations import FOLDER, extracted, read

ROOT = Path(__file__).resolve().parent.parent
HOLDER = re.compile(r"%\((\w+)\)[sd]")
CATALOGUE = read(FOLDER / "zh" / "LC_MESSAGES" / "messages.po")
TEXTS = {message.id for message in extracted() if message.id}


def test_every_text_has_its_chinese() -> None:
    missing = [text for text in TEXTS if text not in CATALOGUE or not CATALOGUE[text].string]
    assert missing == [], "run `python tools/translations.py --update` and translate what it names"


def test_no_translation_is_left_over() -> None:
    assert [message.id for message in CATALOGUE if message.id and message.id not in TEXTS] == []


def test_translations_keep_the_placeholders() -> None:
    for message in CATALOGUE:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {holder for text in ids for holder in HOLDER.findall(text)}
        for text in strings:
            assert set(HOLDER.findall(text)) <= wanted, message.id


def test_chinese_is_written_with_chinese_punctuation() -> None:
    wrong = [
        str(message.string)
        for message in CATALOGUE
        if isinstance(message.string, str) and re.search(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.$", message.string)
    ]
    assert wrong == []
