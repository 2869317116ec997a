"""Questions about who, when, where and how many, made of a sentence that answers them.

What is asked for is cut out of the clause that tells it, and the word that asks for it put in its
place. A clause without a subject takes the one before it along.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from eval.generation.statements import Statement
from eval.generation.wording import (
    begins_with_subject,
    gives_away,
    names,
    stands_alone,
    tagged,
)
from rag.answering.answer_spans import Amount, Time, amounts, times
from rag.answering.offices import office_start
from rag.retrieval.dictionary import verbs
from rag.retrieval.folding import closed_up
from rag.retrieval.names import ends_with_office
from rag.retrieval.people import people_in

KINDS = ("who", "when", "number", "where")

# Verbs that tell of something that takes place.
_EVENT = (
    "举行|召开|举办|开幕|闭幕|启动|开工|竣工|通车|开通|开放|发布|揭牌|成立|落成|启用|投用|投产|"
    "投运|上线|上映|首映|首播|开播|"
    "收官|落幕|开赛|发射|签约|逝世|去世|生效|施行|实施|开学|开馆|开业|开营|揭晓|下线|登陆|抵达|"
    "交付|亮相|打响|"
    "颁布|印发|出台|公布|开建|动工|合龙|贯通|封顶|奠基|开镜|开机|杀青|首飞|并网发电|试运行|"
    "开拍|开展"
)
_ADVERB = (
    "(?:将|已|正式|顺利|成功|隆重|全面|同步|如期|在线|线上|盛大|批量|率先|首次|即将|对外|面向公众|"
    "向社会|重新|再次|专门|联合|共同|"
    "宣布|组织|主持|公开|一审|当庭|依法)*"
)
_IN_PLACE = "(?:在[^在，]{2,24}?)?"
_PREDICATE = re.compile(
    rf"(?P<predicate>{_ADVERB}{_IN_PLACE}{_ADVERB}(?P<event>{_EVENT}))(?P<rest>(?!仪式|大会|"
    rf"典礼|[式辞季]|在即|\d)[^的]{{0,12}}(?<![来前后时际间]))$"
)
_AT_PLACE = re.compile(
    rf"(?P<at>在)(?P<place>[^在，、的和与]{{2,24}}?)(?P<rest>{_ADVERB}(?:{_EVENT})(?!的).{{0,8}})$"
)
# Of these a body has many: on which day it held one can't be asked.
_ONE_OF_MANY = re.compile(
    "^(?:了?一系列.*|[辞词式季]|(?:了|关于)?.{0,6}(?:会议?|发布会|记者会|仪式|公告|通知|提示|活动|"
    "大会|座谈会|论坛|研讨会|推进会|培训|通报|"
    "消息.*|报告|声明|文章|数据|视频|工作|检查|行动))$"
)
_LIES = re.compile("(?P<at>位于|坐落于|地处)(?P<place>[^，、]{4,24})$")
# What a place ends in where something takes place.
_PLACE = re.compile(
    "(?:[省市县区镇乡村州国岛港]|中心|会堂|体育[场馆]|大[厦学厅]|酒店|宾馆|广场|公园|学[院校]|"
    "馆|剧院|机场|车站|基地|园区|发射场|会场|"
    "礼堂|大桥|景区|古镇|影城|总部|街道|社区|博物院|厅|北京|上海|天津|重庆|香港|澳门|台北)$"
)
_COUNTED_UNIT = re.compile("[年月日号时点分秒]$")
_SCALE = re.compile("(?:万亿|千亿|百亿|千万|百万|亿|万|千)$")
_SAYS = re.compile("表示|指出|强调|认为|介绍|告诉|透露|坦言|宣布|说(?!明)|称(?![为作号])")
_CLAIMS = re.compile("^(?:表示|指出|强调|认为|透露|宣布)$")
_DOES = re.compile(
    "^(?P<verb>主持召开|主持|出席|参加|率队|率领|担任|出任|当选|荣获|获得|获|夺得|摘得|赢得|"
    "斩获|拿下|击败|战胜|执导|主演|领衔主演|"
    "领衔|发明|创立|创办|创作|撰写|会见|接见|致辞|发表|接任|就任|签署|签发|作)(?!的)"
)
_BY = re.compile("由(?P<before>[^，由]{0,12})$")
_BY_DOES = re.compile(
    "^(?:担任|执导|主演|领衔|主持|设计|创办|创立|编剧|导演|创作|接任|出任|饰演|负责|撰写|掌镜)"
)
_WITH_OTHERS = re.compile("^\\s*(?:、|和|与|及|以及|等|一行|·|•|（)|^(?:夫妇|父子|姐妹|兄弟)")
_NO_OTHERS = re.compile("(?:、|和|与|及|同|携|跟|对|给|向|被|让)\\s*$")
_EACH = re.compile(
    "每|平均|人均|同比|环比|其中|比|另|再|均|第$|约占|[、至到—~～-]|[（(]|(?:通过|经过|"
    "[不未没等首的中内外前后笔批]|最[多少大小高低]|仅|"
    "不少于|不超过)$"
)
_LINKS = frozenset(("达", "为", "共", "有", "共有", "达到", "超", "约"))
_DONE = re.compile(
    "[已将又再或并被]|共(?!计)"
)  # 已损失: a verb, which the segmenter takes for a noun
_PERIOD = re.compile("(?:[年月内时]|季度|以来|期间|阶段)$")
_MOVES = ("增长", "下降", "上升", "下跌", "上涨", "提高", "减少", "增加")
_TAIL = re.compile("^[、至到年级号股/的（(以上下—～~-]|[中内后前时]$")
_MOVED = re.compile("了|前往|并|将|把|对|被")
_OBJECT = re.compile("[将把对被]$|对[^，]{1,8}$")
# A place that has no name, or how many there are (全国110座城市).
_GENERAL_PLACE = re.compile(
    r"^(?:分|主)?会场$|[\d一二两三四五六七八九十百千万几数多余]\s*[个座家处所]"
)
# Before these a clause is no more than what is spoken of.
_GOES_ON = re.compile("是|应该?|就|也|都|将|要|必须|需要?|会|可以|能够?|不|已|正")
_LEADS_UP = re.compile("[还也并又]|面对|针对|对于|关于|作为|围绕|结合|随着|通过|当|如果|从|在")
# What is another every day.
_CHANGES_DAILY = re.compile(
    "[涨跌]|收于|收报|收盘|股价|汇率|指数|气温|水位|[风雨雪]|降水|支持率|期货|现货|库存"
)
_CUT_CLAIM = re.compile("[时后前来中下上]$|方面$|围绕[^，]*$")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question of one of KINDS, and what answers it in the words of the statement. alternatives:
    all that is right, the answer first."""

    kind: str
    question: str
    answer: str
    alternatives: tuple[str, ...]
    statement: Statement


