"""A question as short answers hold it against a sentence, and whether words come to its verbs."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import rjieba

from rag.retrieval.folding import fold

VERB_TAGS = ("v", "vd")
LIGHT_VERBS = frozenset(("是", "有", "为", "会", "将", "可", "能", "在", "开始", "正式"))

Stretch = tuple[int, int]
"""Where a span of a text begins and ends."""

OTHERS_WITH = re.compile(r"(?:、|和|与|及|以及)\s*$")
"""What stands before the last of several."""

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is held against a sentence: in simplified characters; with all words that
    may say in Chinese what it asks of, a line each, and the verbs among them."""

    text: str
    forms: str
    verbs: frozenset[str]


def meets(
    words: Iterable[tuple[str, str]],
    question: Question,
    ends: Callable[[str], bool] = lambda word: False,
) -> bool:
    """Whether words and their tags come to a verb of the question's before any other verb, and
    before any word that `ends` says so of."""
    for word, tag in words:
        if word in question.verbs or word[:-2] in question.verbs:  # 主持会议 is one word, too
            return True
        if ends(word):
            return False
        if tag in VERB_TAGS and word not in LIGHT_VERBS:
            return False
    return False


def tagged_words(text: str) -> list[tuple[str, str]]:
    return [(str(word), str(tag)) for word, tag in rjieba.tag(text)]


def says(said: str, asked: str) -> bool:
    """Whether the question says a time or figure itself: in these words, or all its digits."""
    digits = set(_DIGITS.findall(said))
    return fold(said) in fold(asked) or (bool(digits) and digits <= set(_DIGITS.findall(asked)))
