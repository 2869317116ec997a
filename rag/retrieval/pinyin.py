"""Whether Latin letters spell hanzi in pinyin, any reading of each character allowed."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from rag.retrieval.folding import HANZI

_HANZI_RUN = re.compile(f"[{HANZI}]+")
_VOWEL = re.compile("[aeiouv]")
_BETWEEN_SYLLABLES = re.compile(r"[\s'’-]+")
_VOWELLED = frozenset("aoe")
_LONGEST_SYLLABLE = 6
_BASIC_BLOCK = range(0x4E00, 0xA000)
NAME_SYLLABLES = range(2, 5)
"""How many syllables a name in pinyin has."""
# How print writes ü: lv, lu and lyu are all 吕.
_UMLAUT_FORMS = ("v", "u", "yu")


def spelled_in(word: str, folded: str) -> bool:
    """Whether some run of hanzi in a folded text reads as `word` (Zhang Xusheng, Xi'an)."""
    target = _plain(word)
    return bool(target) and any(
        _spelled_until(target, run, start) is not None
        for run in _HANZI_RUN.findall(folded)
        for start in range(len(run))
    )


def spells(word: str, hanzi: str) -> bool:
    """Whether `word` is a reading of exactly these hanzi."""
    return _spelled_until(_plain(word), hanzi, 0, whole=True) is not None


def is_pinyin(word: str) -> bool:
    """Whether a word divides into pinyin syllables; English words such as `women` may, too."""
    return syllables(word) is not None


@lru_cache(maxsize=4096)
def syllables(word: str) -> int | None:
    """The least number of pinyin syllables a word divides into, or None where it doesn't."""
    target, known = _plain(word), _inventory()
    best: dict[int, int] = {0: 0}
    for end in range(1, len(target) + 1):
        counts = [
            best[start] + 1
            for start in range(max(0, end - _LONGEST_SYLLABLE), end)
            if start in best and target[start:end] in known
        ]
        if counts:
            best[end] = min(counts)
    return best.get(len(target)) if target else None


def divisions(name: str) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    """The ways in which a name divides into as many syllables as a name has: first those that
    orthography allows, then the rest. A space, a hyphen and an apostrophe always divide; without
    one, no syllable but the first begins with a vowel (Xi'an is not Xian: GB/T 16159-2012)."""
    pieces = [_plain(piece) for piece in _BETWEEN_SYLLABLES.split(name)]
    divided = [tuple(_divided(piece)) for piece in pieces if piece]
    if len(divided) > NAME_SYLLABLES[-1]:
        return frozenset(), frozenset()
    regular = [
        tuple(way for way in ways if not _VOWELLED & {s[0] for s in way[1:]}) for ways in divided
    ]
    first, every = _joined(regular), _joined(divided)
    return first, every - first


def read_so(syllable: str) -> frozenset[str]:
    """The characters of Unicode's basic block that have this reading."""
    return _characters().get(syllable, frozenset())


def _joined(divided: Sequence[Sequence[tuple[str, ...]]]) -> frozenset[tuple[str, ...]]:
    ways = (sum(way, ()) for way in product(*divided))
    return frozenset(way for way in ways if len(way) in NAME_SYLLABLES)


def _divided(piece: str, most: int = NAME_SYLLABLES[-1]) -> Iterator[tuple[str, ...]]:
    """The ways in which a word divides into syllables, into as many as `most`."""
    if not piece:
        yield ()
    for end in range(1, min(len(piece), _LONGEST_SYLLABLE) + 1) if most else ():
        if piece[:end] in _inventory():
            yield from ((piece[:end], *rest) for rest in _divided(piece[end:], most - 1))


def _spelled_until(target: str, run: str, start: int, whole: bool = False) -> int | None:
    """Where the hanzi from `start` that read as target end; None where they don't read so."""
    ends = {0}
    for position in range(start, len(run)):
        ends = {
            end + len(reading)
            for end in ends
            for reading in _readings(run[position])
            if target.startswith(reading, end)
        }
        if len(target) in ends and (not whole or position == len(run) - 1):
            return position + 1
        if not ends:
            return None
    return None


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFD", word.lower().replace("ü", "v"))
    return "".join(character for character in bare if "a" <= character <= "z")


@lru_cache(maxsize=8192)
def _readings(character: str) -> frozenset[str]:
    # heavy: loaded on first use
    from pypinyin import Style, pinyin

    readings = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(form for reading in readings for sound in reading for form in _forms(sound))


@lru_cache(maxsize=1)
def _inventory() -> frozenset[str]:
    """Every syllable that some character of the dictionary reads as."""
    return frozenset(form for sound in _sounds().values() for form in sound)


@lru_cache(maxsize=1)
def _characters() -> Mapping[str, frozenset[str]]:
    """The characters of each syllable."""
    # heavy: loaded on first use
    from pypinyin.constants import PINYIN_DICT

    forms = _sounds()
    found: dict[str, set[str]] = defaultdict(set)
    for code in _BASIC_BLOCK:
        for sound in PINYIN_DICT.get(code, "").split(","):
            for form in forms.get(sound, ()):
                found[form].add(chr(code))
    return {form: frozenset(characters) for form, characters in found.items()}


@lru_cache(maxsize=1)
def _sounds() -> Mapping[str, tuple[str, ...]]:
    """The dictionary's readings with their tones, each as it is written without."""
    # heavy: loaded on first use
    from pypinyin.constants import PINYIN_DICT

    sounds = {sound for entry in PINYIN_DICT.values() for sound in entry.split(",")}
    plain = {sound: _plain(_without_tone(sound)) for sound in sounds}
    return {sound: _forms(form) for sound, form in plain.items() if _VOWEL.search(form)}


def _without_tone(sound: str) -> str:
    bare = unicodedata.normalize("NFD", sound).replace("u\u0308", "v")
    return "".join(character for character in bare if not unicodedata.combining(character))


def _forms(sound: str) -> tuple[str, ...]:
    return tuple(sound.replace("v", form) for form in _UMLAUT_FORMS) if "v" in sound else (sound,)
