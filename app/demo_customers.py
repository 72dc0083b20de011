"""The demo company's call centre: teams with their leaders and agents, and the customers they look after."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import insert, select

from app.demo_fields import Choices
from app.engine import engine
from app.models.adopted import Role, User
from app.models.base import db, new_id
from app.records import finding

TEAMS: Final = (
    ("电销一组", "主推年度会员，早班 9:00–18:00"),
    ("电销二组", "主推企业套餐"),
    ("客服组", "呼入咨询与投诉"),
    ("回访组", "老客户回访与续费"),
)
CUSTOMERS: Final = 400
DUE: Final = 14  # days without contact after which the workbench reminds an agent
SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马苗方任袁柳唐罗薛"
MEN: Final = ("建国", "志强", "海涛", "文博", "宇航", "国栋", "晓东", "立军", "少华", "嘉诚", "子墨", "天佑")
WOMEN: Final = ("丽华", "晓燕", "淑芬", "雅婷", "诗涵", "梦洁", "玉兰", "佳怡", "春梅", "思琪", "可欣", "婉清")
FIRMS: Final = ("杭州云帆科技", "苏州锦程物流", "成都蜀味餐饮", "宁波海拓外贸", "长沙星辰教育", "无锡精工机械")
MOBILE: Final = ("138", "139", "150", "158", "187", "188", "130", "186", "133", "189")
LANDLINE: Final = ("010", "021", "0571", "0512", "028", "0574", "0731")
REMARKS: Final = (
    "", "", "", "", "希望下午三点后联系", "对年度套餐感兴趣，等报价", "已发资料，周五回访", "价格偏高，再考虑",
    "老客户介绍", "要求开具专票", "多次无人接听", "下月合同到期", "只接受微信沟通",
)  # fmt: skip
# How often a customer is of a type, by the type's place on the keys: most of them are uncategorised.
WEIGHTS: Final = (8, 5, 3, 5, 4, 2, 1, 1, 1, 1)


def add_call_centre(now: datetime, own: Mapping[str, Choices] = MappingProxyType({})) -> None:
    """Puts the agents of the tenant in scope into teams, and adds CUSTOMERS; a few statements. `own` says what they
    have in the company's own fields."""
    rng = random.Random(1978)  # noqa: S311 - the same believable company every time, not a secret
    teams, types = add_teams(now), customer_types()
    customer = engine().product.resource("customer")
    rows = [{"id": new_id(), **_customer(rng, now, teams), "type": _type(rng, types)} for _ in range(CUSTOMERS)]
    _contact(rng, now, rows)
    for slot, (texts, weights) in own.items():
        for row in rows:
            row[slot] = rng.choices(texts, weights)[0]
    db.session.execute(insert(engine().models["customer"]), [row | finding.shadows(customer, row) for row in rows])
    finding.index_many(customer, rows)


def add_teams(now: datetime, teams: Sequence[tuple[str, str]] = TEAMS) -> list[tuple[int, list[int]]]:
    """Each team's id, and the ids of its agents, who leads it first; every seventh agent is in none."""
    team = engine().models["team"]
    ids = [new_id() for _ in teams]
    rows = [{"id": id_, "name": name, "remark": remark} for id_, (name, remark) in zip(ids, teams, strict=True)]
    db.session.execute(insert(team), [{**row, "version": 1, "created_at": now - timedelta(days=380)} for row in rows])
    found: dict[int, list[int]] = {id_: [] for id_ in ids}
    for key in ("team_leader", "agent"):
        people = select(User).join(Role, Role.id == User.role_id).where(Role.key == key).order_by(User.username)
        for number, person in enumerate(db.session.scalars(people)):
            if number % 7 == 6:
                continue
            person.team_id = ids[number % len(ids)]
            found[person.team_id].append(person.id)
    for one in db.session.scalars(select(team).where(team.id.in_(ids))):
        one.leader = next(iter(found[one.id]), None)
    db.session.flush()
    return list(found.items())


def _customer(rng: random.Random, now: datetime, teams: Sequence[tuple[int, list[int]]]) -> dict[str, Any]:
    """One row: half of them looked after by an agent, some by a team only, the rest by nobody yet."""
    gender = rng.choice(("male", "female", ""))
    made = now - timedelta(days=rng.randrange(1, 300), minutes=rng.randrange(1440))
    team, agents = rng.choice(teams)
    assigned = rng.random()
    agent = rng.choice(agents) if assigned < 0.5 else None
    kept = assigned < 0.72
    return {
        "name": _name(rng, gender),
        "gender": gender,
        "phone": _phone(rng),
        "team": team if kept else None,
        "agent": agent,
        "assigned_at": made if kept else None,
        "last_contact_at": None,
        "remark": rng.choice(REMARKS),
        "version": 1,
        "created_at": made,
    }


def _contact(rng: random.Random, now: datetime, rows: Sequence[dict[str, Any]]) -> None:
    """Of each agent's customers every fourth is due, every fourth was assigned lately and never called, and the others
    have been called these days."""
    met: Counter[int] = Counter()
    for row in rows:
        if (agent := row["agent"]) is None:
            continue
        place, made = met[agent] % 4, row["created_at"]
        met[agent] += 1
        first, last = (DUE, DUE + 6) if place == 0 else (0, DUE - 1)
        moment = max(made, now - timedelta(days=rng.uniform(first, last)))
        row["assigned_at" if place == 1 else "last_contact_at"] = moment


def customer_types() -> list[int]:
    """The company's customer types, in the order of their keys."""
    model = engine().models["customer_type"]
    return list(db.session.scalars(select(model.id).order_by(model.key, model.id)))


def _type(rng: random.Random, types: Sequence[int]) -> int | None:
    return rng.choices(types, WEIGHTS[: len(types)])[0] if types else None


def _name(rng: random.Random, gender: str) -> str:
    if not gender:
        return rng.choice(FIRMS) + rng.choice(("", "", "（" + rng.choice(SURNAMES) + "经理）"))
    return rng.choice(SURNAMES) + rng.choice(MEN if gender == "male" else WOMEN)


def _phone(rng: random.Random) -> str:
    if rng.random() < 0.85:
        return rng.choice(MOBILE) + f"{rng.randrange(10**8):08d}"
    return rng.choice(LANDLINE) + f"{rng.randrange(2 * 10**7, 9 * 10**7):08d}"
