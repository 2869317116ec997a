"""The people whom a question in Chinese names, by a surname or by the dots of foreign names."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

import rjieba

from rag.reading.surnames import DOUBLE_SURNAMES
from rag.retrieval.dictionary import no_people, pairs, verbs
from rag.retrieval.folding import HANZI
from rag.retrieval.lexicon import words
from rag.retrieval.names import PLACE_ENDS, begins_with_office, names_a_person
from rag.retrieval.quoted import HIDDEN, masked
from store.segmentation import simplified

_DOTS = "·•・"
_DOTTED = re.compile(f"(?<=[{HANZI}])[{_DOTS}](?=[{HANZI}])")
_IN_HANZI = re.compile(f"[{HANZI}]+")
# What hardly any given name holds, and what rather follows one: particles, verbs of being, links.
_FUNCTION = frozenset(
    "的了着过们是有在和与及或跟同为被把将对从到给让向往由于因以而就都也还又曾不没未何谁哪什怎么吗呢吧"
    "这那此其某每"
)
_BEHIND = _FUNCTION | {"之"}  # which some names hold, too
# What a name of something else ends in: a school of thought, a language, a prize, a body.
_OTHER_ENDS = (*PLACE_ENDS, *"派族语奖赛庙寺营院校站局厅部队团党社馆所厂店报塔郡宫城学")
# Tags of words that may stand right behind a name: verbs, prepositions, links, adverbs, question
# words, particles, times and numbers.
_AFTER_TAGS = frozenset("vpcudrytm")
_NAME_TAGS = ("nr", "nrfg")  # not nrt, of foreign places and people alike
_LONGEST_PART = 8  # of a foreign name
_CONTEXT = 12  # characters that are read of what follows


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the segmenter at start:end, with its part of speech."""

    word: str
    tag: str
    start: int
    end: int


def people_in(question: str, publications: Sequence[str]) -> tuple[str, ...]:
    """The people that a question names in hanzi, in simplified characters, in its order. Names in
    titles and quotations and in the names of these papers are none."""
    text = simplified(unicodedata.normalize("NFKC", question))
    for publication in publications:
        text = text.replace(publication, HIDDEN)
    shown = masked(text)
    tokens = _tokens(shown)
    found = dict(_dotted_names(shown, tokens))
    taken = {place for start, name in found.items() for place in _places(start, name)}
    for at, token in enumerate(tokens):
        if not _may_begin_name(token) or token.start in taken or _goes_on(tokens[:at], token):
            continue
        if name := _chinese_name(shown, tokens[at:]):
            found[token.start] = name
            taken.update(_places(token.start, name))
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def _may_begin_name(token: _Token) -> bool:
    return token.tag in _NAME_TAGS or token.word in DOUBLE_SURNAMES


def _chinese_name(text: str, tokens: Sequence[_Token]) -> str:
    """The name that begins with the first of these tokens, which the segmenter takes for one; ''
    where it is none. It cuts names that it doesn't know, and takes other words for names."""
    token = tokens[0]
    surname = 2 if token.word[:2] in DOUBLE_SURNAMES else 1
    if len(token.word) > surname + 2 or (token.word in no_people() and len(token.word) > surname):
        return ""
    for end in _likely_ends(tokens, surname):
        name = text[token.start : end]
        if _may_be_person(name, surname) and name_may_end(text, end):
            return name
    # Of three characters hardly anything but names is taken for one, foreign ones aside.
    whole = len(token.word) == surname + 2 and not set(token.word) <= _sounds()
    follows = tokens[1].word if len(tokens) > 1 else ""
    if whole and _may_be_person(token.word, surname) and not follows.endswith(_OTHER_ENDS):
        return token.word
    return ""


def _likely_ends(tokens: Sequence[_Token], surname: int) -> Iterator[int]:
    """Where a name may end that begins with the first token: with it, without a particle that was
    taken for its last character, and with a character that was cut off."""
    token = tokens[0]
    length = len(token.word)
    if length > surname:
        yield token.end - 1 if token.word[-1] in _FUNCTION else token.end
    if length == surname + 2 or len(tokens) == 1:
        return
    after = tokens[1]
    if length == surname and len(after.word) == 2 and _is_given_name(after):
        yield after.end
    # 张群|环|的, 张群|环说
    if not _stands_behind(after.word[0]) and after.tag != "f" and _is_cut_off(after.word):
        yield token.end + 1


def _is_given_name(token: _Token) -> bool:
    unknown = token.tag in _NAME_TAGS or token.word not in pairs()
    return unknown and not any(map(_stands_behind, token.word))


