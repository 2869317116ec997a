"""Sets held out: each question goes to the fold that left its documents out."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.held_out import SHIPPED, Fold, folds_of, load_folds, merged, parts
from eval.bench.peers.__main__ import main as peers_main
from eval.bench.peers.worker import ask_part
from eval.bench.retrieval import Retrieval, measure
from eval.bench.retrieval import main as retrieval_main
from eval.bench.sets import Document, Question, RetrievalSet, load_set
from eval.errors import EvalError
from eval.training import late_interaction
from eval.training.projection import untrained
from eval.training.token_states import QuestionSource, load_questions
from rag.indexing.embedding.bundled import BundledEmbedder
from rag.indexing.embedding.e5_onnx import open_e5
from rag.settings import Settings
from rag.types import PassageEmbedding, QuestionEmbedding
from tests.eval.bench.samples import DOCUMENTS, QUESTIONS, run, written

SIZE = 16


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small projections, trained on the set of the town without a part of it each."""
    place = tmp_path_factory.mktemp("folds")
    documents = [{"id": name, "text": text} for name, text in DOCUMENTS.items()]
    answers = ["完工", "三首歌", "两成"]
    questions = [
        {**row, "answers": [answer]} for row, answer in zip(QUESTIONS, answers, strict=True)
    ]
    prefix = written(place, documents, questions)
    docs, asked = (prefix.with_name(f"town.{part}.jsonl") for part in ("docs", "questions"))
    sets = load_questions(open_e5(), [QuestionSource(docs, asked, "question_zh", "town (zh)")])
    start = untrained(sets, SIZE)
    first = [late_interaction.scores(start, sets[0], range(len(sets[0].gold)))]
    folds = late_interaction.folds_of(start, sets, first, 2, epochs=1)
    for number, fold in enumerate(folds, start=1):
        (place / f"fold-{number}.npz").write_bytes(fold.stored())
    return place


def of(left_out: Sequence[str], name: str = "fold") -> Fold:
    return Fold(name, b"", frozenset(left_out))


def asked_about(*golds: Sequence[str]) -> RetrievalSet:
    """A set of the documents a to d, with a question for each of these."""
    documents = tuple(Document(name, name) for name in "abcd")
    questions = tuple(Question({"question": "?"}, tuple(gold), "") for gold in golds)
    return RetrievalSet("town", documents, questions)


def test_each_question_goes_to_the_fold_that_left_its_documents_out() -> None:
    data = asked_about("a", "cd", "b", "d")
    folds = [of("ab", "one"), of("cd", "two")]
    first, second = parts(data, folds)
    assert (first.name, first.places) == ("one", (0, 2))
    assert (second.name, second.places) == ("two", (1, 3))
    assert first.of(data).documents == data.documents
    assert [question.gold for question in second.of(data).questions] == [("c", "d"), ("d",)]
    assert folds_of(data, [*folds, of("xyz")]) == 2


def test_documents_that_nothing_is_asked_about_need_no_fold() -> None:
    (part,) = parts(asked_about("a", "b"), [of("ab", "one")])
    assert (part.name, part.places) == ("one", (0, 1))


def test_a_set_that_was_not_trained_on_is_asked_through_what_ships() -> None:
    data = asked_about("a", "b")
    for folds in ([], [of("xyz")]):
        (part,) = parts(data, folds)
        assert (part.name, part.projection, part.places) == (SHIPPED, None, (0, 1))
        assert folds_of(data, folds) == 0


@pytest.mark.parametrize(
    ("left_out", "problem"),
    [
        (["ab"], "no fold left out all of c, d"),
        (["ab", "c"], "no fold left out all of c, d"),
        (["ac", "bd"], "no fold left out all of a, b"),
    ],
)
def test_a_set_that_the_folds_do_not_fit_is_told(left_out: list[str], problem: str) -> None:
    with pytest.raises(EvalError, match=problem):
        parts(asked_about("ab", "cd"), [of(ids) for ids in left_out])


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12))
def test_what_parts_find_is_put_back_in_the_order_of_the_questions(gold: list[str]) -> None:
    data = asked_about(*gold)
    asked = parts(data, [of("a", "one"), of("bc", "two"), of("d", "three")])
    ranked = [
        {"ours": {"question": [list(question.gold) for question in part.of(data).questions]}}
        for part in asked
    ]
    assert merged(data, asked, ranked) == {"ours": {"question": [[name] for name in gold]}}
    whole = {"question": [[name] for name in gold]}
    assert [part.among(whole) for part in asked] == [found["ours"] for found in ranked]


def test_folds_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"no fold-\*\.npz there.*--keep-folds"):
        load_folds(tmp_path)
    assert load_folds(None) == ()
    path = tmp_path / "fold-1.npz"
    for content in (b"", b"nothing like it"):
        path.write_bytes(content)
        with pytest.raises(EvalError, match="what documents it was trained without"):
            load_folds(tmp_path)
    for record in ("", "{}", json.dumps({"left_out": 3})):
        np.savez(path, record=np.array(record))
        with pytest.raises(EvalError, match="what documents it was trained without") as caught:
            load_folds(tmp_path)
        assert "\n" not in str(caught.value)


