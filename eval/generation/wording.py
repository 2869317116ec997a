"""Whether a drafted question is one that a person would ask, and that stands alone."""

import re
import unicodedata
from collections.abc import Iterator

import rjieba

SHORTEST, LONGEST = 10, 64  # characters of a question

# What points at something told before the sentence, or at the paper and its town.
_POINTS = re.compile(
    "[该其他她它我你您咱](?![国们]?乐)|这|那(?!曲)|此(?![致外])|"
    "本(?=[报市省县区镇村校院届次场赛轮季月周年日公文])|上述|前者|后者|双方|当地|当[天日时晚]|"
    "自己|还有|(?<![\u4e00-\u9fff]{4})公司(?!法)|同[日年]|全[市省县区镇村校](?!人大)|"
    "两[国地市人家队者]|另一?[名位个]|如下|以下|上图|图为|据[悉称]|[去前明今昨][年天日晚]|"
    "近[年日期来]|日前|目前|"
    "[上本下]个?[月周]|上年|同期|记者|笔者|网友|首次$|^第[一二三四五六七八九十]+[，、是]"
)
# With these a clause hangs on another, or has its subject there.
_HANGS = re.compile(
    "^(?:并|且|而|但|却|也|还|以及|从而|使|让|将|把|被|与|和|同|为|对|从|由于|因|随着|如|若|虽|"
    "尽管|不仅|不但|其中|包括|即|"
    "则|就|又|再|均|都|共|已|曾|正|仅|只|约|最|更|较|比|每|于|至|到|占|达|有|是|所|经|向|以|按|"
    "通过|根据|鉴于|为了|除|自|"
    "[上下中]午|早[上晨]|清晨|凌晨|傍晚|晚[上间]|深夜|夜[间里晚]|"
    "此外|另外|同时|因此|所以|不过|然而|于是|接着|随后|之后|此后|后来|最终|最后|总之|例如|比如|"
    "据|原|等|的|了|其|之)"
)
_UNSURE = re.compile(
    "部分|一些|有的|多个|某[个些家名位地]|可能|也许|或许|或将|疑似|传闻|网传|如果|假如|假设|倘|"
    "一旦|是否|吗|？|\\?|！|!|……|…"
)
# Whatever a paper calls so is known from what it told before.
_BARE = re.compile(
    "^(?:一[个次场项名位家座条]|公司|会议|项目|活动|企业|大会|论坛|中心|景区|警方|学校|医院|"
    "部门|报告|方案|通知|文件|比赛|现场|工程|平台|课程|"
    "大桥|主桥|新馆|老馆|专线|夜市|新校区|新院区|合作社|联合会|协会|交易中心|基地|境内|辖区|全程|全长|演出|电影|影片|产品|车辆|车站|园区|社区|村里|镇里|专家|官员|总书记|"
    "主席)(?![\u4e00-\u9fff]{0,3}[”》])"
)
_DAY_ALONE = re.compile(r"(?<!月)(?<![月\d\-—～~至到])\d{1,2}\s*[日号](?![线楼院])")
_LISTS = re.compile("分别|各(?!地|级|界|类|国|方|省|市)|依次|等等")
_OFTEN = frozenset(("中国", "全国", "我国", "国内", "国家", "世界", "全球", "国际", "社会", "中央"))
_NAME_TAGS = ("nr", "ns", "nt", "nrt", "eng")
_TITLED = re.compile("[《“「『]([^》”」』]{4,})[》”」』]")
_DAYS = re.compile(r"\d{4}年|\d{1,2}月\d{1,2}日")
_ASKING = frozenset(("什么", "时候", "哪里", "多少", "什么时候"))
# What a name of something local ends in, which the segmenter doesn't know for one.
_LOCAL = re.compile(
    "(?<![大中小][型])[\u4e00-\u9fff]{2,6}(?<![大中小新旧各某][型建个有])(?:大桥|水库|水厂|"
    "电站|公园|医院|小学|中学|大学|学院|街道|社区|集团|"
    "公司|博物馆|图书馆|纪念馆|体育[馆场]|高铁|铁路|高速|隧道|机场|码头|园区|景区|片区|"
    "[镇乡县]委?(?![长民内里上])|常委会|联盟|协会)"
)
_MARK_PAIRS = ("“”", "《》", "（）", "()", "「」", "『』", "‘’")


def stands_alone(question: str) -> bool:
    """Whether a question has a fit length, is whole, names what it asks about, and points at
    nothing outside itself."""
    if not SHORTEST <= len(question) <= LONGEST:
        return False
    if any(pattern.search(question) for pattern in (_POINTS, _HANGS, _BARE, _DAY_ALONE, _LISTS)):
        return False
    if _UNSURE.search(question.rstrip("？")):
        return False
    if any(question.count(pair[0]) != question.count(pair[1]) for pair in _MARK_PAIRS):
        return False
    return any(True for _ in names(question))


def gives_away(question: str, answer: str) -> bool:
    """Whether a question holds its answer, or the figures of it."""
    asked, told = _plain(question), _plain(answer)
    figures = re.findall(r"\d[\d.,]*", told)
    held = re.findall(r"\d[\d.,]*", asked)
    return told in asked or (bool(figures) and all(figure in held for figure in figures))


def names(text: str) -> Iterator[str]:
    """The proper names and titles in a text that tell it from others of its kind."""
    for titled in _TITLED.finditer(text):  # a quotation of a word or two names nothing
        yield titled[1]
    for word, tag in tagged(text):
        # Words of two characters are taken for people's names too often.
        if tag in _NAME_TAGS and len(word) > 1 + (tag == "nr") and word not in _OFTEN:
            yield word
    for local in _LOCAL.finditer(text):
        yield local[0]


def begins_with_subject(text: str) -> bool:
    """Whether a text begins with what it is about, a time or a title: not with a verb."""
    words = tagged(text.lstrip("“《「『"))
    if _LOCAL.match(text) and words[0][1] != "v":
        return True
    return bool(words) and (words[0][1][:1] in "ntmjsfbl" or words[0][1] == "eng")


def tagged(text: str) -> list[tuple[str, str]]:
    """The segmenter's words with their parts of speech."""
    return [(str(word), str(tag)) for word, tag in rjieba.tag(text)]


def content_words(text: str) -> list[str]:
    """The words that carry what a question is about, and its days and years, each once."""
    kept = [
        word
        for word, tag in tagged(text)
        if len(word) > 1
        and word not in _ASKING
        and (tag[:1] in "nvjlit" or tag in ("eng", "m", "a"))
    ]
    return list(dict.fromkeys((*_DAYS.findall("".join(text.split())), *kept)))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
