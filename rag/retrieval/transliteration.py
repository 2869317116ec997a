"""Foreign names that Chinese papers write by their sound (Jacksonville, 杰克逊维尔).

A name and a run of hanzi are compared as two rows of sounds by weighted edit distance: phonetic
matching over classes of consonants that transcription does not keep apart, as in Soundex (Russell
1918) and Editex (Zobel and Dart 1996), with vowels that count for less than consonants and sounds
that transcription often drops or adds for least.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.retrieval.lexicon import words

NEAR_ENOUGH = 0.8  # of sounds that agree, by weight; below it most finds are other names
CLOSE_TO_BEST = 0.06  # what stands this near the best may be the name as well
MOST_FORMS = 4
_LEAST_CONSONANTS = 2  # a name of one consonant sounds like half of all syllables

_STRONG = 0.5  # cost of a sound that is hardly ever left out
_SECOND_CHOICE = 0.15  # cost of a consonant that is only sometimes written so (h for k)
_UNLIKE_CONSONANT = 1.2
_NEAR_VOWEL, _UNLIKE_VOWEL = 0.05, 0.3
_NEVER = 9.0  # a vowel never stands for a consonant


@dataclass(frozen=True, slots=True)
class _Sound:
    """classes: what it may be, the usual one first; capital letters are consonants. cost: of
    leaving it out, 0 to 1."""

    classes: str
    cost: float


_INITIALS: Mapping[str, str] = {
    **dict.fromkeys(["b", "p"], "P"),
    **dict.fromkeys(["d", "t"], "T"),
    **dict.fromkeys(["g", "k"], "K"),
    **dict.fromkeys(["zh", "ch", "sh", "s"], "S"),
    **dict.fromkeys(["z", "c"], "ST"),
    **dict.fromkeys(["j", "q"], "SK"),
    **{"m": "M", "f": "F", "n": "N", "l": "L", "r": "LS", "h": "HK", "x": "SH", "w": "WF"},
    "y": "Y",
}
_WEAK_INITIALS: Mapping[str, float] = {"w": 0.25, "y": 0.1, "h": 0.4}
_FINALS: Mapping[str, str] = {
    **{"a": "a", "ia": "ai", "ua": "a", "o": "o", "uo": "oa", "ou": "o", "e": "eoau", "i": "ie"},
    **{"ie": "ei", "u": "uo", "v": "u", "ei": "eai", "ui": "ei", "ai": "aie", "uai": "ai"},
    **{"ao": "aou", "iao": "ao", "iu": "u", "ue": "ue"},
}
_NASAL_CODA = _Sound("NM", 0.6)
_LIQUID_CODA = _Sound("L", 0.5)  # 尔 stands for an l or r that closes a syllable
# Syllables that carry a consonant which English says without a vowel: 克 in 马克 is the k of Mark.
_BARE = frozenset(
    [
        *("bu", "ci", "chi", "ce", "de", "du", "e", "fu", "ge", "he", "ke", "le", "li", "mu"),
        *("pu", "qi", "se", "shi", "si", "te", "ti", "wu", "ze", "zhi", "zi"),
    ]
)
_BARE_VOWEL, _FULL_VOWEL = 0.05, 0.25

_LETTERS: tuple[tuple[re.Pattern[str], tuple[_Sound, ...]], ...] = tuple(
    (re.compile(pattern), tuple(_Sound(classes, cost) for classes, cost in sounds))
    for pattern, sounds in (
        ("tch|dge?|sch|sh|tz|ts|cz|sz|zh", [("S", 1.0)]),
        ("ch", [("SK", 1.0)]),
        ("ph", [("F", 1.0)]),
        ("th", [("TS", 0.8)]),
        ("gh", [("KH", 0.2)]),
        ("ck", [("K", 1.0)]),
        ("qu", [("K", 1.0), ("W", 0.25)]),
        ("x", [("K", 0.6), ("S", 0.8)]),
        ("ti(?=o)", [("S", 1.0)]),
        ("c(?=[eiy])", [("S", 1.0)]),
        ("[ckq]", [("K", 0.9)]),
        ("g(?=[eiy])", [("SK", 1.0)]),
        ("g", [("K", 0.8)]),
        ("j", [("SYH", 1.0)]),
        ("wh?", [("WF", 0.25)]),
        ("v", [("FW", 1.0)]),
        ("f", [("F", 1.0)]),
        ("[bp]", [("P", 0.9)]),
        ("[dt]", [("T", 0.7)]),
        ("[sz]", [("S", 0.8)]),
        ("m", [("MN", 1.0)]),
        ("n", [("NM", 0.8)]),
        ("l", [("L", 0.8)]),
        ("r(?=[aeiouy])", [("L", 1.0)]),
        ("r", [("L", 0.3)]),
        ("h", [("H", 0.3)]),
        ("^y|y(?=[aeiou])", [("Y", 0.1)]),
        ("e$", []),
    )
)
_SYLLABLE = re.compile("[aeiouy]+")
_VOWEL_COST = 0.2
_SPOKEN_VOWELS: Mapping[str, str] = {
    **{"a": "aeo", "e": "ei", "i": "iae", "o": "oau", "u": "uao", "y": "ie"},
    **{"ou": "uoa", "oo": "u", "ee": "i", "ea": "ei", "ai": "ea", "ay": "ea", "au": "o"},
    **{"ei": "aie", "ie": "ei", "oi": "oi", "ow": "ao"},
}
_VOWEL = re.compile("|".join(sorted(_SPOKEN_VOWELS, key=len, reverse=True)))


def transliterations(name: str, texts: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """The runs of hanzi in folded texts that sound like a name in Latin letters, best first, at
    most MOST_FORMS, each weighted 0 to 1 by how near it sounds; () where none is NEAR_ENOUGH or
    the name is too short to tell."""
    sounds = _sounds_of_name(name)
    consonants = [sound for sound in sounds if sound.classes.isupper() and sound.cost >= _STRONG]
    if len(consonants) < _LEAST_CONSONANTS:
        return ()
    syllables = len(_SYLLABLE.findall(_letters(name).rstrip("e")))
    likeness: dict[str, float] = {}
    runs = {part for text in texts for run in _runs().findall(text) for part in run.split("·")}
    for run in runs:
        for start in range(len(run) - 1):
            if not _may_begin(sounds[0], _sounds_of_hanzi(run[start])[0]):
                continue
            for end, alike in _likenesses(sounds, run, start, syllables):
                likeness[run[start:end]] = alike
    best = max(likeness.values(), default=0.0)
    near = [(run, alike) for run, alike in likeness.items() if alike >= best - CLOSE_TO_BEST]
    near.sort(key=lambda item: (-item[1], item[0]))
    return tuple((run, alike**2) for run, alike in near[:MOST_FORMS])


def _may_begin(said: _Sound, heard: _Sound) -> bool:
    """Whether what a name begins with may be heard so; a sound easily dropped may be anything."""
    strong = min(said.cost, heard.cost) >= _STRONG and said.classes.isupper()
    return not strong or _difference(said.classes, heard.classes) < _UNLIKE_CONSONANT


def _likenesses(
    sounds: tuple[_Sound, ...], run: str, start: int, syllables: int
) -> Iterator[tuple[int, float]]:
    """(end, likeness) of each beginning of run[start:] that is near enough."""
    own = sum(sound.cost for sound in sounds)
    row = [0.0]
    for sound in sounds:
        row.append(row[-1] + sound.cost)
    heard = 0.0
    for end in range(start + 1, min(len(run), start + syllables + 3) + 1):
        for sound in _sounds_of_hanzi(run[end - 1]):
            heard += sound.cost
            row = _next_row(row, sounds, sound)
        # No longer run can come nearer than the best of its beginnings did, its length apart.
        longest = own + heard + 2.0
        if min(row) > (1 - NEAR_ENOUGH) * longest:
            return
        alike = 1 - row[-1] / max(own, heard)
        if end - start >= max(2, syllables - 1) and alike >= NEAR_ENOUGH:
            yield end, alike


def _next_row(row: list[float], sounds: tuple[_Sound, ...], heard: _Sound) -> list[float]:
    """The edit distances of each beginning of a name to what was heard, after one more sound."""
    longer = [row[0] + heard.cost]
    for position, sound in enumerate(sounds):
        longer.append(
            min(
                row[position] + _difference(sound.classes, heard.classes),
                row[position + 1] + heard.cost,
                longer[-1] + sound.cost,
            )
        )
    return longer


@cache
def _difference(said: str, heard: str) -> float:
    if said.isupper() != heard.isupper():
        return _NEVER
    usual = said[0] == heard[0]
    likely = said[0] in heard or heard[0] in said
    if said.isupper():
        if usual:
            return 0.0
        return _SECOND_CHOICE if likely else _UNLIKE_CONSONANT
    if said[0] in heard:
        return 0.0
    return _NEAR_VOWEL if set(said) & set(heard) else _UNLIKE_VOWEL


def _letters(name: str) -> str:
    """A name as it is said: no accents, no doubled consonants, no mute first letter."""
    plain = unicodedata.normalize("NFD", name.lower())
    plain = "".join(letter for letter in plain if "a" <= letter <= "z")
    plain = re.sub(r"([^aeiou])\1", r"\1", plain)
    return re.sub("^kn", "n", re.sub("^wr", "r", plain))


@lru_cache(maxsize=1024)
def _sounds_of_name(name: str) -> tuple[_Sound, ...]:
    letters, sounds, position = _letters(name), list[_Sound](), 0
    while position < len(letters):
        for pattern, said in _LETTERS:
            if match := pattern.match(letters, position):
                sounds.extend(said)
                break
        else:
            match = _VOWEL.match(letters, position)
            if match is None:
                position += 1
                continue
            sounds.append(_Sound(_SPOKEN_VOWELS[match[0]], _VOWEL_COST))
        position = match.end()
    return tuple(sounds)


@cache
def _sounds_of_hanzi(character: str) -> tuple[_Sound, ...]:
    # heavy: loaded on first use
    from pypinyin import Style, pinyin

    syllable = str(pinyin(character, style=Style.NORMAL)[0][0])
    if syllable == "er":
        return (_LIQUID_CODA,)
    initial = syllable[:2] if syllable[:2] in _INITIALS else syllable[:1]
    sounds = []
    if initial in _INITIALS:
        sounds.append(_Sound(_INITIALS[initial], _WEAK_INITIALS.get(initial, 1.0)))
        final = syllable.removeprefix(initial)
    else:
        final = syllable
    if vowel := final.rstrip("ng"):
        cost = _BARE_VOWEL if syllable in _BARE else _FULL_VOWEL
        sounds.append(_Sound(_FINALS.get(vowel, vowel), cost))
    if final.endswith(("n", "ng")):
        sounds.append(_NASAL_CODA)
    return tuple(sounds)


@cache
def _runs() -> re.Pattern[str]:
    usual = "".join(sorted("".join(words("transliteration_hanzi.txt"))))
    return re.compile(f"[{usual}·]{{2,}}")
