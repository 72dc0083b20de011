"""200,000 believable people, the same ones for every contender and in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹"
GIVEN = [
    "伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟",
    "涛", "明", "超", "秀兰", "霞", "平", "刚", "桂英", "梓涵", "浩然", "欣怡", "子轩", "雨桐", "思远", "佳琪",
]  # fmt: skip
ROLES = ("admin", "operator", "manager", "finance", "team_leader", "agent")
WEIGHTS = (0.001, 0.03, 0.01, 0.009, 0.05, 0.9)
START = datetime(2024, 1, 1, tzinfo=UTC)


def people(number: int) -> Iterator[dict[str, Any]]:
    """One dict per person, oldest first: a company that has grown for two years."""
    draw = random.Random(20260101)
    for index in range(number):
        joined = START + timedelta(seconds=index * 300 + draw.randrange(300))
        yield {
            "username": f"u{index:06d}",
            "name": draw.choice(FAMILY) + draw.choice(GIVEN),
            "phone": f"1{draw.choice('3456789')}{draw.randrange(10**9):09d}",
            "email": f"u{index:06d}@example.cn" if draw.random() < 0.7 else "",
            "role": draw.choices(ROLES, WEIGHTS)[0],
            "active": draw.random() < 0.95,
            "joined": joined,
            "seen": joined + timedelta(days=draw.randrange(400)) if draw.random() < 0.8 else None,
        }
