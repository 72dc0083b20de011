"""What becomes of the rows of a file, whatever the page: rules for duplicates, references, defaults, own fields."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from app.engine import engine
from app.errors import Busy, Denied, Invalid, NotFound
from app.fields.password import verify_password
from app.jobs import import_tally, importing, queue
from app.jobs.import_results import one_time_passwords
from app.models.adopted import User
from app.models.base import db, transaction
from app.models.job import Job
from app.records import settings
from app.records.importing import writing
from tests.desk import Desk, at_once
from tests.importing.conftest import Importer, counts, whys
from tests.kit import TenantKit


def test_a_file_becomes_records(importer: Importer) -> None:
    """C1: heads are recognised by their labels, digits stay digits, and whoever imported them made them."""
    importer.desk.add("team", name="一组")
    path = importer.csv(
        ["张伟", "男", "138 0013-8000", "一组", "老客户"], ["李娜", "女", "010-88886666", "", ""],
        heads=["客户名称", "性别", "客户号码", "班组", "Remark"],
    )  # fmt: skip
    assert counts(importer.imported(path)) == (2, 0, 0, 0)
    assert importer.all("name", "gender", "phone", "remark") == [
        ("张伟", "male", "13800138000", "老客户"), ("李娜", "female", "01088886666", ""),
    ]  # fmt: skip
    record = importer.desk.get("customer", importer.desk.page("customer", phone="13800138000").rows[0].id)
    assert record.titles["team"] == "一组"
    assert record.titles["type"] == "未分类"  # the page's own rule ran
    assert record.titles["created_by"] == importer.actor.name
    assert [row.values["name"] for row in importer.desk.page("customer", q="zhangw").rows] == ["张伟"]
    assert [row.values["name"] for row in importer.desk.page("customer", q="娜").rows] == ["李娜"]


def test_a_file_from_elsewhere_is_read_by_what_it_calls_the_fields(importer: Importer) -> None:
    """C1: but an own field that is called so comes first, and no field is given twice."""
    path = importer.csv(["张伟", "13800138000", "010-88886666"], heads=["姓名", "手机号*", "联系电话"])
    assert importer.upload(path).plan.columns == ("name", "phone", "")
    assert counts(importer.imported(path)) == (1, 0, 0, 0)
    assert importer.all("name", "phone") == [("张伟", "13800138000")]
    importer.as_("admin").desk.add("customer_field", name="联系电话", kind="digits")
    other = importer.csv(["010-88886666", "张伟"], heads=["联系电话", "姓名"])
    assert importer.as_("manager").upload(other).plan.columns == ("c1", "name")


def test_heads_are_read_as_people_set_them(importer: Importer) -> None:
    """C1: on two lines, spaced out, marked as what must be given, full-width."""
    heads = ["客户\n名称（必填）", "* 手 机\r\n号 码", "Ｒｅｍａｒｋ"]
    assert importer.upload(importer.xlsx(["张伟", "13800138000", "x"], heads=heads)).plan.columns == (
        "name", "phone", "remark",
    )  # fmt: skip


def test_each_fault_is_told_by_row_column_and_reason(importer: Importer) -> None:
    """F4, C1: nothing is written by a trial, and the import refuses the same rows."""
    path = importer.csv(
        ["", "13800138000", "男"], ["张伟", "1.38E+10", "男"], ["李娜", "12", "人"], ["王芳", "13800138001", "女"],
        ["=SUM(A1)", "电话", ""],
        heads=["客户名称", "客户号码", "性别"],
    )  # fmt: skip
    report = importer.tried(path)
    assert counts(report) == (1, 0, 0, 4)
    faults = whys(report)
    assert faults[0][:2] == (2, "客户名称")
    assert faults[1] == (
        3,
        "客户号码",
        "“1.38E+10”是被四舍五入的数字，末尾几位已丢失。请把单元格设为文本格式后重新填写。",
    ) or ("1.38E+10" in faults[1][2])
    assert [(row, column) for row, column, _why in faults[2:]] == [
        (4, "客户号码"), (4, "性别"), (6, "客户号码"),
    ]  # fmt: skip
    assert importer.count() == 0
    assert counts(importer.imported(path)) == (1, 0, 0, 4)
    assert importer.all("name") == [("王芳",)]


@pytest.mark.parametrize(
    ("rule", "expected", "remark"),
    [("skip", (1, 0, 2, 0), "旧"), ("update", (1, 2, 0, 0), "又新"), ("fail", (1, 0, 0, 2), "旧")],
)
def test_rule_for_duplicates(importer: Importer, rule: str, expected: tuple[int, ...], remark: str) -> None:
    """C1: by the normalised number, within the file and the table; an empty cell changes nothing."""
    importer.desk.add("customer", name="张伟", phone="13800138000", remark="旧")
    path = importer.csv(
        ["张伟", "138-0013-8000", "新"], ["李娜", "13900139000", ""], ["张伟", "138 0013 8000", "又新"],
        heads=["客户名称", "客户号码", "备注"],
    )  # fmt: skip
    assert counts(importer.tried(path, duplicates=rule)) == expected
    assert counts(importer.imported(path, duplicates=rule)) == expected
    assert importer.all("phone", "remark") == [("13800138000", remark), ("13900139000", "")]


def test_a_repeated_row_of_the_file(importer: Importer) -> None:
    path = importer.csv(["张伟", "13800138000"], ["张伟二", "138 0013 8000"], ["李娜", "13900139000"])
    report = importer.tried(path, duplicates="fail")
    assert counts(report) == (2, 0, 0, 1)
    assert "2" in whys(report)[0][2]
    assert counts(importer.tried(path, duplicates="update")) == (2, 1, 0, 0)
    assert counts(importer.imported(path, duplicates="update")) == (2, 1, 0, 0)
    assert importer.all("name") == [("张伟二",), ("李娜",)]


def test_an_update_leaves_an_entry_and_an_import_one_for_all(importer: Importer) -> None:
    """C1: what each record was before is told; those that are new bear who made them and when."""
    record = importer.desk.add("customer", name="张伟", phone="13800138000")
    importer.imported(importer.csv(["张大伟", "13800138000"], ["李娜", "13900139000"]), duplicates="update")
    history = importer.desk.history("customer", record.id)
    assert [(entry.action, entry.changes[0].before, entry.changes[0].after) for entry in history[:1]] == [
        ("edit", "张伟", "张大伟")
    ]
    log = importer.as_("admin").desk.page("audit_log", action="import").rows
    assert len(log) == 1


def test_two_imports_of_the_same_numbers_at_once(importer: Importer) -> None:
    """C1: each number is there once, whoever comes first."""
    rows = [[f"客户{n}", f"139{n:08d}"] for n in range(40)]
    first, second = importer.put(importer.csv(*rows, name="a.csv")), importer.put(importer.csv(*rows, name="b.csv"))
    assert at_once(importer.work, importer.work) == [None, None]
    results = [importer.job(id_).result or {} for id_ in (first, second)]
    assert importer.count() == 40
    assert sum(result["created"] for result in results) == 40
    assert sum(result["skipped"] for result in results) == 40


def test_all_or_nothing(importer: Importer) -> None:
    rows = [["张伟", "13800138000"], ["", "13900139000"], ["李娜", "13700137000"]]
    result = importer.imported(importer.csv(*rows), whole=True)
    assert counts(result) == (0, 0, 0, 3)
    assert importer.count() == 0
    back = importer.refused(result).read_text("utf-8-sig").splitlines()
    assert len(back) == 4
    rows[1][0] = "王芳"
    assert counts(importer.imported(importer.csv(*rows), whole=True)) == (3, 0, 0, 0)


def test_values_for_all_rows_that_have_none(importer: Importer) -> None:
    one, two = (importer.desk.add("team", name=name) for name in ("一组", "二组"))
    path = importer.csv(
        ["张伟", "13800138000", "二组"], ["李娜", "13900139000", ""], heads=["客户名称", "客户号码", "班组"]
    )
    importer.imported(path, for_all={"team": str(one.id)})
    assert importer.all("team") == [(two.id,), (one.id,)]
    with pytest.raises(Invalid):
        importer.decided(importer.upload(path), for_all={"remark": "x"})
    with pytest.raises(Invalid):
        importer.decided(importer.upload(path), for_all={"team": "12345"})


def test_references_are_those_that_one_sees(importer: Importer, other_tenant: TenantKit) -> None:
    """C1: by name or login name, never another company's; two of a name are told apart."""
    Desk(other_tenant, other_tenant.actor("manager")).add("team", name="外人组")
    agents = [importer.kit.user("agent", name="同名") for _ in range(2)]
    heads = ["客户名称", "客户号码", "班组", "坐席"]
    rows = [["张伟", "13800138000", "外人组", ""], ["李娜", "13800138001", "", "同名"]]
    rows.append(["王芳", "13800138002", "", agents[1][1]])
    report = importer.tried(importer.csv(*rows, heads=heads))
    assert counts(report) == (1, 0, 0, 2)
    assert [(row, column) for row, column, _why in whys(report)] == [(2, "班组"), (3, "坐席")]


