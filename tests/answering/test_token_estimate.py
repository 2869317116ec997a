"""The estimate of tokens, against what a tokenizer counted and for any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import Message
from rag.answering.token_estimate import estimated_tokens, text_tokens

PAGES = Path(__file__).parents[2] / "eval" / "golden" / "pages"
TEXTS = st.text(st.sampled_from("abc 12县委。，\n“”ａ𠮷"), max_size=40)


# Counted by OpenAI's o200k_base in bpe-openai 0.1.4.
@pytest.mark.parametrize(
    ("page", "counted"),
    [("inline-byline.txt", 1101), ("headline-last.txt", 1115), ("headline-first.txt", 1370)],
)
def test_a_chinese_page_is_estimated_within_a_twentieth(page: str, counted: int) -> None:
    text = (PAGES / page).read_text(encoding="utf-8")
    assert abs(text_tokens(text) - counted) < counted / 20


@given(some=TEXTS, others=TEXTS)
def test_texts_together_are_no_more_than_each_for_itself(some: str, others: str) -> None:
    both = text_tokens(some + others)
    assert max(text_tokens(some), text_tokens(others)) <= both
    assert both <= text_tokens(some) + text_tokens(others)


def test_a_message_takes_more_than_its_text() -> None:
    messages = [Message("system", "县委"), Message("user", "four")]
    assert estimated_tokens(messages) > text_tokens("县委") + text_tokens("four") == 3
