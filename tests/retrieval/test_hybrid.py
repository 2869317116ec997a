"""The one retrieval path, over a small archive of an invented town, with the bundled model."""

import json
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date
from pathlib import Path

import pytest

from rag.desk import Desk
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.retrieval.glossary import Glossary
from rag.retrieval.hybrid import HINT_WEIGHT, Retrieved, Retriever
from rag.retrieval.method import Method
from rag.retrieval.reranking.bundled import BundledReranker, Signals
from rag.settings import Settings
from rag.types import Filters
from store.library import Library

TODAY = date(2024, 5, 20)
ROWS = [
    ("bridge", "2024-03-11", "青石大桥3月10日建成通车，全长1.6公里，总投资3.2亿元。"),
    ("library", "2024-03-11", "云溪市新图书馆开馆，藏书48万册，设座位620个。"),
    ("school", "2024-04-02", "云溪市教育局宣布，全市小学秋季起每周增加一节体育课。"),
    ("flood", "2024-04-02", "连日降雨使松河水位上涨，防汛指挥部启动四级应急响应。"),
    ("tea", "2024-05-06", "青石镇春茶上市，茶农收入比去年增加两成，每斤卖到三百二十元。"),
    ("metro", "2024-05-06", "云溪地铁二号线试运行，共设车站18座，票价两元起。"),
    ("later", "2024-05-06", "青石大桥的收费标准经过听证，小客车每次十元。"),
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("archive")
    rows = home.parent / "rows.jsonl"
    lines = [
        json.dumps({"id": name, "date": day, "text": text}, ensure_ascii=False)
        for name, day, text in ROWS
    ]
    rows.write_text("\n".join(lines), encoding="utf-8")
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        assert desk.ingest([rows], publication="云溪日报").new == len(ROWS)
    return home


@pytest.fixture(scope="module")
def library(home: Path) -> Iterator[Library]:
    settings = Settings(home=home)
    with Library.open(home, manifest_of(open_embedder(settings), settings)) as library:
        yield library


class Search:
    """Retrievers over one archive, by method."""

    def __init__(self, library: Library, home: Path) -> None:
        self._library = library
        self._embedder = open_embedder(Settings(home=home))
        self._glossary = Glossary(home / "glossary.sqlite")

    def __call__(
        self,
        question: str,
        method: Method | None = None,
        filters: Filters | None = None,
        weights: Signals | None = None,
    ) -> Retrieved:
        reranker = BundledReranker(
            self._library, {"zh": weights, "en": weights} if weights else None
        )
        retriever = Retriever(
            self._library,
            self._embedder,
            self._glossary,
            60,
            reranker,
            lambda: TODAY,
            method or Method(),
        )
        return retriever.retrieve(question, 10, filters or Filters())

    def close(self) -> None:
        self._glossary.close()


@pytest.fixture(scope="module")
def search(library: Library, home: Path) -> Iterator[Search]:
    search = Search(library, home)
    yield search
    search.close()


def names(retrieved: Retrieved) -> list[str | None]:
    return [hit.source_id for hit in retrieved.hits]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("新图书馆有多少座位？", "library"),
        ("松河发生了什么？", "flood"),
        ("How many seats does the new library have?", "library"),
        ("What did the education bureau announce for primary schools?", "school"),
    ],
)
def test_the_article_that_answers_comes_first(search: Search, question: str, first: str) -> None:
    assert names(search(question))[0] == first


def test_each_part_of_a_question_has_its_article_at_the_front(search: Search) -> None:
    found = search("新图书馆藏书多少册？地铁二号线设了多少座车站？春茶每斤卖多少钱？")
    assert len(found.parts) == 3
    assert set(names(found)[:3]) == {"library", "metro", "tea"}
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    whole = search(found.query.text, Method(split=False))
    assert whole.parts == (found.query.text,)


def test_news_asked_for_by_its_date_is_looked_for_in_those_issues_alone(search: Search) -> None:
    found = search("4月2日的新闻说了什么？")
    assert found.filters == Filters(date(2024, 4, 2), date(2024, 4, 3))
    assert set(names(found)) == {"school", "flood"}
    everything = search("4月2日的新闻说了什么？", Method(hints=False))
    assert everything.filters == Filters()
    assert len(everything.hits) == len(ROWS)


@pytest.mark.parametrize(
    "question",
    [
        "3月11日和5月6日的报纸登了什么？",
        "3月11日的报纸和5月6日的报纸登了什么？",
        "What was in the papers of March 11 and May 6?",
    ],
)
def test_several_days_are_searched_without_those_between(search: Search, question: str) -> None:
    found = search(question)
    assert found.filters == Filters(date(2024, 3, 11), date(2024, 5, 7))
    assert set(names(found)) == {"bridge", "library", "tea", "metro", "later"}


