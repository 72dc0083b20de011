"""A list ordered by an own field, page by page: what is given, what is not, what shows a default instead (F5, F6)."""

from __future__ import annotations

import pytest

from tests.records.custom_fields.office import Office

GIVEN = [None, 3, 5, None, 7, 5, 9, 1, None]


@pytest.fixture
def slot(office: Office, request: pytest.FixtureRequest) -> str:
    values = office.field("等级", "integer", **request.param).values
    for number, value in enumerate(GIVEN):
        office.customer(f"客户{number}", **({} if value is None else {values["slot"]: value}))
    return str(values["slot"])


def walked(office: Office, order: str, start: str = "") -> list[str]:
    """The names of all rows in list order, two at a time, from the first page on or back from the last."""
    pages, cursor = [], start
    while cursor is not None:
        page = office.page("customer", order=order, size="2", cursor=cursor)
        pages.append([row.values["name"] for row in page.rows])
        cursor = page.previous if start else page.next
    return [name for names in (reversed(pages) if start else pages) for name in names]


@pytest.mark.parametrize("slot", [{"default": "5"}], indirect=True)
@pytest.mark.parametrize("falling", [False, True])
def test_rows_that_show_the_default_stand_among_those_that_have_it(office: Office, slot: str, falling: bool) -> None:
    """F5"""
    shown = [5 if value is None else value for value in GIVEN]
    places = sorted(range(len(shown)), key=lambda place: (shown[place], place), reverse=falling)
    expected = [f"客户{place}" for place in places]
    order = f"{'-' if falling else ''}{slot}"
    assert walked(office, order) == expected
    assert walked(office, order, start="last") == expected


@pytest.mark.parametrize("slot", [{}], indirect=True)
@pytest.mark.parametrize("falling", [False, True])
def test_rows_without_a_value_come_last(office: Office, slot: str, falling: bool) -> None:
    """F6"""
    given = [place for place in range(len(GIVEN)) if GIVEN[place] is not None]
    empty = [place for place in range(len(GIVEN)) if GIVEN[place] is None]
    given.sort(key=lambda place: (GIVEN[place], place), reverse=falling)
    expected = [f"客户{place}" for place in (*given, *(reversed(empty) if falling else empty))]
    order = f"{'-' if falling else ''}{slot}"
    assert walked(office, order) == expected
    assert walked(office, order, start="last") == expected