def test_a_name_that_no_database_takes_is_a_fault_of_its_row(importer: Importer) -> None:
    """C1: a NUL in a column of references refuses that row, and the others are imported."""
    path = importer.folder / "a.csv"
    path.write_bytes("客户名称,客户号码,班组\n张伟,13800138000,\0组\n王芳,13800138001,\n".encode())
    result = importer.imported(path)
    assert counts(result) == (1, 0, 0, 1)


def test_own_fields(importer: Importer) -> None:
    """F3, F4: an own field is a column like any other; a required one that is empty refuses its row."""
    admin = importer.as_("admin").desk
    admin.add("customer_field", name="身份证号", kind="digits", required=True)
    admin.add("customer_field", name="级别", kind="choice", options=["金", "银"])
    importer = importer.as_("manager")
    heads = ["客户名称", "客户号码", "身份证号", "级别"]
    path = importer.csv(
        ["张伟", "13800138000", "11010519491231002X", "银"], ["李娜", "13900139000", "", "金"],
        ["王芳", "13700137000", "110105194912310021", "铜"], heads=heads,
    )  # fmt: skip
    result = importer.imported(path)
    assert counts(result) == (1, 0, 0, 2)
    assert importer.all("c1", "c2") == [("11010519491231002X", "o0002")]
    with pytest.raises(Invalid, match="身份证号"):
        importer.decided(importer.upload(importer.csv(["张伟", "13800138000"])))


