"""The pages beside the measured one. The product is to have some 25, and what a menu costs grows with its length."""

from __future__ import annotations

from pathlib import Path
from typing import Final

NAMES: Final = tuple(f"page_{number}" for number in range(1, 25))  # with the users: 25

_YAML: Final = """\
resource: {name}
label: {{zh: 页面, en: Page}}
icon: file-text
fields:
  name:
    kind: text
    max: 64
    label: {{zh: 名称, en: Name}}
permissions: {{}}
"""


def write(folder: Path, known: int) -> None:
    """So many of them as YAML files that, with the `known` pages of the product, there are 25."""
    group = folder / "settings"
    group.mkdir(parents=True)
    for name in NAMES[known - 1 :]:
        (group / f"{name}.yaml").write_text(_YAML.format(name=name), encoding="utf-8")
