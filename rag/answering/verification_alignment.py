"""A Chinese sentence laid along the words it cites: what stands in the place of something else.

Where the words on both sides are the source's own, another number, another name or a denial between
them is no paraphrase.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from fractions import Fraction
from typing import NamedTuple

from rag.answering.verification_names import named_spans
from rag.answering.verification_numbers import NUMBER, numeral
from rag.answering.verification_text import SENTENCE_END, letters

BESIDE = 2  # words or characters on either side that must be the source's own
LONGEST = 14  # words or characters that are compared as one thing
CONTEXT = 6  # before a number or name that may stand like that elsewhere in the source
LARGEST = 1_000_000  # words or characters of a sentence times those of its source
DENIAL = 4  # of them that a denial and what it denies may take

_TOKEN = re.compile(rf"(?P<number>{NUMBER})|[A-Za-z]+|\S|\n")
_PERCENT = re.compile(rf"百分之({NUMBER})")
_MARK = re.compile(r"\W")
# Not where they are part of a word that denies nothing (不仅, 未来, 不敌, 不得不, 差不多), or that
# bounds a number (不超过).
_DENIES = re.compile(
    "没有|没能|没(?![收落])|未(?![来必成婚])|(?<!不得)(?<!差)不(?!敌|得不|[超低高多]于|超过?|[仅但少断同过管论光久错禁料惜妨已])|无法|并非|难以|拒绝"
)
# A denial that was put in or left out, and nothing else with it.
_DENIAL_ALONE = re.compile(
    "(?:没有|没能|没|未|不|无法|并非|难以|尚|并|是|会|能|得|再|将|曾|有){1,3}"
)
# What joins names and numbers to the rest: with it, a place holds more than one thing.
_JOINS = re.compile("[的了着过是在于由从到和与及或被把将对为以等说、()]")
_LISTING = re.compile("[、和与及等]|以及")
# What stands for a name that was told before.
_MEANT = re.compile("[该其他她它这那本此某]|当地|对方|双方|有关|相关")


@dataclass(frozen=True, slots=True)
class _Token:
    """A number, a Latin word or any other character, and where it stands."""

    text: str
    start: int
    value: Fraction | None

    @property
    def key(self) -> str | Fraction:
        """What makes it the same as another."""
        return self.text.lower() if self.value is None else self.value


class _Span(NamedTuple):
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Between words that a sentence shares with its source: what the sentence has there, and what
    the source has, as places among their tokens. Either may be nothing. before, after: how many
    tokens on either side are the same in both; LONGEST where there the text begins or ends."""

    said: _Span
    given: _Span
    before: int
    after: int

    def widened(self, left: int, right: int) -> "_Place":
        return _Place(
            _Span(self.said.start - left, self.said.end + right),
            _Span(self.given.start - left, self.given.end + right),
            self.before - left,
            self.after - right,
        )

    @property
    def sure(self) -> bool:
        """Whether enough beside it is the same in both, and it is short enough to be one thing."""
        longest = max(self.said.end - self.said.start, self.given.end - self.given.start)
        return min(self.before, self.after) >= BESIDE and longest <= LONGEST


def misplaced(sentence: str, source: str) -> list[str]:
    """What a folded sentence says in another's place, as problems: a number where the folded source
    has another, a name where it has another, a denial put in or left out."""
    laid = _Laid(_PERCENT.sub(r"\1%", sentence), _PERCENT.sub(r"\1%", source))
    if laid.size > LARGEST:
        return ["it is too long to be compared with the cited text word by word"]
    return list(dict.fromkeys(problem for place in laid.places() for problem in laid.wrong(place)))


def denial(folded: str) -> str:
    """The first word of a folded Chinese sentence that denies something; empty where none does."""
    found = _DENIES.search(folded)
    return found[0] if found else ""


