"""What a language model wrote, read as claims with the sources they name, while it is written."""

import json
import re
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from rag.answering.claims import (
    LONGEST_CLAIM,
    Claim,
    begins_mark,
    claim_of,
    is_sentence,
    with_marks_inside,
)
from rag.answering.reply_schema import AnswerObject
from rag.errors import UnusableAnswerError
from rag.indexing.sentences import settled, split_sentences

MOST_CLAIMS = 40
WINDOW = 2 * LONGEST_CLAIM  # characters of plain text among which a sentence must end
MOST_OBJECTS = 20  # JSON objects looked at for one that is an answer

_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_THOUGHT_BEGINS, _THOUGHT_ENDS = "<think>", "</think>"
_REFUSAL = re.compile(r"\W*NO[_ ]ANSWER\b", re.IGNORECASE)
_NO_PROSE = re.compile(r"\s*(?:```|<(?:!doctype|html|head|body|\?xml)\b)", re.IGNORECASE)
_LONGEST_NO_PROSE = len("<!doctype ")
_OBJECT = re.compile(r"\{\s*(.?)", re.DOTALL)
_ENDED = re.compile(r"[。！？!?.…；;][”’」』\"'）)】\]\s]*$")
_STRING = r'"(?:[^"\\]|\\.)*"'
# A sentence whose text is whole, and the sources named for it so far.
_LISTING_SOURCES = re.compile(
    rf'\{{\s*"text"\s*:\s*(?P<text>{_STRING})\s*,\s*"sources"\s*:\s*\[\s*'
    r'(?P<names>(?:"[^"\\]*"\s*(?:,\s*)?)*)'
)
_NAME = re.compile(r'"([^"\\]*)"')
_TRUTH = TypeAdapter(bool)


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's whole answer. refused: it says that the sources don't hold one. cut_off: it ends
    before it is whole. unread: how many of its parts are no sentences. well_formed: all of it was
    read, to an end that shows that nothing is missing."""

    refused: bool
    claims: tuple[Claim, ...]
    cut_off: bool = False
    unread: int = 0
    well_formed: bool = True


def read_reply(text: str) -> Reply:
    """A whole text as `ReplyReader` reads it. Raises UnusableAnswerError as that does."""
    reader = ReplyReader()
    reader.feed(text)
    return reader.finish()


def without_thought(text: str) -> str:
    """A model's text without what it thought aloud before it, between <think> tags."""
    return _THOUGHT.sub("", text)


_Reading = Generator[None, None, None]


