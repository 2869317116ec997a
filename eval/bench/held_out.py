"""Sets that the late-interaction projection was trained on, asked through projections that weren't.

`python -m eval.training.late_interaction --folds N --keep-folds FOLDER` leaves FOLDER/fold-1.npz
and so on: projections, each trained without some documents and the questions about them. Here each
question of a set goes to the fold that left all its documents out; what it searches is the whole
set, embedded through that fold's projection. A set of which no fold left out any document that
answers a question is no training set of theirs: it is asked through the projection that comes with
the package.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from pydantic import BaseModel

from eval.bench.sets import Question, RetrievalSet
from eval.bench.standings import Ranked
from eval.errors import EvalError
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.bundled import BundledEmbedder
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings

SHIPPED = "shipped"


class _Record(BaseModel):
    left_out: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fold:
    """A projection, and the ids of the documents that it was trained without."""

    name: str
    projection: bytes
    left_out: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """Questions of a set, by their places, that are asked through one projection: a fold's, or the
    package's own where that is None."""

    name: str
    projection: bytes | None
    places: tuple[int, ...]

    def of(self, data: RetrievalSet) -> RetrievalSet:
        """The whole set's documents, with this part's questions alone, in the set's own fields."""
        return replace(data, questions=tuple(self._question(data, place) for place in self.places))

    def among(self, ranked: Ranked) -> Ranked:
        """Of what was found for all questions of a set, what was for this part's."""
        return {
            field: [of_field[place] for place in self.places] for field, of_field in ranked.items()
        }

    def embedder(self, settings: Settings) -> Embedder:
        """What embeds through this part's projection. Raises EvalError where the settings name a
        model that has none."""
        if self.projection is None:
            return open_embedder(settings)
        if settings.embedding != "bundled":
            raise EvalError(
                f"--held-out: its projections are the bundled model's, not {settings.embedding}'s"
            )
        return BundledEmbedder(settings.embedding_batch, self.projection)

    def _question(self, data: RetrievalSet, place: int) -> Question:
        question = data.questions[place]
        return replace(question, texts={field: question.texts[field] for field in data.fields})


def load_folds(folder: Path | None) -> tuple[Fold, ...]:
    """The folds kept in a folder; none where none is named. Raises EvalError where they can't be
    read."""
    if folder is None:
        return ()
    files = sorted(folder.glob("fold-*.npz"))
    if not files:
        raise EvalError(
            f"{folder}: no fold-*.npz there; python -m eval.training.late_interaction --keep-folds"
            " writes them"
        )
    return tuple(map(_fold, files))


def parts(data: RetrievalSet, folds: Sequence[Fold]) -> tuple[Part, ...]:
    """Every question of the set in the part of one fold, or all in one part of the package's own
    projection, where no fold left out any document that answers one.

    Raises EvalError where no fold left out all documents of a question, and some fold those of
    another.
    """
    gold = {name for question in data.questions for name in question.gold}
    if all(fold.left_out.isdisjoint(gold) for fold in folds):
        return (Part(SHIPPED, None, tuple(range(len(data.questions)))),)
    places: dict[str, list[int]] = {fold.name: [] for fold in folds}
    for place, question in enumerate(data.questions):
        fold = next((fold for fold in folds if fold.left_out.issuperset(question.gold)), None)
        if fold is None:
            raise EvalError(
                f"{data.name}: no fold left out all of {', '.join(question.gold)}, which answer one"
                " question; train the folds on this set"
            )
        places[fold.name].append(place)
    return tuple(
        Part(fold.name, fold.projection, tuple(places[fold.name]))
        for fold in folds
        if places[fold.name]
    )


def check(sets: Sequence[RetrievalSet], folds: Sequence[Fold]) -> None:
    """Raises EvalError where the folds don't fit one of the sets, before anything is measured."""
    for data in sets:
        parts(data, folds)


def folds_of(data: RetrievalSet, folds: Sequence[Fold]) -> int:
    """How many folds a set is held out by: those that left some of its documents out. 0 where it is
    asked through the package's own projection."""
    ids = {document.id for document in data.documents}
    return sum(not fold.left_out.isdisjoint(ids) for fold in folds)


def merged(
    data: RetrievalSet, asked: Sequence[Part], ranked: Sequence[Mapping[str, Ranked]]
) -> dict[str, Ranked]:
    """What each system found, in the order of the set's questions.

    ranked: of each part, by system, with as many questions as the part has. Raises ValueError where
    the parts don't hold every question once.
    """
    places = [place for part in asked for place in part.places]
    if sorted(places) != list(range(len(data.questions))):
        raise ValueError("the parts don't hold each question once")

    def in_order(system: str, field: str) -> list[Sequence[str]]:
        rankings = [ranking for of_part in ranked for ranking in of_part[system][field]]
        return [rankings[at] for at in np.argsort(places)]

    return {
        system: {field: in_order(system, field) for field in data.fields} for system in ranked[0]
    }


def _fold(path: Path) -> Fold:
    try:
        projection = path.read_bytes()
        with np.load(io.BytesIO(projection), allow_pickle=False) as stored:
            record = _Record.model_validate_json(str(stored["record"]))
    except OSError as error:
        raise EvalError(f"{path}: can't be read ({error.strerror})") from None
    except (EOFError, BadZipFile, ValueError, KeyError):
        raise EvalError(
            f"{path}: doesn't tell what documents it was trained without; write it anew with"
            " python -m eval.training.late_interaction --keep-folds"
        ) from None
    return Fold(path.stem, projection, record.left_out)
