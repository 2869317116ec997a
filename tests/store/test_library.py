"""The library through its own door: real SQLite, real Chroma."""

from datetime import date

import numpy as np
import pytest

from rag.errors import ArticleNotFoundError, StoreError
from rag.settings import Settings
from rag.types import Filters, PassageEmbedding
from store.library import Library
from store.records import IndexedChunk, IndexedPage
from tests.store.samples import indexed, open_library, page_of, question_vector, sentence


def put(library: Library, *pages: object) -> None:
    library.put([indexed(page, library) for page in pages])  # type: ignore[arg-type]


def lexical_articles(library: Library, question: str, filters: Filters | None = None) -> list[str]:
    found = library.lexical(question, 20, filters or Filters())
    chunks = library.chunks([chunk_id for chunk_id, _ in found])
    return [chunks[chunk_id].article_id for chunk_id, _ in found]


def dense_articles(library: Library, question: str, filters: Filters | None = None) -> list[str]:
    found = library.dense(question_vector(question), 20, filters or Filters())
    chunks = library.chunks([chunk_id for chunk_id, _ in found])
    return [chunks[chunk_id].article_id for chunk_id, _ in found]


def test_a_page_comes_back_as_it_was_given(library: Library) -> None:
    page = page_of("/a.txt", sentence(1), sentence(2), headline="水库加固")
    put(library, page)
    assert library.page(page.id) == page
    assert library.article(page.articles[1].id) == page.articles[1]
    assert library.article(page.articles[1].id[:6]) == page.articles[1]
    assert library.page_of("/a.txt") == page.id
    for article in page.articles:
        for chunk in library.chunks_of(article.id):
            assert article.text[chunk.start : chunk.end] == chunk.text
            assert chunk.context == "水库加固"


def test_both_searches_find_the_article(library: Library) -> None:
    page = page_of("/a.txt", *(sentence(number) for number in range(8)))
    put(library, page)
    wanted = page.articles[3]
    assert lexical_articles(library, "第3号水库")[0] == wanted.id
    assert dense_articles(library, wanted.text)[0] == wanted.id


def test_scores_fall_and_are_positive(library: Library) -> None:
    put(library, page_of("/a.txt", *(sentence(number) for number in range(12))))
    for found in (
        library.lexical("白鹭县第6号水库", 10),
        library.dense(question_vector(sentence(6)), 10),
    ):
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) == 10
    assert all(score > 0 for _, score in library.lexical("白鹭县第6号水库", 10))
    [(_, cosine)] = library.dense(question_vector(sentence(6)), 1)
    assert 0.9 < cosine <= 1.0001


def test_a_word_of_two_characters_is_found_in_either_script(library: Library) -> None:
    page = page_of("/a.txt", "县里开通了铁路。", "山上种了苹果。", "河里放了鱼苗。")
    put(library, page)
    assert lexical_articles(library, "铁路") == [page.articles[0].id]
    assert lexical_articles(library, "鐵路") == [page.articles[0].id]
    assert lexical_articles(library, "蘋果") == [page.articles[1].id]


def test_a_question_of_marks_alone_finds_nothing(library: Library) -> None:
    put(library, page_of("/a.txt", sentence(1)))
    assert library.lexical('"*(){}:^- 。？', 5) == []
    assert library.lexical("", 5) == []


@pytest.mark.parametrize(
    "question", ['"', "NEAR(a b)", "body:水", "* ^ -", "水 OR 库", "'; --", "%"]
)
def test_the_query_language_of_the_index_is_out_of_reach(library: Library, question: str) -> None:
    put(library, page_of("/a.txt", sentence(1)))
    library.lexical(question, 5)


def test_a_very_long_question_is_answered(library: Library) -> None:
    page = page_of("/a.txt", *(sentence(number) for number in range(5)))
    put(library, page)
    question = "".join(chr(0x4E00 + number) for number in range(4000)) + page.articles[2].text
    assert page.articles[2].id in lexical_articles(library, question)


def test_filters_hold_in_both_searches(library: Library) -> None:
    old = page_of("/old.txt", sentence(1), issue_date=date(2020, 1, 1))
    new = page_of("/new.txt", sentence(1), issue_date=date(2021, 1, 1))
    undated = page_of("/undated.txt", sentence(1), issue_date=None)
    other = page_of("/other.txt", sentence(1), publication="松岭晚报", issue_date=date(2021, 1, 1))
    put(library, old, new, undated, other)
    cases = {
        Filters(): {old, new, undated, other},
        Filters(date_from=date(2021, 1, 1)): {new, other},
        Filters(date_until=date(2021, 1, 1)): {old},
        Filters(date(2020, 1, 1), date(2020, 1, 2)): {old},
        Filters(date(2019, 1, 1), date(2019, 12, 31)): set(),
        Filters(publication="松岭晚报"): {other},
        Filters(date_from=date(2021, 1, 1), publication="青禾日报"): {new},
    }
    for filters, pages in cases.items():
        expected = {page.articles[0].id for page in pages}
        assert set(lexical_articles(library, "水库", filters)) == expected, filters
        assert set(dense_articles(library, sentence(1), filters)) == expected, filters
        assert {article.id for article in library.articles(filters)} == expected, filters


