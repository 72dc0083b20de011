"""What a company demands of passwords (P2), judged without any database."""

from __future__ import annotations

import time

import pytest

from app.fields.common_passwords import is_common
from app.fields.pinyin import spellings
from app.fields.policy import Known, Policy, judge
from app.fields.strength import estimate

MLPS3 = Policy(min_length=8, classes=3, strength=0, expiry_days=90, history=5)
KNOWN = (
    Known("login name", "tuzi.luobo"), Known("name", "张伟"), Known("phone", "13800138000"),
    Known("email", "wild.swan@a.cn"), Known("company's name", "晨星云呼叫中心"),
    Known("enterprise code", "chenxing-cc"),
)  # fmt: skip

GOOD = (
    "correct horse battery",
    "hx7k-mq4t-9wpz",
    "Blaue-Berge-42",
    "春眠不觉晓处处闻啼鸟夜来",
    "qingcai+doufu=7 kuai",
    "  spaces count  9",
    "x" * 3 + "7vKpQ9rT2m" + "y" * 100,
)

COMMON = (
    "Password123!", "P@ssw0rd2026", "passw0rd!!", "Admin@2026", "admin12345", "Admin123456!", "qwerty12345",
    "1qaz2wsx3edc", "1qaz@WSX3edc", "zaq12wsxcde", "qazwsx1234", "asdfghjkl1", "abcd123456", "a1b2c3d4e5",
    "1q2w3e4r5t", "q1w2e3r4t5", "woaini1314520", "Woaini5201314", "5201314aini", "zhangsan123", "Zhangwei1990",
    "wangwei19900101", "lisi888888", "aa123456789", "123456789a", "abc123456789", "iloveyou520!",
    "huawei@123456", "beijing2008", "Welcome2026!", "woaiwojia123", "nihao123456", "mima123456!", "UCC@20261122",
    "ucc123456!", "kefu@12345", "callcenter1", "Qwer!@#$1234", "aaaaaaaaa1", "1212121212a", "ab1ab1ab1ab1",
    "147258369a", "a159357159357", "poiuytrewq1", "9876543210a", "6666688888a",
)  # fmt: skip

# Long and mixed, and yet what a Chinese guesser tries first: zxcvbn alone lets each of them pass.
CHINESE_HABITS = (
    "liuyifei19870825", "Chenxiaoming2024", "woaini!wolaopo520", "zhangweiWoaini88", "gongxifacai8888",
    "xuweichao@199107",
)  # fmt: skip


def faults(policy: Policy, plain: str) -> list[str]:
    return [fault.rule for fault in judge(policy, plain, KNOWN).faults]


@pytest.mark.parametrize("plain", GOOD)
def test_good_passwords(plain: str) -> None:
    """P2: length is what counts; blanks, Chinese and only small letters are welcome."""
    assert faults(Policy(), plain) == []


@pytest.mark.parametrize("plain", COMMON)
@pytest.mark.parametrize("policy", [Policy(), MLPS3], ids=["asvs", "mlps3"])
def test_common_passwords_and_their_disguises(plain: str, policy: Policy) -> None:
    """P2: no policy takes what everybody uses."""
    assert is_common(plain)
    assert "common" in faults(policy, plain)


@pytest.mark.parametrize("plain", CHINESE_HABITS)
def test_chinese_habits_are_weak(plain: str) -> None:
    """P2: names and words in pinyin with numbers, 520 and 8888 beside them."""
    verdict = judge(Policy(), plain)
    assert verdict.strength.score < 2
    assert {fault.rule for fault in verdict.faults} & {"strength", "common"}
    assert verdict.strength.reasons


@pytest.mark.parametrize(
    ("policy", "plain", "rules"),
    [
        (Policy(), "Kf9!mQ2#xLp", ["length"]),
        (MLPS3, "kf9!mq2", ["length"]),
        (MLPS3, "kfxwmq2p", ["classes"]),
        (MLPS3, "kf9!mq2x", []),
        (Policy(classes=4), "kf9!mq2xvw3q", ["classes"]),
        (Policy(min_length=64), "correct horse battery staple", ["length"]),
        (Policy(strength=2), "elephantelephant", ["strength"]),
        (Policy(strength=0), "elephantelephant", []),
        (Policy(), "x7vKpQ9rT2" * 13, ["most"]),
        (Policy(), "Kf9!mQ2#xL\0", ["invisible"]),
        (Policy(), "", ["length", "classes", "common"]),
    ],
)
def test_each_demand_is_checked(policy: Policy, plain: str, rules: list[str]) -> None:
    """P2: length, classes, strength, each as the policy says."""
    assert faults(policy, plain) == rules


@pytest.mark.parametrize(
    ("plain", "what"),
    [
        ("TUZI.luobo-bi-qingcai", "login name"),
        ("xx-obOul.iZut-xx-77", "login name"),  # backwards
        ("guo-ZhangWei-guo-77", "name"),  # in pinyin
        ("guo-weizhang-guo-77", "name"),  # given name first
        ("guo-张伟-guo-77-qing", "name"),
        ("guo13800138000guo", "phone"),
        ("guo-00138000-guo-qing", "phone"),  # its end
        ("Wild.Swan flies 77", "email"),
        ("晨星呼叫的密码很长很长a", "company's name"),
        ("my-ChenXingYun-tea-42", "company's name"),
        ("x chenxing-cc x 7714", "enterprise code"),
    ],
)  # fmt: skip
def test_what_is_known_stays_out_of_it_in_any_letter_case(plain: str, what: str) -> None:
    """P2: login name, name and its pinyin, phone, company: contained, not only equal."""
    texts = [str(text) for text in judge(Policy(), plain, KNOWN).texts]
    assert any(what in text for text in texts), texts


@pytest.mark.parametrize("plain", ["blue-wei-berge-42-q", "zhang xue wu li 7 tian", "137 0013 8001 tea pots"])
def test_two_letters_in_common_are_chance(plain: str) -> None:
    """P2: a syllable or some digits of the phone stand in a password by chance."""
    assert not [fault for fault in judge(Policy(), plain, KNOWN).faults if fault.rule == "name"]


def test_every_reason_is_given_at_once() -> None:
    """P2: nobody is sent back twice."""
    assert faults(MLPS3, "zhangwei"[:7]) == ["length", "classes", "common"]


def test_what_one_person_is_called_weakens_nobody_elses_password() -> None:
    """P2: what is known about somebody is forgotten at once: zxcvbn itself keeps it for all threads."""
    plain = "quetzalcoatlus-ridge"
    before = estimate(plain).score
    assert estimate(plain, ["quetzalcoatlus", "ridge"]).score < before
    assert estimate(plain).score == before


@pytest.mark.parametrize(
    ("text", "spelling"), [("张伟", "zhangwei"), ("单雄信", "shanxiongxin"), ("吕布", "lvbu"), ("吕布", "lyubu")]
)
def test_pinyin_in_every_reading(text: str, spelling: str) -> None:
    """P2: surnames are read in ways of their own."""
    assert spelling in spellings(text)


@pytest.mark.parametrize("plain", ["a" * 128, "Xk9#" * 32, "密" * 128, "1qaz2wsx" * 16])
def test_no_password_keeps_the_judge_busy(plain: str) -> None:
    """P2: the meter asks at every pause of somebody typing; 128 characters of the worst kind take no second."""
    start = time.perf_counter()
    judge(Policy(), plain, KNOWN)
    assert time.perf_counter() - start < 1
