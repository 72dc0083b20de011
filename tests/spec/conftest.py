"""A small product in a temporary folder, to be spoilt by one edit at a time."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from app.spec.check import check

MENU = """\
    things:
      label: {zh: 物品, en: Things}
    """
ROLES = """\
    admin:
      label: {zh: 管理员, en: Admin}
    operator:
      label: {zh: 操作员, en: Operator}
    """
PRESETS = """\
    plate:
      kind: text
      label: {zh: 车牌, en: Plate}
      max: 8
    """
PERSON = """\
    resource: person
    label: {zh: 人员, en: Person}
    fields:
      name: {kind: text, label: {zh: 姓名, en: Name}}
    """
CAR = """\
    resource: car
    label: {zh: 车辆, en: Car}
    icon: car
    title: plate
    fields:
      plate:
        preset: plate
        required: true
      seats:
        kind: integer
        label: {zh: 座位, en: Seats}
        min: 1
        max: 9
        default: 4
      state:
        kind: choice
        label: {zh: 状态, en: State}
        options:
          - {value: new, label: {zh: 新, en: New}, tone: green}
          - {value: old, label: {zh: 旧, en: Old}}
      owner:
        kind: ref
        to: person
        label: {zh: 车主, en: Owner}
      pin:
        kind: password
        label: {zh: 密码, en: PIN}
      notes:
        kind: longtext
        label: {zh: 备注, en: Notes}
      seen_at:
        kind: datetime
        label: {zh: 最近看见, en: Last seen}
        readonly: true
    list:
      columns: [plate, seats, created_at]
      search: [plate]
      filter: [state, owner]
      order: [-seen_at]
    form:
      - label: {zh: 基本, en: Basics}
        fields: [plate, seats]
      - fields: [state, owner, pin]
    can: [view, add, edit, delete, export]
    actions:
      scrap:
        label: {zh: 报废, en: Scrap}
        permission: enable
        set: {state: old}
      wash:
        label: {zh: 清洗, en: Wash}
        permission: operate
        run: wash
    permissions:
      operator: [view, operate]
    rules: [has_an_owner]
    limits:
      rows: 100
      bulk: 10
    workbench:
      label: {zh: 车辆, en: Cars}
      show: plate
      until: seen_at
      order: -created_at
    """
RULES = """\
    from app.errors import Violation


    def has_an_owner(change):
        raise Violation("owner", "nobody")


    def wash(change):
        return _water(change)


    def _water(change):
        return change
    """


class Folder:
    """A folder like `schema/`, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
        return file

    def edit(self, name: str, old: str, new: str) -> int:
        """Puts `new` in the place of `old`, which stands there once. Gives the line of the edit."""
        line = self.line(name, old)
        file = self.path / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return line

    def line(self, name: str, text: str) -> int:
        """The line on which `text` stands, or begins, once in the file."""
        content = (self.path / name).read_text(encoding="utf-8")
        assert content.count(text) == 1, f"{text!r} stands {content.count(text)} times in {name}"
        return content[: content.index(text)].count("\n") + 1

    def faults(self) -> list[str]:
        """The faults, with file names below the folder."""
        return [fault.removeprefix(f"{self.path}/") for fault in check(self.path)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path.resolve())
    made.write("menu.yaml", MENU)
    made.write("roles.yaml", ROLES)
    made.write("presets.yaml", PRESETS)
    made.write("things/person.yaml", PERSON)
    made.write("things/car.yaml", CAR)
    made.write("things/car.py", RULES)
    return made
