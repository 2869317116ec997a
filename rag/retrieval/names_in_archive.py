"""Names in pinyin found in a whole archive (Zhang Qunhuan, 张群环), by way of its lexical index.

The index holds every pair of characters that stand side by side. Pairs that read as two syllables
running are joined to forms as long as the name; a form counts if it stands in the archive as a
phrase, and as much as the words around it let it be a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from itertools import chain

import rjieba

from rag.reading.surnames import DOUBLE_SURNAMES, SURNAMES
from rag.retrieval.folding import fold
from rag.retrieval.names import PLACE_ENDS
from rag.retrieval.pinyin import divisions, read_so
from rag.retrieval.pinyin_names import has_surname
from rag.types import Chunk
from store.lexical import Clause
from store.library import Library

MOST_FORMS = 4
CERTAIN, LIKELY, UNSURE = 1.0, 0.7, 0.5  # weights of forms
MOST_TRIED = 128  # forms looked for as phrases, those of the commonest pairs first
CHUNKS_READ = 6  # in which a form's neighbours are looked at
_CONTEXT = 16  # characters on both sides: enough for the segmenter
_FIRST_OF_SURNAMES = SURNAMES | {surname[0] for surname in DOUBLE_SURNAMES}
_PROPER_TAGS = ("nr", "ns", "nt", "nz")


class Standing(IntEnum):
    """How a form stands among the words around it, at its best: cut by the segmenter's words, from
    one word's beginning to another's end, as one noun, as a proper name."""

    CUT = 0
    APART = 1
    NOUN = 2
    PROPER = 3


class _Kind(Enum):
    PERSON = auto()
    PLACE = auto()  # of several words
    ANY = auto()  # a single word


@dataclass(frozen=True, slots=True)
class _Form:
    """What a name may be written with. chunks: how many hold it, CHUNKS_READ at most."""

    hanzi: str
    standing: Standing
    chunks: int


def find_name(library: Library, name: str) -> tuple[tuple[str, float], ...]:
    """The hanzi that a name in pinyin is written with in the archive, at most MOST_FORMS, the
    commonest first, each weighted 0 to 1 by how surely it is a name; () where nothing that reads so
    stands as a name does.

    A name of several words is a person's, surname first or last, or else a place's; one of a single
    word may be any. Only the surest forms are given.
    """
    best: dict[str, float] = {}
    for kind, words in _readings(name.split()):
        for ways in divisions(" ".join(words)):
            weights = _weights(library, kind, words, ways)
            if max(weights.values(), default=0.0) > max(best.values(), default=0.0):
                best = weights
            if CERTAIN in best.values():
                return tuple(best.items())
    return tuple(best.items())


def _readings(words: list[str]) -> list[tuple[_Kind, list[str]]]:
    """What a name may be, the likeliest first, each with its words, a person's surname in front."""
    if len(words) < 2:
        return [(_Kind.ANY, words)]
    turned = [words[-1], *words[:-1]]
    return [(_Kind.PERSON, words), (_Kind.PERSON, turned), (_Kind.PLACE, words)]


def _weights(
    library: Library, kind: _Kind, words: Sequence[str], ways: Iterable[Sequence[str]]
) -> dict[str, float]:
    """The surest forms of a name that divides into syllables in these ways."""
    runs: set[str] = set()
    for way in ways:
        if kind is _Kind.PERSON:
            found = _runs(library, way, read_so(way[0]) & _FIRST_OF_SURNAMES)
            runs.update(run for run in found if has_surname(run, words[0]))
        else:
            runs.update(_runs(library, way, read_so(way[0])))
    weights = {form: _weight(form, kind) for form in _forms(library, runs)}
    best = max(weights.values(), default=0.0)
    surest = [form for form, weight in weights.items() if weight == best > 0]
    surest.sort(key=lambda form: (-form.chunks, form.hanzi))
    return {form.hanzi: best for form in surest[:MOST_FORMS]}


