"""Answers and briefings as Markdown in which every citation number links to what it quotes."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from rag.briefing_types import Briefing
from rag.faces.briefing_markdown import briefing_markdown, escaped
from rag.faces.citing import place
from rag.faces.printable import visible
from rag.types import Answer, AnswerSentence, Citation, Language, Settled, ShortAnswer

Link = Callable[[Citation], str]
"""The address that a citation links to, without white space and round brackets."""

_SOURCES: Mapping[Language, str] = {"zh": "出处", "en": "Sources"}


def answer_markdown(answer: Answer, link: Link, source_link: Link | None = None) -> str:
    """The whole answer: its sentences, what it lacks, its sources with their quotes, its notes.

    source_link: of the sources, if not `link` too.
    """
    return "\n\n".join([*_told(answer, link), *closing(answer, source_link or link)])


def linked_briefing(briefing: Briefing, language: Language | None, link: Link) -> str:
    """A briefing as Markdown, as `briefing_markdown` writes it."""
    cited = numbered(briefing.citations)

    def cite(words: str, numbers: Sequence[int]) -> str:
        return _before_link(words) + _marks(numbers, cited, link)

    return briefing_markdown(briefing, language, cite)


def settled_markdown(settled: Settled, link: Link) -> list[str]:
    """The paragraphs that come with a sentence as soon as it is verified."""
    cited = numbered(settled.citations)
    before = _opening(settled.lead, settled.short_answer, cited, link)
    return [*before, _sentence(settled.sentence, cited, link)]


def closing(answer: Answer, link: Link) -> list[str]:
    """The paragraphs after an answer's last sentence: what it lacks, its sources, its notes."""
    lacking = [] if answer.refused else [unmarked(gap) for gap in answer.gaps]
    notes = [f"*{unmarked(note)}*" for note in answer.notes]
    if not answer.citations:
        return [*lacking, *notes]
    sources = "\n".join(_sources(answer.citations, link))
    return [*lacking, f"**{_SOURCES[answer.language]}**", sources, *notes]


def numbered(citations: Sequence[Citation]) -> dict[int, Citation]:
    """Citations by their numbers."""
    return {citation.number: citation for citation in citations}


def unmarked(text: str) -> str:
    """Words of a newspaper or about it, in which nothing is Markdown, an indent neither."""
    return "\n".join(line.strip() for line in escaped(visible(text)).split("\n"))


def _told(answer: Answer, link: Link) -> list[str]:
    if answer.refused:
        return [unmarked(answer.answer)]
    cited = numbered(answer.citations)
    before = _opening(answer.lead, answer.short_answer, cited, link)
    return [*before, *(_sentence(one, cited, link) for one in answer.sentences)]


def _opening(
    lead: str, short: ShortAnswer | None, cited: Mapping[int, Citation], link: Link
) -> list[str]:
    parts = [unmarked(lead)] if lead else []
    if short is not None:
        mark = _marks([short.citation], cited, link)
        parts.append(f"{_before_link(unmarked(short.text))}{mark}{unmarked(short.remark)}")
    return parts


def _sentence(sentence: AnswerSentence, cited: Mapping[int, Citation], link: Link) -> str:
    text = _before_link(unmarked(sentence.label + sentence.text))
    problem = "" if sentence.supported else f" (not supported: {sentence.problem})"
    beside = unmarked(sentence.remark + problem)
    return f"{text}{_marks(sentence.citations, cited, link)}{beside}"


def _sources(citations: Sequence[Citation], link: Link) -> Iterator[str]:
    for citation in citations:
        yield f"- [{citation.number}]({link(citation)}) {unmarked(place(citation))}"
        yield from (f"  > {unmarked(line)}" for line in citation.quote.splitlines())


def _marks(numbers: Sequence[int], cited: Mapping[int, Citation], link: Link) -> str:
    return "".join(f"[{number}]({link(cited[number])})" for number in numbers)


def _before_link(words: str) -> str:
    """Escaped words to stand before a link: with a bare exclamation mark it would be an image."""
    return f"{words[:-1]}\\!" if words.endswith("!") else words