def test_articles_come_newest_issue_first_and_undated_last(library: Library) -> None:
    days = [date(2020, 5, 1), None, date(2021, 5, 1)]
    put(library, *(page_of(f"/{n}", sentence(n), issue_date=day) for n, day in enumerate(days)))
    listed = library.articles()
    assert [article.issue_date for article in listed] == [days[2], days[0], None]
    assert library.articles(limit=1, offset=1) == listed[1:2]
    assert library.issue_dates() == [(date(2020, 5, 1), 1), (date(2021, 5, 1), 1)]


def test_a_changed_page_replaces_its_articles(library: Library) -> None:
    before = page_of("/a.txt", sentence(1), sentence(2))
    after = page_of("/a.txt", sentence(3))
    put(library, before)
    put(library, after)
    assert [article.id for article in library.articles()] == [after.articles[0].id]
    assert set(dense_articles(library, sentence(1))) == {after.articles[0].id}
    assert lexical_articles(library, "第1号") == lexical_articles(library, "第3号")
    report = library.verify()
    assert report.ok
    assert (report.pages, report.articles, report.vectors) == (1, 1, report.chunks)


def test_two_origins_share_a_page_and_either_may_leave(library: Library) -> None:
    page = page_of("/a.txt", sentence(1))
    put(library, page)
    put(library, page_of("/copy.txt", sentence(1)))
    assert len(library.articles()) == 1
    put(library, page_of("/a.txt", sentence(2)))
    assert library.page_of("/copy.txt") == page.id
    assert len(library.articles()) == 2
    put(library, page_of("/copy.txt", sentence(2)))
    assert [article.text for article in library.articles()] == [sentence(2)]
    assert library.verify().ok


def test_of_one_origin_twice_in_a_batch_the_last_stays(library: Library) -> None:
    put(library, page_of("/a.txt", sentence(1)), page_of("/a.txt", sentence(2)))
    assert [article.text for article in library.articles()] == [sentence(2)]
    assert library.verify().ok


def test_an_unknown_or_vague_id_is_explained(library: Library) -> None:
    put(library, page_of("/a.txt", *(sentence(number) for number in range(3))))
    with pytest.raises(ArticleNotFoundError, match="newsdesk articles"):
        library.article("0000000")
    with pytest.raises(ArticleNotFoundError):
        library.article(library.articles()[0].id[:5])
    with pytest.raises(ArticleNotFoundError):
        library.article("")


def test_document_frequency_counts_chunks(library: Library) -> None:
    put(library, page_of("/a.txt", "县里通了铁路。", "县里修了公路。", "铁路铁路铁路。"))
    assert library.document_frequency(["铁路", "公路", "机场"]) == (
        {"铁路": 2, "公路": 1, "机场": 0},
        3,
    )


def test_vectors_are_remembered_by_key(library: Library, settings: Settings) -> None:
    vector = question_vector("水库")
    key = library.vector_key("水库", "query")
    assert key != library.vector_key("水库", "passage")
    library.remember_vectors({key: vector})
    library.remember_vectors({key: vector})
    with open_library(settings) as other:
        found = other.cached_vectors([key, "unknown"])
    assert list(found) == [key]
    assert np.array_equal(found[key], vector)


def test_vectors_that_cannot_be_remembered_fail_no_answer(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    vector = question_vector("水库")
    for pragma in ("PRAGMA query_only = 1", "PRAGMA query_only = 0"):
        library._database.change(pragma)
        library.remember_vectors({"key": vector})
        assert bool(library.cached_vectors(["key"])) == pragma.endswith("0")
    assert "vectors not kept for next time" in caplog.text
    assert "give write access" in caplog.text


@pytest.mark.parametrize("vector", [np.ones(3), np.full(64, np.nan), np.ones((64, 1))])
def test_a_vector_that_does_not_fit_is_refused_before_anything_is_written(
    library: Library, vector: np.ndarray
) -> None:
    page = page_of("/a.txt", sentence(1))
    chunk = indexed(page, library).chunks[0].chunk
    bad = IndexedPage(
        page, (IndexedChunk(chunk, PassageEmbedding(vector.astype(np.float32)), "key"),)
    )
    with pytest.raises(StoreError, match=r"a\.txt"):
        library.put([bad])
    assert library.articles() == []
    assert library.verify().ok


def test_a_page_without_articles_is_stored(library: Library) -> None:
    page = page_of("/empty.txt")
    put(library, page)
    assert library.page_of("/empty.txt") == page.id
    assert library.verify().ok
