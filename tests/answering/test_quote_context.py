"""What stands around a quote in its article."""

from hypothesis import given
from hypothesis import strategies as st

from rag.answering.quote_context import MOST_AROUND, context_of, contexts_of
from rag.errors import ArticleNotFoundError
from rag.types import Article
from tests.answering.samples import article
from tests.faces.briefing_samples import ARTICLES, CITATIONS


def test_the_sentences_next_to_a_quote_stand_around_it() -> None:
    text = "一。二。三，四。五。六。"
    around = context_of(article("a", text, ""), text.index("三"), text.index("四"))
    assert (around.before, around.after) == ("二。", "四。五。")


def test_another_paragraph_is_left_out() -> None:
    text = "一。\n二。三。\n四。"
    around = context_of(article("a", text, ""), text.index("二"), text.index("三"))
    assert (around.before, around.after) == ("", "三。")


def test_a_long_one_is_cut() -> None:
    text = "甲" * 300 + "。乙。" + "丙" * 300 + "。"
    around = context_of(article("a", text, ""), 301, 303)
    assert around.before == "…" + "甲" * (MOST_AROUND - 1) + "。"
    assert around.after == "丙" * MOST_AROUND + "…"


@given(st.text("一，。”\n ", max_size=30), st.data())
def test_a_quote_and_what_is_around_it_stand_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    around = context_of(article("a", text, ""), start, end)
    assert text[:start].endswith(around.before)
    assert text[end:].startswith(around.after)


def test_a_quote_whose_article_is_gone_or_changed_has_none() -> None:
    def changed(article_id: str) -> Article:
        if article_id == "council":
            return ARTICLES[0]
        if article_id == "library":
            return article("library", "新的文字。", "")
        raise ArticleNotFoundError(article_id)

    assert set(contexts_of(CITATIONS, changed)) == {1, 2}
