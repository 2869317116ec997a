"""ALCE's citation recall and precision: its own cases, with an entailment made for them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import (
    CitationScores,
    citation_scores,
    cited_sentences,
    entails,
    quote_validity,
    unsupported_rate,
)
from rag.types import AnswerSentence, Citation

CitationOf = Callable[..., Citation]
TEXT = "青石水厂3月开工。总投资12.5亿元。市图书馆延长开放时间。"


def holds_letters(premise: str, hypothesis: str) -> bool | None:
    """Entailment between sets of letters; a question mark can't be judged."""
    return None if "?" in hypothesis else set(hypothesis) <= set(premise)


def scores(*sentences: tuple[str, Sequence[str]]) -> CitationScores:
    return citation_scores(sentences, holds_letters)


@pytest.mark.parametrize(
    ("sentence", "passages", "held", "needed"),
    [
        ("a", ["a"], 1, 1),
        ("a", ["b"], 0, 0),
        ("a", [], 0, 0),
        # Neither holds it alone, both together do: both are needed.
        ("ab", ["a", "b"], 1, 2),
        # The second holds nothing of it, and the first does without it: irrelevant.
        ("a", ["a", "x"], 1, 1),
        # Each holds it alone: neither is irrelevant.
        ("a", ["a", "ab"], 1, 2),
        # The others do without the third, though each of them is needed.
        ("ab", ["a", "b", "x"], 1, 2),
        # Two that say the same part: either can be spared while the other stays.
        ("ab", ["a", "b", "b"], 1, 1),
        ("abc", ["a", "b"], 0, 0),
    ],
)
def test_one_sentence(sentence: str, passages: list[str], held: int, needed: int) -> None:
    assert scores((sentence, passages)) == CitationScores(1, held, len(passages), needed)


def test_recall_is_over_sentences_and_precision_over_citations() -> None:
    found = scores(("a", ["a", "x"]), ("b", []), ("c", ["c"]), ("d", ["x"]))
    assert found.recall == 2 / 4
    assert found.precision == 2 / 4


def test_sentences_that_cannot_be_judged_are_counted_apart() -> None:
    found = scores(("a", ["a"]), ("?", ["a", "b"]))
    assert found == CitationScores(1, 1, 1, 1, unjudged=1)
    assert scores(("?", ["a"])).recall is None
    assert scores(("?", ["a"])).precision is None


def test_sentences_that_cite_nothing_have_no_precision_to_speak_of() -> None:
    assert scores(("a", [])).recall == 0.0
    assert scores(("a", [])).precision == 0.0
    assert scores() == CitationScores()


@given(
    st.lists(
        st.tuples(
            st.text("abc?", min_size=1, max_size=3),
            st.lists(st.text("abc", max_size=2), max_size=4),
        ),
        max_size=5,
    )
)
def test_scores_of_answers_add_up_and_are_shares(
    sentences: list[tuple[str, list[str]]],
) -> None:
    whole = scores(*sentences)
    assert sum((scores(one) for one in sentences), CitationScores()) == whole
    assert whole.sentences + whole.unjudged == len(sentences)
    assert 0 <= whole.held <= whole.sentences
    assert 0 <= whole.needed <= whole.citations


def test_a_passage_is_a_quote_under_its_headline_and_year(citation_of: CitationOf) -> None:
    quote = citation_of(TEXT, 0, 9, headline="水厂开工")
    dated = replace(quote, number=2, issue_date=date(2023, 3, 15))
    sentences = [AnswerSentence("水厂开工。", (1, 2, 7), supported=True)]
    assert cited_sentences(sentences, [quote, dated]) == [
        ("水厂开工。", ["水厂开工\n青石水厂3月开工。", "水厂开工 (2023)\n青石水厂3月开工。", ""])
    ]


def test_citations_shifted_by_one_hold_nothing(citation_of: CitationOf) -> None:
    spans = [(0, 9), (9, 19), (19, len(TEXT))]
    quotes = [
        replace(citation_of(TEXT, *span, headline=""), number=number)
        for number, span in enumerate(spans, start=1)
    ]
    right = [AnswerSentence(quote.quote, (quote.number,), supported=True) for quote in quotes]
    shifted = [replace(one, citations=(one.citations[0] % 3 + 1,)) for one in right]
    texts = {"a": TEXT}
    assert citation_scores(cited_sentences(right, quotes), entails).recall == 1.0
    assert citation_scores(cited_sentences(shifted, quotes), entails).recall == 0.0
    assert unsupported_rate(right, quotes, texts, entails) == 0.0
    assert unsupported_rate(shifted, quotes, texts, entails) == 1.0


def test_a_sentence_is_unsupported_without_a_valid_quote_that_holds_it(
    citation_of: CitationOf,
) -> None:
    good = citation_of(TEXT, 0, 9)
    forged = replace(citation_of(TEXT, 9, 19, quote="总投资13.5亿元。"), number=2)
    gone = replace(citation_of(TEXT, 0, 9, article_id="b"), number=3)
    said = "青石水厂3月开工。"
    sentences = [
        AnswerSentence(said, (1,), supported=True),
        AnswerSentence("总投资13.5亿元。", (2,), supported=True),
        AnswerSentence(said, (3,), supported=True),
        AnswerSentence(said, (), supported=True),
        AnswerSentence(said, (9,), supported=True),
        AnswerSentence("The plant is being built.", (1,), supported=True),
    ]
    citations, texts = [good, forged, gone], {"a": TEXT}
    assert unsupported_rate(sentences, citations, texts, entails) == 4 / 5
    assert unsupported_rate(sentences[-1:], citations, texts, entails) is None
    assert unsupported_rate([], [], {}, entails) is None
    assert quote_validity(citations, texts) == pytest.approx(1 / 3)
    assert quote_validity([], texts) is None
