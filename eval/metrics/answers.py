"""How near an answer comes to one that is known to be right: exact match and F1.

Chinese by the evaluation rule published with CMRC 2018 (Cui et al. 2019; `cmrc2018_evaluate.py`,
version 6), English by that of SQuAD 1.1 (Rajpurkar et al. 2016).

The CMRC script cuts what is not Chinese with NLTK's `word_tokenize`, which first parts sentences by
a model that has to be fetched. Here NLTK's word tokenizer gets each run whole. Both cut alike
except where a run holds several English sentences: a full stop inside it stays at its word.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from rag.types import Language

if TYPE_CHECKING:
    from nltk.tokenize import NLTKWordTokenizer

# The script lists …… too, but compares single characters with it: an ellipsis always stays.
_CMRC_PUNCTUATION = frozenset(r"-:_*^/\~`+=" + "，。：？！“”；’《》·、「」（）－～『』")
_CMRC_HANZI = re.compile("[\u4e00-\u9fa5]")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def exact_match(answer: str, references: Iterable[str], language: Language) -> float:
    """1.0 where the answer is one of the references, else 0.0.

    Chinese: compared in lower case without CMRC's punctuation. English: in lower case without
    punctuation and articles. Raises ValueError without references.
    """
    normal = _cmrc_text if language == "zh" else _squad_text
    return _best(answer, references, lambda one, other: float(normal(one) == normal(other)))


def answer_f1(answer: str, references: Iterable[str], language: Language) -> float:
    """The F1 of the answer and the reference it comes nearest to, between 0 and 1.

    Chinese: of the longest stretch of segments that both have in a row, a segment being a Chinese
    character or a word of another script; CMRC's punctuation aside. English: of the words that
    both have, in any order. Raises ValueError without references.
    """
    return _best(answer, references, _cmrc_f1 if language == "zh" else _squad_f1)


def _best(answer: str, references: Iterable[str], score: Callable[[str, str], float]) -> float:
    scores = [score(answer, reference) for reference in references]
    if not scores:
        raise ValueError("no reference answer; nothing can be scored")
    return max(scores)


def _cmrc_text(text: str) -> str:
    return "".join(one for one in text.lower().strip() if one not in _CMRC_PUNCTUATION)


def _cmrc_f1(answer: str, reference: str) -> float:
    said, right = _cmrc_segments(answer), _cmrc_segments(reference)
    match = SequenceMatcher(None, said, right, autojunk=False).find_longest_match()
    return _f1(match.size, len(said), len(right))


def _cmrc_segments(text: str) -> list[str]:
    segments: list[str] = []
    run = ""
    for character in _cmrc_text(text):
        if _CMRC_HANZI.match(character):
            segments += [*_words(run), character]
            run = ""
        else:
            run += character
    return [*segments, *_words(run)]


def _words(run: str) -> list[str]:
    return _word_tokenizer().tokenize(run) if run else []


@cache
def _word_tokenizer() -> "NLTKWordTokenizer":
    from nltk.tokenize import NLTKWordTokenizer  # heavy: loaded on first use

    return NLTKWordTokenizer()


def _squad_text(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def _squad_f1(answer: str, reference: str) -> float:
    said, right = _squad_text(answer).split(), _squad_text(reference).split()
    return _f1((Counter(said) & Counter(right)).total(), len(said), len(right))


def _f1(shared: int, said: int, right: int) -> float:
    if not shared:
        return 0.0
    precision, recall = shared / said, shared / right
    return 2 * precision * recall / (precision + recall)
