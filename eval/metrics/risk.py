"""Risk against coverage: what answering more questions costs in errors.

A selective answerer (El-Yaniv and Wiener 2010) answers where its confidence reaches a threshold.
Coverage is the share of all questions that it then answers, selective risk the share of those
answers that are wrong. An answer to an unanswerable question is an error whatever it says. A
question that was refused has no confidence and is covered at no threshold: the curve ends at the
share of questions that were answered at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """The answers whose confidence is `threshold` or more. coverage (of all questions) and risk
    (of the answers): between 0 and 1."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The curve, from the most confident answers on.

    area: the mean selective risk over the coverage that is reached (AURC, Geifman and El-Yaniv
    2017). excess: how far that is above the area of the same answers with every right one before
    every wrong one (E-AURC, Geifman, Uziel and El-Yaniv 2019), so what the order of confidence
    alone costs. Both between 0 and 1. Areas of curves that end at different coverages don't compare
    on their own: who answers less has the easier questions.
    """

    points: tuple[RiskPoint, ...]
    area: float
    excess: float

    @property
    def coverage(self) -> float:
        """Where the curve ends: the share of all questions that were answered."""
        return self.points[-1].coverage


def risk_coverage(
    confidences: Sequence[float | None], right: Sequence[bool], answerable: Sequence[bool]
) -> RiskCoverage | None:
    """The curve of some questions; None where all were refused.

    confidences: any scale, more is surer, None for a refusal. right: whether the answer is right;
    not looked at for a refusal or an unanswerable question. Answers of equal confidence are taken
    in together, a single step. Raises ValueError where the lengths differ or a confidence is NaN.
    """
    answers = [
        (confidence, good and able)
        for confidence, good, able in zip(confidences, right, answerable, strict=True)
        if confidence is not None
    ]
    if any(isnan(confidence) for confidence, _ in answers):
        raise ValueError("a confidence is not a number")
    if not answers:
        return None
    points: list[RiskPoint] = []
    covered = wrong = 0
    area = 0.0
    answers.sort(key=lambda answer: -answer[0])
    for confidence, step in groupby(answers, key=lambda answer: answer[0]):
        taken = [good for _, good in step]
        covered += len(taken)
        wrong += taken.count(False)
        points.append(RiskPoint(confidence, covered / len(confidences), wrong / covered))
        area += len(taken) * wrong / covered
    least = sum(max(0, place - (covered - wrong)) / place for place in range(1, covered + 1))
    return RiskCoverage(tuple(points), area / covered, max(0.0, area - least) / covered)