def test_failed_rows_import_again_once_mended(importer: Importer) -> None:
    """Each form comes back as the file that was sent, with the reasons last; that column is passed over."""
    for made, lines in ((importer.csv, "csv"), (importer.xlsx, "xlsx")):
        path = made(["", "13800138000"], ["李娜", "13900139000"], ["=1+1", "1"])
        back = importer.refused(importer.imported(path))
        assert back.suffix == f".{lines}"
        draft = importer.upload(back)
        assert draft.plan.columns == ("name", "phone", "")
        again = importer.tried(back)
        assert counts(again) == (0, 0, 0, 2)
        assert {fault["value"] for fault in again["faults"]} >= {"1"}
    mended = importer.csv(
        ["张伟", "13800138000", "姓名必填"], ["=1+1", "13800138001", "太短"], heads=["客户名称", "客户号码", "原因"]
    )
    assert counts(importer.imported(mended)) == (2, 0, 0, 0)
    assert ("=1+1",) in importer.all("name")


def test_eighteen_digits_survive_and_rounded_ones_are_refused(importer: Importer) -> None:
    """F3: what a spreadsheet has rounded is never stored."""
    importer.as_("admin").desk.add("customer_field", name="银行卡", kind="digits")
    importer = importer.as_("manager")
    heads = ["客户名称", "客户号码", "银行卡"]
    number = "622202123456789012"
    importer.imported(importer.xlsx(["张伟", "13800138000", number], heads=heads))
    assert importer.all("c1") == [(number,)]
    report = importer.tried(importer.csv(["李娜", "13900139000", "6.22202E+17"], heads=heads))
    assert counts(report) == (0, 0, 0, 1)


