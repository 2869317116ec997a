"""Whether a question asks for the news of a date, or only for what happened on it."""

import re

import rjieba

from rag.retrieval.folding import HANZI
from rag.retrieval.glossary import STOPWORDS
from rag.retrieval.lexicon import words
from rag.retrieval.names import PLACE_ENDS

# Stand for the words of a date where they are looked at among the others; a bare year may belong to
# anything (the 1999 paper).
_DAYS, _YEAR = "\ue000", "\ue001"
_DATE = f"[{_DAYS}{_YEAR}]"
_BEFORE, _AFTER = 100, 40  # characters around a date that say what it belongs to
_BARE_YEARS = re.compile(r"\d{4}(?:\W+(?:(?:and|or)\W+)?\d{4})*")

_NO_NEWS = "发布|发言|出版|联播|中心|办|媒体|网|记者|工作|奖|学|自由|[业界系社法]"
_REPORTED = f"报道|报导|新闻(?!{_NO_NEWS})|消息(?!人士|源)|要闻"
_PAPER = "[日晚早晨]报(?![社道名告警考到])"
_NEWS = f"报纸|报刊|{_REPORTED}|{_PAPER}|头[版条]|版面|见报"
_ON_TOPIC = re.compile("(?:关于|有关|对于|对|涉及|围绕|针对)$")
_BROADCAST = re.compile("[社台网]$")  # 新华社12月23日报道: papers print that the day after
_REPORTS = ("报道", "报导", "消息")
_PRINTED = r"(?:当[天日]|[这那][天日])?(?:出版|发行|刊[出登发载]|见报|发表|印)?的?"
# `of` and `at` may hold nothing but a place or the kind of pages.
_CHINESE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DATE}{_PRINTED}(?:《[^《》]*报》|[^的\W]{{0,6}}?{_PAPER})",
        rf"{_DATE}{_PRINTED}(?P<of>[{HANZI}]{{0,10}}?)(?:{_NEWS})",
        rf"{_DATE}(?P<of>[{HANZI}]{{0,10}}?)有(?:什么|哪些|啥|何)(?:[{HANZI}]{{2,4}}的?)?(?:{_NEWS})",
        rf"{_DATE}的?(?:关于|有关|涉及|针对|对)[^，,。.？?！!；;]{{1,20}}?的(?:{_NEWS})",
        rf"(?:报》|{_NEWS})在?{_DATE}的?(?:{_NEWS}|刊|登|发表|上[刊登写]|第.{{1,3}}版|[这那]一?期)",
    )
)
_WHERE = words("chinese_news_frame.txt")
_PAGES = words("chinese_news_parts.txt")
_OWNERS = ("报纸", "报刊", "新闻", "消息")  # of the noun that follows: 报纸发行量
_LONGEST_WORD = 6

# A date before a word of content belongs to that: “the 2008 Olympics”, “last week's flood”.
_FREE = rf"(?!['’]s)(?! (?!(?:{'|'.join(sorted(STOPWORDS))})\b)[a-z])"
_DAY = rf"(?:{_DAYS}(?!['’]s)|the {_DAYS}{_FREE})"
_WHEN = rf"(?:{_DAY}|(?:the )?{_YEAR}{_FREE})"
# 2008 after “from” or “in” is no part of a name, as it may be after “of”.
_IN = rf"(?:from|in|dated|since|between|before|after|during) (?:{_DAY}|{_YEAR}(?!['’]s))"
_OF = rf"(?: {_IN}|(?: (?:of|for))? {_WHEN})"
_NO_PAPERS = "(?! (?:conference|agency|release|briefing|media|outlet|site))"
_PAPERS = r"(?:papers?|(?-i:Daily|Weekly|Times|News|Post|Journal|Herald|Gazette))"
_SAYS = "(?:say|report|write|print|publish)"
_ENGLISH = re.compile(
    rf"{_DAYS}(?:['’]s)? (?:news)?papers?\b|{_YEAR}(?:['’]s)? newspapers?\b"
    rf"|{_DATE}(?:['’]s)? (?:edition|issue|headlines?|front page)\b"
    rf"|{_DATE}(?:['’]s)? news\b{_NO_PAPERS}"
    rf"|{_DATE}['’]s (?:stories|articles?|coverage)\b"
    rf"|\b(?:news|newspapers?|headlines|front page|edition|issue|stories|articles?|coverage){_OF}"
    rf"|\bpapers?(?: (?:of|for|from|in|dated|since|between|before|after|during))? {_DAY}"
    rf"|\b(?:news|(?:news)?papers?|headlines|front page) on {_DAY}"
    rf"|\bwhat (?:\w+ )?news\b{_NO_PAPERS}[^?.;]{{0,60}} (?:on|in|for|from) {_WHEN}"
    rf"|\b{_PAPERS} {_SAYS}\b(?:[^?.;]{{0,60}} (?:on|in|for))? {_WHEN}",
    re.IGNORECASE,
)

