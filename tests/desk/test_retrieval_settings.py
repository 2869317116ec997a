"""Settings that leave out parts of retrieval, through the Python door."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Desk
from rag.desk import reindex
from rag.errors import IndexMismatchError
from rag.settings import Settings

TODAY = date(2024, 5, 20)
ROWS = [
    ("bridge", "2024-03-11", "青石大桥建成通车", "大桥全长1.6公里，总投资3.2亿元。"),
    ("library", "2024-03-11", "云溪市新图书馆开馆", "藏书48万册，设座位620个，周一闭馆。"),
    ("flood", "2024-04-02", "松河水位上涨", "连日降雨，防汛指挥部启动四级应急响应。"),
]
QUESTIONS = ["新图书馆有多少座位？", "How many seats does the new library have?"]


def write_rows(path: Path) -> Path:
    lines = [
        json.dumps({"id": name, "date": day, "headline": headline, "text": text})
        for name, day, headline, text in ROWS
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("switches")
    with Desk.open(settings=Settings(home=folder / "home", mode="extractive")) as desk:
        assert desk.ingest([write_rows(folder / "rows.jsonl")]).new == len(ROWS)
    return folder / "home"


OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="module")
def open_desk(made: Path) -> Iterator[OpenDesk]:
    """Opens the module's archive, or another, with these settings; once for the same ones."""
    desks: dict[str, Desk] = {}
    with ExitStack() as stack:

        def opened(home: Path = made, **values: Any) -> Desk:
            settings = Settings(home=home, mode="extractive", **values)
            key = settings.model_dump_json()
            if key not in desks:
                desks[key] = stack.enter_context(Desk.open(settings=settings, today=lambda: TODAY))
            return desks[key]

        yield opened


def folders(home: Path, name: str) -> list[Path]:
    """The folders of a kind of index that an archive has."""
    return [path for path in home.glob("archives/*/*") if path.name.startswith(name)]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("retriever", ["dense", "lexical"])
def test_either_search_alone_answers(open_desk: OpenDesk, retriever: str, question: str) -> None:
    desk = open_desk(retriever=retriever)
    hits = desk.search(question)
    assert hits[0].source_id == "library"
    assert all((hit.dense_rank is None) is (retriever == "lexical") for hit in hits)
    assert all((hit.lexical_rank is None) is (retriever == "dense") for hit in hits)
    answer, explanation = desk.explain(question)
    assert "620" in answer.answer
    counts = {"dense": explanation.dense_found, "lexical": explanation.lexical_found}
    assert counts.pop(retriever) > 0
    assert list(counts.values()) == [0]


@pytest.mark.parametrize("retriever", ["hybrid", "dense", "lexical"])
def test_a_topic_is_found_by_either_search_alone(open_desk: OpenDesk, retriever: str) -> None:
    briefing = open_desk(retriever=retriever).brief(date(2024, 3, 11), topic="图书馆")
    assert "云溪市新图书馆开馆" in [story.headline for story in briefing.stories]


def test_words_alone_need_no_vectors(made: Path, tmp_path: Path, open_desk: OpenDesk) -> None:
    home = Path(shutil.copytree(made, tmp_path / "home"))
    (vectors,) = folders(home, "vectors")
    shutil.rmtree(vectors)
    assert "620" in open_desk(home, retriever="lexical").ask(QUESTIONS[0]).answer
    assert not any(path.is_file() for path in vectors.rglob("*"))


def test_vectors_alone_search_without_the_words(
    made: Path, tmp_path: Path, open_desk: OpenDesk
) -> None:
    home = Path(shutil.copytree(made, tmp_path / "home"))
    (words,) = folders(home, "lexical")
    shutil.rmtree(words)
    desk = open_desk(home, retriever="dense", reranker="none")
    assert desk.search(QUESTIONS[1])[0].source_id == "library"
    assert not words.exists()
    # How rare words are is counted there: it is made again.
    assert "620" in desk.ask(QUESTIONS[0]).answer


def test_fusion_by_ranks(open_desk: OpenDesk) -> None:
    question = QUESTIONS[0]
    by_ranks = open_desk(fusion="rrf", reranker="none").search(question)
    by_scores = open_desk(reranker="none").search(question)
    assert by_ranks[0].source_id == by_scores[0].source_id == "library"
    assert (by_ranks[0].dense_rank, by_ranks[0].lexical_rank) == (1, 1)
    assert by_ranks[0].score == 1.0
    # Of what only the vectors find, ranks tell nothing of how far it is behind.
    behind = {hit.source_id: hit.score for hit in by_ranks[1:]}
    assert behind != {hit.source_id: hit.score for hit in by_scores[1:]}
    assert open_desk(fusion="rrf").ask(question).citations


