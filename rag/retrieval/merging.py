"""Several rankings as one: of a question's parts, of several searches, of what was read and not."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from rag.retrieval.fusion import Ranking


def merge(rankings: Sequence[Ranking]) -> list[tuple[str, float]]:
    """The best chunk of each ranking first, then all others by score; each chunk once.

    Rankings are fused ones, scored 0 to 1 alike. A part whose best chunks stand out needs few
    places, and leaves more to a part whose chunks come close to one another: that finds more than
    taking turns, as docs/retrieval.md shows. A chunk in several rankings has its best score. A
    first that others outscore is raised to the best score below it, so that scores never rise from
    one chunk to the next. Ties are broken by the parts' order, then by the order within them.
    """
    scores: dict[str, float] = {}
    for ranking in rankings:
        for chunk_id, score in ranking:
            scores[chunk_id] = max(scores.get(chunk_id, score), score)
    firsts = dict.fromkeys(ranking[0][0] for ranking in rankings if ranking)
    rest = sorted((chunk for chunk in scores if chunk not in firsts), key=lambda c: -scores[c])
    order = [*sorted(firsts, key=lambda chunk: -scores[chunk]), *rest]
    rising = list(accumulate((scores[chunk] for chunk in reversed(order)), max))
    return list(zip(order, reversed(rising), strict=True))


def united(rankings: Iterable[Ranking]) -> list[tuple[str, float]]:
    """Rankings by the same measure as one, each chunk by its best score; ties are broken by id, so
    that the same archive always answers alike."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for chunk_id, score in ranking:
            scores[chunk_id] = max(scores.get(chunk_id, score), score)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def behind(ahead: Ranking, rest: Ranking) -> list[tuple[str, float]]:
    """A ranking with others behind it in their order, whose scores, 0 to 1, become shares of the
    last score ahead."""
    if not ahead:
        return list(rest)
    last = ahead[-1][1]
    return [*ahead, *((chunk_id, min(last, last * score)) for chunk_id, score in rest)]