def test_a_column_never_goes_into_a_field_that_has_taken_the_place_of_another(importer: Importer) -> None:
    """F6: neither by a job that waited meanwhile, nor by what was decided about the last file."""
    admin = importer.as_("admin").desk
    city = admin.add("customer_field", name="城市", kind="text")
    path = importer.csv(["张伟", "13800138000", "北京"], heads=["客户名称", "客户号码", "城市"])
    importer = importer.as_("manager")
    id_ = importer.put(path)
    admin.delete("customer_field", city.id)
    home = importer.as_("admin").desk.add("customer_field", name="老家", kind="text")
    assert home.values["slot"] == city.values["slot"]
    importer.work()
    job = importer.job(id_)
    assert job.state == "failed"
    assert "字段" in job.message
    assert importer.count() == 0
    draft = importer.as_("manager").upload(path)
    assert draft.plan.columns == ("name", "phone", "")


def test_users_get_one_time_passwords_which_are_given_once(importer: Importer) -> None:
    """P3, U1: no file holds passwords; whoever is added must change theirs; a second download finds nothing."""
    users = importer.of("user")
    path = users.csv(
        ["lily", "经理", "李丽", "13800138000"], ["Bad Name", "经理", "某人", ""], ["hua", "没有的角色", "华", ""],
        heads=["登录名", "角色", "姓名", "电话号码"], name="人员.csv",
    )  # fmt: skip
    id_ = users.put(path)
    users.work()
    result = users.job(id_).result or {}
    assert counts(result) == (1, 0, 0, 2)
    with users.desk.at_work(), transaction():
        made = one_time_passwords(users.actor, id_, take=True)
    with users.desk.at_work():
        assert made is not None
        line = made.read().decode("utf-8-sig").splitlines()[1]
        assert one_time_passwords(users.actor, id_) is None
    login, _name, password = line.split(",")
    assert login == "lily"
    with users.desk.at_work():
        user = db.session.scalars(select(User).where(User.username == "lily")).one()
        assert user.must_change_password
        assert verify_password(user.password, password)