def test_without_query_rules_a_question_is_asked_as_it_stands(open_desk: OpenDesk) -> None:
    question = "青石大桥总投资多少？松河怎么了？4月2日的新闻说了什么？"
    parted, _ = open_desk().explain(question)
    whole, explanation = open_desk(query_rules=False).explain(question)
    assert len(parted.sides) == 3
    assert whole.sides == ()
    assert explanation.plan == "single"
    assert explanation.parts == (question,)
    dated = "4月2日的新闻说了什么？"
    assert {hit.source_id for hit in open_desk().search(dated)} == {"flood"}
    assert len(open_desk(query_rules=False).search(dated)) == len(ROWS)


def test_without_headlines_only_the_text_is_indexed(tmp_path: Path, open_desk: OpenDesk) -> None:
    rows = write_rows(tmp_path / "rows.jsonl")
    words = Settings(home=tmp_path / "home", mode="extractive", retriever="lexical")
    bare = words.model_copy(update={"headline_context": False})
    with Desk.open(settings=bare) as desk:
        desk.ingest([rows])
        assert desk.search("云溪市") == []
        assert desk.search("藏书")[0].chunk.context == ""
    with pytest.raises(IndexMismatchError, match=r"headline context is False.*newsdesk reindex"):
        open_desk(tmp_path / "home")
    reindex(words)
    again = open_desk(tmp_path / "home", retriever="lexical")
    assert again.manifest.headline_context is True
    assert again.search("云溪市")[0].chunk.context == "云溪市新图书馆开馆"
    assert again.verify().ok


@pytest.mark.parametrize("question", QUESTIONS)
def test_confidence_and_the_bar(open_desk: OpenDesk, question: str) -> None:
    sure, explanation = open_desk().explain(question)
    assert not sure.refused
    assert sure.confidence == explanation.evidence[0].probability
    assert explanation.bar <= sure.confidence < 1
    strict, strictly = open_desk(refusal_bar=min(sure.confidence + 1e-6, 1.0)).explain(question)
    assert strict.refused
    assert strict.citations == ()
    assert strict.confidence == sure.confidence < strictly.bar
    same = open_desk(refusal_bar=sure.confidence).ask(question)
    assert (same.refused, same.answer) == (False, sure.answer)


@pytest.mark.parametrize(
    "question",
    [
        "火星探测器何时着陆？",
        "图书馆的馆长是谁？",
        "Qwyxz blorf?",
        "比较3月11日和4月2日关于火星的报道",
    ],
)
def test_a_bar_of_0_refuses_nothing_that_finds_something(
    open_desk: OpenDesk, question: str
) -> None:
    calibrated, explanation = open_desk().explain(question)
    assert calibrated.refused
    assert explanation.hits
    assert calibrated.confidence is None or calibrated.confidence < explanation.bar
    answer, _ = open_desk(refusal_bar=0).explain(question)
    assert not answer.refused
    assert answer.citations
    assert answer.confidence is not None
    # The record of an answer keeps it.
    assert answer.id is not None
    assert open_desk().trace(answer.id).answer.confidence == answer.confidence


def test_each_part_of_a_question_is_held_to_the_bar(open_desk: OpenDesk) -> None:
    question = "新图书馆有多少座位？青石大桥总投资多少？"
    both = open_desk().ask(question)
    assert [bool(side.citations) for side in both.sides] == [True, True]
    assert both.confidence is not None
    neither = open_desk(refusal_bar=1.0).ask(question)
    assert neither.refused
    assert neither.confidence is not None


def test_nothing_found_has_no_confidence(tmp_path: Path, open_desk: OpenDesk) -> None:
    answer = open_desk(tmp_path / "empty", refusal_bar=0).ask("发生了什么？")
    assert answer.refused
    assert answer.confidence is None


def test_an_explanation_tells_the_articles_that_were_found_by_their_own_ids(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk()
    _, explanation = desk.explain(QUESTIONS[0])
    hits = desk.search(QUESTIONS[0], limit=60)
    assert [hit.source_id for hit in explanation.hits] == [hit.source_id for hit in hits]
    assert [hit.chunk_id for hit in explanation.hits] == [hit.chunk.id for hit in hits]
