"""How a Chinese question compares: 比较甲和乙, 甲和乙有什么不同, 甲与乙相比."""

import re

from rag.retrieval.lexicon import words
from rag.retrieval.lists_chinese import listed_by_name
from rag.retrieval.names import PLACE_ENDS

_POLITE = r"^(?:请问?|麻烦|帮我|你?能否|可否)*"
_OPENS = re.compile(
    rf"{_POLITE}(?:(?:比较|对比|对照|比一比|比一下|对比分析|比较分析)(?:一下|下)?|(?=.*(?:比较|对比)一下[。！!？?]*$))"
)
_ASKS_DIFFERENCE = re.compile(
    r"(?:(?:之间|相比较?|比较起来|比起来|对比|两者|二者)*[，,]?(?:都|各|分别)?"
    r"(?:有|存在|有着)(?:什么|哪些|何|啥|多大|怎样的|怎么样的|几点)(?:样的|主要|显著|明显|的)*"
    r"|[，,]?(?:的|之间的|两者的|二者的)?(?:主要|最大)?(?=[^，。]{1,4}(?:是什么|在哪|是多少|有哪些|有多大)))(?:两个?|几个)?"
    r"(?:不同|不一样|区别|差异|差别|变化|异同|差距|分歧|相同|共同)(?:之处|点|的地方)?"
    r"(?:是什么|在哪儿?里?|有哪些|是多少|有多大)?[吗呢]?[。！!？?]*$"
)
_HOW_DIFFERENT = re.compile(
    r"[，,]?(?:有何|怎么|如何)?(?:不同|不一样|区别)[在]?(?:哪里|哪儿|何处)?[？?]*$"
)
_AGAINST = re.compile(r"(?:相比较?|比较|对比)(?:起来)?[，,](?P<asked>[^，。]{1,20})$")
_HIGH = "[高低多少大小长短快慢早晚好重轻深宽远近贵]"
_RANKS = re.compile(
    rf"(?:[，,](?P<before>[^，,、]{{0,6}}))?(?:哪一?[个家座所条届次场天年月者]|谁)的?"
    rf"(?P<asked>[^，。、]{{0,8}}?)(?:更|最|比较){_HIGH}[^，。、]{{0,3}}[吗呢]?[？?]*$"
)
_COMMANDED = re.compile(r"(?:进行|做|作)?(?:一下)?(?:比较|对比)(?:一下)?[。！!？?]*$")
_COUNTS = {"两": 2, "二": 2, "2": 2, "三": 3, "3": 3, "四": 4, "4": 4}
_UNNAMED = re.compile(
    r"^(?:请问|最近|近期|这|前后|上述|以上|先后)*(?P<count>[两二三四2-4])"
    r"(?P<measure>次|场|个|届|回|份|起)(?P<what>[^，。和与、]{2,12}?)"
    r"(?:的?(?:报道|新闻|内容|议题|情况))?$"
)
_ENDS = re.compile(r"[\s，,。！!？?；;：:]+$")
_BEFORE_SUBJECT = re.compile(r"^(?:的|关于|有关|对于|对|涉及|里|中|上|就)+")
_AFTER_SUBJECT = re.compile(r"(?:的|之?间|里|中|方面|有关|相关)+$")
_NEWS = re.compile(
    r"(?:的|有关|相关|本报|报纸|报道|报导|新闻|消息|要闻|头版|版面|头条|内容|情况|刊登|登了|都|上)*$"
)
# Of a subject, what says no more than that something goes on: 疫情 of 流感疫情.
_GENERAL = re.compile("(?<=..)(?:的)?(?:疫情|情况|形势|局势|工作|事件|问题|进展)$")
_ASKING = re.compile(r"(?:都)?(?:说了|有|登了|刊登了|报道了)?(?:些?什么|哪些|何)(?:内容)?[？?]*$")
_LINK = re.compile("[、和与及]|以及")
_ASKS = re.compile("什么|哪|如何|怎|何|多少|谁")
_AGAINST_END = re.compile(r"(?:相比较?|比较|对比)(?:起来)?[，,]?$")
_KINDS = "".join(PLACE_ENDS) + "厂局社校院所站场馆园队厅"
_MOST_LISTED = 5
_LONGEST_NAME = 12
_FRAME = words("chinese_frame_words.txt")


def compared_in(text: str) -> str | None:
    """The words of a question that name what it compares; None where it doesn't compare."""
    bare = _ENDS.sub("", text)
    opened = _OPENS.match(bare)
    body = bare[opened.end() :] if opened else bare
    for pattern in (_ASKS_DIFFERENCE, _HOW_DIFFERENT):
        if (asked := pattern.search(body)) and asked.start() > 0:
            return _ENDS.sub("", body[: asked.start()])
    if (asked := _RANKS.search(body)) and asked.start() > 0:
        return _owning(
            _AGAINST_END.sub("", body[: asked.start()]), (asked["before"] or "") + asked["asked"]
        )
    if asked := _AGAINST.search(body):
        told = "" if _ASKS.search(asked["asked"]) else asked["asked"]
        return _owning(body[: asked.start()], told)
    if opened:
        return _ENDS.sub("", _COMMANDED.sub("", body))
    return None


def unnamed_in(body: str) -> tuple[int, str] | None:
    """How many things are compared of which only the kind is said, and that: 两次会议."""
    found = _UNNAMED.search(body)
    return (_COUNTS[found["count"]], found["what"]) if found else None


def listed(body: str) -> list[tuple[str, str]]:
    """The things that a list names, each with its name and with what they share."""
    body = _AFTER_SUBJECT.sub("", re.sub("[跟同](?=[^，。])", "和", body))
    found = _plain_list(body) or listed_by_name(body)
    return found if all(_is_name(name) for name, _ in found) else []


def subject(text: str) -> str:
    """What news of certain days is asked about, without the words for news; empty where that is
    all of it."""
    bare = _ASKING.sub("", _ENDS.sub("", text))
    bare = _AFTER_SUBJECT.sub("", _NEWS.sub("", _BEFORE_SUBJECT.sub("", bare)))
    return "" if bare in _FRAME else _GENERAL.sub("", bare)


def _is_name(name: str) -> bool:
    return len(name) >= 2 and name not in _FRAME


def _plain_list(body: str) -> list[tuple[str, str]]:
    """A list at the beginning of a text, of names that the segmenter doesn't know: what follows the
    last is told by its 的, or by what the first ends in (霜坪镇和栖鹭镇枇杷)."""
    items = [item.strip() for item in _LINK.split(body)]
    if not 2 <= len(items) <= _MOST_LISTED or not all(len(item) > 0 for item in items):
        return []
    last, kind = items[-1], items[0][-1]
    end = last.find("的")
    if end < 0:
        end = last.find(kind) + 1 if kind in _KINDS and kind in last[1:] else len(last)
    after = last[end:]
    names = [*items[:-1], last[:end]]
    if not all(len(name) <= _LONGEST_NAME and "的" not in name for name in names):
        return []
    return [(name, name + after) for name in names]


def _owning(body: str, asked: str) -> str:
    """A list with what is asked of its things: 霜坪镇和栖鹭镇的产量."""
    bare = _ENDS.sub("", body)
    return f"{bare}的{asked}" if asked and not bare.endswith(asked) else bare