class _Laid:
    """A sentence and its source, laid along each other."""

    def __init__(self, sentence: str, source: str) -> None:
        self._sentence, self._source = sentence, source
        self._said, self._given = _tokens(sentence), _tokens(source)
        starts = {token.start: at for at, token in enumerate(self._given)}
        ends = {token.start + len(token.text): at for at, token in enumerate(self._given, 1)}
        self._names = [
            _Span(starts[start], ends[end])
            for start, end in named_spans(source)
            if start in starts and end in ends
        ]

    @property
    def size(self) -> int:
        """How much it takes to lay them along each other."""
        return len(self._said) * len(self._given)

    def places(self) -> Iterator[_Place]:
        """Where the two differ."""
        matcher = SequenceMatcher(
            None,
            [token.key for token in self._given],
            [token.key for token in self._said],
            autojunk=False,
        )
        given = said = before = 0
        for block in matcher.get_matching_blocks():
            # What so little parts differs as one thing.
            if block.size == 1 and 0 < block.b < len(self._said) - 1:
                continue
            if (block.a, block.b) != (given, said):
                yield self._place(_Span(said, block.b), _Span(given, block.a), before, block.size)
            given, said, before = block.a + block.size, block.b + block.size, block.size

    def wrong(self, place: _Place) -> Iterator[str]:
        """What is wrong with what the sentence has in a place."""
        place = self._without_clauses_before(place)
        if not place.sure:
            return
        if self._denies_otherwise(place):
            said, given = self._text(place)
            yield f"“{said}” stands where the cited text has “{given}”: one of them denies"
            return
        for wide in (place, *self._around_names(place)):
            said, given = self._text(wide)
            if not wide.sure or self._stands_elsewhere(wide):
                continue
            if self._another_number(wide) or self._another_name(wide, said, given):
                yield f"“{said}” stands where the cited text has “{given}”"
                return

    def _place(self, said: _Span, given: _Span, before: int, after: int) -> _Place:
        if said.start - before == 0:
            # The sentence begins here, its source perhaps not: what matters is its clause alone.
            before = LONGEST
            if said.start == 0:
                given = _Span(self._clause_start(given), given.end)
        if all(_MARK.match(token.text) for token in self._said[said.end + after :]):
            after = LONGEST
            if said.end == len(self._said):
                given = _Span(given.start, self._clause_end(given))
        return _Place(said, given, before, after)

    def _clause_start(self, span: _Span) -> int:
        marks = [at for at in range(*span) if _MARK.match(self._given[at].text)]
        return marks[-1] + 1 if marks else span.start

    def _clause_end(self, span: _Span) -> int:
        return next((at for at in range(*span) if _MARK.match(self._given[at].text)), span.end)

    def _without_clauses_before(self, place: _Place) -> _Place:
        """Where a clause begins in the sentence: without whole clauses that only the source has
        there."""
        start = place.said.start
        begins = start == 0 or _MARK.match(self._said[start - 1].text)
        if not begins or place.said.start == place.said.end:
            return place
        given = _Span(self._clause_start(place.given), place.given.end)
        return replace(place, given=given)

    def _denies_otherwise(self, place: _Place) -> bool:
        if max(place.said.end - place.said.start, place.given.end - place.given.start) > DENIAL:
            return False
        one, other = self._text(place)
        if not (one and other) and not _DENIAL_ALONE.fullmatch(one or other):
            return False
        said = _denies(self._sentence, self._said, place.said)
        return said != _denies(self._source, self._given, place.given)

    def _around_names(self, place: _Place) -> Iterator[_Place]:
        """The place made as wide as each name of the source that it cuts."""
        for name in self._names:
            cut = name.start < max(place.given.end, place.given.start + 1)
            if cut and name.end > place.given.start:
                left = max(0, place.given.start - name.start)
                right = max(0, name.end - place.given.end)
                inside = left <= place.said.start and place.said.end + right <= len(self._said)
                if (left or right) and inside:
                    yield place.widened(left, right)

    def _another_number(self, place: _Place) -> bool:
        said, given = self._said[slice(*place.said)], self._given[slice(*place.given)]
        values = {token.value for token in said} - {None}
        others = {token.value for token in given} - {None}
        if not values or not others or values & others:
            return False
        # Little beside the number: the same thing is counted.
        return max(len(said) - len(values), len(given) - len(others)) <= 1

    def _another_name(self, place: _Place, said: str, given: str) -> bool:
        """Whether the source has a name there that the sentence doesn't have, and the sentence
        something else that is new, or is a name of the source."""
        names = {self._name(name) for name in self._names if _within(name, place.given)}
        others = {self._name(name) for name in self._names} - names
        if any(name in said for name in names) or _MEANT.match(said) or _MEANT.match(given):
            return False
        if _JOINS.search(said) or _JOINS.search(given):
            return False
        told_there = said in self._sentence_around(place.given)
        if told_there and self._is_listed(place):
            return False
        if not names:
            return (
                said in others
                and not told_there
                and len(letters(given)) > 1
                and not set(said) & set(given)
            )
        if any(other in said and other not in given for other in others):
            return True
        if len(letters(said)) < 2 or set(said) & set(given):
            return False
        told = any(name in self._sentence for name in names)
        if told_there:
            return told  # they have changed places
        return not told or given in names

    def _sentence_around(self, span: _Span) -> str:
        """The sentence of the source that a place is in."""
        start, end = self._where(span)
        begins = [found.end() for found in SENTENCE_END.finditer(self._source, 0, start)]
        after = SENTENCE_END.search(self._source, end)
        return self._source[max(begins, default=0) : after.start() if after else None]

    def _where(self, span: _Span) -> tuple[int, int]:
        """The characters of the source that a span of its tokens takes."""
        if span.start == span.end:
            return (
                (self._given[span.start].start,) * 2
                if span.start < len(self._given)
                else (len(self._source),) * 2
            )
        last = self._given[span.end - 1]
        return self._given[span.start].start, last.start + len(last.text)

    def _is_listed(self, place: _Place) -> bool:
        """Whether it is one of several: their order says nothing."""
        start, end = place.said
        beside = (self._said[max(0, start - 1) : start], self._said[end : end + 1])
        return all(one and _LISTING.match(one[0].text) for one in beside)

    def _stands_elsewhere(self, place: _Place) -> bool:
        """Whether the source has what the sentence says there, with the same words beside it."""
        start, end = place.said
        run = "".join(token.text for token in self._said[max(0, start - CONTEXT) : end + BESIDE])
        return letters(run) in letters(self._source)

    def _name(self, span: _Span) -> str:
        return "".join(token.text for token in self._given[slice(*span)])

    def _text(self, place: _Place) -> tuple[str, str]:
        said = "".join(token.text for token in self._said[slice(*place.said)])
        return said, "".join(token.text for token in self._given[slice(*place.given)])


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(found[0], found.start(), numeral(found[0]) if found["number"] else None)
        for found in _TOKEN.finditer(text)
    ]


def _denies(text: str, tokens: Sequence[_Token], span: _Span) -> bool:
    """Whether a denial begins in a span; what follows says whether it is one."""
    if span.start == span.end:
        return False
    start = tokens[span.start].start
    end = tokens[span.end - 1].start + len(tokens[span.end - 1].text)
    return any(found.start() < end for found in _DENIES.finditer(text, start))


def _within(name: _Span, span: _Span) -> bool:
    return span.start <= name.start and name.end <= span.end
