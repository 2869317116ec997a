"""The estimate of tokens, against what a tokenizer counted and for any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import Message
from rag.answering.token_estimate import likely_prompt_tokens, likely_tokens, most_tokens

PAGES = Path(__file__).parents[2] / "eval" / "golden" / "pages"
TEXTS = st.text(st.sampled_from("abc 12县委。，\n“”ａ𠮷"), max_size=40)


# Counted by OpenAI's o200k_base in bpe-openai 0.1.4.
@pytest.mark.parametrize(
    ("page", "counted"),
    [("inline-byline.txt", 1101), ("headline-last.txt", 1115), ("headline-first.txt", 1370)],
)
def test_a_chinese_page_is_estimated_within_a_twentieth(page: str, counted: int) -> None:
    text = (PAGES / page).read_text(encoding="utf-8")
    assert abs(likely_tokens(text) - counted) < counted / 20


@given(some=TEXTS, others=TEXTS)
def test_texts_together_are_no_more_than_each_for_itself(some: str, others: str) -> None:
    both = likely_tokens(some + others)
    assert max(likely_tokens(some), likely_tokens(others)) <= both
    assert both <= likely_tokens(some) + likely_tokens(others)


def test_a_message_takes_more_than_its_text() -> None:
    messages = [Message("system", "县委"), Message("user", "four")]
    assert likely_prompt_tokens(messages) > likely_tokens("县委") + likely_tokens("four") == 3


def test_the_most_counts_characters_words_digits_and_marks() -> None:
    assert most_tokens("") == 0
    assert most_tokens("会议决定") == 6
    assert most_tokens("the government") == 1 + 3
    assert most_tokens("2023,\n") == 6


@given(some=TEXTS, others=TEXTS)
def test_the_most_is_no_less_for_more_text(some: str, others: str) -> None:
    assert max(most_tokens(some), most_tokens(others)) <= most_tokens(some + others)
