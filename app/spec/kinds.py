"""What the twelve kinds of permission are called (R2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.labels import Label

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
