"""What a resource's YAML file may say besides fields, list, form and actions (app.spec.features)."""

from __future__ import annotations

from app.spec.features import (
    BinSpec,
    DeskSpec,
    ExportSpec,
    ExtensibleSpec,
    ImportSpec,
    OwnerSpec,
    RevealSpec,
    SightSpec,
    WorkbenchSpec,
)  # fmt: skip
from app.spec.field_keys import LabelKeys
from app.spec.keys import Flag, Keys, Many, Named, Part, Text, Whole
from app.spec.match_keys import Conditions, Setting, Wanted, match


class WorkbenchKeys(Keys):
    spec = WorkbenchSpec

    label = Part(LabelKeys, "面板标题", "Heading of the panel", required=True)
    show = Text("显示的字段", "The field shown", required=True)
    since = Text("到达该时刻才显示", "The row appears at this moment (a datetime field)")
    until = Text("到达该时刻后不再显示", "The row leaves at this moment (a datetime field)")
    withdrawn = Text("为是时不显示", "The row is not shown while this is true (a boolean field)")
    audience = Named(
        Text(), "限定可见的 `role`、`team`：对应的 refs 字段，为空则不限",
        "Who sees it: `role` and `team`, each with the refs field that names them; everyone where it is empty", least=1,
    )  # fmt: skip
    pin = Text("为是时置顶", "Rows where this is true come first (a boolean field)")
    order = Text("排序", "Order", default="-created_at")
    unread = Flag("标记未读", "Mark what the reader has not opened", default="false")
    renewed = Text(
        "内容更新的时刻，此前的已读失效",
        "What was read before this moment is unread again (a readonly datetime field)",
    )
    acknowledge = Text(
        "为是时须确认后才能使用工作台", "The workbench waits until the reader acknowledges it (a boolean field)"
    )
    most = Whole("最多行数", "Most rows", least=1, default="20")


class ExtensibleKeys(Keys):
    spec = ExtensibleSpec

    max = Whole("每个企业最多几个自定义字段", "Most fields of its own a company may add", least=1, required=True)


class BinKeys(Keys):
    spec = BinSpec

    days = Whole("可恢复的天数", "How many days a deleted record can be restored", least=1, required=True)


class ImportKeys(Keys):
    spec = ImportSpec

    key = Text("判断重复的字段", "The field by which a row of a file is a record that is there already")
    for_all = Many(Text(), "可为整个文件统一指定的字段", "Fields that may be given for a whole file")
    heads = Named(
        Many(Text()), "字段 → 文件列名的其他叫法（字段名称之外）", "What else the heads of files call a field"
    )


class OwnerKeys(Keys):
    spec = OwnerSpec

    person = Text("负责人字段", "The field of the person", required=True)
    team = Text("班组字段", "The field of the team", required=True)
    since = Text("归属变化的时刻（只读）", "When either last changed (a readonly datetime field)", required=True)
    contact = Text("最近联系的时刻", "The last contact (a datetime field)")
    cap = Setting("参数：一人最多持有数量，0 不限", "The setting of how many one person may have; 0 is any number")
    return_after = Setting(
        "参数：多少天未联系退回公海，0 不退回",
        "The setting of days without contact until it goes back to the pool; 0: never",
    )
    return_warning = Setting("参数：提前多少天提醒", "The setting of how many days before that is told")


class DeskKeys(Keys):
    spec = DeskSpec

    label = Part(LabelKeys, "面板标题", "Its heading", required=True)
    count = Text("按哪个字段统计数量", "The ref field by which they are counted", required=True)
    shown = Many(Text(), "标题之外显示的字段", "Fields shown beside the title")
    quiet_days = Whole(
        "不退回公海时，多少天未联系算待跟进",
        "Days without contact after which one is due, where none goes back to a pool",
        least=1, default="14",
    )  # fmt: skip
    most = Whole("最多显示几条", "Most rows of the panel", least=1, default="8")


class LimitKeys(Keys):
    rows = Whole("每个企业最多行数", "Most rows of a company", least=1)
    bulk = Whole("一次批量操作最多行数", "Most rows of one bulk request", least=1)


class RevealKeys(Keys):
    spec = RevealSpec

    one_by_one = Setting(
        "参数：谁须逐条查看完整号码（`seats` 坐席、`all` 所有人、`nobody` 无人）",
        "The setting that says who looks at whole numbers one record at a time: `seats`, `all` or `nobody`",
        load_default=None,
    )
    limit = Setting(
        "参数：每人每天最多查看多少条，0 为不限",
        "The setting of how many records a person may so look at in a day; 0: any",
        load_default=None,
    )  # fmt: skip


class ExportKeys(Keys):
    spec = ExportSpec

    approve_above = Setting(
        "参数：导出超过多少行须由另一人审核，0 为从不",
        "The setting of how many rows an export may have before a second person must approve it; 0: never",
        required=True,
    )


class SightKeys(Keys):
    spec = SightSpec

    label = Part(LabelKeys, "说明是哪些记录", "Says which records these are", required=True)
    where = Conditions(
        Wanted(), "须全部满足的条件", "Conditions, all of which must be met", build=match, least=1, required=True
    )
    when = Setting("仅在此参数开启时", "Only while this setting is on", load_default=None)
