"""How well documents were ranked, question by question, computed by `ir_measures`."""

from collections.abc import Collection, Iterable, Sequence

RANKING_METRICS = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "mrr@10": "RR@10",
    "ndcg@10": "nDCG@10",
}
"""The metrics of a ranking, with the name that `ir_measures` has for each."""

_DEPTH = 10  # documents looked at, at most


def ranking_scores(found: Sequence[str], gold: Collection[str]) -> dict[str, float]:
    """One question's RANKING_METRICS, each between 0 and 1; see `ranking_scores_of_all`."""
    return ranking_scores_of_all([(found, gold)])[0]


def ranking_scores_of_all(
    rankings: Sequence[tuple[Sequence[str], Collection[str]]],
) -> list[dict[str, float]]:
    """Each question's RANKING_METRICS, each between 0 and 1, in one go.

    rankings: a question each, the ids found, best first, and those that are right. An id that is
    found again counts at its first place. recall@k is the share of the right ids among the first
    k, mrr@10 one by the place of the first right one among ten, 0 without any, ndcg@10 (Järvelin
    and Kekäläinen 2002) takes every right id as equally relevant. Raises ValueError for a question
    without a right id.
    """
    import ir_measures  # heavy: loaded on first use

    names = {ir_measures.parse_measure(known): name for name, known in RANKING_METRICS.items()}
    relevant, ranked = {}, {}
    for number, (found, gold) in enumerate(rankings):
        places = _named(gold)
        relevant[str(number)] = dict.fromkeys(places.values(), 1)
        # Equal scores would be put in an order of the library's own: each is below the one before.
        first = list(dict.fromkeys(found))[:_DEPTH]
        ranked[str(number)] = {
            places.get(name, f"other {place}"): float(-place) for place, name in enumerate(first)
        }
    scores: list[dict[str, float]] = [dict.fromkeys(RANKING_METRICS, 0.0) for _ in rankings]
    for value in ir_measures.iter_calc(list(names), relevant, ranked):
        scores[int(value.query_id)][names[value.measure]] = float(value.value)
    return scores


def recall_at(
    found: Sequence[str], gold: Collection[str], depths: Iterable[int]
) -> tuple[float, ...]:
    """The share of the right ids among the first k found, for each k of `depths`: a curve.

    An id that is found again counts at its first place. Raises ValueError without a right id.
    """
    right = _named(gold)
    ranked = list(dict.fromkeys(found))
    places = [place for place, name in enumerate(ranked, start=1) if name in right]
    return tuple(sum(place <= depth for place in places) / len(right) for depth in depths)


def _named(gold: Collection[str]) -> dict[str, str]:
    """The right ids, each with a plain name: any text at all may be an id."""
    if not gold:
        raise ValueError("no document is right; nothing can be scored")
    return {name: f"right {number}" for number, name in enumerate(dict.fromkeys(gold))}