def test_one_called_off_gives_the_passwords_of_those_it_had_added_once(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3, C1: and whoever goes on with it gets those of the rest."""
    users = importer.of("user")
    rows = [[f"agent.{number}", "经理", f"人{number}"] for number in range(3)]
    id_ = users.put(users.csv(*rows, heads=["登录名", "角色", "姓名"], name="人员.csv"))
    monkeypatch.setattr(writing, "SLOW_BATCH", 1)
    kept = import_tally.Tally.keep

    def called_off(tally: Any, *given: Any) -> Any:
        found = kept(tally, *given)
        if tally.rows == 0:
            db.session.execute(update(Job).where(Job.id == id_).values(cancel=True))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(import_tally.Tally, "keep", called_off)
        users.work()
    job = users.job(id_)
    assert job.state == "cancelled", (job.state, job.message, job.fault)
    result = job.result or {}
    assert (result.get("created"), result.get("passwords")) == (1, 1)

    def taken() -> list[str]:
        with users.desk.at_work(), transaction():
            made = one_time_passwords(users.actor, id_, take=True)
        return [] if made is None else [one.split(",")[0] for one in made.read().decode("utf-8-sig").splitlines()[1:]]

    assert taken() == ["agent.0"]
    assert taken() == []
    with users.desk.at_work(), transaction():
        queue.retry(users.actor, id_)
    users.work()
    assert users.job(id_).state == "done"
    assert taken() == ["agent.1", "agent.2"]


def test_nobody_gives_a_role_above_their_own(importer: Importer) -> None:
    """U4: the page's rules run for every row."""
    users = importer.of("user")
    path = users.csv(["boss", "管理员", "老板"], heads=["登录名", "角色", "姓名"])
    assert counts(users.imported(path)) == (0, 0, 0, 1)


def test_who_may_not_import(importer: Importer, other_tenant: TenantKit) -> None:
    """R2: without the permission nothing is taken; a draft is its person's alone."""
    path = importer.csv(["张伟", "13800138000"])
    with pytest.raises(Denied):
        importer.as_("agent").upload(path)
    draft = importer.upload(path)
    with pytest.raises(NotFound):
        importer.as_("admin").decided(draft)
    stranger = Importer(other_tenant, other_tenant.actor("manager"), importer.folder)
    with pytest.raises(NotFound):
        stranger.decided(draft)


def test_the_permission_is_asked_again_when_the_job_runs(importer: Importer) -> None:
    """R4: what was allowed when the file was sent may not be any more."""
    id_ = importer.put(importer.csv(["张伟", "13800138000"]))
    with importer.desk.at_work(), transaction():
        person = db.session.get_one(User, importer.actor.user_id)
        person.role_id = importer.kit.roles["finance"]
    importer.work()
    assert importer.job(id_).state == "failed"
    assert importer.count() == 0


@pytest.mark.parametrize("lost", ["role", "active"])
def test_the_permission_is_asked_again_in_every_transaction(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """R4: who loses it half-way, or is disabled, imports no further row; what is done is told."""
    monkeypatch.setattr(writing, "BATCH", 1)
    monkeypatch.setattr(importing, "TOGETHER", 1)
    id_ = importer.put(importer.csv(["张伟", "13800138000"], ["王芳", "13800138001"]))
    begin = writing.Writer._bulk

    def then_loses(self: Any, **how: Any) -> Any:
        person = db.session.get_one(User, importer.actor.user_id)
        if lost == "role":
            person.role_id = importer.kit.roles["finance"]
        else:
            person.active = False
        return begin(self, **how)

    monkeypatch.setattr(writing.Writer, "_bulk", then_loses)
    importer.work()
    assert (importer.job(id_).state, importer.count()) == ("failed", 1)
    assert (importer.job(id_).result or {})["created"] == 1


@pytest.mark.parametrize("whole", [False, True])
def test_who_waits_in_a_circle_begins_the_batch_anew(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """C1: somebody changes the same records in another order; the database gives up one of the two."""
    write, times = writing.Writer.write, iter([True, True])

    def gives_up(self: Any, rows: Any, passwords: Any) -> Any:
        found = write(self, rows, passwords)
        if not self.dry and next(times, False):
            raise Busy("again")
        return found

    monkeypatch.setattr(writing.Writer, "write", gives_up)
    rows = [["张伟", "13800138000"], ["", "13800138001"]][: 1 if whole else 2]
    assert counts(importer.imported(importer.csv(*rows), whole=whole)) == (1, 0, 0, len(rows) - 1)
    assert importer.count() == 1


def test_the_cap_refuses_rows_and_says_no_more_than_is_so(importer: Importer) -> None:
    """C1: those that fit are imported, so nothing is said of how many would."""
    with importer.desk.at_work(), transaction():
        settings.save(importer.kit.actor("admin"), engine().product.resource("business"), {"owner_cap": 1})
    agent, *_more = importer.kit.user("agent")
    rows = [[f"客户{n}", f"1380013800{n}"] for n in range(3)]
    result = importer.as_("operator").imported(importer.csv(*rows), for_all={"agent": str(agent)})
    assert counts(result) == (1, 0, 0, 2)
    reasons = importer.as_("operator").refused(result).read_text("utf-8-sig")
    assert "最多" in reasons and "本次" not in reasons