@pytest.mark.parametrize(
    "question",
    [
        "4月2日的报纸登了什么？新图书馆有多少座位？",
        "What did the papers of April 2 say? How many seats does the new library have?",
    ],
)
def test_each_part_is_searched_in_the_days_that_it_names_itself(
    search: Search, question: str
) -> None:
    found = search(question)
    assert len(found.parts) == 2
    assert found.filters == Filters()
    assert set(names(found)[:2]) & {"school", "flood"}
    assert "library" in names(found)[:2]
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_a_part_that_takes_its_subject_along_takes_its_day_along(search: Search) -> None:
    found = search("4月2日的报纸登了什么？谁写的？")
    assert len(found.parts) == 2
    assert found.filters == Filters(date(2024, 4, 2), date(2024, 4, 3))
    assert set(names(found)) == {"school", "flood"}


def test_a_date_without_news_finds_nothing(search: Search) -> None:
    assert search("2024年4月3日的报纸登了什么？").hits == ()


def test_dates_that_are_given_stand_over_those_of_the_question(search: Search) -> None:
    given = Filters(date(2024, 5, 1), date(2024, 6, 1))
    found = search("4月2日的新闻说了什么？", filters=given)
    assert found.filters == given
    assert set(names(found)) == {"tea", "metro", "later"}


def test_days_that_are_given_hold_for_every_part(search: Search) -> None:
    given = Filters(date(2024, 5, 1), date(2024, 6, 1))
    found = search("4月2日的报纸登了什么？新图书馆有多少座位？", filters=given)
    assert found.filters == given
    assert set(names(found)) == {"tea", "metro", "later"}


def test_an_archive_without_dates_has_no_news_of_a_day(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": "a", "text": ROWS[0][2]}, ensure_ascii=False), "utf-8")
    with Desk.open(settings=Settings(home=tmp_path / "home", mode="extractive")) as desk:
        assert desk.ingest([rows]).new == 1
        assert desk.search("青石大桥有多长？")
        assert desk.search("2024年3月11日的报纸登了什么？") == []


def test_a_date_of_the_event_only_lifts(search: Search) -> None:
    question = "3月10日青石大桥怎么了？"
    found = search(question)
    assert found.filters == Filters()
    assert names(found)[0] == "bridge"
    assert set(names(found)) >= {"bridge", "later"}
    scores = {hit.source_id: hit.score for hit in found.hits}
    plain = {hit.source_id: hit.score for hit in search(question, Method(hints=False)).hits}
    assert scores["bridge"] > plain["bridge"]
    assert scores["later"] == pytest.approx(plain["later"])


def test_what_one_part_says_lifts_in_the_others_too(search: Search) -> None:
    question = "3月10日云溪市怎么了？青石大桥总投资多少亿元？"
    found, plain = search(question), search(question, Method(hints=False))
    assert len(found.parts) == 2
    assert names(plain)[0] == names(found)[0] == "bridge"
    assert found.hits[0].score == pytest.approx(plain.hits[0].score + HINT_WEIGHT)


@pytest.mark.parametrize("method", [Method(dense=False), Method(lexical=False)])
def test_either_search_alone_still_finds(search: Search, method: Method) -> None:
    found = search("图书馆的座位", method)
    assert names(found)[0] == "library"
    assert bool(found.dense) is method.dense
    assert bool(found.lexical) is method.lexical


def test_the_question_ranked_again_among_other_chunks_is_as_if_they_were_all(
    search: Search, library: Library, home: Path
) -> None:
    retriever = Retriever(
        library,
        open_embedder(Settings(home=home)),
        Glossary(home / "glossary.sqlite"),
        60,
        BundledReranker(library),
        lambda: TODAY,
    )
    found = retriever.retrieve("青石大桥总投资多少？", 10, Filters())
    assert names(found)[0] == "bridge"
    kept = [hit.chunk.id for hit in found.hits if hit.source_id != "bridge"]
    again = retriever.among(found, kept, 10)
    assert sorted(hit.chunk.id for hit in again.hits) == sorted(kept)
    assert again.hits[0].source_id == "later"


@pytest.mark.parametrize("signal", range(4))
def test_a_single_signal_ranks_by_itself(search: Search, signal: int) -> None:
    weights = Signals(*(float(place == signal) for place in range(4)))
    assert sum(astuple(weights)) == 1.0
    found = search("新图书馆有多少座位？", weights=weights)
    assert names(found)[0] == "library"
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in found.hits)


def test_only_so_many_are_reranked_and_the_rest_follow_as_they_were_fused(
    library: Library, home: Path
) -> None:
    def retrieved(candidates: int, reranker: BundledReranker | None) -> Retrieved:
        embedder, glossary = open_embedder(Settings(home=home)), Glossary(home / "glossary.sqlite")
        retriever = Retriever(library, embedder, glossary, candidates, reranker, lambda: TODAY)
        return retriever.retrieve("谁启动应急响应？", len(ROWS), Filters())

    fused = names(retrieved(60, None))
    reranked = retrieved(2, BundledReranker(library))
    assert set(names(reranked)[:2]) == set(fused[:2])
    assert names(reranked)[2:] == fused[2:]
    assert names(retrieved(60, BundledReranker(library)))[2:] != fused[2:]
    scores = [hit.score for hit in reranked.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for score in scores)
