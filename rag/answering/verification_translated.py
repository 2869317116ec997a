"""What an English sentence says of a Chinese source: offices, and each item of a list."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from rag.answering.verification_text import has_hanzi, letters
from rag.retrieval.lexicon import lines

LEAST_ITEMS = 3  # of a list
LONGEST_ITEM = 5  # words; what is longer is a clause
# Of XQuAD's English questions 122 in 1,000 content words are further from every word of the same
# question in Chinese, and 701 of the next one's (python -m eval.bench.word_alignment).
ITEM_NEAR = 0.45

WordSimilarities = Callable[[str, str], Sequence[tuple[str, float]]]
"""Of a sentence and a quote in another language: each word with how near the nearest there is."""

_VICE = re.compile(r"\b(?:vice|deputy|assistant|acting|former|ex)[ -]+$", re.IGNORECASE)
_VICE_HANZI = "副"
_BEFORE_LIST = re.compile(r":|\b(?:including|namely|such as|are|were)\b", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|or|as well as)\b")
_SENTENCE_END = re.compile(r"[.;!?](?!\d)")


def mistranslated(sentence: str, source: str, words: WordSimilarities | None) -> list[str]:
    """What a folded English sentence says that the folded Chinese source doesn't, as problems: an
    office for which the source has no word, or only that of its deputy; an item of a list of three
    or more that no word of the source is near to."""
    if not has_hanzi(source):
        return []
    return [
        *_offices_missing(sentence, source),
        *(_items_missing(sentence, source, words) if words is not None else ()),
    ]


@cache
def _offices() -> Mapping[str, tuple[str, ...]]:
    rows = (line.split("\t") for line in lines("english_offices.tsv"))
    return {office: tuple(forms.split()) for office, forms in rows}


@cache
def _office() -> re.Pattern[str]:
    longest_first = sorted(_offices(), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(longest_first)})\b(?! league)", re.IGNORECASE)


def _offices_missing(sentence: str, source: str) -> Iterator[str]:
    for found in _office().finditer(sentence):
        office = found[1].lower()
        # A deputy's office is its chief's with a word before it.
        forms = [form for form in _offices()[office] if form in source]
        if not forms:
            yield f"the office “{found[0]}” is not in the cited text"
        elif not _VICE.search(sentence[: found.start()]) and all(
            _deputies_only(form, source) for form in forms
        ):
            yield f"“{found[0]}” is a deputy in the cited text"


def _deputies_only(form: str, source: str) -> bool:
    places = [found.start() for found in re.finditer(re.escape(form), source)]
    return all(source[place - 1 : place] == _VICE_HANZI for place in places)


def _items_missing(sentence: str, source: str, words: WordSimilarities) -> Iterator[str]:
    heads = [
        (item, head)
        for text in _SENTENCE_END.split(sentence)
        for item in _listed(text)
        if (head := _head(item))
    ]
    if not heads:
        return
    near: dict[str, float] = {}
    for word, similarity in words(sentence, source):
        key = letters(word)
        near[key] = max(similarity, near.get(key, similarity))
    for item, head in heads:
        if near.get(head, 1.0) < ITEM_NEAR:
            yield f"“{item}” is not in the cited text"


def _listed(text: str) -> list[str]:
    """The items of a list that a text ends with, each of a few words; empty where there is none."""
    first, *others = text.split(", ")
    if not others:
        return []
    *_, first = _BEFORE_LIST.split(first)
    last = [part for part in _AND.split(others[-1]) if part.strip()]
    items = [item.strip() for item in (first, *others[:-1], *last)]
    many = len(items) >= LEAST_ITEMS and len(last) in (1, 2)
    return items if many and all(len(item.split()) <= LONGEST_ITEM for item in items) else []


def _head(item: str) -> str:
    """The word that an English item is about, its last; empty for a name or a number."""
    last = item.split()[-1] if item.split() else ""
    return letters(last) if last.isalpha() and last.islower() else ""
