"""C1, B3: what `owner`, `keys` and the keys of actions need, told as file:line faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.spec.check import check

SCHEMA = Path(__file__).resolve().parent.parent.parent / "schema"

LEAD = """
resource: lead
label: {zh: 线索, en: Lead}
fields:
  name: {kind: text, label: {zh: 名称, en: Name}, required: true}
  type: {kind: ref, to: customer_type, label: {zh: 类型, en: Type}}
  agent: {kind: ref, to: agent, label: {zh: 坐席, en: Agent}}
  team: {kind: ref, to: team, label: {zh: 班组, en: Team}}
  given_at: {kind: datetime, label: {zh: 分配, en: Given}, readonly: true}
owner: {person: agent, team: team, since: given_at, cap: business.owner_cap}
keys: type
actions:
  take:
    label: {zh: 领, en: Take}
    permission: operate
    on: list
    seats: true
    when: business.agent_may_claim
    take: business.claim_size
  give:
    label: {zh: 给, en: Give}
    permission: operate
    also: {agent: view}
    ask: {agent: required}
"""


def faults(folder: Path, text: str) -> list[str]:
    (folder / "customers").mkdir(exist_ok=True)
    (folder / "customers" / "lead.yaml").write_text(text, encoding="utf-8")
    return [fault for fault in check(SCHEMA, folder) if "lead.yaml" in fault]


def test_what_fits_is_right(tmp_path: Path) -> None:
    """C1: any resource may have owners, a pool, keys and actions that ask."""
    assert faults(tmp_path, LEAD) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("person: agent", "person: agnet", "owner.person: there is no field 'agnet'. Did you mean 'agent'?"),
        ("person: agent", "person: type", "owner.person: 'type' does not point to people"),
        ("team: team,", "team: agent,", "owner.team: 'agent' does not point to teams"),
        ("Given}, readonly: true", "Given}", "owner.since: 'given_at' must be readonly"),
        ("since: given_at", "since: name", "owner.since: 'name' is of kind 'text', not 'datetime'"),
        ("business.owner_cap", "business.owner_cup", "owner.cap: 'business' has no field 'owner_cup'"),
        ("business.owner_cap", "business.agent_may_claim", "is of kind 'boolean', not 'integer'"),
        ("keys: type", "keys: team", "keys: the records of 'team' have no keys"),
        ("keys: type", "keys: name", "keys: 'name' must be a ref"),
        ("on: list", "on: records", "actions.take.on: 'on: list' and 'take' need each other"),
        ("when: business.agent_may_claim", "when: business.claim_size", "actions.take.when: 'claim_size' is of kind"),
        ("    seats: true\n", "    set: {name: x}\n", "actions.take: needs one of"),
        ("also: {agent: view}", "also: {agent: listen}", "actions.give.also.agent: 'agent' has no 'listen'"),
        ("also: {agent: view}", "also: {agnet: view}", "there is no resource 'agnet'. Did you mean 'agent'?"),
        ("ask: {agent: required}", "ask: {given_at: required}", "cannot be asked for: it is readonly"),
        ("ask: {agent: required}", "ask: {agent: maybe}", "actions.give.ask.agent: 'maybe' is not known"),
        ("    ask: {agent: required}\n", "", "actions.give: needs one of"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(tmp_path: Path, old: str, new: str, said: str) -> None:
    """C1, B3"""
    assert LEAD.count(old) == 1
    found = faults(tmp_path, LEAD.replace(old, new))
    assert any(said in fault for fault in found), found
