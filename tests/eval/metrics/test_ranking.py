"""Ranking metrics: held against two other computations of them, and what must hold of any."""

from collections.abc import Sequence
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.scores import score
from eval.metrics import RANKING_METRICS, ranking_scores, ranking_scores_of_all, recall_at

names = st.text(max_size=3)
rankings = st.tuples(
    st.lists(st.sampled_from("abcdefghijklmnop"), max_size=30),
    st.lists(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=12, unique=True),
)


def by_definition(found: Sequence[str], gold: Sequence[str]) -> dict[str, float]:
    ranked: list[str] = []
    for name in found:
        if name not in ranked:
            ranked.append(name)
    gains = [1.0 if name in gold else 0.0 for name in ranked[:10]]
    ideal = [1.0] * min(len(gold), 10)

    def discounted(values: Sequence[float]) -> float:
        return sum(value / log2(place + 2) for place, value in enumerate(values))

    first = next((1 / (place + 1) for place, gain in enumerate(gains) if gain), 0.0)
    return {
        "recall@1": sum(gains[:1]) / len(gold),
        "recall@5": sum(gains[:5]) / len(gold),
        "recall@10": sum(gains) / len(gold),
        "mrr@10": first,
        "ndcg@10": discounted(gains) / discounted(ideal),
    }


@given(st.lists(rankings, min_size=1, max_size=4))
def test_every_metric_is_as_defined_and_as_computed_elsewhere(
    questions: list[tuple[list[str], list[str]]],
) -> None:
    for (found, gold), scores in zip(questions, ranking_scores_of_all(questions), strict=True):
        assert scores == pytest.approx(by_definition(found, gold), abs=1e-6)
        other = dict(zip(RANKING_METRICS, score(found, gold), strict=True))
        assert scores == pytest.approx(other, abs=1e-6)


def test_a_right_document_in_second_place_of_two_right_ones() -> None:
    scores = ranking_scores(["other", "right"], ["right", "missed"])
    assert scores == pytest.approx(
        {
            "recall@1": 0.0,
            "recall@5": 0.5,
            "recall@10": 0.5,
            "mrr@10": 0.5,
            "ndcg@10": (1 / log2(3)) / (1 + 1 / log2(3)),
        }
    )


@given(st.lists(names, max_size=12), st.lists(names, min_size=1, max_size=4))
def test_any_text_may_be_an_id(found: list[str], gold: list[str]) -> None:
    assert ranking_scores(found, gold) == pytest.approx(
        by_definition(found, list(dict.fromkeys(gold)))
    )


@given(rankings)
def test_a_found_id_counts_at_its_first_place_alone(ranking: tuple[list[str], list[str]]) -> None:
    found, gold = ranking
    assert ranking_scores([*found, *found], gold) == ranking_scores(found, gold)


@given(rankings)
def test_the_curve_never_falls_and_goes_through_the_recalls(
    ranking: tuple[list[str], list[str]],
) -> None:
    found, gold = ranking
    curve = recall_at(found, gold, range(1, 51))
    assert len(curve) == 50
    assert list(curve) == sorted(curve)
    assert curve[-1] == len(set(found) & set(gold)) / len(gold)
    scores = ranking_scores(found, gold)
    assert [curve[k - 1] for k in (1, 5, 10)] == pytest.approx(
        [scores["recall@1"], scores["recall@5"], scores["recall@10"]]
    )


def test_nothing_found_scores_nothing_and_nothing_right_is_an_error() -> None:
    assert ranking_scores([], ["a"]) == dict.fromkeys(RANKING_METRICS, 0.0)
    assert ranking_scores_of_all([]) == []
    with pytest.raises(ValueError, match="no document is right"):
        ranking_scores(["a"], [])
    with pytest.raises(ValueError, match="no document is right"):
        recall_at(["a"], [], [1])
