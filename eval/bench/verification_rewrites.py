"""A sentence in another form that says the same, or part of the same."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random

from opencc import OpenCC

from eval.bench.verification_numerals import hanzi_numeral

Rewrite = Callable[[str, date | None, Random], str | None]

NEAR = timedelta(days=120)  # of its article's date, within which a day without a year must be

# Words that the papers use for one another.
_SAME = dict(
    pair.split("=")
    for pair in [
        "以及=和",
        "由于=因为",
        "但是=但",
        "然而=不过",
        "已经=已",
        "此外=另外",
        "为了=为",
        "约=大约",
        "因此=所以",
        "尤其=特别",
        "包括=包含",
        "仍然=仍",
        "日前=近日",
        "获悉=了解到",
        "位于=坐落在",
        "目前=现在",
        "同时=与此同时",
        "之后=以后",
        "进一步=更加",
        "开展=进行",
        "全部=所有",
        "从而=进而",
        "帮助=协助",
        "使用=用",
        "能够=可以",
        "必须=一定要",
        "按照=依照",
        "介绍=说",
        "表示=说",
        "称作=叫做",
        "称为=叫做",
        "并且=而且",
        "如今=现在",
        "需要=须要",
        "超过=多于",
        "因=因为",
        "成为=变成",
    ]
)
_SAME_WORD = re.compile(
    "|".join(
        # A lone character may be part of another word, unless a mark or a number stands beside it.
        rf"(?<=[，、；]){word}(?!为)"
        if word == "因"
        else rf"{word}(?=\d)"
        if len(word) == 1
        else word
        for word in sorted(_SAME, key=len, reverse=True)
    )
)
_ENCLOSED = re.compile("[“《（「『‘][^”》）」』’]*[”》）」』’]")
# A clause that sets a condition or denies another can't be taken from the rest, nor one by which
# the next is understood.
_BOUND = re.compile(
    "如果|若|假如|除非|只有|只要|否则|不是|而是|并非|除|不仅|不但|无论|不管|尽管|虽|即使|据传|可能|防止|避免|"
    "谎|误|假|涉嫌|不能|没有|未|不"
)
_LEANS = re.compile(
    "^(?:而|但|却|并|也|则|就|才|从而|以|使|让|其|这|该|此|后|再|又|还|更|甚|因|所以|即|都|均|共|总)"
)
_LISTED = re.compile(
    "、(?P<one>[^、，。；：“”《》（）和与及等以]{2,10})、(?P<two>[^、，。；：“”《》（）和与及等以]{2,10})(?=、|和|与|及|以及|等)"
)
_SAYS = re.compile(
    "^(?P<who>[^，：“”]{2,24})(?P<says>表示|指出|认为|介绍说|强调|透露)，(?P<what>[^“”]{10,})。$"
)
_DAY = re.compile(r"(?<![\d年至到\-－—、])(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_YEAR = re.compile(r"\d{4}年|去年|明年|前年|往年|历年")
_PERCENT = re.compile(r"(?<![\d.~－\-—至到])(\d{1,3})(?:\.(\d{1,2}))?%(?!的?概率)")
_MYRIAD = re.compile(r"(?<![\d.,])(\d{1,4})(?:\.(\d{1,4}))?万(?![亿多余])")
_WHOLE = re.compile(
    r"(?<![\d.,/:：\-－—A-Za-z~〜第])(\d{1,4})(?=(?:[个名位人次家条座所户件场种天]|项(?!目)))"
)
_LONE = re.compile(
    "(?<![一二三四五六七八九十百千万亿两几数第])([三四五六七八九])(?=[个名位项条座家次件场种])"
)
_CALENDAR = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})日")


def leave_out(sentence: str, day: date | None, random: Random) -> str | None:
    """Without a clause from its middle."""
    clauses = _clauses(sentence)
    if len(clauses) < 3 or _BOUND.search(sentence):
        return None
    able = [at for at in range(1, len(clauses) - 1) if not _LEANS.match(clauses[at + 1])]
    if not able:
        return None
    at = random.choice(able)
    return "，".join(clauses[:at] + clauses[at + 1 :])


def reorder(sentence: str, day: date | None, random: Random) -> str | None:
    """With two items of a list changed over, or what somebody says before who says it."""
    if said := _SAYS.match(sentence):
        return f"{said['what']}，{said['who']}{said['says']}。"
    listed = _LISTED.search(_hidden(sentence))
    if listed and "〓" not in listed[0]:
        changed = f"、{listed['two']}、{listed['one']}"
        return sentence[: listed.start()] + changed + sentence[listed.end() :]
    return None


def renumber(sentence: str, day: date | None, random: Random) -> str | None:
    """With its numbers and days written the other way: in hanzi or in digits."""
    text = sentence
    for pattern, otherwise in _OTHERWISE:
        text = _replaced(text, list(pattern.finditer(_hidden(text))), otherwise)
    return text if text != sentence else None


def complete(sentence: str, day: date | None, random: Random) -> str | None:
    """With the year of its article at a day that has none and is near that date."""
    found = _DAY.search(sentence)
    if day is None or found is None or _YEAR.search(sentence):
        return None
    try:
        named = date(day.year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    if abs(named - day) > NEAR:
        return None
    return f"{sentence[: found.start()]}{day.year}年{sentence[found.start() :]}"


def reword(sentence: str, day: date | None, random: Random) -> str | None:
    """With two or more common words in place of others that papers use for them."""
    found = list(_SAME_WORD.finditer(_hidden(sentence)))
    return _replaced(sentence, found, lambda one: _SAME[one[0]]) if len(found) > 1 else None


def traditional(sentence: str, day: date | None, random: Random) -> str | None:
    """In traditional characters, and changed in one of the other ways."""
    for rewrite in (leave_out, reorder, renumber, reword):
        if text := rewrite(sentence, day, random):
            return str(_converter().convert(text))
    return None


REWRITES: Mapping[str, Rewrite] = {
    "a clause left out": leave_out,
    "another order": reorder,
    "numbers written otherwise": renumber,
    "the year completed": complete,
    "other common words": reword,
    "traditional characters": traditional,
}


def _hidden(sentence: str) -> str:
    """The sentence, as long as it is, without what stands in quotations, titles and brackets:
    that is left as it is."""
    return _ENCLOSED.sub(lambda found: "〓" * len(found[0]), sentence)


def _replaced(
    text: str, found: Sequence[re.Match[str]], other: Callable[[re.Match[str]], str]
) -> str:
    for one in reversed(found):
        text = text[: one.start()] + other(one) + text[one.end() :]
    return text


def _clauses(sentence: str) -> list[str]:
    """Parted at commas that stand in no quotation, title or bracket."""
    ends = [at for at, character in enumerate(_hidden(sentence)) if character == "，"]
    return [sentence[a + 1 : b] for a, b in zip([-1, *ends], [*ends, len(sentence)], strict=True)]


def _spoken(whole: str, part: str | None) -> str:
    digits = "".join("零一二三四五六七八九"[int(digit)] for digit in part or "")
    return hanzi_numeral(int(whole)) + (f"点{digits}" if digits else "")


def _in_full(whole: str, part: str) -> str:
    return f"{int(whole) * 10_000 + int((part + '0000')[:4]):,}"


def _counted(number: int, written: str) -> str:
    return hanzi_numeral(number, counting=True) if number else written


_OTHERWISE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_PERCENT, lambda found: "百分之" + _spoken(found[1], found[2])),
    (_MYRIAD, lambda found: _in_full(found[1], found[2] or "")),
    (_WHOLE, lambda found: _counted(int(found[1]), found[0])),
    (_CALENDAR, lambda found: f"{hanzi_numeral(int(found[1]))}月{hanzi_numeral(int(found[2]))}日"),
    (_LONE, lambda found: str("〇一二三四五六七八九".index(found[1]))),
)


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")