class ReplyReader:
    """Reads an answer while it is written: JSON of SCHEMA, bare or after other words, else plain
    sentences with marks such as [S1.2]. However the text is cut into pieces, the claims are the
    same, and none that was given is taken back: JSON gives them once it says that there is an
    answer, plain text from its first mark on, and what says neither at its end."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0  # how far it is read
        self._whole = False  # nothing follows
        self._cut_short = False
        self._claims: list[Claim] = []
        self._given = 0
        self._refused = False
        self._cut_off = False
        self._unread = 0
        self._closed: bool | None = None  # whether the JSON object ends; None for plain text
        self._reading = self._read()

    def feed(self, text: str) -> tuple[Claim, ...]:
        """Takes the next piece of the text; gives the claims that it completes."""
        self._text += text
        next(self._reading, None)  # reads on until it needs more text
        found = tuple(self._claims[self._given : MOST_CLAIMS])
        self._given += len(found)
        return found

    def finish(self, *, cut_short: bool = False) -> Reply:
        """The whole reply, its claims in order, those already given among them. cut_short: the text
        was broken off, so that its last sentence counts only where it is whole. Raises
        UnusableAnswerError where the text is no answer or says nothing."""
        self._whole, self._cut_short = True, cut_short
        self.feed("")
        claims = tuple(self._claims[:MOST_CLAIMS])
        well_formed = self._ends() and not (cut_short or self._unread)
        if self._refused:
            return Reply(True, (), well_formed=well_formed)
        if not claims:
            broken = self._cut_off or cut_short
            what = "cut off or no answer at all" if broken else "empty"
            raise UnusableAnswerError(f"the language model's answer is {what}")
        return Reply(False, claims, self._cut_off or cut_short, self._unread, well_formed)

    def _ends(self) -> bool:
        """Whether what was read ends as an answer does, a JSON object with its brace, plain text
        with a full stop."""
        if self._closed is not None:
            return self._closed
        text = with_marks_inside(self._text.rstrip())
        return self._refused or _ENDED.search(text) is not None

    def _read(self) -> _Reading:
        yield from self._skip_thought()
        while len(self._text[self._at :].lstrip()) < _LONGEST_NO_PROSE and not self._whole:
            yield
        begin = self._at
        held: list[Claim] = []
        plain = not _NO_PROSE.match(self._text, begin)
        if plain and (yield from self._read_sentences(begin, held)):
            return
        if (yield from self._read_objects()):
            return
        if _REFUSAL.match(self._text, begin):
            self._refused = True
        elif held:
            self._claims, self._cut_off = held, False
        elif self._text[begin:].strip():
            self._cut_off = True

    def _skip_thought(self) -> _Reading:
        while not self._whole and _THOUGHT_BEGINS.startswith(self._text.lstrip()):
            yield
        if not self._text.lstrip().startswith(_THOUGHT_BEGINS):
            return
        while (end := self._text.find(_THOUGHT_ENDS)) < 0:
            if self._whole:
                self._at, self._cut_off = len(self._text), True
                return
            yield
        self._at = end + len(_THOUGHT_ENDS)

    def _read_sentences(self, begin: int, held: list[Claim]) -> Generator[None, None, bool]:
        """Reads plain text up to a JSON object. Without a mark its sentences are held, as they may
        only lead up to JSON; whether the text is an answer by itself, marked or a refusal."""
        given = False
        while True:
            end, certain = self._next_object()
            certain = certain or self._whole
            while (text := self._next_sentence(end, certain)) is not None:
                claim = claim_of(text)
                if claim.sources and not given:
                    if _REFUSAL.match(self._text, begin):
                        self._refused = True
                        return True
                    given, self._claims = True, [*held]
                taken = self._claims if given else held
                if is_sentence(claim.text) and len(taken) < MOST_CLAIMS:
                    taken.append(claim)
                elif not is_sentence(claim.text) and claim.text:
                    self._unread += 1
            if certain:
                return given
            yield

    def _next_object(self) -> tuple[int, bool]:
        """Where the next JSON object begins, else where the text ends; whether one is sure to."""
        for found in _OBJECT.finditer(self._text, self._at):
            if found[1] in ('"', "}") or (not found[1] and not self._whole):
                return found.start(), bool(found[1])
        return len(self._text), False

    def _next_sentence(self, limit: int, certain: bool) -> str | None:
        """The next sentence of plain text before a limit, once nothing that follows can change it,
        and moves on behind it; None where there is none yet. certain: the text ends at the limit.
        """
        end = min(limit, self._at + WINDOW)
        if end == self._at:
            return None
        text = with_marks_inside(self._text[self._at : end])
        spans = split_sentences(text)
        if not (certain or end - self._at == WINDOW or (spans and _settled(text, spans[0][1]))):
            return None
        start, stop = spans[0] if spans else (0, len(text))
        self._at += stop
        broken_off = self._cut_short and not self._text[self._at :].strip()
        return "" if broken_off and not _ENDED.search(text, start, stop) else text[start:stop]

    def _read_objects(self) -> Generator[None, None, bool]:
        """Reads the first JSON object that has the shape of an answer; whether there is one."""
        tried = 0
        while tried < MOST_OBJECTS:
            self._at, certain = self._next_object()
            if certain:
                begin = self._at
                if (yield from self._read_object()):
                    return True
                self._at = begin + 1
                tried += 1
            elif self._whole:
                return False
            else:
                yield
        return False

    def _read_object(self) -> Generator[None, None, bool]:
        """Reads a JSON object from its brace on, as far as it goes; whether it is an answer."""
        begin, answer = self._at, AnswerObject()
        self._cut_off = False
        try:
            yield from self._read_members(answer)
        except _BrokenError:
            self._cut_off = True
        if answer.answerable is False:
            self._refused = True
        elif answer.claims is None:
            return False
        else:
            self._claims, self._unread = answer.claims, answer.unread
        self._closed = False
        if not self._cut_off:
            # Where only the end is missing, the answer stands.
            with suppress(_BrokenError):
                yield from self._value_end(begin)
                self._closed = True
        return True

    def _read_members(self, answer: AnswerObject) -> _Reading:
        at = yield from self._next_sign(self._at + 1)
        while self._text[at] != "}":
            key, at = yield from self._value(at)
            at = yield from self._next_sign(at)
            if self._text[at] != ":":
                raise _BrokenError
            at = yield from self._next_sign(at + 1)
            if key == "sentences" and answer.claims is None:
                at = yield from self._read_items(at, answer)
            else:
                value, at = yield from self._value(at)
                if key == "answerable":
                    answer.answerable = _truth(value)
            if answer.answerable is False or (answer.answerable and answer.claims is not None):
                return
            at = yield from self._next_sign(at)

    def _read_items(self, at: int, answer: AnswerObject) -> Generator[None, None, int]:
        """Reads a list of sentences; gives where it ends."""
        if self._text[at] != "[":
            raise _BrokenError
        answer.claims = []
        if answer.answerable:
            self._claims = answer.claims
        at = yield from self._next_sign(at + 1)
        while self._text[at] != "]":
            try:
                value, at = yield from self._value(at)
            except _BrokenError:
                self._add_begun(at, answer)
                raise
            answer.add(value)
            at = yield from self._next_sign(at)
        return at + 1

    def _add_begun(self, at: int, answer: AnswerObject) -> None:
        """Takes a sentence that is cut off in its sources, where its text can be read."""
        if not (begun := _LISTING_SOURCES.match(self._text, at)):
            return
        try:
            text = json.loads(begun["text"], strict=False)
        except ValueError:
            answer.unread += 1
            return
        answer.add({"text": text, "sources": _NAME.findall(begun["names"])})

    def _next_sign(self, at: int) -> Generator[None, None, int]:
        """The place of the next character of JSON that is neither space nor comma."""
        while True:
            while at < len(self._text):
                if self._text[at] not in " \t\r\n,":
                    return at
                at += 1
            if self._whole:
                raise _BrokenError
            yield

    def _value(self, at: int) -> Generator[None, None, tuple[object, int]]:
        """The JSON value that begins at a place, None where it can't be read; and where it ends."""
        end = yield from self._value_end(at)
        try:
            return json.loads(self._text[at:end], strict=False), end
        except (ValueError, RecursionError):
            return None, end

    def _value_end(self, at: int) -> Generator[None, None, int]:
        """Where a JSON value ends, by its brackets and quotation marks alone."""
        place, depth, quoted, escaped = at, 0, False, False
        while True:
            while place < len(self._text):
                sign = self._text[place]
                place += 1
                if quoted:
                    quoted = escaped or sign != '"'
                    escaped = sign == "\\" and not escaped
                elif sign == '"':
                    quoted = True
                elif sign in "{[":
                    depth += 1
                elif sign in "}]" and depth:
                    depth -= 1
                elif depth == 0 and sign in "}], \t\r\n":
                    # What is neither text, list nor object ends before the next sign.
                    if place - 1 == at:
                        raise _BrokenError
                    return place - 1
                if not quoted and depth == 0 and sign in '"}]':
                    return place
            if self._whole:
                raise _BrokenError
            yield


class _BrokenError(Exception):
    """JSON ends, or goes wrong, before it is whole."""


def _truth(value: object) -> bool:
    try:
        return _TRUTH.validate_python(value)
    except ValidationError:
        raise _BrokenError from None


def _settled(text: str, end: int) -> bool:
    """Whether a sentence of plain text ends there whatever follows, and no mark can follow it."""
    return settled(text, end) and not begins_mark(text, end)
