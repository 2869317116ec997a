"""Statements made false in one thing.

A change is made only where nothing of the article, its headline or its date holds what was put in:
a pair that is labelled as changed is changed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from eval.bench.verification_claims import Claim
from eval.bench.verification_names import Name
from eval.bench.verification_numerals import hanzi_numeral
from eval.bench.verification_sets import Source
from rag.answering.verification_numbers import numeral


@dataclass(frozen=True, slots=True)
class Pool:
    """What is put into a statement: names and clauses of other articles, and English statements
    about them."""

    names: Sequence[Name]
    clauses: Sequence[str] = ()
    english: Sequence[Claim] = ()


Change = Callable[[Claim, Pool, Random], str | None]
"""Gives a statement made false in one thing; None where it can't be."""

TRIES = 12

_IN_DIGITS = r"(?<![\dA-Za-z.,:：/\-－—])\d[\d,]*(?:\.\d+)?(?![\d.,:：/\-－—A-Za-z])"
_IN_HANZI = (
    "(?<![一二三四五六七八九十百千万亿两几数第〇零])[二两三四五六七八九十](?=[个名位项条座家次件场种岁倍成])"
    "|(?:百分之)[一二三四五六七八九十百]{1,4}"
)
_NUMBER = re.compile(f"{_IN_DIGITS}|{_IN_HANZI}")
_CALENDAR_AFTER = re.compile("年|月|日|号")
_DATE = re.compile(r"(?P<year>(?:19|20)\d\d)年|(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?")
_ANY_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九十百千万亿两]+")

_UNITS = (
    (r"(?<=\d)万(?!亿)", "亿"),
    (r"(?<=\d)亿", "万"),
    (r"(?<=\d)%", "个百分点"),
    (r"(?<=\d)个百分点", "%"),
    (r"(?<=[\d万亿])元", "美元"),
    (r"(?<=[\d万亿])美元", "元"),
    (r"(?<=[\d万亿])(?<!方)公里", "米"),
    (r"(?<=[\d万亿])吨", "公斤"),
    (r"(?<=[\d万亿])平方米", "平方公里"),
    (r"(?<=[\d万亿])公顷", "亩"),
    (r"(?<=\d)小时", "分钟"),
    (r"(?<=\d)个月", "年"),
)

_DENIED = (
    (r"(?<![而不早久])已经?(?![知婚故久然往])(?=[\u4e00-\u9fff]{2})", "尚未"),
    (r"(?<=[\u4e00-\u9fff]{2})将(?=[在于会对为举建继进有成开从通推投实全与])(?!近)", "将不"),
    (
        r"(?<=[\u4e00-\u9fff]{2})(?<![不还而只要但就许尤总应可能该便都也说算且像若])是(?=[\u4e00-\u9fff一二三\d“《])(?![否因以])",
        "不是",
    ),
    (r"可以|能够", "不能"),
    (
        r"(?<=[，\u4e00-\u9fff])(?P<verb>[举召签发提宣建完启达获通实开成推出参打颁][行开署布出告成动到得过施展立进席加造])了",
        r"没有\g<verb>",
    ),
)
_AFFIRMED = (
    (r"(?<![还有])没有(?=[\u4e00-\u9fff]{2})", ""),
    (r"尚未|并未", "已经"),
    (r"无法|不能(?!不)", "可以"),
    (r"不再", "仍然"),
    (r"不会", "会"),
    (r"并非|(?<!是)不是(?!.*而是)", "是"),
    (r"(?<![所从])未(?=[经获能被按达发有得通完出])", "已"),
)
_TWICE = re.compile("不|没|未|无|非|否")

_TOGETHER = re.compile("[、和与及同跟暨]|以及|是|即|又称|简称")
_CLAUSE_MARK = re.compile("[，。；]")


def change_number(claim: Claim, pool: Pool, random: Random) -> str | None:
    """A number that no date holds is another."""
    spans = [
        found.span()
        for found in _NUMBER.finditer(claim.text)
        if not _CALENDAR_AFTER.match(claim.text, found.end())
    ]
    return _with_another(claim, spans, other_number, random)


def change_date(claim: Claim, pool: Pool, random: Random) -> str | None:
    """A year, month or day is another."""
    spans = [
        found.span(part)
        for found in _DATE.finditer(claim.text)
        for part in ("year", "month", "day")
        if found[part]
    ]
    return _with_another(claim, spans, _other_in_calendar, random)


def change_unit(claim: Claim, pool: Pool, random: Random) -> str | None:
    """万 is 亿, a percentage is percentage points, and the like."""
    held = f"{claim.source.text}\n{claim.source.headline}"
    able = [
        _put(claim.text, found.span(), other)
        for pattern, other in _UNITS
        for found in re.finditer(pattern, claim.text)
        if f"{_amount(claim.text, found.start())}{other}" not in held
    ]
    return random.choice(able) if able else None


def put_negation_in(claim: Claim, pool: Pool, random: Random) -> str | None:
    """What is said is denied."""
    return None if _TWICE.search(claim.text) else _replaced(claim.text, _DENIED, random)


def take_negation_out(claim: Claim, pool: Pool, random: Random) -> str | None:
    """What is denied is said."""
    once = len(_TWICE.findall(claim.text)) == 1
    return _replaced(claim.text, _AFFIRMED, random) if once else None


