"""Whether a sentence tells as done what its source plans, thinks possible or asks for, or as a plan
what is done."""

import re
from collections.abc import Iterator

import rjieba

from rag.answering.verification_text import character_pairs, parts
from rag.retrieval.glossary import Glossary
from rag.retrieval.lexicon import same_verbs, words

ALIKE = 0.5  # of a clause's pairs of characters: then the other tells the same thing
LEAST_PAIRS = 6  # a clause of fewer says too little to be compared
GOVERNED_TEXT = 20  # characters behind a mark that it says something of
GOVERNED = 3  # pairs behind a mark that both have: what is planned is what the sentence tells

PLANNED = "planned"
SURELY = 0.9  # the glossary's weight of a word for an English one, of a first sense at least

# Not in 小将, nor a plan that is a thing (列入年度计划的项目), nor a proposal that is (建议300条).
_WILL = "(?<![即必行麻小])将(?![军领士帅近来])"
_PLAN = "(?<!年度)(?<!行动)计划(?![生内外的、”」》]|$)"
_PLANNED = re.compile(f"{_WILL}|(?<![模虚比草])拟(?![定人合声态])|{_PLAN}|预计|有望|力争|即将|打算")
_POSSIBLE = re.compile("可能(?!性)|疑似|涉嫌|或将|或许|也许|恐怕|恐将|据称|据传|传闻")
_WISHED = re.compile(r"(?<!意见)(?<!条)建议(?!\d|书)|呼吁|希望(?!小学|工程)|倡议(?!书)|提议")
_MARKS = {PLANNED: _PLANNED, "only thought possible": _POSSIBLE, "only asked for": _WISHED}
# Any of these says that it is no fact yet: which one is the writer's choice.
_NO_FACT = re.compile(
    f"计划|建议|希望|{_PLANNED.pattern}|{_POSSIBLE.pattern}|{_WISHED.pattern}|预期|争取|准备|目标|规划|待|明年|下月|下周|最[快早](?!的)|后天|"
    "明天|未来|要(?![素闻点])|会(?=在|于|是)|或|申请|若|如果|应当|应该|到20\\d\\d年|认为|推测|猜测|估计|假设|假想"
)
# What begins or lasts to a day that is told may be still to come: 从4月起取消收费, 持续到5月底.
_FROM_A_DAY = re.compile(r"[从自][\d年月日]{2,10}起|[持延]续[到至]\d")
_DONE = re.compile("已(?!知)|了(?![解得不])|完成")
_NO_FACT_ENGLISH = re.compile(
    r"\b(?:will|would|shall|should|(?-i:may)|might|can|could|must|plan|expect|aim|intend|propos|schedul|due"
    r"|hop|likely|possib|perhaps|probab|suspect|alleg|forecast|project|predict|upcoming|if|target"
    r"|going to|set to|(?:is|are|was|were) to|to be|suggest|call|urg|want|need|believ|estimat)",
    re.IGNORECASE,
)
_ENGLISH_WORD = re.compile("[a-z]+")
_IRREGULAR = frozenset(pair.partition(":")[0] for pair in words("english_irregular.txt"))
# Before one of these and a verb it makes an object (将奖杯授予), and tells no future.
_OBJECT_TAGS = ("n", "r", "m", "x", "eng")


def retold(sentence: str, source: str) -> list[str]:
    """What a folded Chinese sentence makes a fact, or a plan, that the folded source doesn't, as
    problems. Compared are the clauses that tell the same thing; one without any word for what is
    to come, may be or should be tells a fact."""
    return [*_facts_made(sentence, source), *_plans_made(sentence, source)]


def retold_in_english(sentence: str, source: str, glossary: Glossary) -> list[str]:
    """As `retold`, of an English sentence and a Chinese source: what is told in the past tense,
    where each clause of the source that has the verb only plans it or thinks it possible."""
    if _NO_FACT_ENGLISH.search(sentence):
        return []
    given = parts(source)
    problems = []
    for word in filter(_is_past, _ENGLISH_WORD.findall(sentence)):
        forms = _surely(word, glossary)
        told = [(part, form) for part in given for form in sorted(forms) if form in part]
        kinds = [_kind_before(part, form) for part, form in told]
        if kinds and all(kinds):
            problems.append(f"“{word}” is {kinds[0]} in the cited text")
    return problems


def _is_past(word: str) -> bool:
    return word.endswith("ed") or word in _IRREGULAR


def _surely(word: str, glossary: Glossary) -> frozenset[str]:
    """The Chinese words of two characters or more that an English one is sure to mean, with those
    that papers use for them."""
    found = (form for term in glossary.translate(word) for form in term.words)
    sure = [form for form, weight in found if weight >= SURELY and len(form) > 1]
    return frozenset(other for form in sure for other in same_verbs().get(form, {form}))


def _kind_before(part: str, form: str) -> str:
    """What a source's clause says by a word before this one; '' where that is a fact."""
    before = part[: part.find(form)]
    marked = (kind for kind, pattern in _MARKS.items() if _mark(pattern, part, len(before)))
    return "" if _DONE.search(part) else next(marked, "")


def _facts_made(sentence: str, source: str) -> Iterator[str]:
    if _NO_FACT.search(sentence):
        return
    dated = _FROM_A_DAY.search(sentence) is not None
    for clause, told in _told(sentence, source):
        kinds = [_kind_of(one, clause) for one in told]
        if all(kinds) and not (dated and kinds[0] == PLANNED):
            yield f"“{clause}” is {kinds[0]} in the cited text"


def _plans_made(sentence: str, source: str) -> Iterator[str]:
    for clause, told in _told(sentence, source):
        if any(_NO_FACT.search(one) for one in told) or not _mark(_PLANNED, clause):
            continue
        if any(_DONE.search(one) for one in told):
            yield f"“{clause}” is no plan in the cited text"


def _told(sentence: str, source: str) -> Iterator[tuple[str, list[str]]]:
    """Each clause of a sentence that the source has alike, with all those that are."""
    given = [(part, character_pairs(part)) for part in parts(source)]
    for clause in parts(sentence):
        pairs = character_pairs(clause)
        if len(pairs) < LEAST_PAIRS:
            continue
        alike = [part for part, held in given if len(pairs & held) >= ALIKE * len(pairs)]
        if alike:
            yield clause, alike


def _kind_of(part: str, clause: str) -> str:
    """What a source's clause says by a word before what the sentence's clause tells; '' where that
    is a fact."""
    for kind, pattern in _MARKS.items():
        found = _mark(pattern, part)
        if found and not _DONE.search(part):
            governed = character_pairs(part[found.end() :][:GOVERNED_TEXT])
            if len(governed & character_pairs(clause)) >= GOVERNED:
                return kind
    return ""


def _mark(pattern: re.Pattern[str], part: str, end: int | None = None) -> re.Match[str] | None:
    """The first mark of a kind in a clause, or in its characters before a place."""
    return next(
        (
            found
            for found in pattern.finditer(part, 0, len(part) if end is None else end)
            if found[0] != "将" or not _is_object(part[found.end() :])
        ),
        None,
    )


def _is_object(text: str) -> bool:
    first, *others = [str(tag) for _, tag in rjieba.tag(text)] or [""]
    return first.startswith(_OBJECT_TAGS) and any(tag.startswith("v") for tag in others)
