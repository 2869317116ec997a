"""Statements that an article supports: what the set says of it, and its own sentences rewritten.

A rewritten sentence is supported because nothing but its form is changed. A summary's sentence and
an answered question are supported because the set says so: they stand with the sentences of the
article that hold most of them, and only where those hold as much as the whole article does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from eval.bench.verification_names import ORGANISATION, PERSON, PLACE, Name, names_in
from eval.bench.verification_questions import asks_for, in_english, statement
from eval.bench.verification_rewrites import REWRITES
from eval.bench.verification_sets import Asked, LabelledSet, Source, Summed, digest
from rag.answering.generative import QUOTES_A_SENTENCE, SHARE_SLACK
from rag.answering.verification import support
from rag.reading.surnames import SURNAMES

SUMMARY, QUESTION, ENGLISH = "summary", "answered question", "answered question, English"
REWRITTEN = "rewritten: "
A_SENTENCE = range(16, 131)  # characters of a sentence that is rewritten
SENTENCES = 3  # tried of an article

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_HANZI = re.compile("[\u4e00-\u9fff]")
# A time stamp, a caption or the names of those who made the page are no statements.
_FURNITURE = re.compile(r"^\d{4}-\d\d|正文[：:]|图源|编辑|责编|校对|来源[：:]|记者|通讯员|[?？…]")
_ONE_NAME = {
    PERSON: re.compile(
        rf"[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)+"
    ),
    PLACE: re.compile("[\u4e00-\u9fff]{2,8}"),
    ORGANISATION: re.compile("[\u4e00-\u9fff]{3,14}"),
}
_PAIRED = ("“”", "《》", "（）", "「」")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that the quoted sentences of an article support. name: what of it a question
    asked for, where that is a name."""

    kind: str
    text: str
    source: Source
    quotes: tuple[str, ...]
    name: Name | None = None

    @property
    def names(self) -> list[Name]:
        """The names that it holds for sure."""
        found = names_in(self.text)
        if self.name is None:
            return found
        own = self.name
        return [own, *(one for one in found if one.end <= own.start or one.start >= own.end)]


def claims(data: LabelledSet, held_out: bool) -> list[Claim]:
    """All statements of one half, those of an article together, in an order by hash."""
    found = [
        *_of_summaries([one for one in data.summed if one.source.held_out is held_out]),
        *_of_questions([one for one in data.asked if one.source.held_out is held_out]),
        *_rewritten([source for source in data.sources if source.held_out is held_out]),
    ]
    return sorted(found, key=lambda claim: digest(f"{claim.source.id} {claim.text}"))


def best_quotes(text: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """The fewest sentences, in their order, that hold about as much of a text as any do that a
    sentence of an answer may cite; () where there are none."""
    chosen: list[str] = []
    for _ in range(QUOTES_A_SENTENCE):
        left = [sentence for sentence in sentences if sentence not in chosen]
        best = max(left, key=lambda one: support(text, [*chosen, one]), default=None)
        if best is None or support(text, [*chosen, best]) <= _held(text, chosen) + SHARE_SLACK:
            break
        chosen.append(best)
    return tuple(sorted(chosen, key=list(sentences).index))


def _held(text: str, quotes: Sequence[str]) -> float:
    return support(text, quotes) if quotes else 0.0


def _of_summaries(summed: Sequence[Summed]) -> Iterator[Claim]:
    for one in summed:
        if not _in_its_years(one.text, one.source):
            continue
        quotes = best_quotes(one.text, one.source.sentences)
        if _as_good_as_all(one.text, quotes, one.source):
            yield Claim(SUMMARY, one.text, one.source, quotes)


def _in_its_years(text: str, source: Source) -> bool:
    """Whether the article or its date has every year that a summary names: one that it hasn't is
    the summary's mistake."""
    known = f"{source.text} {source.day.year if source.day else ''}"
    return all(year in known for year in _YEAR.findall(text))


def _as_good_as_all(text: str, quotes: Sequence[str], source: Source) -> bool:
    return bool(quotes) and (support(text, quotes) >= support(text, source.sentences) - SHARE_SLACK)


def _of_questions(asked: Sequence[Asked]) -> Iterator[Claim]:
    for one in asked:
        holding = [text for text in one.source.sentences if one.answer in text]
        text = statement(one.question, one.answer)
        if text and holding:
            first = max(holding, key=lambda sentence: support(text, [sentence]))
            others = [sentence for sentence in one.source.sentences if sentence != first]
            both = best_quotes(text, [first, *others])
            quotes = both if first in both else (first,)
            if _as_good_as_all(text, quotes, one.source):
                yield Claim(QUESTION, text, one.source, quotes, _asked_for(one, text))
            if one.english and (english := in_english(*one.english, one.answer)):
                yield Claim(ENGLISH, english, one.source, quotes)


def _asked_for(one: Asked, text: str) -> Name | None:
    kind, start = asks_for(one.question), text.find(one.answer)
    if not kind or start < 0 or not _ONE_NAME[kind].fullmatch(one.answer):
        return None
    return Name(kind, one.answer, start, start + len(one.answer))


def _rewritten(sources: Sequence[Source]) -> Iterator[Claim]:
    for source in sources:
        whole = [sentence for sentence in source.sentences if _is_statement(sentence)]
        for sentence in sorted(whole, key=digest)[:SENTENCES]:
            random = Random(sentence)
            made = {
                kind: text
                for kind, rewrite in REWRITES.items()
                if (text := rewrite(sentence, source.day, random)) and text != sentence
            }
            if made:
                kind = random.choice(sorted(made))
                yield Claim(REWRITTEN + kind, made[kind], source, (sentence,))


def _is_statement(sentence: str) -> bool:
    return (
        len(sentence) in A_SENTENCE
        and sentence.endswith("。")
        and not _FURNITURE.search(sentence)
        and len(_HANZI.findall(sentence)) * 3 > len(sentence) * 2
        and all(sentence.count(pair[0]) == sentence.count(pair[1]) for pair in _PAIRED)
    )
