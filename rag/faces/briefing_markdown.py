"""A briefing as Markdown: stories with cited points, a table, the quotes below."""

import re
from collections.abc import Callable, Iterator, Sequence

from rag.briefing_types import Briefing, Story
from rag.faces.briefing_frame import CONTENTS_FROM, Frame, frame_of
from rag.faces.citing import marks
from rag.faces.printable import visible
from rag.types import Language

# At the front of a line these would make a heading, a list, a rule or a quotation.
_FRONT = re.compile(r"^(\s*)([#=+>~-]|\d+(?=[.)](?:\s|$)))", re.MULTILINE)


Cite = Callable[[str, Sequence[int]], str]
"""Escaped words, which may be none, with the citation numbers that stand behind them."""


def _plainly(words: str, numbers: Sequence[int]) -> str:
    return words + marks(numbers)


def briefing_markdown(
    briefing: Briefing, language: Language | None = None, cite: Cite = _plainly
) -> str:
    """The whole briefing, safe to show on a terminal; ends with a line break. language: of all but
    the articles' words. cite: how citation numbers are written."""
    frame = frame_of(briefing, language)
    lines = [f"# {escaped(frame.title(briefing))}", ""]
    if briefing.stories:
        lines += [escaped(" · ".join(frame.about(briefing))), ""]
    else:
        lines += [line for said in frame.nothing(briefing) for line in (escaped(said), "")]
    if len(briefing.stories) >= CONTENTS_FROM:
        lines += [f"## {frame.word('contents')}", ""]
        lines += [f"{n}. {escaped(one.headline)}" for n, one in enumerate(briefing.stories, 1)]
        lines.append("")
    for number, story in enumerate(briefing.stories, start=1):
        lines += [*_story(number, story, briefing, frame, cite), ""]
    lines += _table(briefing, frame, cite)
    lines += _quotes(briefing, frame, cite)
    lines += [f"*{escaped(note)}*\n" for note in briefing.notes]
    return visible("\n".join(lines)).rstrip() + "\n"


def escaped(text: str) -> str:
    """A newspaper's own words, in which nothing becomes Markdown: no emphasis, no code, no markup,
    no link and no definition of one; a number stays a plain [1]."""
    for mark in "\\`*_<|":
        text = text.replace(mark, f"\\{mark}")
    text = text.replace("](", "]\\(").replace("][", "]\\[").replace("]:", "]\\:")
    return _FRONT.sub(_escaped_front, text)


def _escaped_front(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}" + "\\" if mark.isdigit() else f"{space}\\{mark}"


def _story(
    number: int, story: Story, briefing: Briefing, frame: Frame, cite: Cite
) -> Iterator[str]:
    yield f"## {number}. {escaped(story.headline)}"
    yield ""
    if story.kicker:
        yield f"*{escaped(story.kicker)}*"
        yield ""
    if about := frame.story_about(story, briefing):
        yield escaped(" · ".join(about))
        yield ""
    if story.update:
        yield f"**{escaped(frame.update(story.update))}**"
        yield ""
    for point in story.points:
        new = f"**{frame.word('new')}** " if point.new else ""
        unsupported = "" if point.supported else f" ({frame.word('unsupported')})"
        yield f"- {new}{cite(_on_one_line(point.text), point.citations)}{unsupported}"


def _table(briefing: Briefing, frame: Frame, cite: Cite) -> Iterator[str]:
    if not briefing.table:
        return
    yield f"## {frame.word('table')}"
    yield ""
    names = [frame.word(name) for name in ("kind", "value", "what", "story", "source")]
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"
    for row in briefing.table:
        cells = (frame.word(row.kind), row.value, row.what)
        written = [_on_one_line(cell) for cell in cells]
        yield f"| {' | '.join(written)} | {row.story} | {cite('', [row.citation])} |"
    yield ""


def _quotes(briefing: Briefing, frame: Frame, cite: Cite) -> Iterator[str]:
    if not briefing.citations:
        return
    yield f"## {frame.word('quotes')}"
    yield ""
    for citation in briefing.citations:
        yield f"{cite('', [citation.number])} {escaped(frame.place(citation))}  "
        yield from (f"> {escaped(line)}" for line in citation.quote.splitlines())
        yield ""


def _on_one_line(text: str) -> str:
    return " ".join(escaped(text).split("\n"))
