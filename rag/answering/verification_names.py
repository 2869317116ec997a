"""The names in a sentence, and whether a source holds them: in hanzi, Latin letters or pinyin."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise, takewhile

import rjieba

from rag.answering.verification_numbers import quantities
from rag.answering.verification_text import has_hanzi, letters
from rag.answering.verification_units import MONTH_OF
from rag.reading.surnames import DOUBLE_SURNAMES, SURNAMES
from rag.retrieval.folding import HANZI
from rag.retrieval.glossary import STOPWORDS, Glossary
from rag.retrieval.names import begins_with_office
from rag.retrieval.pinyin import is_pinyin, spelled_in, spells, syllables
from rag.retrieval.transliteration import transliterations

WHOLE_GLOSS = 1.0  # the glossary's weight of a word whose first meaning this is

# jieba's tags of proper names: persons (nr, nrt, nrfg), places (ns), organisations (nt).
_NAME_TAG = re.compile(r"nr|ns|nt")
# A single character so tagged after a short name is part of it; function words and verbs are not.
_NOUN_TAGS = frozenset(("n", "nr", "nz", "ng", "g", "zg", "a", "ag", "b", "j", "q"))
_PERSON_TAG = re.compile("nr")
_FAMILIAR = frozenset("小老阿")
_KIND_OF_PLACE = re.compile("(?:省|市|地区)$")
# Not in 其他, 他们, 他人.
_PRONOUN = re.compile("(?<!其)[他她](?![们人国乡日处])")
_SENTENCE_END = re.compile("[。！？\n]")
BEFORE = 400  # characters before a quote in which a pronoun's person is looked for
_PLACE_TAG = re.compile(r"ns|nt")
_HANZI_RUN = re.compile(f"[{HANZI}]+")
_QUOTED = re.compile('[“「『《](?P<inside>[^“”「」『』《》]{2,})[”」』》]|"(?P<plain>[^"]{2,})"')
# Where a foreign person's given name and surname meet in Chinese print; the ends run into the text.
_TRANSLITERATED = re.compile(f"[{HANZI}]{{1,2}}·[{HANZI}]")
# A code such as G60, F-15E or PM2.5.
_CODE = re.compile(r"(?<![A-Za-z])([A-Za-z]+)-?\d[\d.]*[A-Za-z]?(?![A-Za-z0-9])")
_CAPITALISED = re.compile(r"[A-Z][\w'’]*(?:-\w+)*(?:[ –-][A-Z][\w'’]*(?:-\w+)*)*")
_BRACKETED = re.compile(r"\s*\(([^()]*)\)")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?|[A-Z]{1,6}-?\d+")
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+)[\"“‘(]*$")
# Capitals that name nobody: the calendar (dates are compared as numbers), forms of address, and the
# Party of Party secretaries.
_NAMELESS = frozenset(
    (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("mr", "mrs", "ms", "dr", "am", "pm", "party"),
        *MONTH_OF,
    )
)


@dataclass(frozen=True, slots=True)
class EnglishName:
    """A name of an English sentence: as written, its words, the hanzi in brackets after it, and
    where it ends, with them."""

    written: str
    words: list[str]
    hanzi: str
    end: int


def missing_chinese(
    sentence: str, source: str, quotes: Sequence[str] = (), context: str = ""
) -> list[str]:
    """The proper names that jieba tags in a folded Chinese sentence and the folded source lacks.

    quotes, context: the source's parts and what stands around them, folded. A person may be named
    whom a pronoun of a quote means, or whose surname alone the source has and the context in full.
    """
    held = letters(source)
    names = dict.fromkeys([*_tagged_names(sentence), *_TRANSLITERATED.findall(sentence)])
    lacking = [name for name in names if not _holds(held, letters(name))]
    if not lacking or not context:
        return lacking
    meant = [*_meant(quotes, context), *_shortened(sentence, source, context)]
    return [name for name in lacking if not any(name in person for person in meant)]


def people(text: str) -> list[str]:
    """The people whom a folded Chinese text names, by jieba's tags, in order."""
    return list(dict.fromkeys(text[slice(*span)] for span in named_spans(text, _PERSON_TAG)))


def spelled_by(words: Sequence[str], hanzi: str) -> bool:
    """Whether a name's words in pinyin are a reading of exactly these hanzi, in either order."""
    parts = list(takewhile(is_pinyin, reversed(words)))[::-1]
    return bool(parts) and any(spells(form, hanzi) for form in _orders(parts))


def named_spans(text: str, tags: re.Pattern[str] = _NAME_TAG) -> list[tuple[int, int]]:
    """Where names stand in a folded text, by jieba's tags: of people, places and organisations
    unless other tags are asked for. The parts of a foreign name stand together."""
    spans: list[tuple[int, int]] = []
    start = 0
    for word, tag in _tagged(text):
        end = start + len(word)
        dotted = text[start - 1 : start] == "·" or text[end : end + 1] == "·" or word == "·"
        if dotted and spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        elif dotted or (len(word) > 1 and tags.match(tag)):
            spans.append((start, end))
        start = end
    return spans


