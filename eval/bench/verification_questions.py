"""A question and its answer as one statement, where that takes no more than putting the answer in
the question word's place."""

import re

from eval.bench.verification_names import ORGANISATION, PERSON, PLACE

_TIME = "什么时间|什么时候|什么日期|何时|哪一天|哪天|哪一年|哪年|哪个月|哪一月|几月几日"
_THING = (
    "机构|公司|团队|部门|城市|国家|省份|地区|区|县|学校|大学|球队|组织|单位|平台|项目|品牌|银行|企业|媒体|"
    "海关|法院|医院|行业|领域|省|市|方面|人|人物|作品|语言|民族|朝代|时期"
)
_PLACE = "哪里|哪儿|何处|何地|什么地方|什么地点"
_WHO = "是谁|谁|哪位|什么人"
_ASKING = re.compile(
    f"{_TIME}|{_PLACE}|{_WHO}|哪[一]?[个家所座些种项位支部]?(?:{_THING})|哪[一]?[个家所座些种项位支部]|多少|"
    "几(?=[个名位次年月天日人项家座条场种级层])|什么样的|什么"
)
_OTHER_WAYS = re.compile("为什么|为何|怎么|怎样|如何|吗|呢|是否|有没有|还是|哪些原因|什么原因")
_KINDS = {
    PERSON: re.compile(_WHO),
    PLACE: re.compile(f"{_PLACE}|哪[个座]?(?:城市|国家|省份|地区|区|县|省|市)"),
    ORGANISATION: re.compile(
        "哪[个家所支]?(?:机构|公司|团队|部门|学校|大学|球队|组织|单位|银行|企业|医院)"
    ),
}
_LONGEST_ANSWER = 30

_AUXILIARY = "did|do|does|can|could|would|will|should|else|is|are|was|were|has|have|had"
_PAST = r"\w+ed|won|led|had|has|made|wrote|began|drove|gave|took|became|held|includes?|surrounds"
# The question word is the subject of these: the answer takes its place.
_SUBJECT = re.compile(
    rf"^Who (?!(?:{_AUXILIARY})\b)(?P<who>.+)\?$"
    r"|^Who (?P<being>(?:was|were|is) (?:the|an?|\w+ed)\b.+)\?$"
    rf"|^(?:What|Which) (?!(?:{_AUXILIARY})\b)(?:\w+ )?(?P<what>(?:first )?(?:{_PAST}) .+)\?$"
)
# What is the X? The X is …
_IDENTITY = re.compile(r"^What (?P<verb>is|was|are|were) (?P<what>the .+)\?$")
_PARTICIPLE = re.compile(
    r"^(?:When|Where) (?P<verb>was|were) (?P<what>.+) (?P<done>\w+ed|built|held|born)\?$"
)
_HOW_MANY = re.compile(
    r"^How many ((?:[\w-]+ ){1,4}?"
    r"(?:were|was|are|have|had|lived|died|attended|took|live|make)\b.+)\?$"
)
_INVERTED = re.compile(
    r"\b(?:did|do|does|there|that|which|who)\b|\b(?:are|were|have|had|was) (?:the|a|in)\b"
)
_STRANDED = re.compile(r"\b(?:called|named|of|in|on|at|to|for|about|with|by|known as)$")
_NAME_INSIDE = re.compile(r"\b[A-Z]")
_NUMBER = re.compile(r"[\d,.]+|[a-z-]+")
_NAMED = re.compile(r"[A-Z]")
_YEAR = re.compile(r"\d{4}s?")
_LONGEST_ANSWER_ENGLISH = 60


def asks_for(question: str) -> str:
    """The kind of name that a Chinese question asks for; empty where it is none."""
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(question)), "")


def statement(question: str, answer: str) -> str:
    """A Chinese question with its answer in the question word's place; empty where that is no
    sentence: there is no such word, or several, or what is asked is a reason or a manner."""
    asked = question.strip().rstrip("？?。 ")
    answer = answer.strip().rstrip("。；，")
    found = list(_ASKING.finditer(asked))
    if len(found) != 1 or _OTHER_WAYS.search(asked) or "？" in asked:
        return ""
    if not 0 < len(answer) <= _LONGEST_ANSWER:
        return ""
    before, after = asked[: found[0].start()], asked[found[0].end() :]
    if found[0][0] == "是谁":
        before += "是"
    # What both the answer and the words around its place say is said once: 多少位 … 175位.
    answer = answer[_shared(before, answer) :]
    after = after[_shared(answer, after) :]
    return f"{before}{answer}{after}。"


def _shared(first: str, second: str) -> int:
    """The length of the longest end of one text that the other begins with."""
    longest = min(len(first), len(second))
    return next((n for n in range(longest, 0, -1) if second.startswith(first[-n:])), 0)


def in_english(question: str, answer: str, original: str) -> str:
    """An English question as a statement, where that takes no other form of a verb; empty for any
    other. A name has its Chinese original in brackets, as an answer would have it; a question that
    names something besides is left, as nobody says what that is in Chinese."""
    asked, answer = " ".join(question.split()), answer.strip().rstrip(".")
    if _NAME_INSIDE.search(asked[1:]) or len(answer) > _LONGEST_ANSWER_ENGLISH:
        return ""
    named = f"{answer} ({original.strip()})" if _NAMED.match(answer) else answer
    if found := _SUBJECT.match(asked):
        said = f"{named} {found['who'] or found['being'] or found['what']}"
    elif (found := _IDENTITY.match(asked)) and not _STRANDED.search(found["what"]):
        said = f"{found['what']} {found['verb']} {named}"
    elif found := _PARTICIPLE.match(asked):
        preposition = "in " if _YEAR.fullmatch(answer) else ""
        said = f"{found['what']} {found['verb']} {found['done']} {preposition}{named}"
    elif (found := _HOW_MANY.match(asked)) and not _INVERTED.search(found[1]):
        said = f"{answer} {found[1]}" if _NUMBER.fullmatch(answer) else ""
    else:
        said = ""
    return f"{said[:1].upper()}{said[1:]}." if said else ""
