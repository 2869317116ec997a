"""What keeps a sentence from plainly saying what is asked: it denies it, plans it, doubts it, or
speaks of another thing of the kind. A span of such a sentence misleads when it stands alone."""

import re

HANZI = "[\u4e00-\u9fff]"
NUMERAL = "[一二三四五六七八九十百两]"
_CLAUSE_MARK = re.compile(r"[，；。：！？;:!?]|,(?!\d)")

_YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?=\s*年|\D)")
# 第三届, 首届, 二期, 3号: one of several of a kind.
_ORDINAL = re.compile(
    rf"(?:第\s*(?P<rank>\d+|{NUMERAL}+)|(?P<first>首)|(?P<number>\d+|{NUMERAL}+)(?=[届期号]))"
    rf"(?P<of>[届期号]|{HANZI})"
)
_HAN_DIGITS = "一二三四五六七八九"
_ALL_OF = re.compile("全(?P<place>[国省市县区州镇乡村校厂])")
_EARLIER_OR_LATER = re.compile("[上下]一?[届次回]|往[届次]|前[几一]?[届次]")
_DEPUTY = re.compile(rf"副(?P<office>{HANZI}{{2}})")

# Of the whole sentence: what is told in it isn't said to be so.
_DOUBTED = re.compile(
    "原定|原计划|推迟|延期|延后|改期|改[至到为在]|取消|提前至|可能|或将|或许|也许|恐怕|恐将|最快|最早|有望|疑似|涉嫌|"
    "据传|网传|传言|传闻|谣|不实|否认|尚未|尚不|尚待|有待|待定|未定|不详|不明|未知|是否|如果|假如|假设|倘|一旦|本[应该]|"
    "险些|差点|几乎|(?:^|[，；：])若(?!干)"
)
# Of the clause alone.
_PLANNED = re.compile(
    "拟(?![定人合声态])|计划(?![生内外])|预计|预期|预定|力争|力求|争取|确保|打算|目标|建议|呼吁|希望|倡议|提议|准备|申请|申办|"
    "设计(?=[^师者家]?\\S{0,3}[\\d约])|规划|[还将]要|再(?=[建增添设])|应当|应该|需要?"
)
_WILL = re.compile("(?<![即必行])将(?![军领士帅近来])")
_TO_COME_ASKED = re.compile("将|会(?=[在于是有])|要|即将|未来|明年|下[周月]")
_DENIED = re.compile(
    "[没沒]|(?<!从)未(?!来)|不(?![足到少仅但断久同]|超过)|[并绝而]非|[無无](?![线锡])|拒绝|缺席|免[去职]|除[了外]|以外"
)
_FORMER = re.compile(
    "去年|前年|上年|上届|往[年届]|原[来先]|以前|从前|过去|历[年届]|同期|此前|[一当]度"
)
_RATE = re.compile("每(?!年?一次)|平均|人均|日均|年均|月均|户均|单[位价]")
_CHANGED = re.compile("[增减升降涨跌](?!至|到)|比(?![赛例重较如])|较")
_AMONG = re.compile("其中|其余|其他|另[有外]?")
_EITHER = re.compile("或|还是")


def clause(text: str, start: int, end: int) -> str:
    """The clause that a stretch stands in."""
    begins, ends = clause_bounds(text, start, end)
    return text[begins:ends]


def clause_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause begins and ends that a stretch stands in."""
    begins = max((mark.end() for mark in _CLAUSE_MARK.finditer(text, 0, start)), default=0)
    mark = _CLAUSE_MARK.search(text, end)
    return begins, mark.start() if mark else len(text)


def is_of_another(asked: str, text: str) -> bool:
    """Whether a sentence tells years, members of a series or how far it holds (全市), and none of
    what the question does of these; or speaks of the deputy of whoever the question asks of."""
    if _apart(set(_YEAR.findall(asked)), set(_YEAR.findall(text))):
        return True
    if _differs(_EARLIER_OR_LATER, asked, text):
        return True
    if _apart(set(_ALL_OF.findall(asked)), set(_ALL_OF.findall(text))):
        return True
    wanted, told = _ordinals(asked), _ordinals(text)
    if any(_apart(wanted[of], told[of]) for of in wanted.keys() & told.keys()):
        return True
    return any(
        office in asked and f"副{office}" not in asked and text.count(office) == text.count(deputy)
        for deputy, office in ((match[0], match["office"]) for match in _DEPUTY.finditer(text))
    )


def is_plain(asked: str, text: str, start: int, end: int) -> bool:
    """Whether a sentence says what stands at start:end as a fact, or no less so than the question:
    without denial, doubt, plan or choice."""
    said = clause(text, start, end)
    if _EITHER.search(text, start, end) or _differs(_DOUBTED, asked, text):
        return False
    if _differs(_DENIED, asked, said):
        return False
    return not _PLANNED.search(said) or bool(_PLANNED.search(asked) or _TO_COME_ASKED.search(asked))


def is_done(asked: str, text: str, start: int, end: int) -> bool:
    """Whether a clause doesn't tell what will be (将), or the question asks for that."""
    said = clause(text, start, end)
    return not _WILL.search(said) or bool(_PLANNED.search(asked) or _TO_COME_ASKED.search(asked))


def is_current(asked: str, text: str, start: int, end: int) -> bool:
    """Whether a clause doesn't tell what was before (去年, 原来), or the question asks for that."""
    return not _FORMER.search(clause(text, start, end)) or bool(_FORMER.search(asked))


def is_whole(asked: str, text: str, start: int, end: int) -> bool:
    """Whether an amount is all of what is asked for: no rate, change or part of it, unless the
    question says so."""
    before = text[clause_bounds(text, start, end)[0] : start]
    if any(_differs(words, asked, before) for words in (_RATE, _CHANGED)):
        return False
    among = list(_AMONG.finditer(before))
    return not among or before[among[-1].end() :].strip("有为的共约") in asked


def _differs(said: re.Pattern[str], asked: str, text: str) -> bool:
    """Whether of a question and a text one says something and the other doesn't."""
    return bool(said.search(asked)) is not bool(said.search(text))


def _apart(wanted: set[str], told: set[str]) -> bool:
    return bool(wanted and told) and not wanted & told


def _ordinals(text: str) -> dict[str, set[str]]:
    """The ordinals that a text tells, by what is counted."""
    found: dict[str, set[str]] = {}
    for match in _ORDINAL.finditer(text):
        rank = "一" if match["first"] else match["rank"] or match["number"]
        if rank in _HAN_DIGITS:
            rank = str(_HAN_DIGITS.index(rank) + 1)
        found.setdefault(match["of"], set()).add(rank)
    return found
