"""What may stand in the YAML files under `schema/`: every key, its type, and what it is for in both languages.

From here come the faults of `ucc check`, the JSON Schemas that editors use (jsonschema.py) and docs/reference.md
(reference.py). What takes more than one key to judge is in the check_*.py and rulefile.py.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from app.spec.feature_keys import (
    BinKeys,
    DeskKeys,
    ExportKeys,
    ExtensibleKeys,
    ImportKeys,
    LimitKeys,
    OwnerKeys,
    RevealKeys,
    SightKeys,
    WorkbenchKeys,
)
from app.spec.field_keys import FieldKeys, LabelKeys, PresetKeys, ResourceLabelKeys
from app.spec.keys import ICON, NAME, Flag, Keys, Many, Named, Part, Text, Value, Whole, Worded
from app.spec.match_keys import Conditions, Setting, Wanted, match
from app.spec.model import ADOPTED_MODELS, PERMISSIONS, ActionSpec, FieldSpec, GroupSpec, RoleSpec, Section

KINDS = ("records", "settings")


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
    kept = Text(
        "有值的记录不可删除，页面不提供删除；须为只读字段，并由规则拒绝删除",
        "A readonly field that marks records nobody may delete: pages do not offer it, and a rule has to refuse it",
    )
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
    summary = Many(
        Text(), "记录页标题旁显示的字段", "The fields that stand beside the title of a record's page", least=1
    )
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
