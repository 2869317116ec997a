"""ROUGE-L (Lin 2004): how much of a reference text stands in an answer in the same order."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rag.types import Language

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

_HANZI = "〇\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HANZI}]|\d+(?:[.,]\d+)*|[^\W\d_{_HANZI}]+")


@dataclass(frozen=True, slots=True)
class RougeL:
    """Each between 0 and 1: the longest common subsequence as a share of the answer (precision) and
    of the reference (recall), and their F1."""

    precision: float
    recall: float
    f1: float


def rouge_l(answer: str, reference: str, language: Language) -> RougeL:
    """ROUGE-L of an answer, computed by `rouge_score`; all 0 where either has no token.

    Chinese: every character is a token; a number and a word of another script stay whole,
    punctuation is left out, and texts are compared under NFKC in lower case. English: the words of
    `rouge_score`'s own tokenizer, in lower case, without stemming.
    """
    score = _scorer(language).score(reference, answer)["rougeL"]
    return RougeL(float(score.precision), float(score.recall), float(score.fmeasure))


class _ByCharacter:
    def tokenize(self, text: str) -> list[str]:
        return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


@cache
def _scorer(language: Language) -> "RougeScorer":
    from rouge_score.rouge_scorer import RougeScorer  # heavy: loaded on first use

    return RougeScorer(["rougeL"], tokenizer=_ByCharacter() if language == "zh" else None)
