"""How well comparisons, questions of change and questions with several parts are answered.

    python -m eval.sides [QUESTIONS.jsonl PAGE...]

Without arguments, the questions and the pages of several days that come with newsdesk. A question
file has one object a line:

    {"id": "sides-01", "question": "…", "kind": "comparison", "sides":
     [{"name": "6月3日", "facts": [["24例"]]}, {"name": "6月8日", "facts": []}]}

sides: what the answer must tell apart, in its order. facts: what the quotes of a side must hold,
each a list of alternatives; none where the archive has nothing, which the answer then has to say.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from pydantic import BaseModel, Field

from eval.bench.rows import Text, rows
from eval.datasets import golden_days, golden_sides
from eval.errors import DatasetError
from eval.metrics import fact_recall
from rag import Desk
from rag.answering.explanation import Explanation
from rag.retrieval.question_plan import PlanKind
from rag.settings import Settings
from rag.types import Answer

TODAY = date(2024, 6, 12)
"""The day on which the questions are asked."""


class ExpectedSide(BaseModel, frozen=True):
    """A side as an answer must name it, and what its quotes must hold; see the module."""

    name: Text
    facts: tuple[tuple[Text, ...], ...]


class SidedQuestion(BaseModel, frozen=True):
    """One question with what a right answer tells apart; see the module for the fields."""

    id: Text
    question: Text
    kind: PlanKind
    sides: Annotated[tuple[ExpectedSide, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Score:
    """How one question was answered. recalls: of each side with facts, the share that its own
    quotes hold; empty_said: of each side without, whether the answer says that there is nothing.
    false_gaps: sides with facts of which the answer says so. in_order: of a change, whether its
    quotes come in order of issue."""

    question: SidedQuestion
    planned: bool
    recalls: tuple[float, ...]
    empty_said: tuple[bool, ...]
    false_gaps: int
    in_order: bool
    answer: str

    @property
    def whole(self) -> bool:
        """Whether everything is right."""
        told = all(recall == 1.0 for recall in self.recalls) and all(self.empty_said)
        return self.planned and told and not self.false_gaps and self.in_order


def load(path: Path) -> list[SidedQuestion]:
    """The questions of a file. Raises DatasetError, which names the first bad line."""
    found = rows(path, SidedQuestion)
    if not found:
        raise DatasetError(f"{path}: holds no question; write one JSON object a line")
    return found


def score(question: SidedQuestion, answer: Answer, explanation: Explanation) -> Score:
    """One answer held against what it has to tell apart."""
    quotes = {one.number: one for one in answer.citations}
    names = [side.name for side in answer.sides]
    recalls, said, false_gaps = [], [], 0
    for expected in question.sides:
        told = [side for side in answer.sides if side.name == expected.name]
        own = [quotes[number].quote for side in told for number in side.citations]
        named = any(expected.name in gap for gap in answer.gaps)
        if expected.facts:
            recalls.append(fact_recall("", own, expected.facts))
            false_gaps += named
        else:
            said.append(named and not own)
    issued = [one.issue_date for one in answer.citations if one.issue_date]
    return Score(
        question=question,
        planned=explanation.plan == question.kind
        and names == [side.name for side in question.sides],
        recalls=tuple(recalls),
        empty_said=tuple(said),
        false_gaps=false_gaps,
        in_order=question.kind != "changes" or issued == sorted(issued),
        answer=answer.answer,
    )


def run(questions: Sequence[SidedQuestion], desk: Desk) -> list[Score]:
    """The score of each question, asked of an archive."""
    return [score(one, *desk.explain(one.question)) for one in questions]


def report(scores: Sequence[Score]) -> str:
    """A Markdown table by kind, and below it every answer that isn't right."""
    lines = [
        "| kind | questions | planned | sides with facts | facts held, mean of sides"
        " | sides with all facts | empty sides said | false gaps | all right |",
        f"|{' --- |' * 9}",
    ]
    kinds = dict.fromkeys(one.question.kind for one in scores)
    rows = [(str(kind), [one for one in scores if one.question.kind == kind]) for kind in kinds]
    lines += [_row(name, group) for name, group in [*rows, ("all", list(scores))]]
    lines += [
        f"{one.question.id} {one.question.question}\n  {one.answer}\n  sides {one.recalls}, empty"
        f" said {one.empty_said}, planned {one.planned}, in order {one.in_order}"
        for one in scores
        if not one.whole
    ]
    return "\n".join(lines)


def _row(name: str, scores: Sequence[Score]) -> str:
    recalls = [recall for one in scores for recall in one.recalls]
    said = [told for one in scores for told in one.empty_said]
    mean = sum(recalls) / len(recalls) if recalls else 0.0
    cells = [
        name,
        len(scores),
        sum(one.planned for one in scores),
        len(recalls),
        f"{mean:.3f}",
        sum(recall == 1.0 for recall in recalls),
        f"{sum(said)} of {len(said)}",
        sum(one.false_gaps for one in scores),
        sum(one.whole for one in scores),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", nargs="?", type=Path, default=golden_sides())
    parser.add_argument("pages", nargs="*", type=Path, default=[golden_days()])
    arguments = parser.parse_args()
    try:
        questions = load(arguments.questions)
    except DatasetError as error:
        parser.error(str(error))
    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), mode="extractive", answer_records=0)
        with Desk.open(settings=settings, today=lambda: TODAY) as desk:
            failed = desk.ingest(arguments.pages).failed
            if failed:
                parser.error(f"{failed[0].source}: {failed[0].reason}")
            print(report(run(questions, desk)))


if __name__ == "__main__":
    main()