_PLAN_AFTER = re.compile(
    r"[^，,。?；;]{0,4}(?:规划|目标|远景|计划|愿景)| (?:\w+ )?(?:vision|plan|targets?|goals?)\b",
    re.IGNORECASE,
)
_PLAN_BEFORE = re.compile(r"(?:[到至]|力争|截[至止])\s*$|\bby (?:the end of )?$", re.IGNORECASE)


def asks_for_issues(text: str, start: int, end: int) -> bool:
    """Whether the date at start:end belongs to news, a paper or an edition (12月23日的报纸,
    “yesterday's paper”), not to an event (12月23日召开的会议, 2020年冬奥会的报道). What a text is
    about (关于2020年, “news about December 23”) is no date of issue."""
    before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    date = _YEAR if _BARE_YEARS.fullmatch(text, start, end) else _DAYS
    shape = before + date + after
    if _ENGLISH.search(shape):
        return True
    if _ON_TOPIC.search(before) or (_BROADCAST.search(before) and after.startswith(_REPORTS)):
        return False
    return any(_says_only_where(pattern.search(shape)) for pattern in _CHINESE)


def belongs_to_a_plan(text: str, start: int, end: int) -> bool:
    """Whether the date at start:end is that of a plan or an aim: 到2035年, 2035年远景目标."""
    before = text[max(0, start - _BEFORE) : start]
    return bool(_PLAN_AFTER.match(text, end) or _PLAN_BEFORE.search(before))


def _says_only_where(match: re.Match[str] | None) -> bool:
    """Whether a date and its news have nothing between them but a place (青石镇, 全市) or the kind
    of pages (体育), and the news is no part of another thing (报纸发行量). Any other word between
    them is an event of that date (冬奥会)."""
    if match is None:
        return False
    tokens = _tagged(match.groupdict().get("of", ""))
    return not _owns_what_follows(match) and all(
        tag == "ns" or word in _WHERE or _is_part_of_place([word for word, _ in tokens], at)
        for at, (word, tag) in enumerate(tokens)
    )


def _owns_what_follows(match: re.Match[str]) -> bool:
    """Whether news or a paper makes one thing with the noun that follows, other than its pages."""
    if not match.group().endswith(_OWNERS):
        return False
    follows = _tagged(match.string[match.end() : match.end() + _LONGEST_WORD])
    return any(tag == "n" and word not in _PAGES for word, tag in follows[:1])


def _tagged(text: str) -> list[tuple[str, str]]:
    return [(str(word), str(tag)) for word, tag in rjieba.tag(text, False)]


def _is_part_of_place(tokens: list[str], at: int) -> bool:
    """Whether a word is of a place's name that the segmenter doesn't know: 青石 in 青石镇."""
    return any(word in PLACE_ENDS for word in tokens[max(1, at) : at + 3])
