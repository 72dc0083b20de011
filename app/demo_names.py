"""Chinese names as they are spread among people: surnames and characters of given names, each by how common it is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

# How many of 10,000 people bear it (national household register); those below 0.1 % in a lump, each as common.
_SURNAMES: Final = (
    (718, "王"), (717, "李"), (676, "张"), (516, "刘"), (451, "陈"), (306, "杨"), (222, "黄"), (205, "赵"),
    (192, "吴"), (191, "周"), (143, "徐"), (141, "孙"), (126, "马"), (121, "朱"), (117, "胡"), (115, "郭"),
    (111, "何"), (107, "林"), (106, "高"), (104, "罗"), (94, "郑"), (88, "梁"), (77, "谢"), (74, "宋"),
    (71, "唐"), (66, "许"), (64, "邓"), (63, "冯韩"), (61, "曹"), (58, "曾彭"), (55, "肖蔡潘"), (50, "田董袁"),
    (47, "于余"), (45, "叶蒋"), (43, "杜苏"), (41, "魏程"), (40, "吕丁"), (37, "沈任姚卢"), (34, "傅钟姜崔谭"),
    (32, "廖范汪陆金"), (29, "石戴贾韦夏邱"), (26, "方侯邹熊孟秦"), (23, "白江闫薛尹段雷"),
    (20, "黎史龙陶贺顾毛郝"), (17, "龚邵万钱严赖覃洪武"), (15, "莫孔汤向常温康施文牛樊葛"),
    (12, "邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳"),
    (8, "甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾"),
    (4, "尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和"),
)  # fmt: skip
_DOUBLE: Final = (("欧阳", 11), ("上官", 1), ("司马", 1), ("诸葛", 1), ("皇甫", 1), ("尉迟", 1))

# Characters of given names, the most common first; how common they are falls with the place (`_falling`).
_MAN_ALONE: Final = "伟强磊军勇杰涛超明刚鹏斌波辉健峰亮飞浩鑫凯华林龙平帅宇旭宁毅雷俊洋威坤成东锋阳博昊晨翔森"
_MAN_FIRST: Final = "建志文国海明永俊晓小子金宏德玉春少家立振长浩世天宇正伟云学新红光嘉中泽思成庆荣一兴树大汉梓"
_MAN_SECOND: Final = "华明军平强伟杰涛龙辉林峰斌波飞生文东宇祥轩成洋健民鹏清良国刚亮豪荣新博宁兴海然勇胜泉福凯山"
_WOMAN_ALONE: Final = "芳娜静敏丽艳娟霞燕玲婷丹萍雪颖琳莉倩慧洁梅红英蕾璐琴瑶欣晶莹悦云玉佳媛薇岚菲青彤宁怡楠冰"
_WOMAN_FIRST: Final = "秀玉桂晓小雅淑丽海春文红雪佳思美梦雨金艳凤慧爱欣诗若兰梓琳婉紫静可月素惠彩嘉巧心子宝琪"
_WOMAN_SECOND: Final = "英兰芳华梅珍玲霞琴红丽娟萍燕云香莲婷敏艳凤怡琪涵玉雯清洁欣颖娜慧瑶蓉妮珊悦文彤蕾莹君菊茹"

# Names that are given as a whole, mostly since 2000.
_BOYS: Final = (
    "浩然",
    "子轩",
    "宇轩",
    "浩宇",
    "梓豪",
    "俊杰",
    "俊熙",
    "子涵",
    "博文",
    "一诺",
    "宇航",
    "梓睿",
    "思远",
    "志远",
)
_GIRLS: Final = (
    "梓涵",
    "欣怡",
    "诗涵",
    "雨桐",
    "子涵",
    "一诺",
    "佳怡",
    "梦琪",
    "雨欣",
    "思琪",
    "可馨",
    "欣妍",
    "语嫣",
    "若曦",
)

ALONE, WHOLE = 0.17, 0.06  # how many given names are one character; how many are one of those given as a whole


def _falling(texts: Iterable[str]) -> tuple[list[str], list[float]]:
    """The texts, and their weights added up: the n-th is about 1/(n+4) as common."""
    found = list(texts)
    return found, list(accumulate(1 / (place + 5) for place in range(len(found))))


def _surnames() -> tuple[list[str], list[float]]:
    weighted = [(char, weight) for weight, chars in _SURNAMES for char in chars] + list(_DOUBLE)
    return [name for name, _weight in weighted], list(accumulate(weight for _name, weight in weighted))


_FAMILY: Final = _surnames()
_GIVEN: Final = {
    "male": (_falling(_MAN_ALONE), _falling(_MAN_FIRST), _falling(_MAN_SECOND), _falling(_BOYS)),
    "female": (_falling(_WOMAN_ALONE), _falling(_WOMAN_FIRST), _falling(_WOMAN_SECOND), _falling(_GIRLS)),
}


def family_names(rng: random.Random, number: int) -> list[str]:
    """So many surnames, as they would meet one in a crowd."""
    return rng.choices(_FAMILY[0], cum_weights=_FAMILY[1], k=number)


def given_names(rng: random.Random, gender: str, number: int) -> list[str]:
    """So many given names of men ("male") or women ("female"). Drawn in one go: a name each costs ten times that."""
    alone, first, second, whole = (rng.choices(some, cum_weights=weights, k=number) for some, weights in _GIVEN[gender])
    return [
        alone[at] if way < ALONE else whole[at] if way < ALONE + WHOLE else first[at] + second[at]
        for at, way in enumerate(rng.random() for _ in range(number))
    ]


def full_names(rng: random.Random, genders: Sequence[str]) -> list[str]:
    """A surname and a given name for each; "" is one whose gender nobody noted."""
    number = len(genders)
    family = family_names(rng, number)
    given = {gender: given_names(rng, gender, number) for gender in _GIVEN}
    noted = [gender or ("male" if rng.random() < 0.5 else "female") for gender in genders]  # fmt: skip
    return [name + given[gender][at] for at, (name, gender) in enumerate(zip(family, noted, strict=True))]