def _weight(form: _Form, kind: _Kind) -> float:
    """How surely a form is the name. Two syllables read as many things, so that such a form has to
    stand as a name; of three and more hardly anything else reads so."""
    if form.standing is Standing.PROPER:
        return LIKELY if kind is _Kind.PLACE else CERTAIN
    if kind is _Kind.PLACE:
        return 0.0
    if len(form.hanzi) == 2:
        return UNSURE if kind is _Kind.ANY and form.standing is Standing.NOUN else 0.0
    if kind is _Kind.PERSON:
        return LIKELY if form.standing is Standing.CUT else CERTAIN
    return 0.0 if form.standing is Standing.CUT else LIKELY


def _forms(library: Library, runs: Iterable[str]) -> list[_Form]:
    """Those runs that stand somewhere."""
    holding: dict[str, list[str]] = {}
    for run in _commonest(library, runs):
        if hits := library.lexical([Clause(_pairs(run))], CHUNKS_READ):
            holding[run] = [chunk_id for chunk_id, _ in hits]
    chunks = library.chunks(sorted({chunk_id for ids in holding.values() for chunk_id in ids}))
    texts = {chunk_id: _text(chunk) for chunk_id, chunk in chunks.items()}
    forms = []
    for run, ids in holding.items():
        standings = [_standing(run, texts[chunk_id]) for chunk_id in ids if chunk_id in texts]
        forms.append(_Form(run, max(standings, default=Standing.CUT), len(ids)))
    return forms


def _runs(library: Library, way: Sequence[str], first: Iterable[str]) -> list[str]:
    """The hanzi that read as these syllables, of which every two neighbours stand so somewhere;
    first: the characters to begin with."""
    runs = list(first)
    for syllable in way[1:]:
        wanted = read_so(syllable)
        follows: dict[str, list[str]] = defaultdict(list)
        for token in library.lexical_tokens(sorted({run[-1] for run in runs})):
            if len(token) == 2 and token[1] in wanted:
                follows[token[0]].append(token[1])
        runs = [run + character for run in runs for character in follows.get(run[-1], ())]
    return runs


def _commonest(library: Library, runs: Iterable[str]) -> list[str]:
    """At most MOST_TRIED runs, by the frequency of their rarest pair."""
    pairs = {run: _pairs(run) for run in runs}
    frequencies, _ = library.document_frequency(sorted(set(chain.from_iterable(pairs.values()))))
    often = {run: min(frequencies[pair] for pair in pairs[run]) for run in pairs}
    return sorted(often, key=lambda run: (-often[run], run))[:MOST_TRIED]


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(run[start : start + 2] for start in range(len(run) - 1))


def _text(chunk: Chunk) -> str:
    return fold(f"{chunk.context}\n{chunk.text}")


def _standing(form: str, text: str) -> Standing:
    """How a form stands in a text at its best; CUT where it doesn't stand there at all."""
    best, start = Standing.CUT, text.find(form)
    while start >= 0 and best is not Standing.PROPER:
        best = max(best, _standing_at(start, start + len(form), text))
        start = text.find(form, start + len(form))
    return best


def _standing_at(start: int, end: int, text: str) -> Standing:
    first = max(0, start - _CONTEXT)
    tags: dict[tuple[int, int], str] = {}
    at = first
    for word, tag in rjieba.tag(text[first : end + _CONTEXT]):
        tags[at, at + len(word)] = str(tag)
        at += len(word)
    if start not in {begin for begin, _ in tags}:
        return Standing.CUT
    tag = tags.get((start, end), "")
    ends = {stop for _, stop in tags}
    placed = text[end : end + 1] in PLACE_ENDS and end + 1 in ends
    # A whole word of no tag is one that the segmenter doesn't know.
    if (
        tag.startswith(_PROPER_TAGS)
        or tag == "x"
        or (placed and (end in ends or (start, end + 1) in tags))
    ):
        return Standing.PROPER
    if tag.startswith("n"):
        return Standing.NOUN
    return Standing.APART if end in ends else Standing.CUT
