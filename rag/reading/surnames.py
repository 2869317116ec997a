"""Chinese names that are printed without a space between them, told apart by their surnames."""

from functools import lru_cache

# The surnames that cover nearly everyone.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏"
    "吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃"
    "武钱戴严莫孔向常汤康易乔赖文庞樊殷颜庄章施倪关邢俞翁鲁葛申聂焦岳齐梅柳辛管祝左涂谷耿牟卜詹欧"
    "路季舒屈项童柯阮凌霍卓蓝费柴温鲍解桂靳应尚甘裴席喻娄骆游苗盛喜成傅阎牛安伍翟兰包宁符纪毕单曲"
    "冉蒙华祁蒲房滕饶艾尤阳时穆农司古吉缪简车连芦麦褚窦戚岑景党宫冷晏卫米柏宗瞿全佟臧闵苟邬边卞姬"
    "师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩"
)
DOUBLE_SURNAMES = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯",
     "独孤", "南宫", "端木")
)  # fmt: skip


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
        if len(text) < length or not is_name(text[:length]):
            continue
        rest = _reading(text[length:])
        if rest is not None:
            readings.append((text[:length], *rest))
    return min(readings, key=len, default=None)


def is_name(text: str) -> bool:
    """Whether a text of at least two characters is a name with a usual surname."""
    if text[:2] in DOUBLE_SURNAMES:
        return len(text) in (3, 4)
    return len(text) < 4 and text[0] in SURNAMES
