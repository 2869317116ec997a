"""A compound question as the questions it holds, each fit to be searched alone."""

import re
from typing import Protocol

from rag.retrieval.parts_chinese import ChineseParts
from rag.retrieval.parts_english import EnglishParts
from rag.retrieval.query import language_of
from rag.retrieval.quoted import masked
from store.segmentation import simplified

MOST_PARTS = 6  # each is a search of its own; what comes after stays with the last

_MARKS = re.compile(r"[？?；;！!\n\r]+[”’」』\"]?")
_ASKING_MARK = re.compile("[？?]")
_LEAST = 3  # letters, digits or hanzi that something asked with a bare question mark has


class Grammar(Protocol):
    """How one language asks."""

    def asks(self, text: str) -> bool:
        """Whether the text has a word that asks."""

    def coordinated(self, question: str) -> list[list[str]]:
        """One sentence as the questions that stand side by side in it; those together that ask the
        same of several things."""

    def lacks_subject(self, part: str) -> bool:
        """Whether one has to know the question before to know what this one is about."""

    def carried(self, head: str, part: str) -> str:
        """The part with the topic of an earlier question before it."""


def split_question(question: str) -> tuple[str, ...]:
    """The questions that a question holds, in order; the question itself where it holds one.

    Cut at sentence marks, where a clause begins another question (“，由谁承建”, “and who built
    it”), and where 分别 or “respectively” asks the same of several; never inside quotation marks,
    book titles or brackets, nor where a half would not stand alone as a question. A part that lacks
    its subject (“何时开工？”, “who built it?”) has the topic of the last part that has one put
    before it: the words before its question word, else all but that word, if those name something.
    Several parts come in simplified characters, as they are searched.
    """
    grammar = _GRAMMARS[language_of(question)]
    parts: list[str] = []
    head = ""
    for sentence in _sentences(simplified(question), grammar):
        for alike in grammar.coordinated(sentence):
            lacking = {part for part in alike if head and grammar.lacks_subject(part)}
            parts += [grammar.carried(head, part) if part in lacking else part for part in alike]
            head = next((part for part in reversed(alike) if part not in lacking), head)
    if len(parts) > MOST_PARTS:
        parts[MOST_PARTS - 1 :] = [" ".join(parts[MOST_PARTS - 1 :])]
    return tuple(parts) if len(parts) > 1 else (question,)


def _sentences(question: str, grammar: Grammar) -> list[str]:
    """The question cut at its marks; what asks nothing stays with what comes after it, or at the
    end with what comes before."""
    sentences: list[str] = []
    shown, start = masked(question), 0
    for match in _MARKS.finditer(shown):
        sentence = question[start : match.end()]
        bare = _ASKING_MARK.search(match.group()) and sum(map(str.isalnum, sentence)) >= _LEAST
        if bare or grammar.asks(sentence):
            sentences.append(sentence.strip())
            start = match.end()
    rest = question[start:].strip()
    if rest and (not sentences or grammar.asks(rest)):
        sentences.append(rest)
    elif rest:
        sentences[-1] += rest
    return sentences


_GRAMMARS: dict[str, Grammar] = {"zh": ChineseParts(), "en": EnglishParts()}
