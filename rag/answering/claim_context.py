"""What a claim needs besides its quote: to tell something, to one whom it names, from words that
belong together."""

import re
from collections.abc import Sequence
from itertools import pairwise

import rjieba

from rag.answering.passages import Source
from rag.answering.verification import Bilingual, support
from rag.answering.verification_text import clauses, fold, is_chinese, letters

LEAST_LETTERS = 6  # of a Chinese sentence without a verb: a name alone tells nothing
LEAST_WORDS = 3  # of an English one
CLAUSE_PAIRS = 5  # a clause of fewer letters says too little to be looked for by itself
CLAUSE_HELD = 0.6  # of a clause that one of two quotes apart must hold

_PRONOUN = re.compile(
    r"[他她它](?:们|(?![人国乡日处]))|其(?![中实余他次它])|(?:He|She|They|His|Her|Their)\b"
)
_ASKS = re.compile(r"[?？][”’」』\"]?$")
_SENTENCE_END = re.compile("[。！？!?\n]")


def tells_nothing(text: str, quotes: Sequence[str]) -> str:
    """Why a sentence is no answer, whatever its quotes hold; empty where it may be one."""
    if _ASKS.search(text) and not any(text in quote for quote in quotes):
        return "it asks, and tells nothing"
    return "" if _is_sentence(fold(text)) else "it is no sentence"


def _is_sentence(folded: str) -> bool:
    if not is_chinese(folded):
        return len(folded.split()) >= LEAST_WORDS
    if len(letters(folded)) >= LEAST_LETTERS:
        return True
    return any(str(tag).startswith("v") for _, tag in rjieba.tag(folded))


def names_nobody(
    text: str, sources: Sequence[Source], before: Sequence[Source], left_out: bool
) -> str:
    """Why a reader takes the pronoun that a sentence begins with for somebody else than its source
    does; empty where it begins with none, or they can tell.

    sources: its quotes. before: those of the sentence before it, none where it is the first.
    left_out: whether the model wrote another before it, which was not kept.
    """
    found = _PRONOUN.match(text)
    if not found or _is_name(text, found[0]):
        return ""
    if left_out:
        return f"“{found[0]}” stands for what a sentence names that was left out"
    first = min(sources, key=lambda source: source.span.start)
    if before:
        return "" if _follows(before[-1], first) else f"“{found[0]}” stands for somebody else"
    inside = is_chinese(text) and found[0] in first.quote and not first.quote.startswith(found[0])
    return f"“{found[0]}” stands for somebody whom it does not name" if inside else ""


def _is_name(text: str, pronoun: str) -> bool:
    """Whether a text only looks as if it began with a pronoun (他山之石)."""
    (word, *_) = rjieba.cut(text)
    return not pronoun.startswith("其") and is_chinese(text) and len(word) > len(pronoun)


def belong_together(text: str, sources: Sequence[Source], bilingual: Bilingual) -> bool:
    """Whether quotes may hold a sentence between them: those that stand side by side, or one of
    them at the beginning of their article, which says whom it is about; any others where each
    clause of the sentence stands in one of them."""
    ordered = sorted(sources, key=lambda source: (source.article.id, source.span.start))
    if all(_follows(one, other) or _leads(one, other) for one, other in pairwise(ordered)):
        return True
    if not is_chinese(text):
        return False
    return all(
        any(support(clause, [source.quote], bilingual) >= CLAUSE_HELD for source in sources)
        for clause in clauses(fold(text))
        if len(letters(clause)) >= CLAUSE_PAIRS
    )


def _follows(one: Source, other: Source) -> bool:
    """Whether a quote stands in its article where another does, or after it with at most one
    sentence between."""
    if one.article.id != other.article.id or other.span.start < one.span.start:
        return False
    between = one.article.text[one.span.end : other.span.start]
    return len(_SENTENCE_END.findall(between.strip())) <= 1


def _leads(one: Source, other: Source) -> bool:
    return one.article.id == other.article.id and not one.article.text[: one.span.start].strip()
