"""Lexical search for the terms of English questions, over a small archive of an invented town."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.indexing.pipeline import ingest
from rag.retrieval.glossary import Glossary
from rag.retrieval.query import Term, understand
from rag.retrieval.translated import translated_search
from rag.types import Filters
from store.library import Library
from tests.store.samples import HashingEmbedder, open_library, page_of, settings_for

TEXTS = {
    "dam": "云溪市水库大坝加固工程昨天完工，总投资1400万元，市水利局负责施工。",
    "race": "云溪市举行龙舟赛，二十四支队伍参加，白沙镇队夺得冠军。",
    "school": "云溪市教育局宣布，九月起新建三所小学，招收学生两千名。",
    "market": "云溪市农贸市场改造完成，摊位增加到三百个，菜价下降5%。",
    "plan": "“十四五”期间，云溪市经济实现较快增长，工业增加值居全省第三。",
}
NO_FILTERS = Filters()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("home")
    chosen = settings_for(home)
    with open_library(chosen) as library:
        pages = [page_of(name, text) for name, text in TEXTS.items()]
        assert ingest(pages, library, HashingEmbedder(), chosen).new == len(TEXTS)
        yield library


def found(library: Library, terms: tuple[Term, ...], limit: int = 10) -> list[str]:
    ranked = translated_search(library, terms, limit, NO_FILTERS)
    chunks = library.chunks([chunk_id for chunk_id, _ in ranked])
    return [chunks[chunk_id].text for chunk_id, _ in ranked]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who strengthened the reservoir dam?", "dam"),
        ("What cost 14 million yuan?", "dam"),
        ("Who won the dragon boat race?", "race"),
        ("How many teams, twenty-four or more, took part?", "race"),
        ("Where will primary schools take in students?", "school"),
        ("By how much did the price of vegetables fall, 5 percent?", "market"),
        ("How was economic growth in the 14th Five-Year Plan?", "plan"),
    ],
)
def test_an_english_question_finds_the_article_first(
    library: Library, glossary: Glossary, question: str, name: str
) -> None:
    assert found(library, understand(question, glossary).terms)[0] == TEXTS[name]


def test_a_term_counts_once_however_many_senses_stand_in_a_text(library: Library) -> None:
    senses = ("教育局", "宣布", "新建", "小学", "招收", "学生")
    many = Term("many", tuple((sense, 1.0) for sense in senses))
    alone = translated_search(library, (Term("one", (("学生", 1.0),)),), 10, NO_FILTERS)
    together = translated_search(library, (many,), 10, NO_FILTERS)
    assert together[0][0] == alone[0][0]
    assert 0 < together[0][1] <= alone[0][1]


def test_a_word_half_there_counts_less_than_the_whole(library: Library) -> None:
    assert found(library, (Term("t", (("龙舟队", 1.0),)),))[0] == TEXTS["race"]
    whole, half = (
        translated_search(library, (Term("t", ((form, 1.0),)),), 1, NO_FILTERS)[0][1]
        for form in ("龙舟赛", "龙舟队")
    )
    assert 0 < half < whole


def test_the_words_of_a_phrase_count_where_it_stands_nowhere(library: Library) -> None:
    words = (Term("teams", (("队伍", 1.0),)), Term("champion", (("冠军", 1.0),)))
    phrase = Term("team champion", (("团体锦标", 1.0),), parts=words)
    assert found(library, (phrase,))[0] == TEXTS["race"]


def test_filters_hold(library: Library) -> None:
    terms = (Term("town", (("云溪", 1.0),)),)
    outside = Filters(date_from=date(1999, 1, 1), date_until=date(1999, 1, 2))
    assert len(translated_search(library, terms, 10, NO_FILTERS)) == len(TEXTS)
    assert translated_search(library, terms, 10, outside) == []


@pytest.mark.parametrize("terms", [(), (Term("zzyzx", (("zzyzx", 1.0),)),), (Term("x", ()),)])
def test_what_stands_nowhere_finds_nothing(library: Library, terms: tuple[Term, ...]) -> None:
    assert translated_search(library, terms, 10, NO_FILTERS) == []


FORMS = st.text(alphabet="云溪市水库学生冠军5%a1月·", min_size=1, max_size=5)
TERMS = st.lists(
    st.builds(
        Term,
        st.just("t"),
        st.lists(st.tuples(FORMS, st.floats(0.1, 1)), max_size=4).map(tuple),
    ),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TERMS, st.integers(1, 6))
def test_any_terms_give_chunks_in_order_of_their_scores(
    library: Library, terms: list[Term], limit: int
) -> None:
    ranked = translated_search(library, terms, limit, NO_FILTERS)
    scores = [score for _, score in ranked]
    assert len(ranked) <= limit
    assert len({chunk_id for chunk_id, _ in ranked}) == len(ranked)
    assert all(score > 0 for score in scores)
    assert scores == sorted(scores, reverse=True)