def _is_cut_off(word: str) -> bool:
    """Whether what follows a name begins with its last character: a word of that alone, or one that
    the segmenter made up."""
    return word not in pairs() and all(map(_stands_behind, word[1:]))


def _stands_behind(character: str) -> bool:
    """Whether a character rather follows a name than is part of one."""
    return character in _BEHIND or character in words("chinese_single_verbs.txt")


def _may_be_person(name: str, surname: int) -> bool:
    return (
        len(name) > surname
        and _IN_HANZI.fullmatch(name) is not None
        and not _FUNCTION & set(name[surname:])
        and not name.endswith(_OTHER_ENDS)
        and name not in no_people()
        and names_a_person(f"{name}说")
    )


def name_may_end(text: str, end: int) -> bool:
    """Whether a name may end at a place of a text: before a mark, a particle, a link, a verb or a
    title."""
    rest = text[end : end + _CONTEXT]
    if not rest or not rest[0].isalnum() or rest[0] in _BEHIND or begins_with_office(rest):
        return True
    first = _tokens(rest)[0]
    if len(first.word) == 1 or (len(first.word) == 2 and first.word not in pairs()):
        return _stands_behind(first.word[0])
    return first.tag[:1] in _AFTER_TAGS or first.word in verbs()


def _goes_on(before: Sequence[_Token], token: _Token) -> bool:
    """Whether a word only goes on with what stands before it: a place, or more of a foreign name
    (塔纳克|林松, 布|林肯)."""
    if not before:
        return False
    last = before[-1]
    foreign = len(last.word) > 1 or set(token.word) <= _sounds()
    return last.tag.startswith("ns") or (foreign and set(last.word) <= _sounds())


def _dotted_names(text: str, tokens: Sequence[_Token]) -> Iterator[tuple[int, str]]:
    """Transliterated names with dots in them, each with its place."""
    dots = [match.start() for match in _DOTTED.finditer(text)]
    while dots:
        chain = 1
        while chain < len(dots) and _is_part(text[dots[chain - 1] + 1 : dots[chain]]):
            chain += 1
        start, last = _begin(dots[0], tokens), dots[chain - 1] + 1
        name = text[start : _end(text, last, tokens)]
        dots = dots[chain:]
        sounds = sum(character in _sounds() for character in name)
        if sounds * 2 >= sum(map(str.isalnum, name)):
            yield start, name


def _is_part(between: str) -> bool:
    """Whether what stands between two dots is part of one name, not the end of one and the
    beginning of another."""
    return len(between) <= _LONGEST_PART and between.isalnum() and not _FUNCTION & set(between)


def _begin(dot: int, tokens: Sequence[_Token]) -> int:
    """Where the part before the first dot begins: the segmenter leaves no such name whole."""
    start = dot
    for token in reversed([token for token in tokens if token.end <= dot]):
        if start < dot and not _is_foreign(token):
            break
        start = token.start
    return start


def _is_foreign(token: _Token) -> bool:
    """Whether a word is written as foreign names are, wholly or as a noun by half; places are
    none."""
    sounds = sum(character in _sounds() for character in token.word)
    half = token.tag.startswith("n") and sounds * 2 >= len(token.word)
    return (sounds == len(token.word) or half) and not token.tag.startswith("ns")


def _end(text: str, start: int, tokens: Sequence[_Token]) -> int:
    """Where the part behind the last dot ends: among characters that foreign names are written
    with, where the segmenter cuts and what may follow a name begins."""
    cuts = {token.end for token in tokens}
    ends = range(start + 1, start + 1 + _run(text[start : start + _LONGEST_PART]))
    if not ends:
        word = text[start : min(cut for cut in cuts if cut > start)]
        return start + len(word[:1] + word[1:].rstrip("".join(_FUNCTION)))
    likely = [end for end in ends if name_may_end(text, end)]
    if cut := [end for end in likely if end in cuts]:
        return cut[0]
    return (likely or [end for end in ends if end in cuts] or ends)[-1]


def _run(text: str) -> int:
    """How many characters of foreign names a text begins with."""
    return len(list(takewhile(_sounds().__contains__, text)))


def _places(start: int, name: str) -> range:
    return range(start, start + len(name))


@cache
def _sounds() -> frozenset[str]:
    """The characters that papers commonly write foreign names with."""
    return frozenset("".join(words("transliteration_hanzi.txt")))


def _tokens(text: str) -> list[_Token]:
    tokens, start = [], 0
    for word, tag in rjieba.tag(text):
        tokens.append(_Token(str(word), str(tag), start, start + len(word)))
        start += len(word)
    return tokens
