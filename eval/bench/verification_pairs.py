"""Labelled pairs of a sentence and the words it cites, to measure verification with.

Supported sentences are made by `verification_claims`, false ones from those by
`verification_changes`, or by putting a sentence beside the words of another article. Everything is
drawn by hashes: the same sets give the same pairs.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from eval.bench.verification_changes import CHANGES, Change, Pool
from eval.bench.verification_claims import ENGLISH, Claim, best_quotes, claims
from eval.bench.verification_english import CHANGES_ENGLISH
from eval.bench.verification_names import Name, names_in
from eval.bench.verification_sets import LabelledSet, Source, digest
from eval.bench.verification_wordings import WORDINGS

A_KIND = 60  # pairs of a kind, of one set and half, at most
OTHERS = 400  # articles that others are compared with and their names taken from, at most
SAME_STORY = 12  # characters in a row that two articles share only where they tell the same

_CLAUSE = re.compile("(?<=，)[\u4e00-\u9fff]{9,20}(?=[，。])")
_SHORT_CLAUSE = re.compile("(?<=，)[\u4e00-\u9fff]{5,14}(?=。)")
ANOTHER, NEAREST = "another article's words", "the nearest article's words"
MIXED = "a name of another cited sentence put in"
SHORT = "a short clause beside the nearest article's words"
IN_ENGLISH = ", English"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence with the words it cites. article: the one they are quoted from. made_from: the
    supported sentence that a false one was made from."""

    set_name: str
    held_out: bool
    kind: str
    supported: bool
    sentence: str
    quotes: tuple[str, ...]
    article: Source
    made_from: Claim | None = None


def pairs(data: LabelledSet, held_out: bool) -> list[Pair]:
    """The pairs of one half of a set: at most A_KIND of a kind, of a false kind one an article."""
    true = claims(data, held_out)
    found = [
        *_supported(true),
        *_changed(data, held_out, true),
        *_one_an_article([claim for claim in true if claim.kind != ENGLISH], _mixed),
        *_elsewhere(data, held_out, true),
    ]
    return [Pair(data.name, held_out, *one) for one in found]


# kind, supported, sentence, quotes, article, made from
_Made = tuple[str, bool, str, tuple[str, ...], Source, Claim | None]


def _supported(true: Sequence[Claim]) -> Iterator[_Made]:
    for kind in sorted({claim.kind for claim in true}):
        for claim in islice((claim for claim in true if claim.kind == kind), A_KIND):
            yield kind, True, claim.text, claim.quotes, claim.source, None


def _changed(data: LabelledSet, held_out: bool, true: Sequence[Claim]) -> Iterator[_Made]:
    others = _others(data, held_out)
    found = [*(name for one in others for name in names_in(one.text)), *_asked_for(true)]
    names = {(name.kind, name.text): name for name in found}
    english = [claim for claim in true if claim.kind == ENGLISH]
    chinese = [claim for claim in true if claim.kind != ENGLISH]
    pool = Pool(
        sorted(names.values(), key=lambda name: digest(name.text)),
        [clause for one in others for clause in _CLAUSE.findall(one.text)],
        english,
    )
    yield from _by_kind(chinese, {**CHANGES, **WORDINGS}, pool, "")
    yield from _by_kind(english, CHANGES_ENGLISH, pool, IN_ENGLISH)


def _asked_for(true: Sequence[Claim]) -> Iterator[Name]:
    return (claim.name for claim in true if claim.name is not None)


def _by_kind(
    true: Sequence[Claim], changes: Mapping[str, Change], pool: Pool, suffix: str
) -> Iterator[_Made]:
    for kind, change in changes.items():

        def made(claim: Claim, kind: str = kind, change: Change = change) -> _Made | None:
            text = change(claim, pool, Random(f"{kind} {claim.text}"))
            if text is None:
                return None
            return kind + suffix, False, text, claim.quotes, claim.source, claim

        yield from _one_an_article(true, made)


