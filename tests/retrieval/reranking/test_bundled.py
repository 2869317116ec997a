"""The bundled reranker over archives whose model gives no token vectors."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.fusion import scaled
from rag.retrieval.glossary import Glossary
from rag.retrieval.query import understand
from rag.retrieval.reranking.base import Asked, Candidate
from rag.retrieval.reranking.bundled import BundledReranker
from rag.types import Chunk
from tests.store.samples import open_library, settings_for

QUESTION = "新图书馆有多少座位？"
TEXTS = ("新图书馆设座位620个。", "会议决定改造三个社区食堂。", "旧图书馆闭馆。座位都搬走了。")


def candidate(at: int, text: str, dense: float | None, lexical: float | None) -> Candidate:
    return Candidate(Chunk(f"c{at}", "a", at, 0, len(text), text, ""), 0.5, dense, lexical)


def scores(home: Path, candidates: Sequence[Candidate]) -> list[float]:
    with open_library(settings_for(home)) as library:
        asked = Asked(understand(QUESTION, Glossary(home / "glossary.sqlite")))
        return BundledReranker(library).rerank(asked, candidates)


def test_without_token_vectors_the_other_signals_decide(tmp_path: Path) -> None:
    found = scores(tmp_path, [candidate(at, text, 0.8, 1.0) for at, text in enumerate(TEXTS)])
    # Alike in both searches, they differ in how much of the question one sentence holds.
    assert found[0] > found[2] > found[1]
    assert all(0 <= score <= 1 for score in found)


def test_a_candidate_that_one_search_missed_loses_that_signal(tmp_path: Path) -> None:
    both, one = candidate(0, TEXTS[0], 0.9, 8.0), candidate(1, TEXTS[0], 0.9, None)
    other = candidate(2, TEXTS[0], 0.8, 4.0)
    found = scores(tmp_path, [both, one, other])
    assert found[0] > found[1]


def test_no_candidates_no_scores(tmp_path: Path) -> None:
    assert scores(tmp_path, []) == []


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=20))
def test_scaled_scores_keep_their_order_between_0_and_1(values: list[float | None]) -> None:
    found = scaled(values)
    assert len(found) == len(values)
    assert all(0 <= score <= 1 for score in found)
    known = [
        (value, score) for value, score in zip(values, found, strict=True) if value is not None
    ]
    for value, score in known:
        assert all(score >= other for least, other in known if value >= least)
    assert all(score == 0 for value, score in zip(values, found, strict=True) if value is None)
    if known:
        assert max(found) == pytest.approx(1.0)
