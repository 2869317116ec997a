"""Fits the extractive answerer: how sentence features are weighed, and when it refuses.

    python -m eval.calibration --set DOCS.jsonl QUESTIONS.jsonl zh question \\
        --set DOCS.jsonl QUESTIONS.jsonl en question_en -o rag/answering/evidence.json

Each --set names documents (`id`, `text`), questions (`gold`: document ids; `answers` or
`answer_zh`), their language and the field that holds the question. Every question is asked of the
whole archive, of the archive without its gold documents, and of the gold documents without the
sentences that hold the answer: in the last two nothing answers it. The weights are a logistic
regression over the sentences of all three; the bar is set where FALSE_REFUSALS of the answerable
questions in its language fall under it, on folds that the weights were not fitted on.
"""

import argparse
import json
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from rag.answering.evidence import FEATURES
from rag.answering.extractive import weigh
from rag.desk import Desk
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.retrieval.glossary import Glossary, glossary_path
from rag.retrieval.hybrid import Retrieved, Retriever
from rag.retrieval.reranking.providers import open_reranker
from rag.settings import Settings
from rag.types import Filters, Language
from store.library import Library

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

# English questions over Chinese text are told from those that nothing answers less well: a bar that
# refuses few of them refuses next to none of the others.
FALSE_REFUSALS: Mapping[Language, float] = {"zh": 0.05, "en": 0.1}
FOLDS = 5


Archive = Literal["whole", "without its documents", "without its sentences"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question asked: the feature values of each sentence weighed, and whether that sentence
    holds the answer."""

    question: int
    language: Language
    archive: Archive
    values: tuple[tuple[float, ...], ...]
    answers: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A benchmark set: its files, the questions' language and the field that holds them."""

    documents: Path
    questions: Path
    language: Language
    field: str


class Collector:
    """Asks every question of a set and measures the sentences that the answerer weighs."""

    def __init__(self, library: Library, embedder: Embedder, settings: Settings) -> None:
        self._library = library
        self._embedder = embedder
        self._candidates = settings.candidates
        self._glossary = Glossary(glossary_path())
        self._retriever = Retriever(
            library,
            embedder,
            self._glossary,
            settings.candidates,
            open_reranker(settings, library),
            date.today,
        )

    def close(self) -> None:
        """Closes the glossary; the library and the embedder stay the caller's."""
        self._glossary.close()

    def collect(self, chosen: QuestionSet) -> Iterator[Asked]:
        """Three `Asked` a question, one for each archive."""
        lines = chosen.questions.read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        for number, row in enumerate(rows):
            gold = frozenset(row["gold"])
            answers = [_flat(answer) for answer in row.get("answers") or [row["answer_zh"]]]
            whole = self._retriever.retrieve(row[chosen.field], self._candidates, Filters())
            asked = self._measured(number, chosen.language, whole, gold, answers)
            yield asked
            yield _without_sentences(asked)
            without = self._without(whole, gold)
            bare = self._measured(number, chosen.language, without, gold, answers)
            yield replace(bare, archive="without its documents")
            if number % 50 == 0:
                print(f"{chosen.questions.name}: {number} of {len(rows)}", file=sys.stderr)

    def _without(self, retrieved: Retrieved, gold: frozenset[str]) -> Retrieved:
        """The same retrieval in an archive that lacks the gold documents."""

        found = [chunk_id for chunk_id, _ in (*retrieved.dense, *retrieved.lexical)]
        chunks = self._library.chunks(found)
        articles = self._library.articles_by_id([c.article_id for c in chunks.values()])
        kept = {
            chunk_id
            for chunk_id, chunk in chunks.items()
            if articles[chunk.article_id].source_id not in gold
        }
        return self._retriever.among(retrieved, kept, self._candidates)

    def _measured(
        self,
        question: int,
        language: Language,
        retrieved: Retrieved,
        gold: frozenset[str],
        answers: Sequence[str],
    ) -> Asked:
        golden = {hit.article_id for hit in retrieved.hits if hit.source_id in gold}
        candidates = weigh(retrieved, self._library, self._embedder)
        return Asked(
            question,
            language,
            "whole",
            tuple(candidate.features.values() for candidate in candidates),
            tuple(
                candidate.span.article_id in golden
                and any(answer in _flat(candidate.text) for answer in answers)
                for candidate in candidates
            ),
        )


def _without_sentences(asked: Asked) -> Asked:
    kept = [row for row, answer in zip(asked.values, asked.answers, strict=True) if not answer]
    return replace(
        asked,
        archive="without its sentences",
        values=tuple(kept),
        answers=(False,) * len(kept),
    )


def fit(language: Language, asked: Sequence[Asked]) -> dict[str, object]:
    """The model of one language with its cross-validated figures; see the module's description."""
    import numpy as np  # heavy: loaded on first use

    folds = {item.question: item.question % FOLDS for item in asked}
    best: dict[Archive, list[float]] = {archive: [] for archive in get_args(Archive)}
    first, second = [], []
    for fold in range(FOLDS):
        intercept, weights = _regression([a for a in asked if folds[a.question] != fold])
        for item in asked:
            if folds[item.question] != fold:
                continue
            # Where nothing is read, nothing is likely: that is a refusal too.
            values = np.array(item.values).reshape(-1, len(FEATURES))
            scores = _probabilities(values, intercept, weights)
            order = np.argsort(-scores)
            best[item.archive].append(float(scores.max(initial=0.0)))
            if item.archive == "whole":
                first.append(any(item.answers[place] for place in order[:1]))
                second.append(any(item.answers[place] for place in order[:2]))
    bar = float(np.quantile(best["whole"], FALSE_REFUSALS[language]))
    intercept, weights = _regression(asked)
    return {
        "intercept": round(float(intercept), 4),
        "weights": [round(float(weight), 4) for weight in weights],
        "bar": round(bar, 4),
        "measured": {
            "questions": len(best["whole"]),
            "answer in first sentence": round(float(np.mean(first)), 3),
            "answer in first two": round(float(np.mean(second)), 3),
            "curve": [_operating_point(best, share) for share in _SHARES],
        },
    }


_SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3)