def _mixed(claim: Claim) -> _Made | None:
    """The statement with a name in another's place that a further sentence of its article has,
    which is cited besides."""
    told = "".join((claim.text, *claim.quotes))
    able = [
        (own, other, sentence)
        for sentence in claim.source.sentences
        for other in names_in(sentence)
        if other.text not in told
        for own in claim.names
        if own.kind == other.kind and own.text not in sentence and own.text not in other.text
    ]
    if not able:
        return None
    own, other, sentence = Random(f"{MIXED} {claim.text}").choice(able)
    text = claim.text[: own.start] + other.text + claim.text[own.end :]
    quotes = sorted({*claim.quotes, sentence}, key=claim.source.sentences.index)
    return MIXED, False, text, tuple(quotes), claim.source, claim


def _elsewhere(data: LabelledSet, held_out: bool, true: Sequence[Claim]) -> Iterator[_Made]:
    others = _others(data, held_out)
    pairs_of = {other.id: _character_pairs(other.text) for other in others}
    english = {claim.source.id: claim.quotes for claim in true if claim.kind == ENGLISH}

    def beside(claim: Claim, other: Source | None, kind: str) -> _Made | None:
        if other is None:
            return None
        if claim.kind == ENGLISH:
            quotes = english.get(other.id, ())
            kind += IN_ENGLISH
        else:
            quotes = best_quotes(claim.text, other.sentences)
        return (kind, False, claim.text, quotes, other, claim) if quotes else None

    def another(claim: Claim) -> _Made | None:
        able = [one for one in others if one.group != claim.source.group]
        if claim.kind == ENGLISH:
            able = [one for one in able if one.id in english]
        other = Random(claim.text).choice(able) if able else None
        return beside(claim, None if other and _same(other, claim.source) else other, ANOTHER)

    def nearest(claim: Claim, kind: str = NEAREST) -> _Made | None:
        told = _character_pairs(claim.source.text)
        near = sorted(
            (one for one in others if one.id != claim.source.id),
            key=lambda one: -len(told & pairs_of[one.id]) / len(pairs_of[one.id] | told),
        )
        able = (one for one in near[:10] if not _same(one, claim.source))
        return beside(claim, next(able, None), kind)

    chinese = [claim for claim in true if claim.kind != ENGLISH]
    yield from _one_an_article(chinese, another)
    yield from _one_an_article(chinese, nearest)
    yield from _one_an_article([claim for claim in true if claim.kind == ENGLISH], another)
    yield from _one_an_article(_short(others), lambda claim: nearest(claim, SHORT))


def _short(sources: Sequence[Source]) -> list[Claim]:
    """The first short clause of each article that ends a sentence there, as a statement."""
    found = ((_SHORT_CLAUSE.search(source.text), source) for source in sources)
    return [Claim(SHORT, f"{clause[0]}。", source, ()) for clause, source in found if clause]


def _one_an_article(
    true: Sequence[Claim], made: Callable[[Claim], _Made | None]
) -> Iterator[_Made]:
    """What is made of A_KIND statements at most, of different articles."""
    seen: set[str] = set()
    for claim in true:
        if len(seen) == A_KIND:
            return
        if claim.source.id not in seen and (one := made(claim)) is not None:
            seen.add(claim.source.id)
            yield one


def _others(data: LabelledSet, held_out: bool) -> list[Source]:
    sources = [source for source in data.sources if source.held_out is held_out]
    return sorted(sources, key=lambda source: digest(f"other {source.id}"))[:OTHERS]


def _same(one: Source, other: Source) -> bool:
    """Whether two articles may tell the same story."""
    runs = {one.text[at : at + SAME_STORY] for at in range(len(one.text) - SAME_STORY + 1)}
    return any(
        other.text[at : at + SAME_STORY] in runs for at in range(len(other.text) - SAME_STORY + 1)
    )


def _character_pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