def drafted(statement: Statement) -> Iterator[Drafted]:
    """The questions that the templates make of a statement and that stand alone."""
    for number, clause in enumerate(statement.clauses):
        earlier, after = statement.clauses[:number], statement.clauses[number + 1 :]
        for kind, asked, answer in _cut(clause, earlier, after):
            question = closed_up(_dated(f"{asked}？", statement))
            if not stands_alone(question) or gives_away(question, answer):
                continue
            yield Drafted(kind, question, answer, _alternatives(kind, answer), statement)


_Cut = tuple[str, str, str]
"""Kind, question without its mark, answer."""


def _cut(clause: str, earlier: tuple[str, ...], after: tuple[str, ...]) -> Iterator[_Cut]:
    yield from _number(clause, earlier)
    if _SAYS.search(clause) is None:
        yield from _when(clause, earlier[-1] if earlier else "")
        yield from _where(clause)
    yield from _who(clause, earlier, after)


def _number(clause: str, earlier: tuple[str, ...]) -> Iterator[_Cut]:
    """…达到32亿元 → …达到多少亿元"""
    spans = [(time.start, time.end) for time in times(clause)]
    found = [
        one
        for one in amounts(clause)
        if not any(start < one.end and one.start < end for start, end in spans)
    ]
    if len(found) != 1 or not found[0].unit or not found[0].figure[0].isdigit():
        return
    one = found[0]
    head, tail = clause[: one.start], clause[one.end :]
    if _COUNTED_UNIT.search(one.unit) or _EACH.search(head) or _SAYS.search(clause):
        return
    if len(tail) > 12 or _TAIL.search(tail) or not _is_word(clause, 0, one.end):
        return
    if head.count("“") != head.count("”"):
        return
    answer = clause[one.start : one.end]
    asked = _asked_amount(head, one, answer, tail)
    if asked is None or (timed := _in_time(earlier)) is None:
        return
    if _CHANGES_DAILY.search(clause) and not (timed or times(head)):
        return
    before = earlier[-1] if earlier else ""
    if _has_subject(head) and begins_with_subject(head):
        yield "number", f"{timed}{asked}", answer
    elif not timed and _is_measure(head) and _leads(before):
        yield "number", f"{before}，{asked}", answer


def _in_time(earlier: tuple[str, ...]) -> str | None:
    """The time that clauses before one set for it, where they say no more; "" where they set none,
    None where it can't be told alone."""
    if not earlier:
        return ""
    if _is_time(earlier[-1]):
        return earlier[-1]
    if _PERIOD.search(earlier[-1]):
        return None
    return None if any(times(clause) for clause in earlier) else ""


