"""Questions of what changed since a day or an event: the days they ask of, and the subject."""

import re
from dataclasses import dataclass, replace
from datetime import date

from rag.retrieval.comparisons import DAYS_OF_NEWS, LONGEST_ASKED
from rag.retrieval.comparisons_chinese import subject as chinese_subject
from rag.retrieval.comparisons_english import subject as english_subject
from rag.retrieval.dates_asked import NamedDate, named_dates
from rag.retrieval.periods import Period
from rag.retrieval.quoted import is_several_sentences
from rag.types import Language

_ENDS = re.compile(r"[\s，,。！!？?；;：:.]+$")
_SINCE_ZH = re.compile("以来|之后|以后|后|起|至今|开始")
_SINCE_EN = re.compile(r"\b(?:since|after)\b", re.IGNORECASE)
_CHANGED_ZH = re.compile(
    r"[，,]?(?:又|还|都)?(?:"
    r"(?:有|发生|出现|取得)了?(?:过|什么|哪些|何|啥)+(?:样的|新的?|重大|最新|重要|的)*"
    r"(?:变化|变动|改变|进展|更新|情况|动向|动态|不同|消息|新闻|事|成果|举措|发展|报道)"
    r"|(?:有何|有什么|有哪些)新(?:进展|变化|消息|情况|动向|动态|举措|闻)?"
    r"|(?:发生|出现)了?(?:什么|哪些)"
    r"|(?:是)?(?:如何|怎么|怎样)(?:变化|发展|进展|演变)"
    r"|(?:的)?(?:最新)?(?:变化|进展|动态)(?:如何|是什么|有哪些|怎么?样)"
    r")了?[的吗呢]?[。！!？?]*$"
)
_NEWS_EN = "news|updates?|developments?|changes?"
_CHANGED_EN = re.compile(
    r"^\W*(?:what(?:'s| is| has| have|s)? ?(?:been )?(?:new|changed|happened|different|developed)\b"
    r"|(?:how|in what way) (?:has|have|did) (?P<how>.+?)"
    r" (?:changed?|developed?|evolved?|progress(?:ed)?)\b"
    r"|(?:(?:is|are|has|have) there (?:been )?)?(?:any|what) (?:new |recent |latest )?"
    rf"(?:{_NEWS_EN}|progress)\b(?: (?:is|are|has|have) there(?: been)?\b)?"
    rf"|what (?:are|were|is|was) the (?:latest |new |recent )?(?:{_NEWS_EN})\b)",
    re.IGNORECASE,
)
_MAY_CHANGE_EN = re.compile(
    r"\b(?:new|news|changed?|changes|happened|different|developed|developments?|updates?|evolved?"
    r"|progress(?:ed)?|latest)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"之后|以后|^后$|\bafter\b", re.IGNORECASE)
_RANGE = re.compile("[到至]|[-—–~]| (?:to|until|through) ", re.IGNORECASE)
_LED_ZH = re.compile("^[，,、 ]*(?:在|的)?")
_ANCHOR_ZH = re.compile(
    r"(?:自从?|从)?(?:上一?|最近一)[次届场回](?:的)?(?P<what>[^，。？?\s]{2,10}?)"
    r"(?:以来|之后|以后|结束后|召开后|后|至今)"
)
_ANCHOR_EN = re.compile(
    r"\b(?:since|after) the (?:last|latest|previous|most recent) "
    r"(?P<what>(?!(?:\d+|few|several|couple|two|three|four|five|six) )"
    r"(?!(?:day|week|month|year|time)s?\b)(?:[a-z-]+ ){0,3}?[a-z-]+)"
    r"(?=[?.,!\s]*$| (?:in|on|about|for|of) |,)",
    re.IGNORECASE,
)
_BEFORE_EN = re.compile(r"^(?:\s*(?:in|with|about|on|to|for|regarding|concerning|of|at|the))+\b")


@dataclass(frozen=True, slots=True)
class Change:
    """What a question of change asks. since: its words for when (12月20日以来). subject: of what;
    empty where it asks of all the news. period: the days it begins with; None where an event is
    named. open: it goes on after them. anchor: that event, else empty."""

    since: str
    subject: str
    period: Period | None
    open: bool
    anchor: str


def change_asked(text: str, language: Language, today: date) -> Change | None:
    """What a question, given `as_read`, asks to have changed since a day of news or an event; None
    where it asks no such thing, or counts from longer ago than news is told by."""
    bare = _ENDS.sub("", text.replace("’", "'"))
    if len(bare) > LONGEST_ASKED or is_several_sentences(bare):
        return None
    if not (_CHANGED_ZH if language == "zh" else _MAY_CHANGE_EN).search(bare):
        return None
    anchor = (_ANCHOR_ZH if language == "zh" else _ANCHOR_EN).search(bare)
    when = anchor.span() if anchor else None
    named = None
    if anchor is None:
        named = _counted_from(bare, language, today)
        when = (named.start, named.end) if named else None
    about = _about(bare, when, language) if when else None
    if when is None or about is None:
        return None
    since = bare[slice(*when)].strip(" ,，")
    if anchor:
        return Change(since, about, None, True, anchor["what"])
    assert named is not None
    return Change(since, about, _begun(named), bool(named.bound), "")


def _counted_from(bare: str, language: Language, today: date) -> NamedDate | None:
    """The only date that a text counts from (以来, since), or from which to which it counts."""
    since = _SINCE_ZH if language == "zh" else _SINCE_EN
    dates = named_dates(bare, today)
    named = [one for one in dates if since.search(one.bound)]
    if len(dates) == 1 and not named and dates[0].period.days > 1:
        named = [one for one in dates if _RANGE.search(bare[one.start : one.end])]
    if len(named) != 1 or named[0].period.days > DAYS_OF_NEWS:
        return None
    return named[0]


def _begun(named: NamedDate) -> Period:
    """The days that a count begins with: the next ones where it begins after those named."""
    period = replace(named.period, explicit=True)
    if not _AFTER.search(named.bound):
        return period
    return replace(period, start=period.end, end=period.end + (period.end - period.start))


def _about(bare: str, when: tuple[int, int], language: Language) -> str | None:
    """What a question asks of, without its words for when and for change; None where it asks for
    no change."""
    before, after = bare[: when[0]], bare[when[1] :]
    if language == "zh":
        rest = f"{before.strip('，, 自从在')}{_LED_ZH.sub('', after)}"
        changed = _CHANGED_ZH.search(rest)
        return chinese_subject(rest[: changed.start()].strip("，, ")) if changed else None
    rest = f"{before.strip(' ,')} {after.strip(' ,')}".strip()
    asked = _CHANGED_EN.search(rest)
    if asked is None:
        return None
    how = asked.groupdict().get("how") or ""
    told = f"{how} {_BEFORE_EN.sub('', rest[asked.end() :])}"
    return english_subject(told.strip(" ,"))
