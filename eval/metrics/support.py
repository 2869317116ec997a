"""Whether sentences stand on what they cite: citation recall and precision.

After ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations").
Whatever `Entails` is given stands for its language model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.metrics.citations import is_valid
from rag.types import AnswerSentence, Citation

CitedSentence = tuple[str, Sequence[str]]
"""A sentence of an answer and the passages it cites."""


class Entails(Protocol):
    """Decides whether a text follows from another; None where it can't tell."""

    def __call__(self, premise: str, hypothesis: str) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class CitationScores:
    """Counts over the sentences of an answer, or of many answers.

    sentences: that could be judged. held: those that their citations together entail. citations:
    of the judged sentences. needed: those of a held sentence that aren't irrelevant. unjudged:
    sentences whose entailment can't be told, counted nowhere else.
    """

    sentences: int = 0
    held: int = 0
    citations: int = 0
    needed: int = 0
    unjudged: int = 0

    @property
    def recall(self) -> float | None:
        """The share of the sentences that their citations entail; None without sentences."""
        return self.held / self.sentences if self.sentences else None

    @property
    def precision(self) -> float | None:
        """The share of the citations that hold up their sentence: 0 where sentences cite nothing,
        None without sentences."""
        if not self.sentences:
            return None
        return self.needed / self.citations if self.citations else 0.0

    def __add__(self, other: "CitationScores") -> "CitationScores":
        return CitationScores(
            self.sentences + other.sentences,
            self.held + other.held,
            self.citations + other.citations,
            self.needed + other.needed,
            self.unjudged + other.unjudged,
        )


def citation_scores(sentences: Sequence[CitedSentence], entails: Entails) -> CitationScores:
    """ALCE's citation recall and precision of an answer, sentence by sentence.

    A sentence is held where the concatenation of what it cites entails it; one that cites nothing
    isn't. A citation of a held sentence is irrelevant where it alone doesn't entail the sentence
    and the others do without it; all citations of a sentence that isn't held count as irrelevant.
    A citation that alone can't be judged doesn't entail.
    """
    return sum((_of_sentence(*sentence, entails) for sentence in sentences), CitationScores())


def cited_sentences(
    sentences: Sequence[AnswerSentence], citations: Sequence[Citation]
) -> list[CitedSentence]:
    """Each sentence with what it cites: the quote under its headline, as in ALCE's passages, and
    the year of its issue, which a date in a newspaper leaves out. A number without a citation cites
    an empty passage."""
    passages = {one.number: _passage(one) for one in citations}
    return [
        (sentence.text, [passages.get(number, "") for number in sentence.citations])
        for sentence in sentences
    ]


def unsupported_rate(
    sentences: Sequence[AnswerSentence],
    citations: Sequence[Citation],
    texts: Mapping[str, str],
    entails: Entails,
) -> float | None:
    """The share of an answer's sentences that its sources don't hold, between 0 and 1.

    A sentence is unsupported where it cites nothing, where a citation of it is missing or not
    valid, or where what it cites doesn't entail it. texts: clean article texts by article id.
    Sentences that can't be judged are left out; None where none is left.
    """
    valid = {one.number: is_valid(one, texts.get(one.article_id)) for one in citations}
    verdicts = [
        _holds(passages, text, entails)
        if all(valid.get(number, False) for number in sentence.citations)
        else False
        for sentence, (text, passages) in zip(
            sentences, cited_sentences(sentences, citations), strict=True
        )
    ]
    judged = [verdict for verdict in verdicts if verdict is not None]
    return judged.count(False) / len(judged) if judged else None


def _passage(citation: Citation) -> str:
    year = f" ({citation.issue_date.year})" if citation.issue_date else ""
    return f"{citation.headline}{year}\n{citation.quote}"


def _of_sentence(text: str, passages: Sequence[str], entails: Entails) -> CitationScores:
    held = _holds(passages, text, entails)
    if held is None:
        return CitationScores(unjudged=1)
    needed = 0
    if held:
        needed = sum(_is_needed(place, text, passages, entails) for place in range(len(passages)))
    return CitationScores(1, int(held), len(passages), needed)


def _is_needed(place: int, text: str, passages: Sequence[str], entails: Entails) -> bool:
    if len(passages) == 1 or _holds(passages[place : place + 1], text, entails):
        return True
    others = [*passages[:place], *passages[place + 1 :]]
    return not _holds(others, text, entails)


def _holds(passages: Sequence[str], text: str, entails: Entails) -> bool | None:
    return entails("\n".join(passages), text) if passages else False