def _operating_point(best: Mapping[Archive, Sequence[float]], share: float) -> dict[str, float]:
    import numpy as np  # heavy: loaded on first use

    bar = float(np.quantile(best["whole"], share))
    point = {"bar": round(bar, 4), "false refusals": share}
    for archive in ("without its documents", "without its sentences"):
        refused = np.mean(np.array(best[archive]) < bar)
        point[f"refused {archive}"] = round(float(refused), 3)
    return point


def _regression(asked: Sequence[Asked]) -> tuple[float, "NDArray[np.float64]"]:
    """Intercept and weights on the raw feature values; standardised while fitting, so that the
    penalty treats all features alike."""
    import numpy as np  # heavy: loaded on first use
    from sklearn.linear_model import LogisticRegression  # heavy: loaded on first use

    values = np.array([row for item in asked for row in item.values])
    answers = np.array([answer for item in asked for answer in item.answers])
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(max_iter=1000).fit((values - mean) / deviation, answers)
    weights = model.coef_[0] / deviation
    return float(model.intercept_[0] - weights @ mean), weights


def _probabilities(
    values: "NDArray[np.float64]", intercept: float, weights: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    import numpy as np  # heavy: loaded on first use

    return np.asarray(1 / (1 + np.exp(-(values @ weights + intercept))))


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def _sets(values: Sequence[Sequence[str]]) -> list[QuestionSet]:
    for _, _, language, _ in values:
        if language not in get_args(Language):
            sys.exit(
                f"--set: {language} is no language; use one of {', '.join(get_args(Language))}"
            )
    return [QuestionSet(Path(d), Path(q), language, f) for d, q, language, f in values]  # type: ignore[arg-type]


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", action="append", nargs=4, required=True, dest="sets")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    asked: list[Asked] = []
    for chosen in _sets(arguments.sets):
        with tempfile.TemporaryDirectory(prefix="newsdesk-calibration-") as folder:
            settings = Settings(home=Path(folder), mode="extractive")
            with Desk.open(settings=settings) as desk:
                desk.ingest([chosen.documents])
            embedder = open_embedder(settings)
            with (
                Library.open(settings.home, manifest_of(embedder, settings)) as library,
                closing(Collector(library, embedder, settings)) as collector,
            ):
                asked += collector.collect(chosen)
    models = {
        language: fit(language, [item for item in asked if item.language == language])
        for language in sorted({item.language for item in asked})
    }
    made_from = [f"{Path(q).name} ({language})" for _, q, language, _ in arguments.sets]
    document = {
        "made by": "python -m eval.calibration",
        "made from": made_from,
        "features": list(FEATURES),
        "models": models,
    }
    arguments.output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
