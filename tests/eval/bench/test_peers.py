"""The comparison with other frameworks: its figures, its files, and runs as a user starts them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.peers.comparison import groups
from eval.bench.peers.scores import DEPTH, METRICS, Bootstrap, score
from eval.bench.peers.sets import Document, Question, RetrievalSet, load_set
from eval.bench.peers.systems import FORMS, NEWSDESK, chosen
from eval.bench.peers.vectors import SharedVectors
from eval.bench.peers.worker import Measured, ranked_documents
from eval.errors import DatasetError, EvalError
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings

ROOT = Path(__file__).parents[3]

DOCUMENTS = {
    "dam": "青川水库的堤坝加固工程昨天完工，能抵御百年一遇的洪水。",
    "choir": "青川中学的合唱团在歌咏比赛中得了第一名，学生们唱了三首歌。",
    "apples": "今年白石镇苹果丰收，果农说产量比去年多两成。",
}
QUESTIONS = [
    {"question_zh": "堤坝什么时候完工？", "question_en": "When was the dam done?", "gold": ["dam"]},
    {
        "question_zh": "合唱团唱了几首歌？",
        "question_en": "How many songs did the choir sing?",
        "gold": ["choir"],
    },
    {
        "question_zh": "苹果产量比去年多多少？",
        "question_en": "How many more apples this year?",
        "gold": ["apples"],
    },
]


def written(folder: Path, documents: Sequence[Any], questions: Sequence[Any]) -> Path:
    for part, rows in (("docs", documents), ("questions", questions)):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / f"town.{part}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder / "town"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    documents = [{"id": name, "text": text} for name, text in DOCUMENTS.items()]
    return written(tmp_path, documents, QUESTIONS)


# Figures

ids = st.lists(st.sampled_from("abcdefghijklmnopqrst"), max_size=30)
gold_ids = st.lists(st.sampled_from("abcdefghijklmnopqrst"), min_size=1, max_size=4, unique=True)


@given(ids, gold_ids)
def test_a_score_is_a_share_that_a_right_document_at_the_top_never_lowers(
    found: list[str], gold: list[str]
) -> None:
    before = score(found, gold)
    after = score([gold[0], *found], gold)
    assert all(0 <= value <= 1 for value in before)
    # A right document that pushes another one out of reach leaves the recall at 10 as it was.
    assert all(high >= low - 1e-12 for high, low in zip(after, before, strict=True))


def test_scores_of_a_ranking_worked_out_by_hand() -> None:
    first, ten, reciprocal, gain = score(["x", "a", "x", "y", "b"], ["a", "b"])
    assert (first, ten, reciprocal) == (0, 1, 0.5)
    assert gain == pytest.approx((1 / log2(3) + 1 / log2(5)) / (1 / log2(2) + 1 / log2(3)))
    assert score([str(place) for place in range(DEPTH)] + ["a"], ["a"]) == (0, 0, 0, 0)
    assert score(["a", "b"], ["a", "b"])[0] == 0.5
    with pytest.raises(ValueError, match="no document is right"):
        score(["a"], [])


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40))
def test_an_interval_holds_the_mean_and_is_a_point_where_nothing_varies(
    values: list[float],
) -> None:
    scores = np.repeat(np.array(values)[:, None], len(METRICS), axis=1)
    found = Bootstrap(len(values)).estimates(scores)["R@1"]
    # A percentile interval may miss a skewed mean by little, never the range of the values.
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.mean == pytest.approx(np.mean(values))
    level = Bootstrap(len(values)).estimates(np.full_like(scores, 0.5))["R@1"]
    assert (level.low, level.high) == pytest.approx((0.5, 0.5))


def test_an_interval_is_about_as_wide_as_the_normal_one() -> None:
    scores = np.zeros((400, len(METRICS)))
    scores[:100] = 1
    found = Bootstrap(400).estimates(scores)["nDCG@10"]
    half = 1.96 * (0.25 * 0.75 / 400) ** 0.5
    assert found.low == pytest.approx(0.25 - half, abs=0.006)
    assert found.high == pytest.approx(0.25 + half, abs=0.006)


def measured(ranked: list[list[str]]) -> Measured:
    return Measured(1, 0, 0.0, 0.0, 0.0, [1.0], 1.0, {"question": ranked})


def test_differences_are_paired_and_split_by_kind() -> None:
    documents = tuple(Document(name, name) for name in "ab")
    questions = tuple(
        Question({"question": "?"}, ("a",), kind) for kind in ["one"] * 10 + ["two"] * 10
    )
    data = RetrievalSet("s", documents, questions)
    ours = measured([["a", "b"]] * 10 + [["b", "a"]] * 10)
    theirs = measured([["b", "a"]] * 10 + [["b", "a"]] * 10)
    found = {group.kind: group for group in groups(data, {NEWSDESK: ours, "txtai": theirs})}
    assert list(found) == ["one", "two", "all"]
    assert [found[kind].questions for kind in found] == [10, 10, 20]
    assert found["all"].standings[NEWSDESK].metrics["R@1"].mean == 0.5
    assert not found["all"].standings[NEWSDESK].difference
    assert found["one"].standings["txtai"].difference["R@1"].high == pytest.approx(-1)
    level = found["two"].standings["txtai"].difference["MRR@10"]
    assert (level.low, level.mean, level.high) == (0, 0, 0)
    assert found["all"].standings["txtai"].difference["R@10"].mean == 0


# Files


def test_a_set_is_read_with_the_documents_asked_about_first(town: Path) -> None:
    data = load_set(town)
    assert data.fields == ["question_en", "question_zh"]
    assert data.kinds == ["all"]
    assert {document.id: document.text for document in data.documents} == DOCUMENTS
    more = [
        {"id": "other", "text": "别的事。"},
        *({"id": i, "text": t} for i, t in DOCUMENTS.items()),
    ]
    limited = load_set(written(town.parent, more, QUESTIONS), limit=3)
    assert [document.id for document in limited.documents] == list(DOCUMENTS)


GOOD = {"id": "a", "text": "青川。"}


@pytest.mark.parametrize(
    ("documents", "questions", "problem"),
    [
        ([GOOD, {"id": "b"}], [{"question": "?", "gold": ["a"]}], r"town\.docs\.jsonl:2: text"),
        ([GOOD, GOOD], [{"question": "?", "gold": ["a"]}], "'a' stands there twice"),
        ([GOOD], [{"question": "?", "gold": ["b"]}], "names 'b'"),
        ([GOOD], [{"question": "?", "gold": []}], r"questions\.jsonl:1: gold"),
        ([GOOD], [{"ask": "?", "gold": ["a"]}], "no `question`"),
        ([GOOD], [], "no `question`"),
        ([GOOD], ["no object"], r"questions\.jsonl:1: the row"),
    ],
)
def test_a_set_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, documents: list[Any], questions: list[Any], problem: str
) -> None:
    with pytest.raises(DatasetError, match=problem) as caught:
        load_set(written(tmp_path, documents, questions))
    assert "\n" not in str(caught.value)


def test_a_set_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no file town\.docs"):
        load_set(tmp_path / "town")


# Systems and vectors


def test_a_system_must_be_known() -> None:
    with pytest.raises(EvalError, match="no system is called 'elastic'; choose among newsdesk"):
        chosen(["elastic"])
    assert chosen([NEWSDESK]) == [NEWSDESK]


def test_vectors_are_embedded_once_and_shared(tmp_path: Path) -> None:
    plain = open_embedder(Settings())
    texts = list(DOCUMENTS.values())
    first = SharedVectors(plain, tmp_path / "vectors")
    passages = first.embed_passages([texts[0], texts[1], texts[0]])
    assert first.embedded == 2
    assert np.allclose(passages, plain.embed_passages([texts[0], texts[1], texts[0]]), atol=1e-5)
    questions = first.embed_queries(texts[:1])
    assert np.allclose(questions, plain.embed_queries(texts[:1]), atol=1e-5)
    first.close()

    second = SharedVectors(plain, tmp_path / "vectors")
    assert second.embed_passages([]).shape == (0, 384)
    assert np.array_equal(second.embed_passages(texts[1:2]), passages[1:2])
    assert second.embedded == 0
    assert 0 < second.passage_seconds < first.passage_seconds
    second.close()


class Listed:
    """A system of fixed passages: what it finds is their documents' ids, in order."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._passages = list(passages)

    def index(self, documents: Sequence[Document]) -> int:
        return len(documents)

    def search(self, question: str, passages: int) -> list[str]:
        return self._passages[:passages]

    def close(self) -> None:
        self._passages.clear()


