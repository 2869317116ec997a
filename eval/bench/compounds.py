"""How well questions that hold several are answered, each of which has its answer in a document.

    python -m eval.bench.compounds PREFIX [--documents N]

The set is PREFIX.docs*.jsonl (`id`, `text`) and PREFIX.questions.jsonl; of its questions those are
asked that have several `gold` documents and as many `answers`. N: so many documents at most, those
that questions name first.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel

from eval.bench.rows import Text, rows
from eval.bench.sets import load_set
from eval.errors import DatasetError, EvalError
from eval.metrics import fold
from rag import Desk
from rag.settings import Settings
from rag.types import Answer


class _Row(BaseModel):
    question: Text
    gold: tuple[Text, ...]
    answers: tuple[str | tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """A question that holds several. answers: of each, what may answer it."""

    question: str
    gold: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one. held: answers that the quotes hold. cited: gold documents that are cited.
    gaps: parts of which it is said that the archive has nothing."""

    held: int
    cited: int
    gaps: int
    refused: bool
    quoted: int


def compounds(path: Path) -> list[Compound]:
    """The questions of a file that hold several. Raises DatasetError where it has none."""
    found = [
        Compound(
            row.question,
            row.gold,
            tuple((one,) if isinstance(one, str) else one for one in row.answers),
        )
        for row in rows(path, _Row)
        if len(row.gold) == len(row.answers) > 1
    ]
    if not found:
        raise DatasetError(f"{path}: no question has several gold documents and as many answers")
    return found


def score(compound: Compound, answer: Answer) -> Answered:
    """One answer held against what it has to say."""
    quoted = [fold(one.quote) for one in answer.citations]
    cited = {one.source_id for one in answer.citations}
    return Answered(
        held=sum(
            any(fold(one) in quote for one in alternatives for quote in quoted)
            for alternatives in compound.answers
        ),
        cited=len(cited & set(compound.gold)),
        gaps=len(answer.gaps),
        refused=answer.refused,
        quoted=sum(len(one.quote) for one in answer.citations),
    )


def report(asked: Sequence[Compound], answered: Sequence[Answered]) -> str:
    """A Markdown table of one row."""
    parts = sum(len(one.gold) for one in asked)
    cells = [
        len(asked),
        parts,
        f"{sum(one.held for one in answered) / parts:.3f}",
        f"{sum(one.cited for one in answered) / parts:.3f}",
        sum(one.gaps for one in answered),
        sum(one.refused for one in answered),
        round(sum(one.quoted for one in answered) / parts),
    ]
    return "\n".join(
        [
            "| questions | parts | answers held | right documents cited | parts said to have none"
            " | refused | characters quoted a part |",
            f"|{' --- |' * 7}",
            f"| {' | '.join(map(str, cells))} |",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("prefix", type=Path)
    parser.add_argument("--documents", type=int)
    arguments = parser.parse_args()
    try:
        found = load_set(arguments.prefix, arguments.documents)
        name = f"{arguments.prefix.name}.questions.jsonl"
        asked = compounds(arguments.prefix.with_name(name))
    except EvalError as error:
        parser.error(str(error))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "documents.jsonl"
        lines = (
            json.dumps({"id": one.id, "text": one.text, "date": one.date}, ensure_ascii=False)
            for one in found.documents
        )
        path.write_text("\n".join(lines), encoding="utf-8")
        settings = Settings(home=Path(folder) / "home", mode="extractive", answer_records=0)
        with Desk.open(settings=settings) as desk:
            desk.ingest([path])
            print(report(asked, [score(one, desk.ask(one.question)) for one in asked]))


if __name__ == "__main__":
    main()
