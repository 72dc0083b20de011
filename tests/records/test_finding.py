"""What the search box and the filters find through what is kept for finding (`find`), and that every write keeps it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update

from app.accounts.maintenance import maintain
from app.engine import engine
from app.models.base import db, new_id, transaction, utcnow
from app.models.bin_entry import BinEntry
from app.records import finding, query, reindex, restore
from tests.desk import Desk
from tests.records.test_paging import sent_to

PEOPLE = {
    "张伟": "13800138000",
    "张伟明": "13911112222",
    "单雄信": "02088880013",
    "𠮷野家": "13700001111",
    "Anna Lee": "13600002222",
    "王John": "13500003333",
    "欧阳 娜娜": "13400004444",
    "吕布": "13300005555",
    "上海51网络": "13200006666",
}


@pytest.fixture
def office(desk: Desk) -> Desk:
    for name, phone in PEOPLE.items():
        desk.add("customer", name=name, phone=phone)
    return desk


def found(desk: Desk, **asked: str) -> set[str]:
    """The names on the page, which the count agrees with."""
    names = [row.values["name"] for row in desk.page("customer", **asked).rows]
    assert len(names) == len(set(names)) == desk.count("customer", **asked).number
    return set(names)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("张", {"张伟", "张伟明"}),
        ("伟", {"张伟", "张伟明"}),
        ("张伟", {"张伟", "张伟明"}),
        ("张伟明", {"张伟明"}),
        ("张明", set()),
        ("张 伟", {"张伟", "张伟明"}),
        ("𠮷", {"𠮷野家"}),
        ("𠮷野", {"𠮷野家"}),
        ("欧阳 娜", {"欧阳 娜娜"}),
        ("ANNA", {"Anna Lee"}),
        ("na l", {"Anna Lee"}),
        ("john", {"王John"}),
        ("zw", {"张伟", "张伟明"}),
        ("zwm", {"张伟明"}),
        ("Zhang Wei", {"张伟", "张伟明"}),
        ("zhangweim", {"张伟明"}),
        ("shanxiong", {"单雄信"}),
        ("danxiong", set()),
        ("lvbu", {"吕布"}),
        ("lyubu", {"吕布"}),
        ("wangj", {"王John"}),
        ("sh51", {"上海51网络"}),
        ("51", {"上海51网络"}),
        ("138", {"张伟"}),
        ("8000", {"张伟"}),
        ("0013", {"单雄信"}),
        ("13800138000", {"张伟"}),
        ("138 0013-8000", {"张伟"}),
        ("+86 13800138000", {"张伟"}),
        ("00138", set()),
        ("龘", set()),
        ("%", set()),
    ],
)
def test_one_box_finds_names_spellings_and_numbers(office: Desk, typed: str, names: set[str]) -> None:
    """C1, C2: any part of a name, its pinyin and initials, a number's beginning, its end and all of it."""
    assert found(office, q=typed) == names


def test_a_name_that_was_changed_is_found_by_the_new_one_alone(office: Desk) -> None:
    """C1"""
    one = office.page("customer", q="单雄信").rows[0].id
    office.edit("customer", one, name="仇英", phone="13811119999")
    assert [found(office, q=old) for old in ("单", "雄信", "shanx", "0013")] == [set()] * 4
    assert [found(office, q=new) for new in ("仇", "仇英", "qiuying", "qy", "9999")] == [{"仇英"}] * 5


def test_what_was_deleted_is_found_no_more_and_what_was_restored_again(office: Desk) -> None:
    """C1"""
    one = office.page("customer", q="吕布").rows[0].id
    office.delete("customer", one)
    assert not found(office, q="吕") | found(office, q="lb") | found(office, q="5555")
    assert one not in owners(office, "吕布")
    with office.at_work():
        entry = recycle_bin_entry(one)
        with transaction():
            restore.restore(office.actor, office.resource("customer"), [entry])
    assert found(office, q="吕") == found(office, q="lb") == found(office, q="5555") == {"吕布"}


