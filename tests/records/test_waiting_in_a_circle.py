"""Two who change the same records in opposite order: the database gives up one of them, and it is told so."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import pytest

from app.errors import HTTP_STATUS, Busy, Conflict
from app.models.base import transaction
from app.records import save
from tests.desk import Desk, at_once


@pytest.mark.only_on("postgres")
def test_one_of_the_two_is_asked_to_try_again(desk: Desk) -> None:
    """K6: no fault of the server: 409, with a sentence."""
    first, second = (desk.add("customer", name=name, phone="13800138000").id for name in "甲乙")
    both_hold = Barrier(2)

    def hold(*ids: int) -> Any:
        with desk.at_work(), transaction():
            save.hold(desk.resource("customer"), ids[:1])
            both_hold.wait(10)
            return save.hold(desk.resource("customer"), ids[1:])

    results = at_once(lambda: hold(first, second), lambda: hold(second, first))
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(one) for one in refused] == [Busy]
    assert str(refused[0])
    assert isinstance(refused[0], Conflict) and HTTP_STATUS[Conflict] == 409
