"""What people in China and elsewhere make passwords of, and whether one is made of nothing else.

A list of whole passwords would miss Zhang1314! and Admin@2026. So this lists the parts; a password is common if, with
all such parts taken away, fewer than four characters are left.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

LEFT: Final = 4  # characters that must remain
DISTINCT: Final = 5  # different characters a password must have

_WORDS: Final = """
password passwd passw0rd pass word secret welcome letmein login logon hello master monkey dragon shadow sunshine
princess superman batman football baseball iloveyou loveyou lovely love forever freedom whatever computer internet
access trustno server system manager administrator admin root guest user test demo temp default changeme change init
initial public private company office service support hotline callcenter callcentre call center agent operator
finance boss ucc crm oracle mysql cisco huawei alibaba taobao tencent weixin wechat alipay baidu google apple iphone
china beijing shanghai guangzhou shenzhen hangzhou nanjing chengdu wuhan tianjin chongqing
spring summer autumn winter january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
# Names and words in pinyin: as they stand in passwords, the commonest first.
_PINYIN: Final = """
woaini woaiwojia woshishui woaiziji nihao mima kouling yonghu guanli guanliyuan denglu xitong ceshi moren gongsi kefu
zuoxi banzhang jingli caiwu caozuoyuan laoban zhongguo zhonghua aini aiwo baobao baobei laopo laogong qinaide
xiaoming xiaohong xiaoli zhangsan lisi wangwu zhaoliu zhangwei wangwei wangfang lina liwei zhangmin
wang zhang chen yang huang zhao zhou liu xiao
fafafa facai gongxi xingfu kuaile pingan jiankang shunli yiqi
"""
_NUMBERS: Final = """
5201314 1314520 520520 521521 1314 3344 520 521 5120 9420 1711 7758521 7758258 584520 5211314 1314521
147258369 147258 258369 159357 357159 741852963 963852741 159753 789456123 456123 321654 110 119 120 10086 10010 10000
168 1688 16888 518 5188 666 888 999 886
"""
# Walks over the keyboard and through what everybody knows by heart; any three neighbours, in either direction.
_WALKS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.", "qazwsxedcrfvtgbyhnujmikol", "!qaz@wsx#edc$rfv",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7", "1a2b3c4d5e6f",
    "aqswdefr", "zaqxswcde", "789456123",
)  # fmt: skip
# Digits and signs that stand for letters, as in p@ssw0rd.
_DISGUISES: Final = str.maketrans("@4310$5!7", "aaeiossit")


def _parts() -> list[str]:
    walks = (way for walk in _WALKS for way in (walk, walk[::-1]))
    steps = {way[start:end] for way in walks for start in range(len(way)) for end in range(start + 3, len(way) + 1)}
    words = {*_WORDS.split(), *_PINYIN.split(), *_NUMBERS.split(), *steps}
    return sorted(words, key=lambda word: (-len(word), word))


_SURNAMES: Final = """
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang han feng
deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao cui zhong tan fan liao
shi jin jia xia fu fang zou xiong bai meng qin qiu hou yin xue yan duan lei long tao mao gu gong shao wan qian lai qi
"""
_GIVEN_NAMES: Final = """
wei fang na min jing xiuying li qiang lei jun yang yong yan jie juan tao ming chao xiulan xia ping gang guiying yu bin
hao hui jian jing kai lan lili linlin meng mei ning peng ting tingting xin xiaoyan yi ying yuan zihan zixuan haoran
yutong xinyi jiaqi junjie siyuan haoyu chenchen feifei dandan fangfang yangyang panpan xiaoli xiaohong xiaofeng
"""

# What a strength estimate must know beside English (app/fields/strength.py): the commonest first.
CHINESE_WORDS: Final = tuple(
    dict.fromkeys([*_NUMBERS.split(), *_PINYIN.split(), *_SURNAMES.split(), *_GIVEN_NAMES.split()])
)

_SYLLABLE: Final = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|er|in|un|ia|ie|iu|ua|uo|ui|ue|ve|[aoeiuv])"
)
_PINYIN_AND_NUMBERS: Final = re.compile(rf"(?:\W|_|\d){{0,5}}(?:{_SYLLABLE}){{1,4}}(?:\W|_)?\d{{0,8}}(?:\W|_)?")

_GONE: Final = "\0"  # stands where a part was, so that what is left and right of it does not become a word
_YEARS_AND_RUNS: Final = r"(?:19|20)[0-9]{2}(?:[01][0-9][0-3][0-9])?|(.)\1{2,}"


@cache
def _common() -> re.Pattern[str]:
    """Made when a password is first judged: a tenth of a second that most commands need not spend."""
    return re.compile("|".join(map(re.escape, _parts())) + "|" + _YEARS_AND_RUNS)


def is_common(plain: str) -> bool:
    """True if `plain` is made of what everybody uses."""
    lower = plain.lower()
    if len(set(lower)) < DISTINCT:
        return True
    rest = _without_common(lower)
    disguised = (rest, lower)  # in that order p@ssw0rd2026 loses its year before its 0 is read as an o
    return any(_short(_without_common(text.translate(_DISGUISES))) for text in disguised)


def is_pinyin_and_numbers(plain: str) -> bool:
    """True if `plain` is up to four syllables of pinyin and at most eight digits around: a name and a birthday, say."""
    return _PINYIN_AND_NUMBERS.fullmatch(plain.lower()) is not None


def _without_common(text: str) -> str:
    return _common().sub(_GONE, text)


def _short(text: str) -> bool:
    return len(text.replace(_GONE, "")) < LEFT
