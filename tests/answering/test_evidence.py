"""How much of a question a text holds, over words whose rarity is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.evidence import FEATURES, Features
from rag.retrieval.coverage import Coverage
from rag.retrieval.query import Query, Term
from rag.retrieval.rarity import inverse_document_frequency

HEADLINE = "新图书馆开馆"
CHUNKS = 100


def term(text: str, *others: tuple[str, float]) -> Term:
    return Term(text, ((text, 1.0), *others))


def coverage(*terms: Term, bigrams: tuple[str, ...] = (), **frequencies: int) -> Coverage:
    """Of a question with these terms, in an archive of CHUNKS; others stand in one chunk each."""
    known = {form: 1 for given in terms for form, _ in given.forms} | frequencies
    query = Query("？", "zh", frozenset({"other"}), terms, bigrams)
    return Coverage(query, inverse_document_frequency(known, CHUNKS))


def test_a_text_with_every_word_holds_all_and_one_without_any_nothing() -> None:
    asked = coverage(term("藏书"), term("座位"))
    assert asked.words("图书馆藏书48万册,座位620个") == pytest.approx(1.0)
    assert asked.words("会议决定改造食堂") == 0.0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    asked = coverage(term("藏书"), term("会议"), 会议=60)
    assert asked.words("藏书") > 0.5 > asked.words("会议")


def test_the_best_form_of_a_term_counts_by_its_strength() -> None:
    asked = coverage(Term("opened", (("开馆", 0.9), ("打开", 0.4))))
    assert asked.words("图书馆开馆") == pytest.approx(0.9)
    assert asked.words("打开") == pytest.approx(0.4)
    assert asked.words("打开后开馆") == pytest.approx(0.9)


def test_a_long_word_cut_apart_counts_in_part() -> None:
    asked = coverage(term("常委会会议"))
    assert 0 < asked.words("常委会召开了会议") < 1


def test_a_question_that_names_nothing_is_held_by_nothing() -> None:
    asked = coverage()
    assert (asked.words("藏书"), asked.pairs("藏书"), asked.focus("藏书", "")) == (0.0, 0.0, 0.0)


def test_pairs_match_where_words_do_not_and_fall_back_on_words() -> None:
    with_pairs = coverage(term("食堂改造"), bigrams=("食堂", "堂改", "改造"))
    assert 0.5 < with_pairs.pairs("改造三个社区食堂") < 1
    without = coverage(term("食堂"))
    assert without.pairs("食堂") == without.words("食堂") == pytest.approx(1.0)


def test_focus_looks_for_what_the_headline_leaves_open() -> None:
    asked = coverage(term("图书馆"), term("座位"))
    assert asked.focus("设有座位620个", HEADLINE) == pytest.approx(1.0)
    assert asked.focus("图书馆每周二闭馆", HEADLINE) == 0.0
    assert asked.focus("图书馆每周二闭馆", "") == asked.words("图书馆每周二闭馆")


def test_focus_is_coverage_where_the_headline_holds_everything() -> None:
    asked = coverage(term("图书馆"), term("开馆"))
    assert asked.focus("图书馆开馆", HEADLINE) == asked.words("图书馆开馆")


words = st.text("图书馆开座位食堂会议", min_size=1, max_size=4)
texts = st.text("图书馆开座位食堂会议,。", max_size=40)


@given(st.lists(words, max_size=4, unique=True), texts, texts)
def test_coverages_are_shares_and_more_text_never_holds_less(
    named: list[str], text: str, more: str
) -> None:
    asked = coverage(*(term(word) for word in named))
    assert 0 <= asked.words(text) <= asked.words(text + more) <= 1 + 1e-9
    assert 0 <= asked.pairs(text) <= 1 + 1e-9
    assert 0 <= asked.focus(text, more) <= 1 + 1e-9


def test_features_are_weighed_in_the_order_of_their_names() -> None:
    features = Features(**{name: float(place) for place, name in enumerate(FEATURES)})
    assert features.values() == tuple(float(place) for place in range(len(FEATURES)))
    assert tuple(features.by_name()) == FEATURES
