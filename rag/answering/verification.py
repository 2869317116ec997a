"""Checks a composed sentence against the words it cites. No language model has a say in it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import rjieba

from rag.answering.verification_alignment import denial, misplaced
from rag.answering.verification_bindings import misbound
from rag.answering.verification_bounds import wrong_bounds
from rag.answering.verification_closeness import too_far
from rag.answering.verification_dates import dated
from rag.answering.verification_modality import retold, retold_in_english
from rag.answering.verification_names import (
    has_english_names,
    missing_chinese,
    missing_codes,
    missing_english,
    missing_quoted,
    places,
    words_in_pinyin,
)
from rag.answering.verification_numbers import Quantity, counted, missing
from rag.answering.verification_opposites import opposed
from rag.answering.verification_roles import misattributed
from rag.answering.verification_text import (
    character_pairs,
    clauses,
    fold,
    has_hanzi,
    is_chinese,
    letters,
)
from rag.answering.verification_translated import WordSimilarities, mistranslated
from rag.answering.verification_units import MEASURES
from rag.retrieval.glossary import Glossary, Translation

# Between what true sentences reach and what false ones do: docs/answering.md has the curves.
MINIMUM_OWN_SHARE = 0.25  # of a sentence's content in the quotes, before its headline may add to it
MINIMUM_SHARE = 0.4  # of a sentence's content that the cited words must hold, in the same language
MINIMUM_CLAUSE_SHARE = 0.3  # of each clause's, so that nothing is slipped in beside what is cited
CLAUSE_PAIRS = 5  # a clause of fewer character pairs says too little to be measured by itself
MINIMUM_TRANSLATED_SHARE = 0.45  # of an English sentence's terms, by their Chinese words
LEAST_TERMS = 2  # of them that must be held: one word is in any text

# Numbers are compared by value. A lone Chinese numeral may be part of a word.
_NUMERAL_RUN = re.compile(
    r"[\d.,%]+[万亿]*|(?:百分之)?[〇一二三四五六七八九十百千万亿两]{2,}(?:点[〇一二三四五六七八九]+)?"
    rf"|[一二三四五六七八九十](?=[{MEASURES}])"
)
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_EDGE = re.compile(r"[\w%]")
_NEGATIVE = frozenset(
    (
        *("不", "没", "没有", "未", "未能", "未曾", "并未", "并非", "并不", "不是", "不会"),
        *("不能", "不再", "无法", "不予", "尚未", "拒绝", "从未", "没能", "未获"),
    )
)
# Between a denial and what it denies: 未造成伤亡, 未获通过.
_LIGHT = frozenset(("造成", "发生", "出现", "导致", "获", "获得", "得到"))
_ASPECT = frozenset(("了", "过", "着", "的"))
_NEGATIVE_ENGLISH = re.compile(
    r"\b(?:(?:not|no)(?! (?:more|less|fewer) than)|never|none|nothing|nobody|without|cannot|neither"
    r"|nor|fail(?:s|ed)?|refus(?:e|es|ed)|reject(?:s|ed)?)\b|n't\b",
    re.IGNORECASE,
)
_NEGATIVE_HANZI = re.compile("[不没未无非否拒勿别莫免禁反难止失停]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking one sentence found; `problems` is empty where it is supported."""

    supported: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bilingual:
    """What compares a sentence with words in another language.

    glossary: finds an English sentence's words in Chinese; without it, translated titles count as
    missing names. similarity: of a sentence and a quote, higher is closer, with its least
    acceptable value; asked where the glossary finds too little. words: each word of a sentence with
    how near, -1 to 1, the nearest word of a quote is.
    """

    glossary: Glossary | None = None
    similarity: Callable[[str, str], float] | None = None
    minimum_similarity: float = 0.0
    words: WordSimilarities | None = None


NOTHING_BILINGUAL = Bilingual()
_Texts = tuple[str, Sequence[str]]  # a sentence and its quotes as given


