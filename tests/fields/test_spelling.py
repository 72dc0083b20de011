"""How names are typed on a Latin keyboard, and what their parts are."""

from __future__ import annotations

import pytest

from app.fields.grams import grams, looked_up
from app.fields.spelling import LONGEST_INITIALS, LONGEST_SPELLING, spelled, typed


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("曾国藩", "zengguofan", "zgf"),
        ("仇英", "qiuying", "qy"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("单位食堂服务部", "danweishitangfuwubu", "dwstfwb"),
        ("重庆银行", "chongqingyinhang", "cqyh"),
        ("吕布", "lvbu", "lb"),
        ("Lyu Bu", "lvbu", "lb"),
        ("张偉（Anna）", "zhangweianna", "zwa"),
        ("上海51网络", "shanghai51wangluo", "sh51wl"),
        ("𠮷野", "ye", "y"),
        ("（）", "", ""),
        ("", "", ""),
    ],
)
def test_a_name_is_spelled_as_people_say_it(name: str, pinyin: str, initials: str) -> None:
    """C1: family names have readings of their own; a firm that begins with such a character has not."""
    assert spelled(name) == (pinyin, initials)


def test_what_is_typed_is_made_even_and_what_is_kept_fits() -> None:
    """C1"""
    assert [typed(text) for text in ("Zhang San", "lyu", "nü'er", "xi an")] == ["zhangsan", "lv", "nver", "xian"]
    assert [len(one) for one in spelled("张" * 64)] == [LONGEST_SPELLING, LONGEST_INITIALS]


def test_grams_are_single_characters_and_neighbours() -> None:
    """C1: a character beyond the basic plane is one, not two."""
    assert grams("𠮷A𠮷a") == ["𠮷", "a", "𠮷a", "a𠮷"]
    assert grams("") == looked_up("") == []
    assert [looked_up(part) for part in ("伟", "张伟", "张伟明")] == [["伟"], ["张伟"], ["张伟", "伟明"]]
    assert set(looked_up("杭州云帆科技")) <= set(grams("杭州云帆科技有限公司"))
