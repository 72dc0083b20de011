"""Options by what people call them: the value, or the label in either language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.fields.base import Reader, Rejected
from app.fields.typed import fold, quoted
from app.labels import LOCALES

if TYPE_CHECKING:
    from app.spec.model import Option

SEPARATORS: Final = re.compile(r"[,，、;；|\n]")
LISTED: Final = 12  # options that a message names
_KEPT: Final = 2048  # directories kept: far more than a product has fields with options

# Tabler's light badges. What a YAML calls a tone is a colour; grey is Tabler's "secondary".
_TONES: Final = {"": "secondary", "grey": "secondary", "gray": "secondary"}


@dataclass(frozen=True, slots=True)
class OptionNames:
    """What one field's options are called. `find` maps any name to the value, `texts[locale]` a value to its name.

    A label that would not be understood again (shared by two options, or torn apart by a separator) is replaced by
    the value, so that what is exported can be imported.
    """

    options: tuple[Option, ...]
    order: dict[str, int]
    find: dict[str, str]
    texts: dict[str, dict[str, str]]
    badges: dict[str, dict[str, Markup]]
    listed: dict[str, str]  # the first of them in one line, for messages


def names_of(options: tuple[Option, ...]) -> OptionNames:
    """Made once per field: by identity, as hashing every option would cost more than the look-up saves.

    What is kept holds the tuple, so that no other one can get its id meanwhile.
    """
    found = _names.get(id(options))
    if found is None:
        if len(_names) >= _KEPT:
            _names.clear()
        found = _names[id(options)] = _make(options)
    return found


def _make(options: tuple[Option, ...]) -> OptionNames:
    find: dict[str, str] = {}
    taken: dict[str, set[str]] = {}
    for option in options:
        for label in (option.label.zh, option.label.en):
            taken.setdefault(key(label), set()).add(option.value)
    find.update({label: next(iter(values)) for label, values in taken.items() if len(values) == 1})
    find.update({key(option.value): option.value for option in options})
    find.update({option.value: option.value for option in options})
    texts = {locale: {option.value: _name(option, locale, find) for option in options} for locale in LOCALES}
    badges = {locale: {option.value: _badge(option, locale) for option in options} for locale in LOCALES}
    order = {option.value: place for place, option in enumerate(options)}
    return OptionNames(options, order, find, texts, badges, {locale: _listed(options, locale) for locale in LOCALES})


def _listed(options: tuple[Option, ...], locale: str) -> str:
    known = _COMMAS[locale].join(option.label.text(locale) for option in options[:LISTED])
    return f"{known}…" if len(options) > LISTED else known


def _name(option: Option, locale: str, find: dict[str, str]) -> str:
    label = option.label.text(locale)
    understood = _look_up(find, label) == option.value and not SEPARATORS.search(label)
    return label if understood else option.value


def _badge(option: Option, locale: str) -> Markup:
    tone = _TONES.get(option.tone, option.tone)
    return Markup('<span class="badge bg-{}-lt">{}</span>').format(tone, option.label.text(locale))


def _look_up(find: dict[str, str], name: str) -> str | None:
    """Exact values come first: two of them may differ by case alone."""
    return find.get(name.strip()) or find.get(key(name))


_names: dict[int, OptionNames] = {}
_COMMAS = {"zh": "、", "en": ", "}


def key(name: str) -> str:
    """Names that differ only by case, width or blanks around them are one name."""
    return fold(name).casefold()


def language(reader: Reader) -> str:
    return "en" if reader.locale.startswith("en") else "zh"


def resolve(options: tuple[Option, ...], raw: Any, reader: Reader) -> str:
    """The value of the option called `raw`. Raises Rejected, naming the options."""
    value = find(options, raw)
    if value is None:
        raise unknown(options, [raw], reader)
    return value


def find(options: tuple[Option, ...], raw: Any) -> str | None:
    """The value of the option called `raw`, or None."""
    if not isinstance(raw, str):
        return None
    return _look_up(names_of(options).find, raw)


def unknown(options: tuple[Option, ...], raws: Sequence[Any], reader: Reader) -> Rejected:
    """What to say about names that no option has."""
    locale = language(reader)
    shown = _COMMAS[locale].join(quoted(raw) for raw in raws[:LISTED])
    listed = names_of(options).listed[locale]
    return Rejected(_l("“%(value)s” is not an option. Choose from: %(options)s", value=shown, options=listed))
