"""Masked numbers: how they look, what can be found out about them, and what becomes of them in a save (C1, R2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import Invalid
from app.fields.base import Rejected
from app.fields.veiled import mask
from app.models.base import transaction
from app.records import conversion, custom, masking, query
from app.spec.model import ResourceSpec
from tests.desk import Desk
from tests.kit import TenantKit
from tests.masking.crowd import BEFORE, CARD, LANDLINE, MOBILE, Crowd, role_without


class Veiled(Desk):
    """A desk that asks for the resource as a page does: as this actor sees it."""

    def resource(self, name: str) -> ResourceSpec:
        return custom.of(self.actor, super().resource(name))


@pytest.fixture
def crowd(tenant: TenantKit) -> Crowd:
    return Crowd(tenant).fill()


@pytest.fixture
def desk(crowd: Crowd) -> Veiled:
    """Somebody without the right to see whole numbers."""
    return Veiled(crowd.kit, crowd.kit.actor(role_without(crowd.kit, "preview")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13812341234", "138****1234"),
        ("02087654321", "020****4321"),
        ("075587654321", "075*****4321"),
        ("0871234567", "087****567"),
        ("87654321", "87****21"),
        ("9876543", "*******"),
        ("110", "***"),
        ("", ""),
        ("138****1234", "138****1234"),
    ],
)
def test_a_mask_hides_four_digits_or_all(text: str, shown: str):
    """C1: at most the first three and the last four are shown, and at least four are not."""
    assert mask(text) == shown


def test_what_is_masked_for_whom(crowd: Crowd, desk: Veiled):
    """C1: without the right always; agents by the parameter, even with the right; nobody else by default."""
    both = {"phone", crowd.card}
    wanted = {"admin": set(), "manager": set(), "team_leader": both, "agent": both}
    actors = {role: crowd.kit.actor(role) for role in wanted}
    with desk.at_work():
        customer = desk.resource("customer")
        assert masking.masked(desk.actor, customer) == both
        assert {role: masking.masked(actor, customer) for role, actor in actors.items()} == wanted


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"q": MOBILE}, 1),
        ({"q": "139 1234 5678"}, 1),
        ({"q": "139"}, 1),
        ({"q": "5678"}, 1),
        ({"q": "1391"}, 0),
        ({"q": "1391234567"}, 0),
        ({"q": "12345678"}, 0),
        ({"q": CARD}, 1),
        ({"q": "62220"}, 0),
        ({"phone__eq": MOBILE}, 1),
        ({"phone__eq": "1391234"}, 0),
        ({"phone__starts": "13"}, 1),
        ({"phone__ends": "4321"}, 1),
        ({"phone__known": "020"}, 1),
        ({"phone__known": LANDLINE}, 1),
    ],
)
def test_only_what_the_mask_shows_or_the_whole_number_is_found(desk: Veiled, condition: dict[str, str], found: int):
    """C1: list and count alike; nothing is found out digit by digit."""
    assert len(desk.page("customer", **condition).rows) == found
    assert desk.count("customer", **condition).number == found


@pytest.mark.parametrize(
    "condition",
    [
        {"phone__contains": "1234"}, {"phone__starts": "1391"}, {"phone__ends": "45678"},
        {"order": "phone"}, {"order": "-phone"}, {"order": "c1"}, {"order": "-c1"}, {"c1__contains": "2202"},
    ],
)  # fmt: skip
def test_a_question_between_is_refused(crowd: Crowd, desk: Veiled, condition: dict[str, str]):
    """C1: as are ranges and orders; whoever sees the numbers may ask all of it."""
    assert crowd.card == "c1"
    with pytest.raises(Invalid):
        desk.search("customer", **condition)
    Veiled(crowd.kit, crowd.kit.actor("admin")).search("customer", **condition)


@pytest.mark.parametrize("operator", ["gt", "lt", "from", "to", "in", "any", "not", "contains", "found", "like", "eqq"])
def test_no_other_question_is_known(desk: Veiled, operator: str):
    """C1: neither a range nor a list of guesses in one question."""
    for field in ("phone", "c1"):
        with pytest.raises(Invalid):
            desk.search("customer", **{f"{field}__{operator}": "13912345678"})


def test_one_condition_holds_one_number(desk: Veiled):
    """C1: two hundred guesses are not one."""
    search = desk.search("customer", phone__eq=MOBILE)
    several = replace(search, conditions=(replace(search.conditions[0], values=(MOBILE, BEFORE)),))
    with desk.at_work(), pytest.raises(Rejected):
        query.page(desk.actor, desk.resource("customer"), several)


def test_short_numbers_say_nothing_of_themselves(crowd: Crowd, desk: Veiled):
    """C1: what the mask does not show of a short number is not found by either."""
    crowd.admin.add("customer", name="短", phone="87654321")
    assert [desk.count("customer", phone__starts=text).number for text in ("8", "87", "876")] == [0, 0, 0]
    assert desk.count("customer", phone__ends="4321").number == 1  # the landline of the crowd, not this one
    assert desk.count("customer", phone__eq="87654321").number == 1


def test_the_mask_coming_back_changes_nothing(crowd: Crowd, desk: Veiled):
    """C1: nor does an empty input; a new number is a new number, and half a mask is none."""
    id_, card = crowd.customers["甲"], crowd.card
    for phone in ("", None, "139****5678", " 139****5678 "):
        desk.edit("customer", id_, phone=phone, remark=f"改{phone}", **{card: "622***********3344"})
        assert (crowd.admin.get("customer", id_).values["phone"], crowd.admin.get("customer", id_).values[card]) == (
            MOBILE, CARD,
        )  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        desk.edit("customer", id_, phone="139****0000")
    assert MOBILE not in str(refusal.value)
    assert desk.edit("customer", id_, phone=BEFORE).values["phone"] == "137****1111"
    assert crowd.admin.get("customer", id_).values["phone"] == BEFORE


def test_whoever_sees_masks_does_not_make_texts_of_the_numbers(crowd: Crowd, desk: Veiled):
    """C1, F3: as a text or as options of a list, a number would be masked no more."""
    with crowd.admin.at_work():
        field = crowd.admin.page("customer_field").rows[0].id
    for actor, fails in ((desk.actor, True), (crowd.kit.actor("admin"), False)):
        with desk.at_work(), transaction():
            definitions = desk.resource("customer_field")
            if fails:
                with pytest.raises(Invalid):
                    conversion.preview(actor, definitions, field, "choice")
            else:
                assert conversion.preview(actor, definitions, field, "text").total == 1
