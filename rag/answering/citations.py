"""From drafts to a cited answer: quotes come out of the articles, numbers are given last."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rag.answering.verification import Verdict
from rag.retrieval.folding import HANZI
from rag.types import AnswerSentence, Article, Citation, Draft, Span

_FINAL_PUNCTUATION = re.compile(r"[。！？!?.…；;]+$")
_HANZI = re.compile(f"[{HANZI}]")


class Assembly(NamedTuple):
    """A cited answer: its sentences, their citations by number from 1, and the text to show."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    text: str


def assemble(
    drafts: Sequence[Draft],
    articles: Mapping[str, Article],
    verdicts: Sequence[Verdict] | None = None,
) -> Assembly:
    """Cites drafts: each quote is article.text[start:end], one number a distinct span, in order of
    first use. articles: by id. verdicts: one a draft; without them a draft counts as supported
    where it has a span, as verbatim sentences do.

    Raises ValueError for an unknown article or a span that is empty or outside its article.
    """
    if verdicts is not None and len(verdicts) != len(drafts):
        raise ValueError(f"{len(drafts)} drafts but {len(verdicts)} verdicts")
    numbers: dict[Span, int] = {}
    sentences = []
    for index, draft in enumerate(drafts):
        for span in draft.spans:
            numbers.setdefault(span, len(numbers) + 1)
        cited = tuple(dict.fromkeys(numbers[span] for span in draft.spans))
        verdict = verdicts[index] if verdicts is not None else Verdict(supported=bool(cited))
        sentences.append(
            AnswerSentence(
                draft.text, cited, verdict.supported, "; ".join(verdict.problems), draft.label
            )
        )
    citations = tuple(cite(number, span, articles) for span, number in numbers.items())
    return Assembly(tuple(sentences), citations, render(sentences))


def cite(number: int, span: Span, articles: Mapping[str, Article]) -> Citation:
    """The citation of one span. Raises ValueError as `assemble` does."""
    article = articles.get(span.article_id)
    if article is None:
        raise ValueError(f"citation of unknown article {span.article_id!r}")
    if not 0 <= span.start < span.end <= len(article.text):
        raise ValueError(
            f"span {span.start}:{span.end} is outside article {article.id!r}"
            f" of {len(article.text)} characters"
        )
    return Citation(
        number=number,
        article_id=article.id,
        headline=article.headline,
        publication=article.publication,
        issue_date=article.issue_date,
        event_date=article.event_date,
        page=article.page,
        source=article.source,
        source_id=article.source_id,
        start=span.start,
        end=span.end,
        quote=article.text[span.start : span.end],
        also_in=article.also_in,
        boxes=tuple(box for box in article.boxes if box.start < span.end and span.start < box.end),
    )


def render(sentences: Sequence[AnswerSentence]) -> str:
    """The sentences as one text, each with its numbers before its final punctuation, and what is
    remarked on it behind: ……[1][2]。〔……〕"""
    text = ""
    for sentence in sentences:
        marked = _mark(sentence)
        # Chinese sentences stand close together; anything else, or a sentence that ends in no full
        # stop, is kept apart by a space.
        if text and not (_HANZI.search(sentence.text) and text[-1] in "。！？…；”』」〕"):
            text += " "
        text += marked
    return text


def _mark(sentence: AnswerSentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    end = _FINAL_PUNCTUATION.search(sentence.text)
    cut = end.start() if end else len(sentence.text)
    return sentence.label + sentence.text[:cut] + marks + sentence.text[cut:] + sentence.remark
