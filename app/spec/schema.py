"""What may stand in the YAML files under `schema/`: every key, its type, and what it is for in both languages.

From here come the faults of `ucc check`, the JSON Schemas that editors use (jsonschema.py) and docs/reference.md
(reference.py). What takes more than one key to judge is in fields.py, names.py and rulefile.py.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from app.fields import kinds
from app.labels import Label
from app.spec.keys import CODE, ICON, NAME, Flag, Keys, Many, Named, Part, Text, Value, Whole, Worded
from app.spec.match_keys import Conditions, Setting, Wanted, match
from app.spec.model import (
    ADOPTED_MODELS,
    PERMISSIONS,
    ActionSpec,
    BinSpec,
    DeskSpec,
    ExportSpec,
    ExtensibleSpec,
    FieldSpec,
    GroupSpec,
    ImportSpec,
    Option,
    OwnerSpec,
    RevealSpec,
    RoleSpec,
    Section,
    SightSpec,
    StorySpec,
    WorkbenchSpec,
)  # fmt: skip

FINDS = ("part", "pinyin", "start", "end")
KINDS = ("records", "settings")
TONES = ("green", "red", "orange", "yellow", "blue", "purple", "grey")


class LabelKeys(Keys):
    spec: type | None = Label

    zh = Text("中文", "The text in Chinese", required=True)
    en = Text("英文", "The text in English", required=True)


class ResourceLabelKeys(LabelKeys):
    spec = None

    many = Text("英文复数，用于菜单和列表标题", "English plural, for menu and list", default="`en` + s")
    many_zh = Text(
        "中文菜单和列表标题，与名称不同时填写", "Chinese for menu and list, where it differs", default="`zh`"
    )


class OptionKeys(Keys):
    spec = Option

    value = Text("保存的值", "The value stored", shape=CODE, required=True)
    label = Part(LabelKeys, "显示的文字", "The text shown", required=True)
    tone = Text("徽标颜色", "Colour of the badge", among=TONES)
    sets = Named(
        Value(), "选中时其他字段固定为这些值（仅限 `choice`）",
        "The values other fields have while this is chosen (`choice` only)", least=1,
    )  # fmt: skip


class StoryKeys(Keys):
    spec = StorySpec

    given = Part(LabelKeys, "原来为空时；`{new}` 为新值", "Where it was empty; `{new}` is the new value", required=True)
    moved = Part(LabelKeys, "原来有值时；`{old}` 为原值", "Where it had another value, `{old}`", default="`given`")
    emptied = Part(LabelKeys, "清空时", "Where it is empty now")
    own = Part(LabelKeys, "新值就是操作人本人时", "Where the new value is the very person who made the change")


class PresetKeys(Keys):
    """A bundle of presets.yaml: any keys of a field, none of them required."""

    kind = Text("字段类型", "Kind of field", among=tuple(kinds), required=True)
    label = Part(LabelKeys, "字段名称", "The field's name on screen", required=True)
    help = Part(LabelKeys, "表单中的说明", "Explains the field in the form")
    placeholder = Part(LabelKeys, "输入框内的提示", "Hint inside the empty input")
    empty = Part(LabelKeys, "未选择时显示的含义", "What it means where nothing is chosen, shown in its place")
    required = Flag("必填", "Must be given", default="false")
    unique = Flag("企业内不可重复", "No two rows of a company have the same value", default="false")
    readonly = Flag("仅由系统写入，不在表单中", "Written by the system only, never in a form", default="false")
    fixed = Flag("新增后不可修改", "Given when added, never changed afterwards", default="false")
    sortable = Flag("列表可按此字段排序", "Lists may be ordered by it", default="true")
    default = Value("新增时的初始值", "What a new record starts with")
    min = Whole("最小值；文本为最少字符数", "Least value; for texts the fewest characters")
    max = Whole("最大值；文本为最多字符数", "Greatest value; for texts the most characters")
    pattern = Text("整个值必须匹配的正则表达式", "Regular expression that the whole value must match")
    pattern_help = Part(LabelKeys, "不匹配时的提示", "What to say when it does not match")
    options = Many(Part(OptionKeys), "可选项", "What one chooses from", least=1)
    options_of = Text(
        "可选项来自整个产品：`pages` 所有页面，`actions` 所有按钮；补充在 `options` 之后",
        "Options from all of the product, after those of `options`: `pages`, every page; `actions`, every button",
        among=("pages", "actions"),
    )
    words_of = Text(
        "内置角色的默认名称按读者的语言显示",
        "`roles`: where a record is called by the default name of a built-in role, that is said "
        "in the reader's language",
        among=("roles",),
    )
    to = Text("引用的资源", "The resource referred to", shape=NAME)
    choose = Text(
        "`search` 输入时远程搜索，`all` 一次列出", "`search`: looks up while one types; `all`: lists every row",
        among=("search", "all"), default="search",
    )  # fmt: skip
    column = Text("列名（仅限 `model`）", "The column's name, where it differs; only with `model`", shape=NAME)
    masked = Flag(
        "号码遮挡显示（138****1234），有“预览”权限的角色可看完整号码",
        "Shown masked (138****1234) to roles without `preview`",
        default="false",
    )  # fmt: skip
    rows = Whole("多行文本的行数", "Lines of a long text's input", least=1)
    find = Many(
        Text(among=FINDS),
        "任意数据量下都能快速查找：文本 `part` 任意部分、`pinyin` 拼音及首字母；号码 `start` 开头、`end` 末尾",
        "How it is found quickly, however many rows there are: texts by any `part` and by `pinyin` and its initials, "
        "digits by their `start` and `end`", least=1,
    )  # fmt: skip
    handover = Text(
        "所引用的记录被删除时：`rules` 逐条按规则改派，`bulk` 一次全部改派，不执行规则，`heir` 同 `bulk`，但不可留空",
        "How it moves when what it points to is deleted: `rules`, record by record where the resource has rules; "
        "`bulk`, all at once, past the rules; `heir`, as `bulk`, but it is never left empty",
        among=("rules", "bulk", "heir"), default="rules",
    )  # fmt: skip
    story = Part(StoryKeys, "此字段变更时，历史中的说法", "What the history of a record says when this field changes")


class FieldKeys(PresetKeys):
    preset = Text("取用 presets.yaml 中的一组属性", "Takes a bundle of presets.yaml; own keys win", shape=NAME)


class ListKeys(Keys):
    columns = Many(Text(), "列", "The columns", least=1, default="all fields")
    search = Many(Text(), "搜索框查找的字段", "Where the search box looks", default="all columns of text")
    filter = Many(Text(), "筛选栏的字段", "What the filter bar offers", default="all columns but long texts")
    order = Many(
        Text(), "默认排序的字段，`-` 为降序", "The field to order by at first; `-` is descending", least=1, most=1,
        default="[-created_at]",
    )  # fmt: skip
    sort = Many(Text(), "列之外可排序的字段", "Fields it may be sorted by beside its columns", default="[]")
    keypad = Text("按电话键盘 0–9 显示的字段", "The field to draw as the keys 0–9 of a phone; needs `rearrange`")
    counts = Many(
        Text(shape=NAME), "显示这些页面中引用每条记录的数量",
        "Pages: a column each with how many of its records refer to each row",
        least=1,
    )  # fmt: skip
    uses = Flag("显示引用每条记录的数量", "A column with how many records refer to each row", default="false")


class SectionKeys(Keys):
    spec = Section

    label = Part(LabelKeys, "分组标题", "Heading of the section", load_default=None)
    fields_ = Many(Text(), "字段", "The fields", data_key="fields", attribute="fields", least=1, required=True)


class ActionKeys(Keys):
    """A button beyond add, edit and delete: exactly one of `set` and `run`."""

    label = Part(LabelKeys, "按钮文字", "The button's text", required=True)
    permission = Text("所需权限", "The permission it needs", among=PERMISSIONS, required=True)
    bulk = Flag("可一次用于多行", "May be used on several rows at once", default="true")
    icon = Text("tabler 图标名", "Name of a tabler icon", shape=ICON, default="bolt")
    tone = Text("按钮颜色", "Colour of the button", among=("danger",))
    confirm = Part(LabelKeys, "确认提示", "Asked before it is done")
    done = Part(LabelKeys, "完成提示", "Said when it is done")
    set_ = Named(
        Value(allow_none=True), "要写入的值，`null` 为清空", "Values to write; `null` clears the field",
        data_key="set", attribute="set", least=1,
    )  # fmt: skip
    run = Text("同名 .py 中的函数", "A function of the .py beside the file", shape=NAME)
    on = Text(
        "`records` 针对所选记录；`list` 不选记录，由操作自行取得",
        "`records`: on those chosen; `list`: on none, it finds them",
        among=("records", "list"), default="records",
    )  # fmt: skip
    ask_ = Named(
        Text(among=("required", "optional")), "执行前在对话框中填写的字段：`required` 必填，`optional` 可空",
        "Fields that a dialog asks for first: `required` or `optional`", data_key="ask", attribute="ask", least=1,
    )  # fmt: skip
    also = Named(
        Text(among=PERMISSIONS), "还须具有其他页面的权限：资源 → 权限",
        "Permissions also needed on other pages: resource → kind", least=1,
    )  # fmt: skip
    when = Setting("仅在此参数开启时可用", "Only while this setting is on")
    seats = Flag("仅限坐席角色", "Only for people whose role makes and takes calls", default="false")
    take = Setting(
        "从公海领取的数量（参数），须配合 `on: list` 和 `owner`",
        "How many records it takes out of the pool, a setting; needs `on: list` and `owner`",
    )


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


def _field(name: str, data: dict[str, Any]) -> FieldSpec:
    return FieldSpec(name=name, **{key: value for key, value in data.items() if key != "preset"})


def _action(name: str, data: dict[str, Any]) -> ActionSpec:
    mappings = {key: MappingProxyType(data.get(key, {})) for key in ("set", "ask", "also")}
    return ActionSpec(name=name, **data | mappings)


class ResourceKeys(Keys):
    """A resource file: what the thing is called, what it consists of, how it is listed, edited and guarded."""

    resource = Text("名称，与文件名相同", "Its name, the same as the file's", shape=NAME, required=True)
    label = Part(ResourceLabelKeys, "显示名称", "What people call it", required=True)
    help = Part(LabelKeys, "页面顶部的说明", "Explains the page")
    icon = Text("菜单图标（tabler 图标名）", "Menu icon: its name at tabler", shape=ICON, default="file-text")
    menu_order = Whole("菜单中的次序", "Place in the menu", default="100")
    page = Flag("有菜单项和页面", "Has a menu entry and a page", default="true")
    kind = Text(
        "`records` 多条记录；`settings` 每个企业一行、一个表单",
        "`records`: many; `settings`: one row and one form per company",
        among=KINDS, default="records",
    )  # fmt: skip
    model = Text("内置模型，代替自己的表", "A built-in model instead of a table of its own", among=ADOPTED_MODELS)
    title = Text("代表一条记录的字段", "The field that names a record", default="the first text field")
    fields_ = Named(
        Part(FieldKeys), "字段", "Its fields, in order",
        data_key="fields", attribute="fields", build=_field, least=1, required=True,
    )  # fmt: skip
    summary = Many(Text(), "记录页标题旁显示的字段", "The fields that stand beside the title of a record's page", least=1)
    list = Part(ListKeys, "列表", "The list page")
    form = Many(Part(SectionKeys), "表单分组", "The form's sections", least=1, default="one, of all editable fields")
    can = Many(
        Text(among=PERMISSIONS), "此页面具有的权限种类", "The kinds of permission of this page",
        least=1, default="view, add, edit, delete, and what actions need",
    )  # fmt: skip
    actions = Named(Part(ActionKeys), "新增、编辑、删除以外的按钮", "Buttons beyond add, edit, delete", build=_action)
    permissions = Named(
        Many(Text(among=PERMISSIONS)), "各角色的默认权限，未列出即禁止", "Grants by role; what is not listed is denied"
    )
    rules = Many(
        Text(shape=NAME),
        "保存前的检查，同名 .py 中的函数",
        "Checks before saving: functions of the .py beside the file",
    )
    limits = Part(LimitKeys, "数量上限", "How many at most")
    workbench = Part(WorkbenchKeys, "工作台面板", "A panel on the workbench")
    extensible = Part(ExtensibleKeys, "企业可自行添加字段", "Companies may add fields of their own")
    import_ = Part(
        ImportKeys, "可从文件导入，并具有 `import` 权限", "Files may be imported; gives the page the kind `import`",
        data_key="import", attribute="importing",
    )  # fmt: skip
    bin = Part(BinKeys, "删除的记录进入回收站", "What is deleted goes into a recycle bin")
    mask_digits = Flag("企业自行添加的号码字段也遮挡", "Own fields of digits are masked as well", default="false")
    export = Part(ExportKeys, "大批量导出须审核", "Large exports wait for a second person")
    reveal = Part(RevealKeys, "逐条查看完整号码", "Whole numbers are shown one record at a time")
    owner = Part(OwnerKeys, "记录归属于人或班组，否则在公海", "Records are looked after by somebody, or wait in a pool")
    palette = Flag("Ctrl+K 可搜到其记录", "Its records are found by Ctrl+K", default="false")
    desk = Part(DeskKeys, "工作台上本人名下的记录", "What the workbench shows of one's own records; needs `owner`")
    keys = Text("列表和详情页按数字键设置的字段", "The field that a digit key sets, on list and record page (C1)")
    extends = Text(
        "其记录定义另一个可扩展资源的自定义字段", "Its records define the own fields of that extensible resource",
        shape=NAME,
    )  # fmt: skip
    of = Text(
        "另一资源记录的第二个页面：字段、规则、操作和历史均沿用该资源",
        "A second page over the records of this other resource, with its fields, rules, actions and history",
        shape=NAME,
    )
    only_ = Conditions(
        Wanted(), "仅限 `of`：页面只含满足条件的记录", "With `of`: which records the page has",
        data_key="only", attribute="only", build=match, least=1,
    )  # fmt: skip
    visibility = Named(
        Many(Part(SightKeys)), "各角色可见的记录（满足其中一项），未列出的角色可见全部",
        "The records that a role sees: those of any entry; a role not listed sees all",
    )  # fmt: skip
    narrow = Named(
        Many(Part(SightKeys)),
        "企业可为角色缩小的可见范围：`only_teams` 所在班组，`only_own` 仅本人；不影响 `visibility` 已列出的角色",
        "What a company may narrow a role's view to, `only_teams` and `only_own`: the records of any entry; "
        "not of roles that `visibility` lists", least=1,
    )  # fmt: skip
    rearrange = Text(
        "可一次保存互换其值的唯一字段", "The unique field whose values records may exchange in one save", shape=NAME
    )
    heirs = Named(
        Value(), "删除时可接手的记录须满足的值", "What a record must be to take over from one that is deleted", least=1
    )
    impact = Text(
        "仅限 `settings`：同名 .py 中的函数，保存前说明影响",
        "`settings` only: says what a change would do, before saving",
        shape=NAME,
    )  # fmt: skip


class GroupKeys(Keys):
    label = Part(LabelKeys, "菜单文字", "Text in the menu", required=True)
    icon = Text("tabler 图标名", "Name of a tabler icon", shape=ICON, default="folder")
    order = Whole("次序", "Place in the menu", default="100")


class RoleKeys(Keys):
    label = Part(LabelKeys, "角色名称", "The role's name", required=True)
    remark = Part(LabelKeys, "备注", "Remark")
    seat = Flag("坐席角色：其成员接打电话", "A role of agents: its people make and take calls", default="false")


class TemplateKeys(Keys):
    """A file of schema/templates/: what a new company begins with."""

    label = Part(LabelKeys, "模板名称", "The template's name", required=True)
    records = Named(
        Many(Named(Worded(), least=1)), "各资源的初始记录；文本可写成 `{zh: …, en: …}`",
        "Records to begin with, by resource; a text may be `{zh: …, en: …}`",
    )  # fmt: skip
    settings = Named(Named(Worded(), least=1), "各 `settings` 资源的值", "Values by settings resource")
    grants = Named(
        Named(Many(Text(among=PERMISSIONS))),
        "角色 → 页面 → 权限，取代该页面的默认权限",
        "Role → page → kinds, in the place of the page's defaults",
    )


def _group(name: str, data: dict[str, Any]) -> GroupSpec:
    return GroupSpec(name=name, **data)


def _role(key: str, data: dict[str, Any]) -> RoleSpec:
    return RoleSpec(key=key, **data)


RESOURCE_FILE = Part(ResourceKeys)
PRESET_FILE = Named(Part(PresetKeys, partial=True))
MENU_FILE = Named(Part(GroupKeys), build=_group)
TEMPLATE_FILE = Part(TemplateKeys)
ROLE_FILE = Named(Part(RoleKeys), build=_role)
