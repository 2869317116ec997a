"""Exact match and F1: values worked out by the published rules, and the CMRC script beside ours."""

import re

import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import answer_f1, exact_match
from rag.types import Language

ALPHABET = "云溪市大桥长全里零〇龥龦ab C1.5%-:*/~，。：…·、「（）－ \"'\n"
mixed = st.text(ALPHABET, max_size=24)


class PublishedScript:
    """What cmrc2018_evaluate.py (version 6) does, written down from it apart from our code."""

    PUNCTUATION = (
        *["-", ":", "_", "*", "^", "/", "\\", "~", "`", "+", "="],
        *["，", "。", "：", "？", "！", "“", "”", "；", "’", "《", "》", "……", "·", "、"],
        *["「", "」", "（", "）", "－", "～", "『", "』"],
    )

    def segments(self, text: str) -> list[str]:
        out: list[str] = []
        waiting = ""
        for char in text.lower().strip():
            if char in self.PUNCTUATION:
                continue
            if re.search(r"[\u4e00-\u9fa5]", char):
                if waiting != "":
                    out.extend(nltk.word_tokenize(waiting, preserve_line=True))
                    waiting = ""
                out.append(char)
            else:
                waiting += char
        if waiting != "":
            out.extend(nltk.word_tokenize(waiting, preserve_line=True))
        return out

    def without_punctuation(self, text: str) -> str:
        return "".join(char for char in text.lower().strip() if char not in self.PUNCTUATION)

    def longest_common(self, one: list[str], other: list[str]) -> int:
        table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
        longest = 0
        for i in range(len(one)):
            for j in range(len(other)):
                if one[i] == other[j]:
                    table[i + 1][j + 1] = table[i][j] + 1
                    longest = max(longest, table[i + 1][j + 1])
        return longest

    def f1(self, answers: list[str], prediction: str) -> float:
        scores = [0.0]
        for answer in answers:
            right, said = self.segments(answer), self.segments(prediction)
            longest = self.longest_common(right, said)
            if longest:
                precision, recall = longest / len(said), longest / len(right)
                scores.append(2 * precision * recall / (precision + recall))
        return max(scores)

    def em(self, answers: list[str], prediction: str) -> int:
        said = self.without_punctuation(prediction)
        return int(any(self.without_punctuation(answer) == said for answer in answers))


@given(mixed, st.lists(mixed, min_size=1, max_size=3))
def test_chinese_scores_are_those_of_the_published_script(
    answer: str, references: list[str]
) -> None:
    script = PublishedScript()
    assert answer_f1(answer, references, "zh") == pytest.approx(script.f1(references, answer))
    assert exact_match(answer, references, "zh") == script.em(references, answer)


@pytest.mark.parametrize(
    ("answer", "reference", "f1", "exact"),
    [
        # 云溪市 is 3 of 3 segments and 3 of 5.
        ("云溪市", "云溪市政府", 2 * 1 * 0.6 / 1.6, 0.0),
        # Only the longest stretch counts: 大桥 of 云溪大桥 (4), of 大桥云溪 (4).
        ("云溪大桥", "大桥云溪", 0.5, 0.0),
        # A word of another script is one segment: gdp增长 is 3, as is gdp下降; gdp alone is shared.
        ("GDP增长", "gdp下降", 1 / 3, 0.0),
        ("《云溪日报》。", "云溪日报", 1.0, 1.0),
        # ASCII punctuation that the rule doesn't list stays: 3.5 is one segment, % another.
        ("3.5%", "3.5", 2 * 0.5 * 1 / 1.5, 0.0),
        # The rule lists …… but drops single characters: an ellipsis stays.
        ("云溪…", "云溪", 2 * (2 / 3) * 1 / (2 / 3 + 1), 0.0),
        ("a-b桥", "ab桥", 1.0, 1.0),
        ("", "云溪", 0.0, 0.0),
        ("，", "。", 0.0, 1.0),
    ],
)
def test_chinese_by_the_rule_of_cmrc(answer: str, reference: str, f1: float, exact: float) -> None:
    assert answer_f1(answer, [reference], "zh") == pytest.approx(f1)
    assert exact_match(answer, [reference], "zh") == exact


@pytest.mark.parametrize(
    ("answer", "reference", "f1", "exact"),
    [
        ("The Bridge!", "bridge", 1.0, 1.0),
        ("an apple a day", "apple day", 1.0, 1.0),
        # In any order, each word as often as both have it: 2 of 3 and 2 of 2.
        ("north north bridge", "bridge north", 2 * (2 / 3) * 1 / (2 / 3 + 1), 0.0),
        ("U.S. Army", "us army", 1.0, 1.0),
        ("theatre", "atre", 0.0, 0.0),
        ("the", "a", 0.0, 1.0),
    ],
)
def test_english_by_the_rule_of_squad(answer: str, reference: str, f1: float, exact: float) -> None:
    assert answer_f1(answer, [reference], "en") == pytest.approx(f1)
    assert exact_match(answer, [reference], "en") == exact


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_the_nearest_reference_counts_and_one_there_must_be(spoken: Language) -> None:
    assert answer_f1("bridge", ["road", "bridge", "river"], spoken) == 1.0
    assert exact_match("bridge", ["road", "bridge", "river"], spoken) == 1.0
    with pytest.raises(ValueError, match="no reference answer"):
        answer_f1("bridge", [], spoken)
