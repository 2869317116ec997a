"""Chinese names that are printed without a space between them, told apart by their surnames."""

from functools import lru_cache

# The surnames that cover nearly everyone, most frequent first.
_SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
    "汤康易乔赖文庞樊殷颜庄章施倪关邢俞翁鲁葛申聂焦岳齐梅柳辛管祝左涂谷耿牟卜詹欧路梁季舒屈项童涂柯阮凌霍"
    "卓蓝费柴温鲍解桂靳应尚甘裴席喻娄骆游苗盛喜成"
)
_DOUBLE = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯")
)


def split_names(text: str) -> list[str]:
    """A run of 汉字 as names of two or three characters, four with a double surname.

    A run that is one name, or that can't be read as names throughout, comes back whole. Of several
    readings the one with the fewest names is taken.
    """
    if len(text) < 4:
        return [text]
    return list(_reading(text) or (text,))


@lru_cache(maxsize=4096)
def _reading(text: str) -> tuple[str, ...] | None:
    if not text:
        return ()
    readings = []
    for length in (3, 2, 4):
        if len(text) < length or not _is_name(text[:length]):
            continue
        rest = _reading(text[length:])
        if rest is not None:
            readings.append((text[:length], *rest))
    return min(readings, key=len, default=None)


def _is_name(text: str) -> bool:
    if text[:2] in _DOUBLE:
        return len(text) in (3, 4)
    return len(text) < 4 and text[0] in _SINGLE
