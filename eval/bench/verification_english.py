"""English statements about Chinese articles, made false in one thing."""

import re
from collections.abc import Mapping
from random import Random

from eval.bench.verification_changes import Change, Pool, known_values, other_number, value_of
from eval.bench.verification_claims import Claim
from eval.bench.verification_opposites import put_english_opposite_in

_BRACKETED = re.compile(r"^[^()]+ \([^()]+\)")
_DIGITS = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w.,]*\d)")
_WORDS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("fifteen", "sixteen", "twenty", "thirty", "forty", "fifty"),
)
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_VALUES = {
    **{word: number for number, word in enumerate(_WORDS[:11], 2)},
    **{"fifteen": 15, "sixteen": 16, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
}
_BEING = re.compile(r"\b(was|were|is|are|has|have|had|could|can|will|would)\b(?! not)")
_TRIES = 12


def change_number(claim: Claim, pool: Pool, random: Random) -> str | None:
    """A number is another."""
    found = [*_DIGITS.finditer(claim.text), *_WORD.finditer(claim.text)]
    known = known_values(claim.source)
    for _ in range(_TRIES if found else 0):
        one = random.choice(found)
        in_digits = one[0][0].isdigit()
        new = other_number(one[0], random) if in_digits else random.choice(_WORDS)
        value = value_of(new) if in_digits else _VALUES[new]
        if value not in known and new != one[0].lower():
            return claim.text[: one.start()] + new + claim.text[one.end() :]
    return None


def change_name(claim: Claim, pool: Pool, random: Random) -> str | None:
    """The name with its original in brackets is another's, who is in another article."""
    given = _BRACKETED.match(claim.text)
    if given is None:
        return None
    others = [
        other
        for one in pool.english
        if (other := _BRACKETED.match(one.text)) and _original(other[0]) not in claim.source.text
    ]
    return random.choice(others)[0] + claim.text[given.end() :] if others else None


def deny(claim: Claim, pool: Pool, random: Random) -> str | None:
    """What is said is denied."""
    being = _BEING.search(claim.text)
    if being is None or re.search(r"\b(?:not|no|never)\b", claim.text):
        return None
    return f"{claim.text[: being.end()]} not{claim.text[being.end() :]}"


CHANGES_ENGLISH: Mapping[str, Change] = {
    "number changed": change_number,
    "name changed": change_name,
    "negation put in": deny,
    "opposite put in": put_english_opposite_in,
}


def _original(bracketed: str) -> str:
    return bracketed.partition("(")[2].rstrip(")")
