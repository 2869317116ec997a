"""The sentences that tell a story, chosen from all its articles: what was decided and done, with
numbers, names and dates, each thing once.

Greedy maximisation of the weight of words that are told, for the length it takes: a submodular
coverage under a budget of characters (Lin and Bilmes 2011, "A Class of Submodular Functions for
Document Summarization"). A word weighs what the sentences hold that have it, those at the beginning
of an article more, and five times that where the headline has it.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.answering.verification_text import fold, is_chinese
from rag.briefing.lengths import Extent
from rag.briefing.sentences import Sentence, sentences_of
from rag.types import Article

# Settled on summaries of news that people can compare with; docs/briefing.md says which.
DECAY = 0.5  # how fast a sentence's words weigh less, the further down it stands
HEADLINE = 4.0  # what a word of the headline weighs besides
LENGTH = 0.7  # how much of a sentence's length its worth is divided by: of 1 all, of 0 none
OVERHEAD = 10  # characters that a further point costs its reader
ENOUGH = 0.1  # of the first point's worth; a point that adds less is left out
_TOLD = {"decision": 1.3, "action": 1.3}  # by what a sentence tells; others count once
_FORMAL = 2.5  # a decision of a meeting, which is what was met for
SHORT = 40  # characters of a sentence that is added to say who led
_QUOTED = 0.7  # somebody's own words
_QUESTION = 0.5
_LEANS = 0.6  # what needs the sentence before it
_OTHER = 0.85  # what stands in another article than the one that tells the story best

_LOOSE_ENDS = "；;，,、：:"

Kept = Callable[[Sentence], bool]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence that a story is told by, and those of other articles that say the same."""

    sentence: Sentence
    same: tuple[Sentence, ...] = ()


def choose(articles: Sequence[Article], extent: Extent, keep: Kept | None = None) -> list[Chosen]:
    """The sentences that tell a story, what was decided and done first, else in the order of the
    articles. articles: those of the story, the one that tells it best first. keep: which sentences
    may be taken; None of them fit: nothing is chosen. Formula speech is taken only where nothing
    else is there. An article without a sentence tells nothing."""
    offered = [variants for one in articles for variants in sentences_of(one)]
    if keep is not None:
        offered = [variants for variants in offered if keep(variants[0])]
    said = [variants for variants in offered if not variants[0].formula]
    chosen = _greedy(said or offered[:1], _weights(articles, offered), extent, articles[0])
    chosen += _leader(chosen, said, extent)
    place = {one.id: at for at, one in enumerate(articles)}
    chosen.sort(key=lambda one: (place[one.article.id], one.span.start))
    chosen = _led(chosen)
    return [Chosen(one, _same(one, said)) for one in chosen]


def _led(chosen: Sequence[Sentence]) -> list[Sentence]:
    """Sentences with what was decided before the rest; where nothing was, the first that tells what
    was done."""
    lead = [one for one in chosen if one.kind == "decision"]
    lead = lead or [one for one in chosen if one.kind == "action"][:1]
    return [*lead, *(one for one in chosen if one not in lead)]


def point_of(sentence: Sentence) -> str:
    """A sentence as it is told by itself: with a full stop where it is cut, or ends in none."""
    quote = sentence.quote.strip()
    text = quote.rstrip(_LOOSE_ENDS)
    if text == quote and not sentence.cut:
        return text
    return text + ("。" if is_chinese(text) else ".")


def _weights(
    articles: Sequence[Article], offered: Sequence[Sequence[Sentence]]
) -> dict[str, float]:
    """What telling each word is worth."""
    weights: Counter[str] = Counter()
    for whole, *_ in offered:
        for word in whole.words:
            weights[word] += 1 / (1 + whole.ordinal) ** DECAY
    heads = fold("\n".join(f"{one.headline}\n{one.kicker}" for one in articles))
    return {
        word: weight / len(articles) * (1 + HEADLINE * (word in heads))
        for word, weight in weights.items()
    }


def _greedy(
    offered: Sequence[Sequence[Sentence]],
    weights: dict[str, float],
    extent: Extent,
    best_told: Article,
) -> list[Sentence]:
    chosen: list[Sentence] = []
    told: set[str] = set()
    left = list(offered)
    room, first = extent.characters, 0.0
    while left and len(chosen) < extent.points and room > 0:
        worth, best = max(
            (
                (_worth(one, weights, told) * _factor(one, best_told), one)
                for variants in left
                for one in variants
            ),
            key=lambda item: (item[0], -item[1].ordinal, item[1].span.end),
        )
        first = first or worth / _factor(best, best_told)
        if chosen and worth < ENOUGH * first:
            break
        chosen.append(best)
        told |= best.words
        room -= best.span.end - best.span.start
        left = [
            variants
            for variants in left
            if (variants[0].article.id, variants[0].ordinal) != (best.article.id, best.ordinal)
        ]
    return chosen


def _worth(sentence: Sentence, weights: dict[str, float], told: set[str]) -> float:
    """What a sentence adds to what is told, for its length."""
    gain = math.fsum(weights.get(word, 0.0) for word in sentence.words - told)
    length = sentence.span.end - sentence.span.start
    return gain / math.pow(length + OVERHEAD, LENGTH)


def _factor(sentence: Sentence, best_told: Article) -> float:
    """What a sentence's worth is multiplied by for what it tells and how."""
    factor = _FORMAL if sentence.formal else _TOLD.get(sentence.kind, 1.0)
    factor *= _QUOTED if sentence.quoted else 1.0
    factor *= 1.0 if sentence.article.id == best_told.id else _OTHER
    factor *= _LEANS if sentence.leans else 1.0
    return factor * (_QUESTION if sentence.question else 1.0)


def _leader(
    chosen: Sequence[Sentence], offered: Sequence[Sequence[Sentence]], extent: Extent
) -> list[Sentence]:
    """The sentence that says who led what is told, where none that is chosen does and a short one
    is there."""
    if len(chosen) >= extent.points or any(one.led for one in chosen):
        return []
    told = {one.article.id for one in chosen}
    leading = (
        whole
        for whole, *_ in offered
        if whole.led and whole.article.id in told and len(whole.quote) <= SHORT
    )
    return list(islice(leading, 1))


_ALIKE = 0.6  # of a sentence's words, that another article's sentence has where it says the same


def _same(one: Sentence, offered: Sequence[Sequence[Sentence]]) -> tuple[Sentence, ...]:
    """For each other article its sentence that is nearest to this one, where it is near."""
    best: dict[str, tuple[float, Sentence]] = {}
    for whole, *_ in offered:
        if whole.article.id == one.article.id or not one.words:
            continue
        share = len(one.words & whole.words) / len(one.words | whole.words)
        if share >= _ALIKE and share > best.get(whole.article.id, (0.0, whole))[0]:
            best[whole.article.id] = (share, whole)
    return tuple(sentence for _, sentence in best.values())