def _is_measure(head: str) -> bool:
    """Whether what an amount follows is no more than what is measured (海拔, 总面积为)."""
    words = tagged(head)
    return len(head) <= 8 and bool(words) and all(tag != "v" for _, tag in words[:-1])


def _leads(before: str) -> bool:
    """Whether a clause names what the next one tells of."""
    named = _has_subject(before) and begins_with_subject(before)
    return named and not _SAYS.search(before) and not list(amounts(before))


def _asked_amount(head: str, amount: Amount, said: str, tail: str) -> str | None:
    """A clause that asks for its amount: nothing is put behind a verb (新增多少万人), 是 behind a
    measure (总投资是多少亿元), and what is counted goes behind (引进品牌108家 → 引进多少家品牌);
    None where the amount is of none of these."""
    words = tagged(head)
    if not words:
        return None
    last, tag = words[-1]
    asks = _asks_amount(amount, said)
    if tag[:1] == "v" or last in _LINKS or last in verbs() or head.endswith(_MOVES):
        return f"{head}{asks}{tail}"
    if tag[:1] != "n" or tail:
        return None
    verb = max((at for at, (_, tag) in enumerate(words) if tag == "v"), default=None)
    if verb is None and _DONE.search(head):
        return None
    if verb is None:
        return f"{head}是{asks}"
    counted = "".join(word for word, _ in words[verb + 1 :])
    if len(counted) > 10 or amount.unit in ("元", "%"):
        return None
    held = "".join(word for word, _ in words[: verb + 1])
    return f"{held}{asks.removesuffix('人') + '名' if asks.endswith('人') else asks}{counted}"


def _asks_amount(amount: Amount, said: str) -> str:
    if amount.unit in ("%", "个百分点", "百分点"):
        return "多少" if amount.unit == "%" else "多少个百分点"
    scale = _SCALE.search(amount.figure)
    unit = f"个{amount.unit}" if f"个{amount.unit}" in said else amount.unit
    return f"多少{scale[0] if scale else ''}{unit}"


def _when(clause: str, before: str) -> Iterator[_Cut]:
    """X于8月15日开放 → X于什么时候开放; 8月15日，X开放 → X什么时候开放"""
    inside = times(clause)
    if len(inside) == 1 and _is_day(inside[0]):
        one = inside[0]
        head, tail = clause[: one.start].rstrip(), clause[one.end :].lstrip("的 ")
        answer = clause[one.start : one.end]
        if _ends_in_verb(head.rstrip("将于在已")) or tail.startswith(("后", "左右")):
            return
        if head and _ends_in_event(tail, clause) and _is_subject(head.rstrip("将于在自已")):
            yield "when", f"{head}什么时候{tail}", answer
        elif not head and (moved := _asks_when(tail)):
            yield "when", moved, answer
    first = times(before)
    whole = len(first) == 1 and (first[0].start, first[0].end) == (0, len(before))
    if whole and _is_day(first[0]) and not inside and (moved := _asks_when(clause)):
        yield "when", moved, before


def _asks_when(clause: str) -> str:
    """A clause that tells of an event, with 什么时候 before its predicate; "" for another."""
    found = _PREDICATE.search(clause)
    if (
        found is None
        or not _is_word(clause, found.start("event"), found.end("event"))
        or _is_one_of_many(found["rest"], clause)
    ):
        return ""
    subject = clause[: found.start()]
    predicate = found["predicate"].removeprefix("将").removeprefix("已")
    if len(subject) < 4 or _MOVED.search(subject) or not _is_subject(subject):
        return ""
    return f"{subject}什么时候{predicate}{found['rest']}"


def _ends_in_event(tail: str, clause: str) -> bool:
    found = _PREDICATE.search(tail)
    if found is None or not _is_word(tail, found.start("event"), found.end("event")):
        return False
    return not _is_one_of_many(found["rest"], clause)


def _is_one_of_many(rest: str, clause: str) -> bool:
    """Whether what is held is named by its kind alone (举行仪式), and not by its matter."""
    return bool(rest) and _ONE_OF_MANY.match(rest) is not None and not re.search("[“《]", clause)


def _is_day(time: Time) -> bool:
    return time.whole and {"月", "日"} <= time.grains