def _holds(held: str, name: str) -> bool:
    """Whether letters hold a name; of a place, perhaps without the word for its kind (湖北省)."""
    return name in held or (len(name) > 2 and _KIND_OF_PLACE.sub("", name) in held)


def _meant(quotes: Sequence[str], context: str) -> Iterator[str]:
    """For each quote with a pronoun, the person named in the last sentence before it that names
    any; nobody where it names several."""
    for quote in quotes:
        start = context.find(quote) if _PRONOUN.search(quote) else -1
        if start > 0:
            before = context[max(0, start - BEFORE) : start]
            for text in reversed(_SENTENCE_END.split(before)):
                people = {text[slice(*span)] for span in named_spans(text, _PERSON_TAG)}
                if people:
                    yield from people if len(people) == 1 else ()
                    break


def _shortened(sentence: str, source: str, context: str) -> Iterator[str]:
    """The foreign names of a sentence that the context has in full, and the source by the last
    part."""
    for start, end in named_spans(sentence, _PERSON_TAG):
        name = sentence[start:end]
        _, dot, last = name.rpartition("·")
        if dot and last in source and name in context:
            yield name


def _tagged_names(sentence: str) -> Iterator[str]:
    for (word, tag), (after, after_tag) in pairwise([*_tagged(sentence), ("", "x")]):
        if len(word) < 2 or not _NAME_TAG.match(tag):
            continue
        if tag != "nr":
            yield word
        elif _surname(word) or word[0] in _FAMILIAR:
            # jieba parts a given name that it doesn't know (赵国|栋), or adds what follows.
            cut = len(word) == 2 and len(after) == 1 and after_tag in _NOUN_TAGS
            yield word + after if cut else word[: 2 + max(1, _surname(word))]


def _surname(word: str) -> int:
    """The length of the surname that a word begins with; 0 where it begins with none."""
    return 2 if word[:2] in DOUBLE_SURNAMES else int(word[0] in SURNAMES)


def missing_codes(sentence: str, source: str) -> list[str]:
    """The codes (G60, PM2.5) of a folded sentence that the folded source lacks. An English sentence
    may use one that the source doesn't print at all (COVID-19), but not change its number."""
    lowered = source.lower()
    letters_held = {found[1].lower() for found in _CODE.finditer(source)}
    return [
        found[0]
        for found in _CODE.finditer(sentence)
        if found[0].lower() not in lowered
        and (has_hanzi(sentence) or not has_hanzi(source) or found[1].lower() in letters_held)
    ]


@lru_cache(maxsize=256)
def places(text: str) -> str:
    """The places and organisations that jieba tags in a folded text, one a line."""
    return "\n".join(dict.fromkeys(word for word, tag in _tagged(text) if _PLACE_TAG.match(tag)))


def missing_quoted(sentence: str, source: str) -> list[str]:
    """What a folded sentence puts in quotation or title marks and the folded source does not hold.
    Foreign words are let pass where the source has none: they are a translation."""
    held = letters(source)
    quoted = [found["inside"] or found["plain"] for found in _QUOTED.finditer(sentence)]
    return [
        text
        for text in quoted
        if letters(text) not in held and (has_hanzi(text) or not has_hanzi(source))
    ]


def missing_english(sentence: str, source: str, glossary: Glossary | None = None) -> list[str]:
    """The names of a folded English sentence that nothing in the folded source stands for.

    A name is a run of capitalised words. A word of it holds where it stands in the source in Latin
    letters, where its pinyin is that of a run of the source's hanzi, or where the source holds a
    word that the glossary gives for it; acronyms and numbers pass, which others check. A name
    holds where all its words in pinyin and more than half of the others do; or where the hanzi
    printed after it in brackets are the source's, and are not another name in pinyin.
    """
    problems = []
    for name in english_names(sentence):
        if name.hanzi:
            if _spells_another(name.words, name.hanzi, glossary):
                problems.append(f"{name.written} ({name.hanzi})")
        elif not _held(name.words, source, glossary):
            problems.append(name.written)
    held = letters(source)
    problems.extend(run for run in _HANZI_RUN.findall(sentence) if letters(run) not in held)
    return problems


def has_english_names(sentence: str) -> bool:
    """Whether `missing_english` finds a name to look for in a folded sentence."""
    return next(english_names(sentence), None) is not None


def words_in_pinyin(sentence: str, glossary: Glossary | None = None) -> list[str]:
    """The words of a folded English sentence's names that are pinyin, not English."""
    return [
        word for name in english_names(sentence) for word in name.words if _is_name(word, glossary)
    ]


