"""`visibility`, `only` and `of`: what they mean, and what is wrong with them, at file and line (C1, C2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.spec.features import Match
from app.spec.load import load_product
from tests.spec.conftest import Folder

SWITCHES = """\
    resource: rules_of_thumb
    kind: settings
    label: {zh: 参数, en: Rules of thumb}
    fields:
      open: {kind: boolean, label: {zh: 开放, en: Open}, default: false}
      most: {kind: integer, label: {zh: 最多, en: Most}, default: 3, required: true}
    """
HUMAN = """\
    resource: human
    label: {zh: 人, en: Human}
    model: account
    fields:
      name: {kind: text, max: 64, label: {zh: 姓名, en: Name}}
      role: {kind: ref, to: rank, label: {zh: 级别, en: Rank}, required: true}
      team: {kind: ref, to: crew, label: {zh: 班组, en: Crew}}
    actions:
      rename: {label: {zh: 改名, en: Rename}, permission: operate, set: {name: 无名}}
    """
RANK = """\
    resource: rank
    label: {zh: 级别, en: Rank}
    model: role
    fields:
      name: {kind: text, max: 32, label: {zh: 名称, en: Name}}
      seat: {kind: boolean, label: {zh: 坐席, en: Seat}}
    """
CREW = """\
    resource: crew
    label: {zh: 班组, en: Crew}
    fields:
      name: {kind: text, label: {zh: 名称, en: Name}}
    """
DEAL = """\
    resource: deal
    label: {zh: 单子, en: Deal}
    fields:
      name: {kind: text, label: {zh: 名称, en: Name}}
      owner: {kind: ref, to: pilot, label: {zh: 所有人, en: Owner}}
      crew: {kind: ref, to: crew, label: {zh: 班组, en: Crew}}
      crews: {kind: refs, to: crew, label: {zh: 各班组, en: Crews}}
    visibility:
      operator:
        - label: {zh: 本人的, en: own ones}
          where: {owner: me}
        - label: {zh: 本班组的, en: those of the crew}
          where: {crew: my_team, owner: none}
          when: rules_of_thumb.open
        - label: {zh: 一组的, en: those of crew one}
          where: {crew: {name: 一组}}
    """
PILOT = """\
    resource: pilot
    of: human
    only: {role: {seat: true}}
    label: {zh: 飞行员, en: Pilot}
    list:
      columns: [name, team]
    form:
      - fields: [name, role]
    permissions:
      operator: [view, operate]
    """


@pytest.fixture
def crowd(folder: Folder) -> Folder:
    for name, text in {"rules_of_thumb": SWITCHES, "human": HUMAN, "rank": RANK, "crew": CREW, "deal": DEAL,
                       "pilot": PILOT}.items():  # fmt: skip
        folder.write(f"things/{name}.yaml", text)
    return folder


def test_says_who_sees_what(crowd: Folder) -> None:
    """C1: entries in order, each with its conditions and its switch."""
    assert crowd.faults() == []
    own, ours, first = load_product(crowd.path).resource("deal").visibility["operator"]
    assert (own.label.en, own.where, own.when) == ("own ones", (Match("owner", "me"),), None)
    assert ours.where == (Match("crew", "my_team"), Match("owner", "none"))
    assert ours.when == ("rules_of_thumb", "open")
    assert first.where == (Match("crew", "referred", (("name", "一组"),)),)


def test_a_second_page_has_what_the_resource_has(crowd: Folder) -> None:
    """C2: fields, actions, rules and title are inherited; label, list, form and permissions are its own."""
    product = load_product(crowd.path)
    page, base = product.resource("pilot"), product.resource("human")
    assert page.fields.keys() == base.fields.keys()
    assert (page.of, page.only) == ("human", (Match("role", "referred", (("seat", True),)),))
    assert (page.actions.keys(), page.title, page.model) == (base.actions.keys(), base.title, "account")
    assert (page.list.columns, page.label.en, page.can) == (("name", "team"), "Pilot", (*page.can,))
    assert page.permissions == {"operator": frozenset({"view", "operate"})}
    assert product.rules["pilot"] is product.rules["human"]


WRONG = [
    ("deal", "      operator:\n", "      operater:\n", "there is no role 'operater'. Did you mean 'operator'?"),
    ("deal", "      operator:\n", "      admin:\n", "sees everything anyway; leave it out"),
    ("deal", "where: {owner: me}", "where: {ower: me}", "there is no field 'ower'. Did you mean 'owner'?"),
    ("deal", "where: {owner: me}", "where: {crew: me}", "'crew' does not point to people, so it is never 'me'"),
    ("deal", "where: {owner: me}", "where: {owner: my_team}", "'owner' does not point to teams"),
    ("deal", "where: {owner: me}", "where: {crews: none}", "a field of kind 'refs' cannot be asked for here"),
    ("deal", "where: {owner: me}", "where: {owner: mine}", "'mine' is not known"),
    ("deal", "where: {owner: me}", "where: {owner: 3}", "must be me, my_team, none"),
    ("deal", "where: {owner: me}", "where: {}", "is empty"),
    ("deal", "{name: 一组}", "{nam: 一组}", "'crew' has no field 'nam'. Did you mean 'name'?"),
    ("deal", "{crew: {name: 一组}}", "{name: {name: 一组}}", "'name' points to no other records"),
    ("deal", "when: rules_of_thumb.open", "when: rules_of_thumb.opn", "'rules_of_thumb' has no field 'opn'"),
    ("deal", "when: rules_of_thumb.open", "when: rules_of_thumb.most", "'most' is of kind 'integer', not 'boolean'"),
    ("deal", "when: rules_of_thumb.open", "when: crew.name", "there is no settings resource 'crew'"),
    ("deal", "when: rules_of_thumb.open", "when: open", "'open' is not a setting: write resource.field"),
    ("pilot", "{role: {seat: true}}", "{role: {seat: yes}}", "'yes' is no value of 'seat'"),
    ("pilot", "{role: {seat: true}}", "{role: me}", "must not depend on who asks"),
    ("pilot", "of: human", "of: humans", "there is no resource 'humans'. Did you mean 'human'?"),
    ("pilot", "of: human", "of: pilot", "'pilot' is a second page itself"),
    ("pilot", "of: human", "of: rules_of_thumb", "'rules_of_thumb' is of kind 'settings': it has no records"),
    ("pilot", "    of: human\n", "    of: human\n    rules: [any]\n", "cannot stand in a second page"),
    ("pilot", "columns: [name, team]", "columns: [nme, team]", "there is no field 'nme'. Did you mean 'name'?"),
    ("crew", "label: {zh: 班组, en: Crew}", "label: {zh: 班组, en: Crew}\n    only: {name: none}", "needs 'of'"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG, ids=[said[:40] for *_rest, said in WRONG])
def test_what_is_wrong_is_told_where_it_is(crowd: Folder, file: str, old: str, new: str, said: str) -> None:
    """C1, C2: file, line and what to write instead; nothing is told twice."""
    old, new = (text.replace("    ", "", 1) if text.startswith("    ") else text for text in (old, new))
    new = new.replace("\n    ", "\n")
    crowd.edit(f"things/{file}.yaml", old, new)
    found = [fault for fault in crowd.faults() if said in fault]
    assert len(found) == 1, crowd.faults()
    assert found[0].startswith(f"things/{file}.yaml:")
    line = int(found[0].split(":")[1])
    words = new.strip().splitlines()[-1].strip().split(":")[0].strip("{} ")
    assert words in (crowd.path / f"things/{file}.yaml").read_text(encoding="utf-8").splitlines()[line - 1]


def test_faults_of_what_is_inherited_are_told_once(crowd: Folder) -> None:
    """C2: where they stand, not on each page."""
    crowd.edit("things/human.yaml", "max: 64", "most: 64")
    assert [fault.split(":")[0] for fault in crowd.faults()] == ["things/human.yaml"]


def test_rules_of_a_second_page_would_never_run(crowd: Folder) -> None:
    crowd.write("things/pilot.py", "def any(change):\n    return None\n")
    assert any("pilot.py:1: is never run" in fault for fault in crowd.faults())


def test_the_product_itself_is_right() -> None:
    """C1, C2: customers and agents as they ship."""
    product = load_product(Path(__file__).resolve().parents[2] / "schema")
    assert set(product.resource("customer").visibility) == {"team_leader", "agent"}
    assert product.resource("agent").of == "user"
