"""What a field of a YAML file may say, and the texts in two languages that everything has."""

from __future__ import annotations

from app.fields import kinds
from app.labels import Label
from app.spec.keys import CODE, NAME, Flag, Keys, Many, Named, Part, Text, Value, Whole
from app.spec.model import Option, StorySpec

FINDS = ("part", "pinyin", "start", "end")
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
        "`search` 输入时远程搜索，`all` 一次列出，`members` 只列出引用本记录的记录，新增时不显示",
        "`search`: looks up while one types; `all`: lists every row; `members`: those that refer to this very record, "
        "and nothing while it is being added",
        among=("search", "all", "members"), default="search",
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
