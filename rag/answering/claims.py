"""One sentence that a language model wrote, with the sources it names: how marks are read."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_CLAIM = 600  # characters; a sentence that runs on is a paragraph

_ID = r"S\d+(?:\.\d+)?"
_MARK = re.compile(rf"\s*[\[［【(（]\s*({_ID}(?:\s*[,，、;；]\s*{_ID})*)\s*[\]］】)）]")
_MARK_BEGUN = re.compile(r"\s*[\[［【(（][S\d.,，、;；\s]*")
# From the first of several stops on alone: else a text of nothing else takes quadratic time.
_MARKS_AFTER_END = re.compile(rf"((?<![。！？!?.])[。！？!?.]+[”’」』\"]?)((?:{_MARK.pattern})+)")
_ONE_ID = re.compile(_ID)
# Display numbers are given by the code, last; what looks like one is the model's invention.
_NUMBER_MARK = re.compile(r"\s*[\[［【]\d{1,3}[\]］】]")

_NO_SENTENCE = re.compile(r'[{}]|"\s*:|[:：]$|\|.*\|')


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that a model wrote, and the source ids that it names for it."""

    text: str
    sources: tuple[str, ...]


def claim_of(text: str, named: Sequence[str] = ()) -> Claim:
    """A sentence as a claim. named: sources given beside it; those that marks in it name, such as
    [S1.2], come after them and leave the text."""
    ids = [found for name in named for found in _ONE_ID.findall(name) or [_clean(name)]]
    ids += [found for mark in _MARK.findall(text) for found in _ONE_ID.findall(mark)]
    bare = _NUMBER_MARK.sub("", _MARK.sub("", text))
    return Claim(_clean(bare)[:LONGEST_CLAIM], tuple(dict.fromkeys(ids)))


def is_sentence(text: str) -> bool:
    """Whether a text may be one: not a piece of JSON, nor words that only lead up to an answer."""
    return bool(text) and not _NO_SENTENCE.search(text)


def with_marks_inside(text: str) -> str:
    """A text, no longer and no shorter, with each mark that follows a full stop before it: it
    belongs to the sentence that ends there, also from the next line."""
    return _MARKS_AFTER_END.sub(lambda found: re.sub(r"\s", " ", found[2]) + found[1], text)


def begins_mark(text: str, start: int) -> bool:
    """Whether all that stands from there on may be the beginning of a mark."""
    return _MARK_BEGUN.fullmatch(text, start) is not None


def _clean(text: str) -> str:
    """A text without what nobody sees (control and format characters, halves of characters): what
    is compared with the sources is then all that is shown."""
    return "".join(
        character
        for character in " ".join(text.split())
        if not unicodedata.category(character).startswith("C")
    )
