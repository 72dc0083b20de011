"""What the twelve kinds of permission are called (R2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.labels import Label
from app.spec.model import ResourceSpec

KIND_LABELS: Mapping[str, Label] = MappingProxyType({
    "view": Label("查看", "View"),
    "add": Label("新增", "Add"),
    "edit": Label("编辑", "Edit"),
    "delete": Label("删除", "Delete"),
    "import": Label("导入", "Import"),
    "export": Label("导出", "Export"),
    "download": Label("下载", "Download"),
    "preview": Label("预览", "Preview"),
    "listen": Label("试听", "Listen"),
    "audit": Label("审核", "Approve"),
    "operate": Label("操作", "Operate"),
    "enable": Label("启用", "Enable"),
})  # fmt: skip

# What a role's view of a page may be narrowed to.
NARROWING_LABELS: Mapping[str, Label] = MappingProxyType({
    "only_teams": Label("仅看本班组和本人的记录", "Sees own team's and own records only"),
    "only_own": Label("仅看本人的记录", "Sees own records only"),
})  # fmt: skip

_WHOLE_NUMBERS: Final = Label("查看完整号码", "See full numbers")


def kind_label(page: ResourceSpec | None, kind: str) -> Label:
    """What a permission of this page is called: where numbers are masked, `preview` is to see them whole."""
    return _WHOLE_NUMBERS if kind == "preview" and page is not None and page.masks else KIND_LABELS[kind]