def _where(clause: str) -> Iterator[_Cut]:
    """X在某地召开 → X在哪里召开"""
    at = _AT_PLACE.search(clause)
    if (
        at
        and _is_place(at["place"])
        and _is_subject(clause[: at.start()].rstrip("将于"))
        and not _is_one_of_many(_PREDICATE.sub(r"\g<rest>", at["rest"]), clause)
    ):
        yield "where", f"{clause[: at.start()]}在哪里{at['rest']}", at["place"]
    lies = _LIES.search(clause)
    if lies and _is_situation(clause[: lies.start()], lies["place"]):
        yield "where", f"{clause[: lies.start()]}{lies['at']}哪里", lies["place"]


def _is_situation(subject: str, place: str) -> bool:
    """Whether what lies somewhere is named, and where it lies is a place."""
    words = tagged(place)
    named = bool(_PLACE.search(place)) or any(True for _ in names(place))
    ends = bool(words) and words[-1][1][:1] in "nsf"
    does = any(tag == "v" for _, tag in (*tagged(subject), *words))
    return named and ends and _is_subject(subject) and not does


def _ends_in_verb(text: str) -> bool:
    words = tagged(text)
    return bool(words) and words[-1][1] == "v"


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether the segmenter has a word begin and one end there (not 营业 in 营业执照)."""
    edges = {0, *accumulate(len(word) for word, _ in tagged(text))}
    return start in edges and end in edges


def _is_place(text: str) -> bool:
    named = _PLACE.search(text) is not None and not _GENERAL_PLACE.search(text)
    return named and any(True for _ in names(text))


def _who(clause: str, earlier: tuple[str, ...], after: tuple[str, ...]) -> Iterator[_Cut]:
    """某局局长某某主持… → 谁主持…; 某某表示，… → 谁表示，…"""
    people = people_in(clause, ())
    if len(people) != 1 or clause.count(people[0]) != 1 or people[0] not in clause:
        return
    named = clause.index(people[0])
    start, end = office_start(clause, named), named + len(people[0])
    head, tail = clause[:start], clause[end:]
    if _WITH_OTHERS.match(tail) or _NO_OTHERS.search(head) or ends_with_office(tail[:3]):
        return
    if not (start < named or len(people[0]) > 2):
        return
    if _CLAIMS.match(tail) and after and not head:
        claim = "，".join(after[:2]) if len(after[0]) < 14 else after[0]
        if len(claim) >= 14 and _is_claim(claim) and not _GOES_ON.match("".join(after[1:2])):
            yield "who", f"谁{tail}，{claim}", clause[named:end]
    elif _DOES.match(tail) and len(tail) >= 8 and (not head or _is_time(head)):
        if earlier and not _is_time(earlier[-1]) and not _tells(earlier[-1]):
            return  # somebody else, who does it too
        yield "who", f"{head}谁{tail}", clause[named:end]
    elif (by := _BY.search(head)) and _BY_DOES.match(tail) and _has_subject(head[: by.start()]):
        yield "who", f"{head[: by.start()]}由谁{tail}", clause[named:end]


def _tells(clause: str) -> bool:
    return any(tag == "v" for _, tag in tagged(clause))


def _is_claim(text: str) -> bool:
    """Whether what somebody says is said whole."""
    if _CUT_CLAIM.search(text) or _LEADS_UP.match(text):
        return False
    return any(tag == "v" for _, tag in tagged(text))


def _is_time(text: str) -> bool:
    found = times(text)
    return len(found) == 1 and (found[0].start, found[0].end) == (0, len(text.strip()))


def _has_subject(text: str) -> bool:
    """Whether a text names something, and ends its naming with a noun or what is said of it."""
    words = tagged(text)
    return any(True for _ in names(text)) and any(tag[:1] in "nj" for _, tag in words)


def _is_subject(text: str) -> bool:
    """Whether a text is no more than what something is said of, by its name."""
    begins = text.startswith("由") or begins_with_subject(text)
    return begins and _has_subject(text) and not _ends_in_verb(text) and not _OBJECT.search(text)


def _dated(question: str, statement: Statement) -> str:
    """The question with the words for a time that counts from the day of issue made whole."""
    for said, whole in statement.dates:
        if not said[:1].isdigit():
            question = question.replace(said, whole)
    return question


def _alternatives(kind: str, answer: str) -> tuple[str, ...]:
    plain = "".join(unicodedata.normalize("NFKC", answer).split())
    found = [answer, plain]
    if kind == "number":
        for one in amounts(plain):
            # Without what qualifies it (约), and 5.6万 for 5.6万人 where the question says of whom.
            found.append(plain[plain.index(one.figure) : one.end])
            if f"{one.figure}{one.unit}" in plain:
                found.append(f"{one.figure}{one.unit}")
    if kind == "when" and (day := re.match(r".*?月.*?[日号]", plain)):
        found.append(day[0])
    return tuple(dict.fromkeys(found))
