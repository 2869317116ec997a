"""White space inside one printed line: letter-spaced type closed up, words kept apart."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rag.reading.characters import INVISIBLE, is_han, is_wide
from rag.reading.traced import Traced

_TOKEN = re.compile(r"\S+")
_HAN_TAIL = re.compile(r"[^\W\d_a-zA-Z]+$")
_HAN_HEAD = re.compile(r"^[^\W\d_a-zA-Z]+")
_SPACED_LEAD = re.compile(r"本\s*报\s*讯")

# So many single characters in a row, each alone between spaces, are letter-spaced type.
_SPACED_RUN = 3
_SPACED_LATIN_RUN = 5
# Words up to this length keep the space between them: names in a list, a photographer's credit.
_SHORT_WORD = 4


def close_up(raw: str, start: int, end: int, *, chinese: bool, heading: bool = False) -> Traced:
    """The clean text of raw[start:end], a piece of one line.

    chinese: whether the page is Chinese, where a space beside a sign such as - or @ is an artefact.
    heading: a headline keeps the spaces that part its halves; running text keeps a space between
    汉字 only between short words.
    """
    tokens = [_visible(raw, start + m.start(), start + m.end()) for m in _tokens(raw, start, end)]
    tokens = [token for token in tokens if token.text]
    if not tokens:
        return Traced("", ())
    gaps = [raw[left.offsets[-1] + 1 : right.offsets[0]] for left, right in pairwise(tokens)]
    keep = _kept_gaps(tokens, gaps, chinese=chinese, heading=heading)
    text, offsets = [tokens[0].text], list(tokens[0].offsets)
    for (left, token), kept in zip(pairwise(tokens), keep, strict=True):
        if kept:
            text.append(" ")
            offsets.append(_space_after(raw, left.offsets[-1]))
        text.append(token.text)
        offsets.extend(token.offsets)
    return Traced("".join(text), tuple(offsets))


def is_letter_spaced(printed: str) -> bool:
    """Whether most of a line is set with a space after every character."""
    words = printed.split()
    spaced = sum(last - first + 1 for first, last in _spaced_runs(words))
    return spaced > len(words) / 2


def joins_without_space(left: str, right: str, *, chinese: bool) -> bool:
    """Whether a line that ends with `left` runs on into one that starts with `right` unspaced."""
    if is_wide(left) or is_wide(right):
        return True
    if left.isdigit() and right.isdigit():
        return chinese
    return _sign_binds(left, right, chinese=chinese)


def _tokens(raw: str, start: int, end: int) -> Sequence[re.Match[str]]:
    return list(_TOKEN.finditer(raw[start:end]))


def _visible(raw: str, start: int, end: int) -> Traced:
    kept = [i for i in range(start, end) if raw[i] not in INVISIBLE]
    return Traced("".join(raw[i] for i in kept), tuple(kept))


def _space_after(raw: str, offset: int) -> int:
    offset += 1
    while not raw[offset].isspace():
        offset += 1
    return offset


def _kept_gaps(
    tokens: Sequence[Traced], gaps: Sequence[str], *, chinese: bool, heading: bool
) -> list[bool]:
    words = [token.text for token in tokens]
    keep = [_keeps_space(words, i, chinese=chinese, heading=heading) for i in range(len(words) - 1)]
    for first, last in _spaced_runs(words):
        usual = Counter(gaps[first:last]).most_common(1)[0][0]
        for i in range(first, last):
            keep[i] = heading and _wider(gaps[i], usual)
        for edge in (first - 1, last):
            # 起草小组参 考 了: the run's neighbours are set in the same type.
            if 0 <= edge < len(keep) and not heading and _both_han(words, edge):
                keep[edge] = False
    if not heading:
        _restore_lead(words, keep)
    return keep


def _wider(gap: str, usual: str) -> bool:
    return len(gap) > len(usual) or ("\u3000" in gap and "\u3000" not in usual)


def _both_han(words: Sequence[str], gap: int) -> bool:
    return is_han(words[gap][-1]) and is_han(words[gap + 1][0])


def _spaced_runs(words: Sequence[str]) -> list[tuple[int, int]]:
    """Runs of letter-spaced type as (first, last) token numbers, both inclusive."""
    runs = []
    first = 0
    while first < len(words):
        last = first
        while last < len(words) and len(_core(words[last])) <= 1:
            last += 1
        cores = "".join(_core(word) for word in words[first:last])
        han = sum(is_han(character) for character in cores)
        if (len(cores) >= _SPACED_RUN and han >= 2) or len(cores) >= _SPACED_LATIN_RUN:
            runs.append((first, last - 1))
        first = last + 1
    return runs


def _core(word: str) -> str:
    """The word without its punctuation."""
    return "".join(character for character in word if character.isalnum())


def _keeps_space(words: Sequence[str], gap: int, *, chinese: bool, heading: bool) -> bool:
    left, right = words[gap], words[gap + 1]
    x, y = left[-1], right[0]
    if is_han(x) and is_han(y):
        return _parts_words(left, right, heading=heading)
    if is_wide(x) or is_wide(y):
        return heading and _parts_halves(words, gap)
    return not _sign_binds(x, y, chinese=chinese)


def _parts_words(left: str, right: str, *, heading: bool) -> bool:
    before = _HAN_TAIL.search(left)
    after = _HAN_HEAD.search(right)
    lengths = [len(word.group()) if word else 0 for word in (before, after)]
    if max(lengths) == 1:
        return False
    return heading or max(lengths) <= _SHORT_WORD


def _parts_halves(words: Sequence[str], gap: int) -> bool:
    """Whether the space beside punctuation or a number parts a headline's halves.

    A number that stands alone between spaces (增长 27.3 个百分点) is set so in type.
    """
    left, right = words[gap], words[gap + 1]
    if not (left[-1].isalnum() or left[-1] in "！？”」』》") or right[0] in "，。、；：！？”）":
        return False
    return any(map(is_han, left)) and any(map(is_han, right))


def _sign_binds(x: str, y: str, *, chinese: bool) -> bool:
    """Whether two narrow characters stand together without a space between them."""
    if x in "([{" or y in ")]}":
        return True
    if not chinese:
        return False
    if y in ".,;:!?%" or (x in ")]}" and y.isdigit()):
        return True
    return x in "-@+/~_=&#$" or y in "-@+/~_=&#$"


def _restore_lead(words: Sequence[str], keep: list[bool]) -> None:
    """「本报讯」 that opens a line is one word, parted from the text by the space printed there."""
    lead = _SPACED_LEAD.match(" ".join(words))
    if lead is None:
        return
    length = 0
    for i, word in enumerate(words[:-1]):
        length += len(word)
        if length < 3:
            keep[i] = False
        elif length == 3:
            keep[i] = is_han(words[i + 1][0])
            return
        else:
            return