def recycle_bin_entry(record: int) -> int:
    return db.session.scalars(select(BinEntry.id).where(BinEntry.record_id == record)).one()


def owners(desk: Desk, text: str) -> set[int]:
    with desk.at_work():
        gram = engine().models["customer"].__gram__
        return set(db.session.scalars(select(gram.owner_id).where(gram.gram.in_(finding.grams(text)))))


def test_a_part_of_a_name_goes_with_every_other_condition_and_order(office: Desk) -> None:
    """C1: sorted by something else, and beside other conditions, rows come through another way."""
    assert found(office, name__contains="张", order="phone") == {"张伟", "张伟明"}
    assert found(office, name__contains="张", phone__found="2222") == {"张伟明"}
    assert found(office, name__contains="伟明", q="zw", order="-name") == {"张伟明"}
    assert found(office, q="a", phone__starts="136") == {"Anna Lee"}
    assert found(office, phone__ends="0013") == {"单雄信"}


@pytest.mark.parametrize("common", [0, 3_000])
def test_common_and_rare_parts_are_found_alike(office: Desk, common: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: which way is taken hangs on how common a part is, what is found does not."""
    monkeypatch.setattr("app.records.ways.COMMON", common)
    assert found(office, name__contains="伟", order=f"{'-' if common else ''}name") == {"张伟", "张伟明"}
    assert found(office, name__contains="张伟明", gender="", order="phone") == {"张伟明"}


def test_search_results_are_paged_without_gap_or_double(office: Desk) -> None:
    """C1, U5"""
    for order in ("-created_at", "created_at", "name"):
        first = office.page("customer", q="a", size="1", order=order)
        seen, cursor = [first.rows[0].id], first.next
        while cursor:
            page = office.page("customer", q="a", size="1", order=order, cursor=cursor)
            seen, cursor = [*seen, page.rows[0].id], page.next
        assert len(seen) == len(set(seen)) == office.count("customer", q="a").number == 1


def test_another_company_has_parts_of_its_own(office: Desk, foreign: Desk) -> None:
    """K1"""
    foreign.add("customer", name="张伟业", phone="13800138000")
    assert found(office, q="张伟") == {"张伟", "张伟明"}
    assert found(foreign, q="zw") == found(foreign, q="8000") == {"张伟业"}


def test_many_new_records_are_indexed_at_once(desk: Desk) -> None:
    """C1: as by an import."""
    fill(desk, ["赵一鸣", "赵一鸣", ""])
    assert len(desk.page("customer", q="一鸣").rows) == len(desk.page("customer", q="zym").rows) == 2
    with desk.at_work(), transaction():
        rows = [{"id": 1, "created_at": utcnow(), "name": "钱二"}]
        for _twice in range(2):  # taken up again after an interruption
            finding.index_many(desk.resource("customer"), rows, again=True)


def fill(desk: Desk, names: list[str]) -> None:
    with desk.at_work(), transaction():
        customer, now = desk.resource("customer"), utcnow()
        rows = [
            {"id": new_id(), "name": name, "phone": f"138{number:08}", "gender": "", "remark": "", "created_at": now,
             "changed_at": now, "version": 1}
            for number, name in enumerate(names)
        ]  # fmt: skip
        model = engine().models["customer"]
        db.session.add_all(model(**row, **finding.shadows(customer, row)) for row in rows)
        db.session.flush()
        finding.index_many(customer, rows)


THROUGH = (  # of what no other test's company has: their rows are in the same statistics
    ({"q": "湘"}, "pk_customer_gram"),
    ({"q": "佟湘玉"}, "pk_customer_gram"),
    ({"q": "txy"}, "ix_customer_tenant_id_name_initials_id"),
    ({"q": "tongxiang"}, "ix_customer_tenant_id_name_pinyin_id"),
    ({"q": "00013"}, "ix_customer_tenant_id_phone_reversed_id"),
    ({"q": "1380000001"}, "ix_customer_tenant_id_phone_id"),
    ({"phone__ends": "00013"}, "ix_customer_tenant_id_phone_reversed_id"),
    ({"phone__found": "00013"}, "ix_customer_tenant_id_phone_reversed_id"),
    ({"name__contains": "湘玉", "order": "phone"}, "pk_customer_gram"),
)


@pytest.mark.only_on("postgres")
def test_what_is_looked_for_is_found_through_its_index(desk: Desk, as_owner) -> None:
    """C1, SPEED-NOTES: as the application's role, with row-level security; nothing reads all customers."""
    fill(desk, ["佟湘玉", *(f"{one}{two}" for one in "王李赵刘陈" * 10 for two in "一二三四五六七八九十" * 4)])
    with as_owner(), db.engine.connect() as connection:
        for table in ("customer", "customer_gram"):
            connection.exec_driver_sql(f"ANALYZE {table}")
        connection.commit()
    for asked, index in THROUGH:
        plan = "\n".join(explained(desk, asked))
        assert f"using {index}" in plan or f"on {index}" in plan, f"{asked}\n{plan}"
        assert "Seq Scan on customer " not in plan, f"{asked}\n{plan}"


def explained(desk: Desk, asked: dict[str, str], page: str = "customer") -> list[str]:
    """The plan of the page's one statement."""
    search = desk.search(page, **asked)
    with desk.at_work():
        with sent_to(db.engine) as sent:
            query.page(desk.actor, desk.resource(page), search)
        statement, parameters = sent[-1]
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{desk.kit.id}'")
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]


