"""An article beside its raw lines: nothing of it is missing, and all of it stands where it says."""

from collections.abc import Callable
from typing import Any

import pytest

from rag.reading.raw_lines import raw_lines
from rag.types import Page
from tests.reading.files import MARKDOWN


@pytest.mark.parametrize("headings_first", [True, False])
def test_the_parts_are_the_text_and_stand_in_their_lines(
    headings_first: bool,
    stories: Any,
    print_page: Callable[..., str],
    read_text: Callable[..., Page],
) -> None:
    text = print_page(stories, headings_first=headings_first, blank=0.2, spaced=0.3)
    page = read_text(text)
    printed = page.raw.splitlines()
    for article in page.articles:
        lines = raw_lines(article, page.raw)
        assert "".join(line.text for line in lines) == article.text
        assert [line.number for line in lines] == list(
            range(lines[0].number, lines[0].number + len(lines))
        )
        assert lines[0].text
        assert lines[-1].text
        for line in lines:
            assert line.raw == printed[line.number - 1]
            assert page.raw.startswith(line.raw, line.raw_start)
            assert article.text[line.start : line.end] == line.text
            assert "".join(line.text.split()) in "".join(line.raw.split())


def test_marks_that_do_not_print_are_seen_in_the_raw_line(read_text: Callable[..., Page]) -> None:
    page = read_text(MARKDOWN.replace("会议决定", "**会议**决定"), "page.md")
    lines = raw_lines(page.articles[0], page.raw)
    assert [bool(line.text) for line in lines] == [True, False, True]
    assert lines[-1].raw.startswith("**会议**决定")
    assert lines[-1].text.startswith("会议决定")