@given(st.lists(st.sampled_from("abcdefghijklmno"), max_size=60))
def test_more_passages_are_asked_for_where_ten_belong_to_fewer_documents(
    passages: list[str],
) -> None:
    documents = ranked_documents(Listed(passages), "?", passages[:DEPTH])
    assert documents == list(dict.fromkeys(passages))[:DEPTH]


# Whole runs


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eval.bench.peers", *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


@pytest.mark.slow
def test_a_run_shows_tables_and_writes_every_figure(town: Path, tmp_path: Path) -> None:
    done = run(str(town), "--systems", NEWSDESK, "--json", str(tmp_path / "all.json"))
    assert done.returncode == 0, done.stderr
    assert "### town, question_zh, all: 3 questions, 3 documents" in done.stdout
    assert "### town: costs" in done.stdout
    (found,) = json.loads((tmp_path / "all.json").read_text("utf-8"))
    cost = found["costs"][NEWSDESK]
    assert cost["passages"] == 3
    assert cost["embedded"] == 0
    assert cost["embedding_cpu_seconds"] > 0
    assert cost["peak_mib"] > 10
    assert len(cost["query_ms"]) == 6
    chinese = next(group for group in found["groups"] if group["field"] == "question_zh")
    assert chinese["standings"][NEWSDESK]["metrics"]["R@1"]["mean"] == 1


@pytest.mark.slow
def test_a_run_that_cannot_be_made_ends_in_one_line(town: Path) -> None:
    done = run(str(town), "--systems", "elastic")
    assert done.returncode == 1
    assert done.stderr.startswith("peers: no system is called")
    done = run(str(town.with_name("village")), "--systems", NEWSDESK)
    assert done.returncode == 1
    assert done.stderr.startswith("peers: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FORMS if name != NEWSDESK])
def test_a_peer_finds_what_is_asked_for(name: str, town: Path, tmp_path: Path) -> None:
    try:
        chosen([name])
    except EvalError as error:
        pytest.skip(str(error))
    embedder = SharedVectors(open_embedder(Settings()), tmp_path / "vectors")
    system = FORMS[name].build(embedder)
    data = load_set(town)
    assert system.index(data.documents) == len(DOCUMENTS)
    for question in data.questions:
        found = system.search(question.texts["question_zh"], 60)
        assert set(found) <= set(DOCUMENTS)
        if FORMS[name].default:
            assert found[0] == question.gold[0]
    system.close()
