"""Systems side by side: the figures of each, by field and kind of question, and differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.bench.scores import Bootstrap, Scores, score
from eval.bench.sets import ALL, RetrievalSet
from eval.metrics import Estimate

Ranked = Mapping[str, Sequence[Sequence[str]]]
"""By field, the ids of the documents found for each question of a set, best first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One system's figures for one group of questions, by metric. difference: its own less those
    of the system that all are compared with, paired by question; empty for that system."""

    metrics: Mapping[str, Estimate]
    difference: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Group:
    """The standings for the questions of one kind, asked in one field, by system."""

    field: str
    kind: str
    questions: int
    standings: Mapping[str, Standing]


def groups(data: RetrievalSet, ranked: Mapping[str, Ranked], reference: str) -> list[Group]:
    """The standings by field and kind of question.

    ranked: by system; `reference` is the one of them that the others are compared with.
    """
    found = []
    for field in data.fields:
        scores = {name: _scores(data, of_system[field]) for name, of_system in ranked.items()}
        for kind in data.kinds:
            chosen = np.array([kind in (ALL, question.kind) for question in data.questions])
            of_kind = {name: rows[chosen] for name, rows in scores.items()}
            found.append(Group(field, kind, int(chosen.sum()), _standings(of_kind, reference)))
    return found


def _scores(data: RetrievalSet, ranked: Sequence[Sequence[str]]) -> Scores:
    return np.array(
        [
            score(found, question.gold)
            for found, question in zip(ranked, data.questions, strict=True)
        ]
    )


def _standings(scores: Mapping[str, Scores], reference: str) -> dict[str, Standing]:
    compared_with = scores[reference]
    bootstrap = Bootstrap(len(compared_with))
    return {
        name: Standing(
            bootstrap.estimates(rows),
            {} if name == reference else bootstrap.estimates(rows - compared_with),
        )
        for name, rows in scores.items()
    }
