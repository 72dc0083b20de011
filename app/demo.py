"""The demo company: believable people and announcements for a first look (`make run`) and for browser tests."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import current_app

from app.access import system_actor
from app.accounts.tenants import create_tenant, find_tenant
from app.demo_customers import add_call_centre
from app.demo_fields import AMOUNT, SOURCE, add_own_fields
from app.engine import engine
from app.errors import NotFound
from app.fields.password import hash_password, new_one_time_password
from app.models.adopted import Role, User
from app.models.base import db, new_id, transaction, utcnow
from app.models.build import links_of
from app.records import finding
from app.records.system import people
from app.tenancy.scope import tenant_scope

CODE = "demo"
NAME = "晨星云呼叫中心"

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_NAMES = (
    "伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "秀兰", "霞", "平", "刚", "桂英", "梓涵", "浩然", "子轩", "雨桐", "欣怡", "佳琪", "俊杰", "思远", "晓彤",
)  # fmt: skip
PREFIXES = ("138", "139", "136", "150", "158", "187", "188", "130", "186", "133", "189", "177")

# How many people of each role the demo company has, the first admin included: 60 in all.
STAFF = {"admin": 2, "operator": 8, "manager": 4, "finance": 3, "team_leader": 7, "agent": 36}

# (days since it was written, days until it expires; negative: expired, text, what else is said of it)
ANNOUNCEMENTS: tuple[tuple[int, int, str, dict[str, Any]], ...] = (
    (0, 5, "<p>【系统升级】<strong>本周六 23:00 至次日 02:00</strong> 进行系统升级，届时外呼与录音下载暂停，"
            "请提前安排好回访计划。</p>"
     "<ul><li>升级期间：呼入转语音信箱，外呼任务自动暂停</li><li>升级之后：未完成的任务从中断处继续</li></ul>"
     '<p>如有疑问，请查看 <a href="https://status.example.com">升级说明</a> 或联系值班经理。</p>', {"pinned": True}),
    (0, 2, "【停电通知】明天 14:00–16:00 大厦二期检修停电，B 区坐席请移至 A 区备用工位，无需调班。", {}),
    (1, 12, "【表彰】恭喜二组 10 月接通率 92.6%，位列全公司第一！班长请于周五前提交经验分享材料。",
     {"roles": ("team_leader", "manager")}),
    (2, 20, "<p>【话术更新】“金秋优惠”活动话术已更新至 V3：</p>"
     "<ol><li>开场先报公司全称与工号</li>"
     "<li>客户表示不需要时，主动告知退订方式</li><li>结束语统一为“感谢接听，祝您生活愉快”</li></ol>",
     {"roles": ("team_leader", "agent")}),
    (3, 8, "【质检提醒】本月质检抽样比例由 3% 调整为 5%，开场白与结束语为必检项。", {}),
    (4, 30, "【考勤】自 12 月 1 日起启用新的排班表，调班申请请至少提前两个工作日提交给班长。",
     {"roles": ("team_leader", "agent")}),
    (6, 3, "【号码】新到 400 条线路已分配给电销三组，请班长核对外显号码后再启用。", {"roles": ("team_leader",)}),
    (9, 40, "<p>【合规】客户明确拒绝来电后，<strong>24 小时内</strong>必须标记为“无意向”，"
            "三个月内不得再次外呼。请各班长组织学习。</p>",
     {"roles": ("team_leader",), "ask": True}),
    (0, 9, "【活动预告】年终答谢活动下周一开始，届时请统一使用活动话术。", {"starts": 3}),
    (5, 6, "【会议】周四例会改到 15:00。", {"retracted": True}),
    (16, -2, "【培训】新员工入职培训定于周三 9:30，地点三楼培训室，请带好工牌与耳麦。", {}),
    (25, -10, "【放假通知】国庆节期间 10 月 1 日至 7 日安排值班，值班表见附件公示栏。", {}),
    (33, -20, "【故障说明】昨日 10:20–10:45 部分坐席无法登录，原因为机房网络抖动，现已恢复。", {}),
    (47, -31, "【活动】中秋慰问品请于本周内凭工牌到前台领取，过期不候。", {}),
)  # fmt: skip


def person(rng: random.Random) -> dict[str, str]:
    """A believable name and mainland mobile number."""
    return {
        "name": rng.choice(SURNAMES) + rng.choice(GIVEN_NAMES),
        "phone": rng.choice(PREFIXES) + f"{rng.randrange(10**8):08d}",
    }


def ensure_demo(address: str) -> None:
    """Creates the demo company unless it is there, and prints how to log in to it, in zh and en."""
    notes = Path(current_app.config["INSTANCE"]) / "demo-logins.txt"
    try:
        find_tenant(CODE)
    except NotFound:
        password = new_one_time_password()
        create_demo(password)
        notes.touch(mode=0o600)
        notes.write_text(password, encoding="utf-8")
    banner(address, notes.read_text(encoding="utf-8").strip() if notes.exists() else "")


def create_demo(password: str) -> None:
    """The demo company, whose people all have `password` and need not change it: it is for looking around."""
    tenant, _one_time = create_tenant(CODE, NAME)
    with tenant_scope(tenant.id), transaction():
        actor = system_actor(tenant.id, NAME, locale=tenant.locale, timezone=tenant.timezone)
        own = add_own_fields(actor, (SOURCE, AMOUNT))
    with tenant_scope(tenant.id), transaction():
        hashed = hash_password(password)
        admin = db.session.query(User).filter_by(username="admin").one()
        _call(admin, "陈思远", "13800138000")
        admin.email = "admin@demo.example.com"
        admin.password, admin.must_change_password = hashed, False
        roles = {role.key: role.id for role in db.session.query(Role)}
        now = utcnow()
        add_people(roles, hashed, now)
        add_announcements(admin.id, roles, now)
        db.session.flush()
        add_call_centre(now, own)


def _call(admin: User, name: str, phone: str) -> None:
    spec, before = people(engine().product), {"name": admin.name}
    admin.name, admin.phone = name, phone
    for column, value in finding.shadows(spec, {"name": name, "phone": phone}).items():
        setattr(admin, column, value)
    finding.index(spec, admin.id, before, {"name": name}, admin.created_at)


def add_people(roles: dict[str, int], hashed: str, now: datetime, staff: Mapping[str, int] = STAFF) -> None:
    """Adds `staff` to the tenant in scope, beside the first admin. `roles` maps role key to id."""
    rng = random.Random(1949)  # noqa: S311 - the same believable company every time, not a secret
    added = []
    for key, number in staff.items():
        for index in range(2 if key == "admin" else 1, number + 1):
            login = f"{key.replace('_', '')}{index:02d}"
            seen = now - timedelta(hours=rng.randrange(1, 200), minutes=rng.randrange(60))
            added.append(
                User(
                    username=login,
                    role_id=roles[key],
                    password=hashed,
                    active=index == 1 or rng.random() > 0.06,
                    email=f"{login}@demo.example.com",
                    last_login_at=seen if rng.random() > 0.1 else None,
                    created_at=now - timedelta(days=rng.randrange(9, 400), minutes=rng.randrange(1440)),
                    **person(rng),
                )
            )
    finding.add(people(engine().product), added)


def add_announcements(author_id: int, roles: dict[str, int], now: datetime) -> None:
    """Adds ANNOUNCEMENTS to the tenant in scope: live, expired, to come, retracted, to be acknowledged."""
    model = engine().models["announcement"]
    audience = links_of(model, "roles")
    for age, left, text, more in ANNOUNCEMENTS:
        written = now - timedelta(days=age, hours=1)
        starts_at = _evening(now, more["starts"]) if "starts" in more else None
        made = model(
            id=new_id(), content=text, expires_at=_evening(now, left), starts_at=starts_at,
            published_at=starts_at or written, pinned=more.get("pinned", False),
            must_acknowledge=more.get("ask", False), retracted=more.get("retracted", False),
            created_at=written, created_by=author_id,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        keys = more.get("roles", ())
        db.session.add_all(audience(tenant_id=made.tenant_id, owner_id=made.id, target_id=roles[key]) for key in keys)


def _evening(now: datetime, days: int) -> datetime:
    """One minute before midnight in Shanghai, so many days from now."""
    return (now + timedelta(days=days)).replace(hour=15, minute=59, second=0, microsecond=0)


def banner(address: str, password: str) -> None:
    """Prints where to log in and as whom."""
    click.echo(f"""
  UCC Admin   {address}

  企业代码 / Enterprise code   {CODE}
  管理员   / Admin             admin
  操作员   / Operator          operator01
  经理     / Manager           manager01
  财务     / Finance           finance01
  班长坐席 / Team leader       teamleader01
  普通坐席 / Agent             agent01
  密码     / Password          {password or "(demo-logins.txt is gone: use `ucc user reset-password demo admin`)"}

  按 Ctrl+C 停止 / Press Ctrl+C to stop
""")
