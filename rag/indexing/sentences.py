"""Where sentences end in Chinese and English news text."""

import re

# A sentence is not ended inside a title in 《》, nor inside a quotation or bracket of at most this
# many characters, which belongs to the sentence around it. A longer quotation holds sentences.
_SHORT_ENCLOSURE = 40
_LONGEST_TITLE = 80
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "（": "）", "(": ")", "【": "】", "[": "]"}
_TITLES = {"《": "》", "〈": "〉"}
_CLOSERS = "”’」』）)】]》〉»\"'"
_ENDS = "。！？!?；｡…"
# After these a sentence goes on, though a mark of its end stands before them.
_CONTINUES = "，、；：,;:的地得"
_LINE_BREAKS = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_LINE = re.compile(f"[^{_LINE_BREAKS}]+")
_LINE_BREAK = re.compile(f"[{_LINE_BREAKS}]")
_ABBREVIATION = re.compile(
    r"(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Pres|Jr|Sr"
    r"|Inc|Ltd|Co|Corp|Dept|Univ|vs|etc|No|Nos|Vol|Fig|Art|Sec|pp?|cf|al|approx|est"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|e\.g|i\.e|a\.m|p\.m|[A-Za-z])$"
)
_LONGEST_ABBREVIATION = 8  # with the character before it
_LIST_NUMBER = re.compile(r"\d{1,3}")
_SPACE = re.compile(r"\s*")
_STRAIGHT_QUOTES = tuple(map(re.compile, "\"'"))
_END = re.compile(f"[{re.escape(_ENDS)}.]")
_OPENER = re.compile(f"[{re.escape(''.join((*_TITLES, *_PAIRS)))}]")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """The half-open spans of the sentences, in order; together they hold all but white space.

    A line break ends a sentence. Closing quotes and brackets stay with the sentence they close. No
    break inside 《》, in a short quotation or bracket, after an abbreviation, or in a number.
    """
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start = line.start()
        for end in [*_breaks(line.group(), line.start()), line.end()]:
            piece = text[start:end]
            if piece.strip():
                lead = len(piece) - len(piece.lstrip())
                spans.append((start + lead, start + len(piece.rstrip())))
            start = end
    return spans


def settled(text: str, end: int) -> bool:
    """Whether the sentence that `split_sentences` ends there ends there however the text goes on,
    as a text that is still being written may."""
    if not text[end:].strip():
        return False
    if _LINE_BREAK.search(text, end):
        return True
    # What a bracket or quotation mark encloses is known once it is closed, or too long to be short.
    longest = max(_SHORT_ENCLOSURE, _LONGEST_TITLE) + 2
    for opening in _OPENER.finditer(text, max(end - longest, 0), end):
        at, mark = opening.start(), opening.group()
        closer = _TITLES.get(mark) or _PAIRS[mark]
        if text.find(closer, at + 1, end) < 0 and len(text) < at + longest:
            return False
    return True


def _breaks(line: str, offset: int) -> list[int]:
    """Where a sentence ends inside a line, as positions in the text that the line stands in.

    In time that grows with the line alone: a line may be as long as a file.
    """
    found = []
    sealed, quotes = _sealed(line), _closing_quotes(line)
    first = _space_end(line, 0)
    end = 0
    while mark := _END.search(line, end):
        at = mark.start()
        if at in sealed:
            end = at + 1
            continue
        end = _run_end(line, at, quotes)
        if _ends_sentence(line, at, end, first):
            found.append(offset + end)
    return found


def _sealed(line: str) -> set[int]:
    """Positions inside titles, and inside short quotations and brackets, where nothing ends."""
    sealed: set[int] = set()
    for opening in _OPENER.finditer(line):
        at, mark = opening.start(), opening.group()
        if at in sealed:
            continue
        closer = _TITLES.get(mark) or _PAIRS[mark]
        longest = _LONGEST_TITLE if mark in _TITLES else _SHORT_ENCLOSURE
        close = line.find(closer, at + 1, at + longest + 2)
        if close < 0:
            continue
        # A mark just before the closing quote may end the sentence together with it.
        ends_inside = mark not in _TITLES and line[close - 1] in _ENDS + "."
        sealed.update(range(at + 1, close - 1 if ends_inside else close))
    return sealed


def _closing_quotes(line: str) -> set[int]:
    """Positions of straight quotes that close: those with an odd number of their like before."""
    return {
        quote.start() for straight in _STRAIGHT_QUOTES for quote in [*straight.finditer(line)][1::2]
    }


def _run_end(line: str, at: int, closing_quotes: set[int]) -> int:
    """The end of a run of end marks, with the closing quotes and brackets after it."""
    end = at
    while end < len(line) and (line[end] in _ENDS or line[end] == "."):
        end += 1
    while end < len(line) and line[end] in _CLOSERS:
        # A straight quote looks the same at both ends.
        if line[end] in "\"'" and end not in closing_quotes:
            break
        end += 1
    return end


def _ends_sentence(line: str, at: int, end: int, first: int) -> bool:
    """Whether the marks from `at` to `end` end a sentence; first: where the line's text begins."""
    following = line[end : end + 1]
    if following and following in _CONTINUES:
        return False
    marks = line[at:end].rstrip(_CLOSERS)
    if not marks.isascii():
        return True
    # ASCII marks end a sentence before a space or a wide character only: not in a URL or number.
    if following and not (following.isspace() or following > "\u2e7f"):
        return False
    rest = _space_end(line, end)
    if marks == "." and (
        _ends_in_abbreviation(line, at) or _LIST_NUMBER.fullmatch(line, first, at)
    ):
        return rest == len(line)
    return not line[rest : rest + 1].islower()


def _ends_in_abbreviation(line: str, at: int) -> bool:
    # Initials of any length end in a full stop and a letter, which is one by itself.
    return _ABBREVIATION.search(line, max(at - _LONGEST_ABBREVIATION, 0), at) is not None


def _space_end(line: str, at: int) -> int:
    space = _SPACE.match(line, at)
    return space.end() if space else at
