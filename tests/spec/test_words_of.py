"""Names that the product gave are said in the reader's language wherever a record is called by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.fields import kind_of
from app.fields.base import Reader
from app.spec.load import load_product

SCHEMA = Path(__file__).resolve().parent.parent.parent / "schema"


@pytest.mark.parametrize(
    ("stored", "locale", "said"),
    [("经理", "en", "Manager"), ("经理", "zh", "经理"), ("Manager", "zh", "经理"), ("夜班经理", "en", "夜班经理")],
)
def test_a_built_in_role_is_called_in_the_readers_language(stored: str, locale: str, said: str) -> None:
    """R1: the form and the API keep what is stored, so that saving in another language renames nothing."""
    field = load_product(SCHEMA).resource("role").field("name")
    kind, reader = kind_of(field), Reader(locale)
    assert kind.title(field, stored, reader) == said
    assert kind.form_value(field, stored, reader) == stored
    assert kind.json(field, stored) == stored
