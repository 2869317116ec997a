from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.merging import merge

rankings = st.dictionaries(
    st.sampled_from("abcdefghijkl"), st.floats(0, 1, allow_nan=False), max_size=8
).map(lambda scores: sorted(scores.items(), key=lambda item: -item[1]))


@given(st.lists(rankings, max_size=5))
def test_every_chunk_comes_once_and_scores_never_rise(
    parts: list[list[tuple[str, float]]],
) -> None:
    merged = merge(parts)
    assert sorted(chunk for chunk, _ in merged) == sorted({c for part in parts for c, _ in part})
    assert all(ahead[1] >= behind[1] for ahead, behind in pairwise(merged))
    best = max((score for part in parts for _, score in part), default=0.0)
    assert all(0 <= score <= best for _, score in merged)


@given(st.lists(rankings, max_size=5))
def test_the_best_of_each_part_stands_before_all_others(
    parts: list[list[tuple[str, float]]],
) -> None:
    firsts = {part[0][0] for part in parts if part}
    assert {chunk for chunk, _ in merge(parts)[: len(firsts)]} == firsts


@given(rankings)
def test_one_ranking_keeps_its_scores(ranking: list[tuple[str, float]]) -> None:
    assert dict(merge([ranking])) == dict(ranking)


def test_the_part_whose_chunks_come_close_gets_more_places() -> None:
    sure = [("a", 1.0), ("b", 0.3), ("c", 0.2)]
    unsure = [("d", 0.9), ("e", 0.8), ("f", 0.7)]
    assert [chunk for chunk, _ in merge([sure, unsure])] == ["a", "d", "e", "f", "b", "c"]


def test_a_weak_first_is_raised_to_what_follows_it() -> None:
    assert merge([[("a", 0.9), ("b", 0.8)], [("c", 0.1)]]) == [("a", 0.9), ("c", 0.8), ("b", 0.8)]
