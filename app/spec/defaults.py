"""What a resource file may leave out, and what it then means. docs/reference.md says the same in words."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from app.fields import kinds
from app.labels import Label
from app.spec.check_settings import CAN as CAN_SETTINGS
from app.spec.check_settings import SETTINGS
from app.spec.features import ImportSpec
from app.spec.model import PERMISSIONS, FieldSpec, ListSpec, ResourceSpec, Section

CAN = ("view", "add", "edit", "delete")
ORDER = ("-created_at",)


def complete(group: str, source: str, data: dict[str, Any]) -> ResourceSpec:
    """The resource that a checked file means. `data` is what `ResourceKeys` gives."""
    fields: dict[str, FieldSpec] = data["fields"]
    label: dict[str, str] = data["label"]
    actions = data.get("actions", {})
    title = data.get("title") or default_title(fields)
    settings = data.get("kind") == SETTINGS
    kinds = {*data.get("can", CAN_SETTINGS if settings else CAN), *(action.permission for action in actions.values())}
    if data.get("importing"):
        kinds.add("import")
    return ResourceSpec(
        name=data["resource"],
        group=group,
        label=Label(label["zh"], label["en"]),
        many=Label(
            label.get("many_zh") or label["zh"], label.get("many") or (label["en"] if settings else f"{label['en']}s")
        ),
        title=title,
        fields=MappingProxyType(fields),
        list=ListSpec(columns=(), order=()) if settings else _list(fields, data.get("list", {})),
        form=data.get("form") or (Section(None, tuple(default_form(fields))),),
        actions=MappingProxyType(actions),
        permissions=MappingProxyType({role: frozenset(kinds) for role, kinds in data.get("permissions", {}).items()}),
        can=tuple(kind for kind in PERMISSIONS if kind in kinds),
        rules=data.get("rules", ()),
        limits=MappingProxyType(data.get("limits", {})),
        model=data.get("model"),
        page=data.get("page", True),
        menu_order=data.get("menu_order", 100),
        icon=data.get("icon", ""),
        help=data.get("help"),
        workbench=data.get("workbench"),
        extensible=data.get("extensible"),
        bin=data.get("bin"),
        summary=data.get("summary", ()),
        importing=data.get("importing") or ImportSpec(),
        mask_digits=data.get("mask_digits", False),
        reveal=data.get("reveal"),
        export=data.get("export"),
        owner=data.get("owner"),
        palette=data.get("palette", False),
        desk=data.get("desk"),
        keys=data.get("keys"),
        extends=data.get("extends"),
        rearrange=data.get("rearrange"),
        heirs=MappingProxyType(data.get("heirs", {})),
        kind=data.get("kind", "records"),
        impact=data.get("impact"),
        of=data.get("of"),
        only=data.get("only", ()),
        visibility=MappingProxyType(data.get("visibility", {})),
        narrow=MappingProxyType(data.get("narrow", {})),
        source=source,
    )


def default_title(fields: dict[str, FieldSpec]) -> str:
    """The first field that holds a text, else the first of all."""
    return next((name for name, field in fields.items() if holds_text(field)), next(iter(fields)))


def holds_text(field: FieldSpec) -> bool:
    """True where one can look for a part of the value, as the search box does."""
    return "contains" in kinds[field.kind].operators


def default_form(fields: dict[str, FieldSpec]) -> list[str]:
    return [name for name, field in fields.items() if not field.readonly]


def _list(fields: dict[str, FieldSpec], given: dict[str, Any]) -> ListSpec:
    columns = given.get("columns") or tuple(name for name, field in fields.items() if not kinds[field.kind].secret)
    shown = [fields[name] for name in columns if name in fields]
    short = [field for field in shown if field.kind not in ("longtext", "richtext")]
    filtered = tuple(field.name for field in short if kinds[field.kind].controls)
    return ListSpec(
        columns=columns,
        search=given.get("search", tuple(field.name for field in shown if holds_text(field))),
        filter=given.get("filter", filtered),
        order=given.get("order", ORDER),
        sort=given.get("sort", ()),
        keypad=given.get("keypad"),
        kept=given.get("kept"),
        uses=given.get("uses", False),
        counts=given.get("counts", ()),
    )
