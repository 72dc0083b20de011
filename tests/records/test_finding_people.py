"""Users are found as customers are, though their table is an adopted one: parts of names, pinyin, ends of numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from app.accounts.maintenance import maintain
from app.engine import engine
from app.models.base import db, transaction
from app.records import bulk, finding, reindex
from tests.desk import Desk
from tests.kit import PASSWORD
from tests.records.test_finding import explained

PEOPLE = {
    "zhang.w": ("张伟", "13800138000"),
    "zhang.wm": ("张伟明", "13911112222"),
    "shan": ("单雄信", "15088880013"),
}


@pytest.fixture
def staff(desk: Desk) -> Desk:
    for username, (name, phone) in PEOPLE.items():
        desk.add("user", username=username, password=PASSWORD, role=desk.kit.roles["agent"], name=name, phone=phone)
    return desk


def found(desk: Desk, page: str = "user", **asked: str) -> set[str]:
    names = [row.values["name"] for row in desk.page(page, **asked).rows]
    assert len(names) == len(set(names)) == desk.count(page, **asked).number
    return set(names)


@pytest.mark.parametrize("page", ["user", "agent"])
@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"q": "张伟"}, {"张伟", "张伟明"}),
        ({"q": "zwm"}, {"张伟明"}),
        ({"q": "Zhang Wei"}, {"张伟", "张伟明"}),
        ({"q": "shanx"}, {"单雄信"}),
        ({"q": "ang.w"}, {"张伟", "张伟明"}),  # part of a login name
        ({"q": "2222"}, {"张伟明"}),
        ({"name.contains": "伟明"}, {"张伟明"}),
        ({"name.contains": "伟", "order": "name"}, {"张伟", "张伟明"}),
        ({"name.contains": "伟", "phone.starts": "138"}, {"张伟"}),
        ({"phone.found": "0013"}, {"单雄信"}),
        ({"phone.ends": "2222"}, {"张伟明"}),
        ({"name.contains": "龘"}, set()),
    ],
)
def test_people_are_found_by_name_spelling_and_number(
    staff: Desk, page: str, asked: dict[str, str], names: set[str]
) -> None:
    """U5: on both pages that show them."""
    assert found(staff, page, **asked) == names


def test_who_chooses_a_person_types_their_initials(staff: Desk) -> None:
    """C2: as in the box of a list."""
    assert [one.title for one in staff.choices("customer", "agent", "zwm")] == ["张伟明"]


def test_every_write_keeps_what_people_are_found_by(staff: Desk) -> None:
    """U2, U3, U5: renamed, deleted, added by the hundred as an import does, and the admin of a new company."""
    one = staff.page("user", q="sxx").rows[0].id
    staff.edit("user", one, name="仇英", phone="13511119999")
    assert found(staff, q="sxx") | found(staff, name__contains="雄信") | found(staff, phone__ends="0013") == set()
    assert found(staff, q="qy") == found(staff, name__contains="仇") == found(staff, phone__ends="9999") == {"仇英"}
    staff.delete("user", one)
    assert "仇" not in grams_of(staff)
    many = [{"username": f"many{number}", "password": PASSWORD, "role": staff.kit.roles["agent"],
             "name": f"欧阳{number}"} for number in range(3)]  # fmt: skip
    with staff.at_work(), transaction():
        bulk.add_many(staff.actor, staff.resource("user"), many)
    assert found(staff, q="oy") == found(staff, name__contains="欧阳") == {"欧阳0", "欧阳1", "欧阳2"}
    assert len(found(staff, q="gly")) == len(found(staff, name__contains="管理员")) == 1


def grams_of(desk: Desk) -> set[str]:
    with desk.at_work():
        return set(db.session.scalars(select(engine().models["user"].__gram__.gram)))


def test_people_from_before_are_found_once_rebuilt(staff: Desk) -> None:
    """U5: the migration brings empty columns; `ucc find rebuild`, `ucc serve` and `ucc maintain` fill them."""
    silent = {"synchronize_session": False}
    with staff.at_work(), transaction():
        model = engine().models["user"]
        blank = {"name_pinyin": "", "name_initials": "", "phone_reversed": "", "changed_on": model.changed_on}
        db.session.execute(update(model).values(blank), execution_options=silent)
        db.session.execute(delete(model.__gram__), execution_options=silent)
    assert found(staff, q="zwm") | found(staff, name__contains="张") == set()
    before = staff.row("user", staff.page("user", q="shan").rows[0].id)
    with staff.kit.app.app_context():
        maintain()
    assert found(staff, q="zwm") == {"张伟明"}
    assert found(staff, name__contains="张") == {"张伟", "张伟明"}
    after = staff.row("user", before.id)
    assert (after.version, after.changed_at) == (before.version, before.changed_at)
    with staff.at_work():
        assert not reindex.lacking(staff.resource("user"))
        shadows = finding.shadows(staff.resource("agent"), {"name": "张伟", "phone": "13800138000"})
        assert shadows == {"name_pinyin": "zhangwei", "name_initials": "zw", "phone_reversed": "00083100831"}


@pytest.mark.only_on("postgres")
def test_a_part_of_a_name_is_found_through_its_grams(staff: Desk) -> None:
    """U5, SPEED-NOTES: nothing reads all users."""
    for asked in ({"name.contains": "雄信"}, {"name.contains": "雄"}):
        plan = "\n".join(explained(staff, asked, "user"))
        assert "using pk_user_gram" in plan or "on pk_user_gram" in plan, plan
        assert "Seq Scan on ab_user " not in plan, plan
