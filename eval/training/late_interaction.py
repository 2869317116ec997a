"""Trains the projection that late interaction reads the bundled encoder's tokens through.

    python -m eval.training.late_interaction --set DOCS.jsonl QUESTIONS.jsonl zh question_zh \\
        --set DOCS.jsonl QUESTIONS.jsonl en question_en \\
        -o rag/indexing/embedding/late_interaction.npz

Each --set names documents (`id`, `text`), questions (`gold`: document ids; `answers` or
`answer_zh`), their language and the field that holds the question. Passages and questions are cut,
encoded and, for the figures, packed and compared as the index and the search do it.

The encoder stays as it is. Learnt are two matrices, for the tokens of passages and of questions,
and how much a question's token counts: the passages that hold the answer against all others of the
batch, among them some that the untrained projection puts near the top (Khattab and Zaharia,
"ColBERT", 2020; Karpukhin et al., "Dense Passage Retrieval", 2020). Training starts at the leading
eigenvectors of the token states of all sets.

Folds are stretches of the documents that questions are asked about, in the file's order, so that
paragraphs of one article mostly stay together; a fold's questions are asked of all the set's
documents, by a projection trained without the fold's. The start is one for all folds, so that their
figures are held out of what is learnt of questions and answers, not of the eigenvectors. What is
written is trained on everything, with the figures of the folds beside it. With --keep-folds FOLDER
the folds' own projections are kept there, each with the ids of the documents left out, so that
`eval.bench` can ask each question through one that was not trained on it.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from eval.errors import DatasetError
from eval.training.projection import EPOCHS, SEED, Projection, trained, untrained
from eval.training.token_states import Passages, Questions, QuestionSource, States, load_questions
from rag.errors import NewsdeskError
from rag.indexing.embedding.e5_onnx import TokenStates, open_e5
from rag.indexing.embedding.late_interaction import PackedPassages, read_head
from rag.types import Language

SIZE = 96
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """The share of questions that find one of their documents first, and among the first ten; the
    mean of 1 / rank, 0 beyond the first ten."""

    questions: int
    first: float
    first_ten: float
    reciprocal_rank: float


def scores(
    projection: Projection, questions: Questions, asked: Sequence[int]
) -> NDArray[np.float32]:
    """(len(asked), passages): relevance as the search finds it, from packed vectors."""
    head = read_head(projection.stored())
    stored = questions.passages.states
    packed = [head.passage(_states(stored, at)) for at in range(len(questions.passages.texts))]
    passages = PackedPassages(packed, projection.passage.shape[1])
    found = np.empty((len(asked), len(packed)), dtype=np.float32)
    for row, question in enumerate(asked):
        tokens = head.question(_states(questions.states, question))
        if tokens is None:
            raise DatasetError(f"{questions.name}: question {question + 1} has no tokens")
        found[row] = passages.relevance(tokens)
    return found


def figures(questions: Questions, found: NDArray[np.float32]) -> Figures:
    """By document: each is as good as its best passage. found: (questions, passages)."""
    ranks = []
    for row, gold in zip(found, questions.gold, strict=True):
        ranking = (questions.passages.documents[at] for at in np.argsort(-row, kind="stable"))
        best = islice(dict.fromkeys(ranking), DEPTH)
        ranks.append(next((rank for rank, name in enumerate(best, 1) if name in gold), math.inf))
    of_all = len(ranks)
    return Figures(
        of_all,
        round(sum(rank == 1 for rank in ranks) / of_all, 4),
        round(sum(rank <= DEPTH for rank in ranks) / of_all, 4),
        round(sum(1 / rank for rank in ranks) / of_all, 4),
    )


@dataclass(frozen=True, slots=True)
class Fold:
    """A projection, and the documents of each set that it was trained without."""

    projection: Projection
    left_out: tuple[frozenset[str], ...]

    def stored(self) -> bytes:
        """As `Projection.stored`, with the ids left out in its record, as `left_out`."""
        ids = sorted(frozenset().union(*self.left_out))
        return self.projection.stored(json.dumps({"left_out": ids}, ensure_ascii=False))


def folds_of(
    start: Projection,
    sets: Sequence[Questions],
    first: Sequence[NDArray[np.float32]],
    folds: int,
    epochs: int,
) -> list[Fold]:
    """A projection trained without each fold."""
    parts = [_folds(questions.passages, sets, folds) for questions in sets]
    return [
        Fold(trained(start, sets, first, left_out, epochs), left_out)
        for left_out in zip(*parts, strict=True)
    ]


def held_out(sets: Sequence[Questions], folds: Sequence[Fold]) -> list[Figures]:
    """Of each set, all its questions, each asked by a projection trained without its fold."""
    return [
        figures(questions, _held_out_scores(questions, folds, at))
        for at, questions in enumerate(sets)
    ]


def _held_out_scores(
    questions: Questions, folds: Sequence[Fold], place: int
) -> NDArray[np.float32]:
    found = np.empty((len(questions.gold), len(questions.passages.texts)), dtype=np.float32)
    left = set(range(len(found)))
    for fold in folds:
        without = fold.left_out[place]
        asked = [at for at, gold in enumerate(questions.gold) if min(gold) in without]
        found[asked] = scores(fold.projection, questions, asked)
        left.difference_update(asked)
    if left:
        raise DatasetError(
            f"{questions.name}: {len(left)} questions are about documents that no fold leaves out"
        )
    return found


def _folds(passages: Passages, sets: Sequence[Questions], folds: int) -> list[frozenset[str]]:
    """The documents that any set asks about of these passages, in stretches."""
    asked = {
        name
        for questions in sets
        if questions.passages is passages
        for gold in questions.gold
        for name in gold
    }
    documents = [name for name in dict.fromkeys(passages.documents) if name in asked]
    return [frozenset(part.tolist()) for part in np.array_split(np.array(documents), folds)]


def _states(states: States, text: int) -> TokenStates:
    rows, (count,) = states.of([text])
    inner, outer = np.split(rows, 2, axis=1)
    return TokenStates(np.ones(count, dtype=np.bool_), inner, outer)


def _source(documents: str, questions: str, language: str, field: str) -> QuestionSource:
    if language not in get_args(Language):
        raise DatasetError(
            f"--set: {language} is no language; use one of {', '.join(get_args(Language))}"
        )
    name = f"{Path(questions).name} ({language})"
    return QuestionSource(Path(documents), Path(questions), field, name)


def _record(sets: Sequence[Questions], found: Sequence[Figures]) -> dict[str, dict[str, object]]:
    return {questions.name: asdict(of) for questions, of in zip(sets, found, strict=True)}


def _keep(folds: Sequence[Fold], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, fold in enumerate(folds, start=1):
        (folder / f"fold-{number}.npz").write_bytes(fold.stored())


def _train(arguments: argparse.Namespace) -> None:
    sets = load_questions(open_e5(), [_source(*values) for values in arguments.sets])
    start = untrained(sets, arguments.size)
    first = [scores(start, questions, range(len(questions.gold))) for questions in sets]
    record: dict[str, object] = {
        "made by": "python -m eval.training.late_interaction",
        "seed": SEED,
        "epochs": arguments.epochs,
        "untrained": _record(sets, list(map(figures, sets, first))),
    }
    if arguments.folds:
        folds = folds_of(start, sets, first, arguments.folds, arguments.epochs)
        record[f"held out, {arguments.folds} folds"] = _record(sets, held_out(sets, folds))
        if arguments.keep_folds is not None:
            _keep(folds, arguments.keep_folds)
    print(json.dumps(record, indent=1, ensure_ascii=False))
    nothing: list[frozenset[str]] = [frozenset() for _ in sets]
    projection = trained(start, sets, first, nothing, arguments.epochs)
    arguments.output.write_bytes(projection.stored(json.dumps(record, ensure_ascii=False)))


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", action="append", nargs=4, required=True, dest="sets")
    parser.add_argument("--folds", type=int, default=2, help="at least 2, or 0 for no such figures")
    parser.add_argument("--keep-folds", type=Path, metavar="FOLDER")
    parser.add_argument("--size", type=int, default=SIZE, help="numbers in a vector, even")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.folds == 1 or arguments.folds < 0:
        parser.error("--folds: at least 2, so that something is left to train on, or 0")
    try:
        _train(arguments)
    except (NewsdeskError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
