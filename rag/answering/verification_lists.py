"""Numbers that a source lists behind the things they are of: 农业、工业分别增长3%、5%."""

import re

from rag.answering.verification_text import SENTENCE_END, character_pairs, clauses
from rag.retrieval.folding import HANZI

_RESPECTIVELY = "分别"
_AND = re.compile("[、和及与]")
_NUMBER = re.compile(r"\d[\d.,]*")
# Between 分别 and its first number: 分别增长, 分别达到.
_BEFORE_NUMBER = re.compile(f"[{HANZI}]{{0,6}}")


def told_of(number: str, before: str, sentence: str, source: str) -> bool | None:
    """Whether a folded sentence tells a listed number, in digits, of the thing that the folded
    source lists in the same place; None where that can't be told. before: what the sentence has
    right before the number."""
    own = next((clause for clause in clauses(sentence) if before + number in clause), "")
    if _RESPECTIVELY in own:
        return None
    for text in SENTENCE_END.split(source) if own else ():
        things, found, listed = text.partition(_RESPECTIVELY)
        verb = _BEFORE_NUMBER.match(listed)
        if not found or verb is None or not verb[0].endswith(before):
            continue
        numbers = _numbers(listed[verb.end() :])
        items = [part for part in _AND.split(things) if part][-len(numbers) :]
        if numbers.count(number) == 1 and len(items) == len(numbers) > 1:
            return _likest(own, items, numbers.index(number))
    return None


def _likest(clause: str, items: list[str], at: int) -> bool | None:
    """Whether of some items a clause has most of the one at a place; None where of none or two."""
    said = character_pairs(clause)
    held = [len(said & character_pairs(item)) / max(1, len(item) - 1) for item in items]
    most = max(held)
    return held[at] == most if most and held.count(most) == 1 else None


def _numbers(text: str) -> list[str]:
    """The numbers that a text begins with, one an item."""
    found: list[str] = []
    for part in _AND.split(text):
        number = _NUMBER.match(part)
        if number is None:
            break
        found.append(number[0])
    return found