def swap_roles(claim: Claim, pool: Pool, random: Random) -> str | None:
    """Two names of a kind, in one clause and no list, have changed places."""
    names = sorted(claim.names, key=lambda name: name.start)
    able = []
    for first, second in pairwise(names):
        between = claim.text[first.end : second.start]
        apart = first.text not in second.text and second.text not in first.text
        joined = _TOGETHER.search(between) or _CLAUSE_MARK.search(between)
        if first.kind == second.kind and apart and len(between) > 1 and not joined:
            able.append((first, second))
    return _exchanged(claim.text, *random.choice(able)) if able else None


def swap_numbers(claim: Claim, pool: Pool, random: Random) -> str | None:
    """Two numbers of the same thing have changed places."""
    found = [
        one
        for one in re.finditer(_IN_DIGITS, claim.text)
        if one.end() < len(claim.text) and not _CALENDAR_AFTER.match(claim.text, one.end())
    ]
    able = [
        (first, second)
        for first, second in pairwise(found)
        if value_of(first[0]) != value_of(second[0])
        and claim.text[first.end()] == claim.text[second.end()]
        and len(re.findall("[\u4e00-\u9fff]", claim.text[first.end() : second.start()])) > 3
    ]
    if not able:
        return None
    first, second = random.choice(able)
    text = claim.text
    between = text[first.end() : second.start()]
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def change_name(claim: Claim, pool: Pool, random: Random) -> str | None:
    """A name is another of its kind, that another article names."""
    able = claim.names
    if not able:
        return None
    name = random.choice(able)
    known = f"{claim.source.text}\n{claim.source.headline}"
    fitting = [other for other in pool.names if other.kind == name.kind and other.text not in known]
    if not fitting:
        return None
    return _put(claim.text, (name.start, name.end), random.choice(fitting).text)


def add_clause(claim: Claim, pool: Pool, random: Random) -> str | None:
    """Something more is said, that another article says."""
    able = [clause for clause in pool.clauses if clause not in claim.source.text]
    return f"{claim.text.rstrip('。')}，{random.choice(able)}。" if able else None


CHANGES: Mapping[str, Change] = {
    "number changed": change_number,
    "date changed": change_date,
    "name changed": change_name,
    "unit changed": change_unit,
    "negation put in": put_negation_in,
    "negation taken out": take_negation_out,
    "names swapped": swap_roles,
    "numbers swapped": swap_numbers,
    "a clause added": add_clause,
}


def _with_another(
    claim: Claim,
    spans: Sequence[tuple[int, int]],
    other: Callable[[str, Random], str],
    random: Random,
) -> str | None:
    if not spans:
        return None
    known = known_values(claim.source)
    for _ in range(TRIES):
        start, end = random.choice(spans)
        new = other(claim.text[start:end], random)
        if value_of(new) not in known and new not in claim.source.text:
            return _put(claim.text, (start, end), new)
    return None


def other_number(written: str, random: Random) -> str:
    """Another number that looks like it: one digit is another, or two stand the other way round."""
    if written.startswith("百分之"):
        return f"百分之{hanzi_numeral(random.randrange(2, 100))}"
    if not written[0].isdigit():
        return random.choice([digit for digit in "二三四五六七八九" if digit != written])
    digits = [at for at, character in enumerate(written) if character.isdigit()]
    places = [
        (one, two)
        for one, two in pairwise(digits)
        if written[one] != written[two] and written[two] != "0" and two == one + 1
    ]
    if places and random.random() < 0.5:
        one, two = random.choice(places)
        return written[:one] + written[two] + written[one] + written[two + 1 :]
    at = random.choice(digits)
    choice = [digit for digit in "123456789" if digit != written[at]]
    return written[:at] + random.choice(choice) + written[at + 1 :]


def _other_in_calendar(written: str, random: Random) -> str:
    if len(written) == 4:
        return str(int(written) + random.choice([-10, -3, -2, -1, 1, 2, 3, 10]))
    return str(random.randrange(1, 13))  # may be a month or a day


def known_values(source: Source) -> frozenset[object]:
    """The values of every number of an article, its headline and its date."""
    day = f"{source.day:%Y %m %d}" if source.day else ""
    text = f"{source.text} {source.headline} {day}"
    return frozenset(value_of(found) for found in _ANY_NUMBER.findall(text))


def value_of(written: str) -> object:
    """The value of a number in digits or hanzi; the text itself where it is none."""
    value = numeral(written.replace("零", "〇").removeprefix("百分之"))
    return written if value is None else value


def _amount(text: str, end: int) -> str:
    """The number in digits that ends at a place."""
    digits = re.search(r"[\d.,]*[万亿]*$", text[:end])
    return digits[0] if digits else ""


def _replaced(text: str, forms: Sequence[tuple[str, str]], random: Random) -> str | None:
    able = [
        text[: found.start()] + found.expand(other) + text[found.end() :]
        for pattern, other in forms
        for found in re.finditer(pattern, text)
    ]
    return random.choice(able) if able else None


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]


def _exchanged(text: str, first: Name, second: Name) -> str:
    between = text[first.end : second.start]
    return text[: first.start] + second.text + between + first.text + text[second.end :]
