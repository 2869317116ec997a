"""Metrics as pure functions: cases made for them, and what must hold of any input."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import (
    bad_citations,
    fact_recall,
    false_refusal_rate,
    fold,
    is_valid,
    quoted_characters,
    refusal_recall,
    right_source,
)
from rag.types import Citation

CitationOf = Callable[..., Citation]
TEXT = "大桥全长1.28公里，桥面宽24.5米。"

facts_lists = st.lists(
    st.lists(st.text(min_size=1).filter(fold), min_size=1, max_size=3), min_size=1, max_size=5
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("12 月 23 日下午", "12月23日下午"),
        ("１２００ 万元（Ａ）", "1200万元(a)"),
        ("五 个\n一　调 研", "五个一调研"),
        ("GDP", "gdp"),
    ],
)
def test_folding_takes_away_white_space_width_and_case(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_leaves_no_white_space(text: str) -> None:
    assert not any(character.isspace() for character in fold(text))


@pytest.mark.parametrize(
    ("answer", "quotes", "facts", "share"),
    [
        ("全长 1.28 公里。", [], [["1.28公里"]], 1.0),
        ("It is 1.28 KM long.", [], [["1.28公里", "1.28 km"]], 1.0),
        ("", [TEXT], [["1.28公里"], ["24.5米"]], 1.0),
        ("大桥很长。", ["桥面宽24.5米。"], [["1.28公里"], ["24.5米"]], 0.5),
        ("大桥很长。", [], [["1.28公里"], ["24.5米"], ["3.6亿元"]], 0.0),
        ("全长1.2", ["8公里"], [["1.28公里"]], 0.0),
        ("到会13人。", ["全长11.28公里。"], [["3人"], ["1.28公里"], ["28公里"]], 0.0),
        ("到会13人，3人发言。", ["January 2, 2022"], [["3人"], ["January 2"]], 1.0),
        ("Opened in 2022.", [], [["202"], ["22"]], 0.0),
    ],
    ids=[
        *("spaced", "alternative", "quoted", "half", "none", "not-across-texts"),
        *("not-within-a-number", "later-alone", "not-within-a-year"),
    ],
)
def test_fact_recall(answer: str, quotes: list[str], facts: list[list[str]], share: float) -> None:
    assert fact_recall(answer, quotes, facts) == share


def test_fact_recall_without_facts_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one fact"):
        fact_recall("…", [], [])


@given(st.text(), st.lists(st.text(), max_size=3), facts_lists)
def test_fact_recall_is_a_share_of_the_facts(
    answer: str, quotes: list[str], facts: list[list[str]]
) -> None:
    held = fact_recall(answer, quotes, facts) * len(facts)
    assert 0 <= held <= len(facts)
    assert held == pytest.approx(round(held))


@given(facts_lists, st.data())
def test_an_answer_with_one_alternative_of_each_fact_recalls_all(
    facts: list[list[str]], data: st.DataObject
) -> None:
    said = [data.draw(st.sampled_from(alternatives)) for alternatives in facts]
    assert fact_recall("", said, facts) == 1.0


@given(st.text(), st.lists(st.text(), max_size=3), st.text(), facts_lists)
def test_a_further_quote_never_lowers_fact_recall(
    answer: str, quotes: list[str], more: str, facts: list[list[str]]
) -> None:
    assert fact_recall(answer, [*quotes, more], facts) >= fact_recall(answer, quotes, facts)


def test_the_right_source_is_judged_by_the_first_citation(citation_of: CitationOf) -> None:
    bridge = citation_of(TEXT, 0, 4, headline="大桥 合龙")
    other = citation_of(TEXT, 0, 4, headline="公交调价")
    assert right_source([bridge, other], ["大桥合龙", "水厂扩建"])
    assert not right_source([other, bridge], ["大桥合龙"])
    assert not right_source([], ["大桥合龙"])


@given(st.text(min_size=1), st.data())
def test_a_quote_cut_from_the_text_is_valid_and_no_other_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    cited = Citation(1, "a", "", "", None, None, "", "", None, start, end, text[start:end])
    other = Citation(1, "a", "", "", None, None, "", "", None, start, end, text[start:end] + "x")
    assert is_valid(cited, text)
    assert not is_valid(other, text)
    assert bad_citations([cited, other], {"a": text}) == 1


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [(3, 3, ""), (-4, -1, TEXT[-4:-1]), (0, len(TEXT) + 9, TEXT), (4, 2, "")],
    ids=["empty", "from-the-end", "beyond-the-end", "backwards"],
)
def test_offsets_that_only_a_slice_forgives_are_not_valid(
    citation_of: CitationOf, start: int, end: int, quote: str
) -> None:
    assert TEXT[start:end] == quote
    assert not is_valid(citation_of(TEXT, start, end, quote=quote), TEXT)


def test_a_quote_that_differs_only_in_white_space_is_bad(citation_of: CitationOf) -> None:
    assert not is_valid(citation_of(TEXT, 0, 4, quote="大桥 全长"), TEXT)


def test_a_citation_of_an_article_that_is_not_there_is_bad(citation_of: CitationOf) -> None:
    there, gone = citation_of(TEXT, 0, 4), citation_of(TEXT, 0, 4, article_id="b")
    assert bad_citations([there, gone], {"a": TEXT}) == 1
    assert bad_citations([], {}) == 0


def test_quoted_characters_count_every_quote(citation_of: CitationOf) -> None:
    assert quoted_characters([citation_of(TEXT, 0, 4), citation_of(TEXT, 2, 9)]) == 11
    assert quoted_characters([]) == 0


def test_refusals_are_counted_among_the_questions_of_their_kind() -> None:
    outcomes = [(True, False), (True, False), (True, True), (True, False), (False, True)]
    assert false_refusal_rate(outcomes) == 0.25
    assert refusal_recall(outcomes) == 1.0
    assert refusal_recall([(False, True), (False, False)]) == 0.5


def test_refusals_of_a_kind_that_was_not_asked_are_not_measured() -> None:
    assert refusal_recall([(True, True)]) is None
    assert false_refusal_rate([(False, False)]) is None
