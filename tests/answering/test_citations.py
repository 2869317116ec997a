from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.citations import assemble
from rag.answering.verification import Verdict
from rag.types import Draft, Span
from tests.answering.samples import COUNCIL, LIBRARY, article

ARTICLES = {
    "council": article("council", COUNCIL, "一", source_id="row-7"),
    "library": article("library", LIBRARY, "二"),
}


@st.composite
def spans(draw: st.DrawFn) -> Span:
    identity = draw(st.sampled_from(sorted(ARTICLES)))
    length = len(ARTICLES[identity].text)
    start = draw(st.integers(0, length - 1))
    return Span(identity, start, draw(st.integers(start + 1, length)))


drafts = st.lists(
    st.builds(Draft, st.text(min_size=1), st.lists(spans(), max_size=4).map(tuple)), max_size=6
)


@given(drafts)
def test_every_quote_is_the_articles_own_text_and_numbers_count_from_one(made: list[Draft]) -> None:
    sentences, citations, text = assemble(made, ARTICLES)
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))
    for citation in citations:
        source = ARTICLES[citation.article_id]
        assert citation.quote == source.text[citation.start : citation.end]
        assert citation.quote
        assert (citation.headline, citation.source_id) == (source.headline, source.source_id)
    assert len({(c.article_id, c.start, c.end) for c in citations}) == len(citations)
    for sentence, draft in zip(sentences, made, strict=True):
        assert sentence.text == draft.text
        assert {
            Span(citations[n - 1].article_id, citations[n - 1].start, citations[n - 1].end)
            for n in sentence.citations
        } == set(draft.spans)
        assert sentence.supported == bool(draft.spans)
        assert all(f"[{number}]" in text for number in sentence.citations)
    used = [number for sentence in sentences for number in sentence.citations]
    first = list(dict.fromkeys(used))
    assert all(before < after for before, after in pairwise(first))


def test_one_span_keeps_its_number() -> None:
    made = [
        Draft("甲。", (Span("council", 0, 5),)),
        Draft("乙。", (Span("library", 0, 5), Span("council", 0, 5))),
    ]
    sentences, citations, text = assemble(made, ARTICLES)
    assert [sentence.citations for sentence in sentences] == [(1,), (2, 1)]
    assert len(citations) == 2
    assert text == "甲[1]。乙[2][1]。"


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["会议决定改造。", "会议结束！"], "会议决定改造[1]。会议结束[1]！"),
        (["The plan passed.", "It starts in May?"], "The plan passed[1]. It starts in May[1]?"),
        (["他说：“好。”", "完"], "他说：“好。”[1] 完[1]"),
        (["说到这里……", "完。"], "说到这里[1]……完[1]。"),
    ],
)
def test_numbers_stand_before_the_final_punctuation(texts: list[str], shown: str) -> None:
    made = [Draft(text, (Span("council", 0, 5),)) for text in texts]
    assert assemble(made, ARTICLES).text == shown


def test_verdicts_go_with_their_sentences() -> None:
    made = [Draft("甲。", (Span("council", 0, 5),)), Draft("乙。", (Span("council", 0, 5),))]
    sentences, _, _ = assemble(made, ARTICLES, [Verdict(False, ("a", "b")), Verdict(True)])
    assert [(s.supported, s.problem) for s in sentences] == [(False, "a; b"), (True, "")]
    with pytest.raises(ValueError, match="1 verdicts"):
        assemble(made, ARTICLES, [Verdict(True)])


@pytest.mark.parametrize(
    "span",
    [
        Span("nowhere", 0, 1),
        Span("council", -1, 3),
        Span("council", 3, 3),
        Span("council", 5, 3),
        Span("council", 0, len(COUNCIL) + 1),
    ],
)
def test_a_span_outside_its_article_is_an_error(span: Span) -> None:
    with pytest.raises(ValueError, match=r"unknown article|outside article"):
        assemble([Draft("甲。", (span,))], ARTICLES)