def english_names(sentence: str) -> Iterator[EnglishName]:
    """The names of a folded English sentence, in order."""
    for found in _CAPITALISED.finditer(sentence):
        words = _words(found[0])
        bracket = _BRACKETED.match(sentence, found.end())
        if bracket and has_hanzi(bracket[1]):
            yield EnglishName(found[0], words, bracket[1], bracket.end())
            continue
        starts = _SENTENCE_START.search(sentence[: found.start()]) is not None
        # The capital of a sentence's first word says nothing.
        if words and not (starts and len(words) == 1 and not is_pinyin(words[0])):
            yield EnglishName(found[0], words, "", found.end())


def _words(name: str) -> list[str]:
    """The words of a name that say who or what it is."""
    parts = [
        _POSSESSIVE.sub("", part)
        for word in name.split(" ")
        # Five-Year and the like are numbers, which are compared by themselves.
        if not quantities(word.partition("-")[0])
        for part in word.split("-")
    ]
    written = [*parts, ""]
    return [
        part
        for at, part in enumerate(written[:-1])
        if len(part) > 1
        and (part.lower() not in _NAMELESS | STOPWORDS or (at and _begins_name(written, at)))
        and not _ACRONYM.fullmatch(part)
        and not quantities(part)
    ]


def _begins_name(parts: list[str], at: int) -> bool:
    """Whether a word is a surname that reads like a pronoun: Mayor He Huimin."""
    return is_pinyin(parts[at]) and len(parts[at + 1]) > 1 and is_pinyin(parts[at + 1])


def _spells_another(words: list[str], bracket: str, glossary: Glossary | None) -> bool:
    """Whether a name in pinyin stands before brackets whose hanzi it does not spell."""
    hanzi = "".join(_HANZI_RUN.findall(bracket))
    tail = list(takewhile(lambda word: _is_name(word, glossary), reversed(words)))[::-1]
    if not tail:
        return False
    # A place may stand before the name of what lies in it: Zhejiang Hangzhou (杭州).
    forms = [*_orders(tail), *([tail[-1]] if len(tail) == 1 or spells(tail[-1], hanzi) else [])]
    # A foreign name may look like pinyin (Lula): it is written by its sound.
    return not any(spelled_in(form, hanzi) for form in forms) and not any(
        transliterations(word, [hanzi]) for word in tail
    )


def _held(words: list[str], source: str, glossary: Glossary | None) -> bool:
    lowered = source.lower()
    spelled = _spelled(words, source)
    translated = _translated(words, source, glossary)
    held = [
        word
        for word in words
        if word in spelled or word.lower() in translated or _stands(word.lower(), lowered)
    ]
    others = [word for word in words if word not in held]
    return len(held) * 2 > len(words) and not any(_is_name(word, glossary) for word in others)


def _stands(word: str, lowered: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", lowered) is not None


def _spelled(words: list[str], source: str) -> frozenset[str]:
    """The words that spell hanzi of the source, a name's parts together: Zhang Xusheng in either
    order, but not Zhang and Xu wherever they stand."""
    found: set[str] = set()
    for _, group in groupby(words, key=is_pinyin):
        parts = list(group)
        if is_pinyin(parts[0]) and any(spelled_in(form, source) for form in _orders(parts)):
            found.update(parts)
        elif is_pinyin(parts[0]) and len(parts) > 1:
            # A place before a name or a word such as Bei (north) may stand apart: long parts count.
            found.update(w for w in parts if (syllables(w) or 0) > 1 and spelled_in(w, source))
    return frozenset(found)


def _orders(parts: list[str]) -> tuple[str, ...]:
    """A name as printed, and with the surname moved to the front."""
    return "".join(parts), "".join([parts[-1], *parts[:-1]])


def _translated(words: list[str], source: str, glossary: Glossary | None) -> frozenset[str]:
    if glossary is None:
        return frozenset()
    # Word by word besides: the longest phrase of the dictionary may join words that don't belong.
    found = [term for text in (" ".join(words), *words) for term in glossary.translate(text)]
    return frozenset(
        word
        for term in found
        if any(form in source for form, _ in term.words)
        for word in term.term.split()
    )


def _is_name(word: str, glossary: Glossary | None) -> bool:
    """Whether a word is pinyin and not English: no Chinese word that it wholly translates reads
    otherwise than it."""
    if not is_pinyin(word):
        return False
    terms = glossary.translate(word) if glossary is not None else ()
    whole = (form for term in terms for form, weight in term.words if weight >= WHOLE_GLOSS)
    return all(spelled_in(word, form) for form in whole)


def _tagged(text: str) -> list[tuple[str, str]]:
    """jieba's words and tags; a name that it parted behind the surname (陆|远征) is one word."""
    found: list[tuple[str, str]] = []
    for word, tag in rjieba.tag(text):
        before, before_tag = found[-1] if found else ("", "")
        parted = before_tag == "nr" and len(before) == 1 and before in SURNAMES
        if parted and len(word) < 3 and str(tag) in _NOUN_TAGS and not begins_with_office(word):
            found[-1] = (before + str(word), "nr")
        else:
            found.append((str(word), str(tag)))
    return found