def verify(
    sentence: str,
    quotes: Sequence[str],
    *,
    dates: Sequence[date] = (),
    topic: str = "",
    context: str = "",
    bilingual: Bilingual = NOTHING_BILINGUAL,
) -> Verdict:
    """Whether the quoted words hold everything in a sentence that can be compared: numbers, dates,
    amounts, percentages, quoted words, names, negation, opposites, who did what, what stands in
    another's place, and the bulk of what it says.

    Compared after folding NFKC, white space, width and traditional characters; Chinese numerals and
    English number words by value. dates: the article's own issue and event dates, which may
    complete a date (the year of 12月23日, the month of 23日 unless the context tells another).
    topic: the headline shown with the quotes; what a sentence is about may stand there (“the
    meeting” is some meeting), so long as the quotes hold MINIMUM_OWN_SHARE of it. context: what
    stands around the quotes; a place or an organisation may be named from it (我市 is some city), a
    person only where a quote means them by a pronoun or has the last part of a foreign name. In
    doubt a sentence is unsupported.
    """
    parts, around = [fold(quote) for quote in quotes], fold(context)
    folded, source = fold(sentence), "\n".join(parts)
    if not letters(folded):
        return Verdict(False, ("says nothing",))
    if not letters(source):
        return Verdict(False, ("cites nothing",))
    if _stands_whole(folded, source):
        return Verdict(True)
    lacking = [
        *missing(folded, source, (*_known(dates), *dated(parts, around, dates))),
        *(f"“{text}”" for text in missing_quoted(folded, source)),
        *(f"the name {name}" for name in _names(folded, parts, around, bilingual.glossary)),
        *missing_codes(folded, source),
    ]
    problems = [
        *(f"{what} is not in the cited text" for what in lacking),
        *_content_problems(folded, source, fold(topic), bilingual, (sentence, quotes)),
        *_negation_problems(folded, source),
        *opposed(folded, source),
        *wrong_bounds(folded, source),
        *misattributed(folded, source, bilingual.glossary),
        *(_against(folded, source, fold(topic), bilingual) if has_hanzi(source) else ()),
    ]
    return Verdict(not problems, tuple(dict.fromkeys(problems)))


def support(
    sentence: str, quotes: Sequence[str], bilingual: Bilingual = NOTHING_BILINGUAL
) -> float:
    """The share, 0 to 1, of a sentence's content that the quotes hold; 0 where it can't be told."""
    source = "\n".join(fold(quote) for quote in quotes)
    return _share(fold(sentence), source, bilingual.glossary) or 0.0


def _against(folded: str, source: str, topic: str, bilingual: Bilingual) -> list[str]:
    """What is wrong where a sentence is held against the words of its Chinese source."""
    if is_chinese(folded):
        return [
            *misplaced(folded, source),
            *retold(folded, source),
            *misbound(folded, source, topic),
        ]
    told = mistranslated(folded, f"{source}\n{topic}", bilingual.words)
    if bilingual.glossary is None:
        return told
    return [*told, *retold_in_english(folded, source, bilingual.glossary)]


def _stands_whole(folded: str, source: str) -> bool:
    """Whether the sentence is a run of whole clauses of the source, word for word."""
    needle = folded.rstrip("。.!?;、")
    start = source.find(needle) if needle else -1
    while start >= 0:
        end = start + len(needle)
        before, after = source[start - 1 : start], source[end : end + 1]
        if not _EDGE.match(before) and not _EDGE.match(after):
            return True
        start = source.find(needle, start + 1)
    return False


def _known(dates: Sequence[date]) -> tuple[Quantity, ...]:
    """An article's dates as quantities that a sentence about it may use."""
    found: list[Quantity] = []
    for day in dates:
        found.append(Quantity(Fraction(day.year), "year", str(day.year)))
        found.append(Quantity(Fraction(day.month), "month", str(day.month)))
        found.append(Quantity(Fraction(day.day), "day", str(day.day), month=day.month))
    return tuple(found)


def _names(folded: str, parts: Sequence[str], context: str, glossary: Glossary | None) -> list[str]:
    source = "\n".join(parts)
    around = f"{source}\n{places(context)}" if context else source
    if is_chinese(folded):
        return missing_chinese(folded, around, parts, context) if has_hanzi(source) else []
    return missing_english(folded, around, glossary)


def _content_problems(
    folded: str, source: str, topic: str, bilingual: Bilingual, texts: _Texts
) -> list[str]:
    own = _share(folded, source, bilingual.glossary)
    if own is not None and own >= MINIMUM_OWN_SHARE:
        source = f"{source}\n{topic}"
    share = _share(folded, source, bilingual.glossary)
    if is_chinese(folded) != is_chinese(source):
        return _translated_problems(folded, source, share, bilingual, texts)
    chinese = is_chinese(folded)
    if share is not None and (
        share < MINIMUM_SHARE or (chinese and too_far(folded, source, share))
    ):
        return [f"only {share:.0%} of its content is in the cited text"]
    if not chinese:
        return []
    return [
        f"“{clause}” is not in the cited text"
        for clause in clauses(folded)
        if len(_pairs(clause)) >= CLAUSE_PAIRS
        and _held_pairs(clause, source) < MINIMUM_CLAUSE_SHARE
    ]