@pytest.mark.parametrize(
    "asked", [{}, {"q": "张"}, {"q": "zw"}, {"q": "0013"}, {"name__contains": "张", "order": "name"}]
)
def test_a_search_is_one_statement(office: Desk, queries, asked: dict[str, str]) -> None:
    """C1: however many ways it takes."""
    search = office.search("customer", **asked)
    with office.at_work():
        query.page(office.actor, office.resource("customer"), search)
        with queries() as sent:
            query.page(office.actor, office.resource("customer"), search)
    assert len([one for one in sent if "_run" in one]) == 1


def test_records_from_before_are_found_once_rebuilt(office: Desk) -> None:
    """C1: rows that were there before the field had its `find`, and rows that say something else by now."""
    with office.at_work(), transaction():
        model = engine().models["customer"]
        silent = {"synchronize_session": False}
        changed = {"changed_at": model.changed_at, "name_pinyin": "", "name_initials": "x", "phone_reversed": ""}
        db.session.execute(update(model).values(changed), execution_options=silent)
        db.session.execute(delete(model.__gram__), execution_options=silent)
        db.session.execute(insert(model.__gram__), [{"gram": "龘", "created_at": utcnow(), "owner_id": 1}])
    assert found(office, q="张") == found(office, q="zw") == found(office, q="8000") == set()
    before = office.row("customer", office.page("customer", name__eq="吕布").rows[0].id)
    with office.at_work():
        assert not reindex.lacking(office.resource("customer"))  # a wrong gram is one: that takes the command
        assert sum(reindex.rebuild(office.resource("customer"))) == len(PEOPLE)
    assert found(office, q="zw") == found(office, q="张") == {"张伟", "张伟明"}
    assert found(office, q="8000") == {"张伟"}
    assert not owners(office, "龘")
    after = office.row("customer", before.id)
    assert (after.version, after.changed_at) == (before.version, before.changed_at)


def test_a_company_whose_customers_nobody_finds_is_mended_by_itself(office: Desk) -> None:
    """C1: `ucc serve` and `ucc maintain`, after an upgrade that brought `find`."""
    with office.at_work(), transaction():
        db.session.execute(
            delete(engine().models["customer"].__gram__), execution_options={"synchronize_session": False}
        )
    with office.kit.app.app_context():
        maintain()
    assert found(office, q="张") == {"张伟", "张伟明"}
