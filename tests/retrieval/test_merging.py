from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.merging import behind, merge, united

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


@given(rankings, rankings)
def test_what_stands_behind_keeps_its_order_and_never_outscores_what_is_ahead(
    ahead: list[tuple[str, float]], rest: list[tuple[str, float]]
) -> None:
    ranked = behind(ahead, rest)
    assert ranked[: len(ahead)] == ahead
    assert [chunk for chunk, _ in ranked[len(ahead) :]] == [chunk for chunk, _ in rest]
    assert all(before[1] >= after[1] >= 0 for before, after in pairwise(ranked))


def test_what_stands_behind_scores_below_what_is_ahead() -> None:
    assert behind([("a", 0.9), ("b", 0.4)], [("c", 0.5), ("d", 0.25)]) == [
        ("a", 0.9),
        ("b", 0.4),
        ("c", 0.2),
        ("d", 0.1),
    ]


@given(st.lists(rankings, max_size=5))
def test_united_rankings_hold_each_chunk_by_its_best_score(
    parts: list[list[tuple[str, float]]],
) -> None:
    together = united(parts)
    assert all(ahead[1] >= behind[1] for ahead, behind in pairwise(together))
    assert dict(together) == {
        chunk: max(dict(part)[chunk] for part in parts if chunk in dict(part))
        for part in parts
        for chunk, _ in part
    }