def _translated_problems(
    folded: str, source: str, share: float | None, bilingual: Bilingual, texts: _Texts
) -> list[str]:
    """Across languages words may be missed that a dictionary doesn't give: the meaning of the whole
    may then stand in for them, but not for all. What says next to nothing is near to anything."""
    if share is None and not _has_anchors(folded):
        return ["nothing in it compares with the cited text"]
    if share is not None:
        enough = share >= MINIMUM_TRANSLATED_SHARE
        if enough and _terms_held(folded, source, bilingual.glossary)[0] >= LEAST_TERMS:
            return []
        if not share or bilingual.similarity is None:
            return [f"only {share:.0%} of its content is in the cited text"]
    if bilingual.similarity is None:
        return []
    sentence, quotes = texts
    closest = max(bilingual.similarity(sentence, quote) for quote in quotes)
    near = closest >= bilingual.minimum_similarity
    return [] if near else ["its meaning is not that of the cited text"]


def _has_anchors(folded: str) -> bool:
    """Whether a sentence holds what can be found in another language: numbers, or English names."""
    return bool(counted(folded)) or (not is_chinese(folded) and has_english_names(folded))


def _share(folded: str, source: str, glossary: Glossary | None) -> float | None:
    """The share of a sentence's content in the source: of character pairs between Chinese texts, of
    words between others, of translated terms from English to Chinese. None where nothing tells."""
    if is_chinese(folded):
        return _held_pairs(folded, source) if has_hanzi(source) else None
    if not is_chinese(source):
        return _held_words(folded, source)
    return _held_terms(folded, source, glossary) if glossary is not None else None


def _pairs(folded: str) -> frozenset[str]:
    return character_pairs(_NUMERAL_RUN.sub(" ", folded))


def _held_pairs(folded: str, source: str) -> float:
    pairs, held = _pairs(folded), _pairs(source)
    if not pairs:
        return float(letters(folded) in letters(source))
    return len(pairs & held) / len(pairs)


def _held_words(folded: str, source: str) -> float | None:
    words = {word for word in _WORD.findall(folded.lower()) if len(word) > 3}
    if not words:
        return None
    # Five letters stand for a stem: approve, approved, approval.
    held = {word[:5] for word in _WORD.findall(source.lower())}
    return sum(word[:5] in held for word in words) / len(words)


def _held_terms(folded: str, source: str, glossary: Glossary) -> float | None:
    """Of an English sentence's terms, the share that stands in Chinese in the source."""
    held, terms = _terms_held(folded, source, glossary)
    return held / terms if terms else None


def _terms_held(folded: str, source: str, glossary: Glossary | None) -> tuple[float, int]:
    """How many of an English sentence's terms stand in Chinese in the source, and how many it has.
    Numbers and names in pinyin count as held, beside others: those that aren't are reported by
    themselves."""
    if glossary is None:
        return 0.0, 0
    spelled = {word.lower() for word in words_in_pinyin(folded, glossary)}
    numbers = counted(folded)
    written = " ".join(number.surface.lower() for number in numbers)
    text = " ".join(word for word in _WORD.findall(folded.lower()) if word not in spelled)
    terms = [term for term in glossary.translate(text) if term.words and term.term not in written]
    if not terms:
        return 0.0, 0
    sure = len(numbers) + len(spelled)
    return sum(_strength(term, source) for term in terms) + sure, len(terms) + sure


def _strength(term: Translation, source: str) -> float:
    """How surely a source holds a term: half where a single character alone stands for it, which
    may be part of any other word."""
    found = [form for form, _ in term.words if form in source]
    if not found:
        return 0.0
    return 1.0 if any(len(form) > 1 for form in found) else 0.5


def _negation_problems(folded: str, source: str) -> list[str]:
    if not is_chinese(folded):
        denied = _NEGATIVE_ENGLISH.search(folded)
        if denied and not (_NEGATIVE_ENGLISH.search(source) or _NEGATIVE_HANZI.search(source)):
            return [f"“{denied[0]}” denies what the cited text does not"]
        return []
    if not has_hanzi(source):
        return []
    denying = denial(folded)
    if denying and not _NEGATIVE_HANZI.search(source):
        return [f"“{denying}” denies what the cited text does not"]
    said, given = _polarities(folded), _polarities(source)
    return [
        f"“{word}” is {'denied' if negative else 'not denied'} here, unlike in the cited text"
        for word, signs in said.items()
        for negative in signs
        if word in given and negative not in given[word]
    ]


def _polarities(folded: str) -> dict[str, set[bool]]:
    """For each word of a Chinese text, and each with the next, whether it stands denied, undenied,
    or both: 没有通过办法 denies 通过 and 通过办法."""
    words = [str(word) for word in rjieba.cut(folded) if word not in _ASPECT]
    found: dict[str, set[bool]] = {}
    denied = False
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        denied = before in _NEGATIVE or (denied and before in _LIGHT)
        if len(word) > 1 and word not in _NEGATIVE:
            for key in (word, word + after):
                found.setdefault(key, set()).add(denied)
    return found
