"""A page that is split wrongly has less confidence than one that is whole, and says why."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rag.intake_types import DOUBTFUL_BELOW
from rag.reading.split import confidence_of
from rag.reading.split_signals import SplitSignals
from rag.types import Page

Read = Callable[..., Page]
Print = Callable[..., str]


def test_a_whole_page_is_not_in_doubt(
    read_text: Read, print_page: Print, stories: Sequence[Any]
) -> None:
    for headings_first in (True, False):
        page = read_text(print_page(stories, headings_first=headings_first))
        assert len(page.articles) == len(stories)
        assert page.split.confidence is not None
        assert page.split.confidence >= DOUBTFUL_BELOW
        assert {article.split_confidence for article in page.articles} == {page.split.confidence}


def test_shuffled_lines_are_in_doubt_with_reasons(
    read_text: Read, print_page: Print, stories: Sequence[Any]
) -> None:
    lines = print_page(stories, headings_first=True).splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    split = read_text("".join(lines)).split
    assert split.confidence is not None
    assert split.confidence < DOUBTFUL_BELOW
    assert split.reasons


@given(
    values=st.lists(st.floats(0, 1), min_size=15, max_size=20),
    number=st.integers(0, 14),
    more=st.floats(0, 1),
)
def test_a_stronger_signal_never_raises_the_confidence(
    values: list[float], number: int, more: float
) -> None:
    names = SplitSignals.names()
    signals = dict(zip(names, (values * 2)[: len(names)], strict=True))
    before = confidence_of(SplitSignals(**signals)).confidence
    signals[names[number]] = max(signals[names[number]], more)
    after = confidence_of(SplitSignals(**signals)).confidence
    assert before is not None
    assert after is not None
    assert after <= before
