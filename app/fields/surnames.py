"""Family names that are read otherwise than their characters are elsewhere: 单 is dan, and who bears it is Shan."""

from __future__ import annotations

from typing import Final

# reading → the family names so read.
_READ: Final = {
    "ao": "敖", "bai": "柏", "ban": "班", "ben": "贲", "bi": "秘", "bo": "薄", "bu": "卜", "chang": "苌",
    "chao": "晁", "che": "车", "chen": "谌", "chong": "种", "dai": "逮", "diao": "刁", "dou": "斗", "du": "都",
    "ge": "盖 葛", "gou": "句", "guo": "过", "ha": "哈", "he": "黑", "hua": "华", "huan": "郇", "ji": "纪",
    "kan": "阚", "kui": "隗", "lai": "赖", "miao": "缪", "mou": "牟", "na": "那", "nai": "佴 能", "nie": "乜",
    "ning": "宁", "ou": "区", "pang": "逄", "piao": "朴", "po": "繁", "qi": "亓", "qiao": "谯", "qie": "郄",
    "qin": "覃", "qiu": "仇", "qu": "曲 璩", "ren": "任", "sa": "撒", "shan": "单", "shao": "召", "she": "折 佘",
    "shen": "沈 莘", "sheng": "盛", "shi": "石", "shu": "殳", "su": "宿", "tan": "谈", "wei": "尉", "xi": "郗",
    "xian": "冼 洗", "xiang": "相", "xie": "解", "xing": "行", "yan": "燕", "ye": "叶", "ying": "应", "yu": "俞",
    "yue": "乐", "yun": "员", "zang": "藏 臧", "zeng": "曾", "zha": "查", "zhai": "翟 祭", "zhan": "占",
    "zhang": "仉 长", "zhu": "祝",
    "chan yu": "单于", "chang sun": "常孙", "huang fu": "皇甫", "hu yan": "呼延", "ling hu": "令狐",
    "mo qi": "万俟", "mu rong": "慕容", "shang guan": "上官", "tan tai": "澹台", "xia hou": "夏侯",
    "xian yu": "鲜于", "yu chi": "尉迟", "yu wen": "宇文", "yue zheng": "乐正", "zhang sun": "长孙",
    "zhong li": "钟离", "zhu ge": "诸葛",
}  # fmt: skip

READINGS: Final = {name: tuple(way.split()) for way, names in _READ.items() for name in names.split()}
