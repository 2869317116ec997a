"""How an English question joins several: When did it open, and who built it?"""

import re

from rag.retrieval.glossary import STOPWORDS
from rag.retrieval.quoted import HIDDEN, masked

_AUX = (
    "(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|shall|may|might|must)"
    r"(?:n't)?\b"
)
_WH = "(?:who|whom|whose|what|which|when|where|why|how)"
_BEFORE_WH = "(?:(?:in|at|on|by|for|from|to|with|of|under|since|until) )?"
# A clause in the order of a question: “when did”, not “when the bridge opened”; “which city”, not
# the “which is” of a relative clause; “what did”, not the “what it is” of a reported question.
_DIRECT = (
    rf"{_BEFORE_WH}(?:(?:when|where|why) {_AUX}"
    rf"|how (?:{_AUX}|(?:many|much|long|often|far|large|big|old|tall|high)\b)"
    r"|what (?!(?:it|he|she|they|we|you|i|the|an?|this|his|her|its|their)\b)"
    rf"|which (?!{_AUX})|(?:who|whom|whose) )"
)
_QUESTION = re.compile(rf"(?:{_DIRECT}|{_AUX} )", re.IGNORECASE)
# “, who built it” may belong to the noun before it; in a series of questions it does not.
_JOINT = re.compile(
    rf"(?:,?\s+(?:and|but)\s+(?:also\s+|then\s+)?(?={_DIRECT})"
    rf"|,\s+(?={_BEFORE_WH}(?:(?:when|why|what) {_AUX}|how ))"
    rf"|,\s+(?={_DIRECT}[^,;?]{{1,80}}?,?\s+and\s+{_DIRECT}))",
    re.IGNORECASE,
)
_ASKING_WORD = re.compile(rf"\b{_WH}\b", re.IGNORECASE)
_ASKS = re.compile(rf"\b{_WH}\b|^\W*{_AUX} ", re.IGNORECASE)
_HAS_AUX = re.compile(rf"\b{_AUX}", re.IGNORECASE)
_NEEDS_VERB = re.compile(rf"{_BEFORE_WH}(?:what|which|how)\b", re.IGNORECASE)
_WORDS_WITH_VERB = 4  # “what caused the fire”; “what famous city” is none

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,]*")
_REFERRING = frozenset(
    [
        "it",
        "its",
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "they",
        "them",
        "their",
        "theirs",
        "this",
        "these",
        "those",
        "there",
    ]
)
_TOO_LITTLE = 2  # words of content: “when did construction start” says not of what
_LEAST_WORDS = 3
_FRONT = re.compile(
    rf"^\W*(?:{_BEFORE_WH}(?:(?:what|which|whose|how)(?: [\w'’-]+){{1,3}}? (?={_AUX})|{_WH}\b)\s*)?"
    rf"(?:{_AUX}\s*)?",
    re.IGNORECASE,
)
_END_MARKS = re.compile(r"[？?！!；;.,\s]+$")

_RESPECTIVELY = re.compile(r",? respectively\b", re.IGNORECASE)
_LIST_REACH = 200  # characters before “respectively” that hold the list it speaks of
_MOST_LISTED = 5
_LONGEST_LISTED = 5  # words
_OPENS_LIST = re.compile(
    r"\b(?:of|in|at|for|on|by|from|to|(?P<verb>did|do|does|were|are|have|had)) ", re.IGNORECASE
)
_LAST_LISTED = re.compile(r",? and ", re.IGNORECASE)
_SHARED_VERB = re.compile(r" [a-z]+$")


class EnglishParts:
    """The `Grammar` of English questions."""

    def asks(self, text: str) -> bool:
        return _ASKS.search(masked(text)) is not None

    def coordinated(self, question: str) -> list[list[str]]:
        shown = masked(question)
        parts, start = [], 0
        for joint in _JOINT.finditer(shown):
            if _stands(shown[start : joint.start()]) and _stands(shown[joint.end() :]):
                parts.append(question[start : joint.start()])
                start = joint.end()
        parts.append(question[start:])
        return [_distributed(part) for part in parts]

    def lacks_subject(self, part: str) -> bool:
        content, named = 0, HIDDEN in masked(part)
        for number, word in enumerate(_WORD.findall(part)):
            if word.lower() in _REFERRING:
                return not named
            named = named or (number > 0 and (word[0].isupper() or word[0].isdigit()))
            content += word.lower() not in STOPWORDS
        return not named and content <= _TOO_LITTLE

    def carried(self, head: str, part: str) -> str:
        topic = _END_MARKS.sub("", _FRONT.sub("", head, count=1))
        return f"{topic}, {part}" if topic else part


def _stands(clause: str) -> bool:
    """Whether a clause is a direct question of some length, without a second one reported in it."""
    found = _WORD.findall(clause)
    if not _QUESTION.match(clause) or len(found) < _LEAST_WORDS:
        return False
    joint = _JOINT.search(clause)
    own = clause[: joint.start()] if joint else clause
    if len(_ASKING_WORD.findall(own)) > 1:
        return False
    if not _NEEDS_VERB.match(clause):
        return True
    return _HAS_AUX.search(own) is not None or len(found) >= _WORDS_WITH_VERB


def _distributed(question: str) -> list[str]:
    """“How many live in X, Y and Z respectively?” as a question for each; whole where that is no
    plain list."""
    shown = masked(question)
    end = _RESPECTIVELY.search(shown)
    if end is None:
        return [question]
    reach = max(0, end.start() - _LIST_REACH)
    last = _last_match(_LAST_LISTED, shown, reach, end.start())
    opening = _last_match(_OPENS_LIST, shown, reach, last.start()) if last else None
    if last is None or opening is None:
        return [question]
    # “did X and Y lose respectively”: what both did follows them.
    verb = _SHARED_VERB.search(shown, last.end(), end.start()) if opening["verb"] else None
    last_end = verb.start() if verb else end.start()
    items = [*shown[opening.end() : last.start()].split(", "), shown[last.end() : last_end]]
    if len(items) > _MOST_LISTED or not all(_is_listed(item) for item in items):
        return [question]
    before = question[: opening.end()]
    after = question[last_end : end.start()] + question[end.end() :]
    return [before + item + after for item in items]


def _is_listed(item: str) -> bool:
    return 0 < len(_WORD.findall(item)) <= _LONGEST_LISTED and HIDDEN not in item


def _last_match(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    return max(pattern.finditer(text, start, end), key=re.Match.start, default=None)