def test_only_the_bundled_model_has_such_projections(folder: Path) -> None:
    part = parts(load_set(folder / "town"), load_folds(folder))[0]
    with pytest.raises(EvalError, match="bundled model's, not openai:other's"):
        part.embedder(Settings(embedding="openai:other"))


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The texts that were embedded with their tokens, by the revision that did it."""
    noted: dict[str, list[str]] = {}
    chunks, question = BundledEmbedder.embed_chunks, BundledEmbedder.embed_question

    def embed_chunks(self: BundledEmbedder, texts: Sequence[str]) -> list[PassageEmbedding]:
        noted.setdefault(self.revision, []).extend(texts)
        return chunks(self, texts)

    def embed_question(self: BundledEmbedder, text: str) -> QuestionEmbedding:
        noted.setdefault(self.revision, []).append(text)
        return question(self, text)

    monkeypatch.setattr(BundledEmbedder, "embed_chunks", embed_chunks)
    monkeypatch.setattr(BundledEmbedder, "embed_question", embed_question)
    return noted


def revisions(folder: Path) -> dict[str, str]:
    """Of what embeds through each document's fold."""
    return {
        document: BundledEmbedder(1, fold.projection).revision
        for fold in load_folds(folder)
        for document in fold.left_out
    }


def measured(folder: Path, homes: Path, ablate: bool = False) -> Retrieval:
    """Of the set of the town, in Chinese alone."""
    data = load_set(folder / "town")
    chinese = tuple(
        replace(question, texts={"question_zh": question.texts["question_zh"]})
        for question in data.questions
    )
    homes.mkdir()
    return measure(replace(data, questions=chinese), homes, ablate, load_folds(folder))


@pytest.mark.slow
def test_a_question_is_asked_through_the_fold_that_left_its_documents_out(
    folder: Path, tmp_path: Path, embedded: dict[str, list[str]]
) -> None:
    of_document = revisions(folder)
    assert set(of_document) == set(DOCUMENTS)
    found = measured(folder, tmp_path / "homes")
    assert found.folds == 2
    assert found.groups[0].standings["newsdesk"].metrics["R@10"].mean == 1
    assert BundledEmbedder(1).revision not in embedded
    first, second = (BundledEmbedder(1, fold.projection).revision for fold in load_folds(folder))
    for row in QUESTIONS:
        (document,) = row["gold"]
        through = {name for name, texts in embedded.items() if row["question_zh"] in texts}
        # The first archive is asked everything, for its time.
        assert through == {first, of_document[document]}
    for revision in (first, second):
        for text in DOCUMENTS.values():
            assert any(text in each for each in embedded[revision])


@pytest.mark.slow
def test_rankings_are_those_of_the_fold_and_not_of_the_archive_that_is_timed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the second fold's archive finds anything, only its questions are answered."""
    first = BundledEmbedder(1, load_folds(folder)[0].projection).revision
    question = BundledEmbedder.embed_question
    chosen = parts(load_set(folder / "town"), load_folds(folder))

    def embed_question(self: BundledEmbedder, text: str) -> QuestionEmbedding:
        found = question(self, text)
        if self.revision == first:
            found = QuestionEmbedding(-found.vector, None)
        return found

    monkeypatch.setattr(BundledEmbedder, "embed_question", embed_question)
    found = measured(folder, tmp_path / "homes", ablate=True)
    dense = found.groups[0].standings["dense search alone"].metrics["R@1"].mean
    assert dense == pytest.approx(len(chosen[1].places) / len(QUESTIONS))


@pytest.mark.slow
def test_the_comparison_asks_through_the_folds_too(
    folder: Path, tmp_path: Path, embedded: dict[str, list[str]]
) -> None:
    data = load_set(folder / "town")
    for part in parts(data, load_folds(folder)):
        embedded.clear()
        found = ask_part("newsdesk", data, tmp_path / "vectors", folder, part.name)
        assert len(found["question_zh"]) == len(part.places)
        assert list(embedded) == [part.embedder(Settings()).revision]
        texts = {data.questions[place].texts["question_zh"] for place in part.places}
        others = {question.texts["question_zh"] for question in data.questions} - texts
        assert texts <= set(embedded[next(iter(embedded))])
        assert not others & set(embedded[next(iter(embedded))])


@pytest.mark.slow
def test_a_comparison_held_out_says_so(folder: Path, tmp_path: Path) -> None:
    results = tmp_path / "all.json"
    words = ["--systems", "newsdesk", "--held-out", str(folder), "--json", str(results)]
    done = run("peers", str(folder / "town"), *words)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(results.read_text("utf-8"))["figures"]
    assert found["folds"] == 2
    ranked = found["costs"]["newsdesk"]["ranked"]
    assert [each[0] for each in ranked["question_zh"]] == list(DOCUMENTS)
    assert "Held out, 2 folds: town." in done.stdout
    assert "fold-1" in done.stderr
    assert "fold-2" in done.stderr


@pytest.mark.parametrize("module", [retrieval_main, peers_main])
def test_folds_of_another_set_are_told_before_anything_is_measured(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: Callable[[], None],
) -> None:
    documents = [{"id": name, "text": text} for name, text in DOCUMENTS.items()]
    more = [*documents, {"id": "more", "text": "别的事。"}]
    (tmp_path / "other").mkdir()
    about_it = {"question_zh": "别的？", "question_en": "Else?", "gold": ["more"]}
    other = written(tmp_path / "other", more, [*QUESTIONS, about_it])
    asked = ["--systems", "newsdesk"] if module is peers_main else []
    words = ["bench", str(other), "--held-out", str(folder), *asked]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit, match="no fold left out all of more"):
        module()
    assert "taking in" not in capsys.readouterr().err
