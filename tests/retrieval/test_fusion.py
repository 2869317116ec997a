from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.fusion import Fusion, convex_fusion, fused, reciprocal_rank_fusion

rankings = st.dictionaries(
    st.sampled_from("abcdefghij"), st.floats(0, 100, allow_nan=False), max_size=10
).map(lambda scores: sorted(scores.items(), key=lambda item: -item[1]))


@given(rankings, rankings, st.floats(0, 1))
def test_everything_found_is_ranked_once_between_0_and_1(
    dense: list[tuple[str, float]], lexical: list[tuple[str, float]], weight: float
) -> None:
    fused = convex_fusion(dense, lexical, weight)
    assert {name for name, _ in fused} == {name for name, _ in dense + lexical}
    assert len({name for name, _ in fused}) == len(fused)
    assert all(0 <= score <= 1 + 1e-9 for _, score in fused)
    assert [score for _, score in fused] == sorted((s for _, s in fused), reverse=True)


@given(rankings)
def test_one_ranking_alone_keeps_its_order(dense: list[tuple[str, float]]) -> None:
    scores = dict(dense)
    for (ahead, high), (behind, low) in pairwise(convex_fusion(dense, [], 1.0)):
        # Scores too close for a float to tell apart once scaled are tied.
        assert scores[ahead] >= scores[behind] or high == low


def test_what_both_find_beats_what_one_finds() -> None:
    dense = [("a", 0.9), ("b", 0.88), ("c", 0.5)]
    lexical = [("b", 9.0), ("d", 8.0), ("c", 1.0)]
    assert convex_fusion(dense, lexical, 0.5)[0][0] == "b"


def test_ties_are_broken_alike_every_time() -> None:
    assert convex_fusion([("b", 1.0), ("a", 1.0)], [], 0.5) == [("a", 0.5), ("b", 0.5)]


@given(rankings, rankings)
def test_rank_fusion_holds_both_and_puts_no_chunk_before_one_that_both_rank_higher(
    dense: list[tuple[str, float]], lexical: list[tuple[str, float]]
) -> None:
    found = [name for name, _ in reciprocal_rank_fusion(dense, lexical)]
    assert sorted(found) == sorted(dict(dense) | dict(lexical))
    places = [{name: place for place, (name, _) in enumerate(one)} for one in (dense, lexical)]
    last = len(found)
    for place, first in enumerate(found):
        for second in found[place + 1 :]:
            behind = [one.get(first, last) > one.get(second, last) for one in places]
            assert not all(behind)


def test_rank_fusion_worked_out_by_hand() -> None:
    dense, lexical = [("a", 0.9), ("b", 0.8)], [("b", 7.0), ("c", 6.0)]
    assert dict(reciprocal_rank_fusion(dense, lexical)) == pytest.approx(
        {"b": 1 / 62 + 1 / 61, "a": 1 / 61, "c": 1 / 62}
    )


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
@given(rankings, rankings)
def test_either_fusion_scores_from_0_to_1_in_order(
    fusion: Fusion, dense: list[tuple[str, float]], lexical: list[tuple[str, float]]
) -> None:
    scores = [score for _, score in fused(dense, lexical, "zh", fusion)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for score in scores)
    if fusion == "rrf" and scores:
        assert scores[0] == 1.0
