"""Compares ways to fuse dense and lexical search, on documents and questions of your own.

    python -m eval.bench.fusion DOCS.jsonl QUESTIONS.jsonl --field question_en

Questions name their documents in `gold`. Dense and lexical search run once a question; then each
method ranks the same two lists: reciprocal rank fusion (Cormack, Clarke and Büttcher 2009) with
k=60, and convex combinations of scaled scores over a range of dense weights. Prints R@1, R@10 and
MRR@10 by document.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rag.desk import Desk
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.retrieval.glossary import Glossary, glossary_path
from rag.retrieval.hybrid import Ranking, Retriever, convex_fusion
from rag.settings import Settings
from rag.types import Filters
from store.library import Library

DEPTH = 10  # documents looked at
RANK_CONSTANT = 60  # the k of reciprocal rank fusion, as its authors set it
WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7)

Fusion = Callable[[Ranking, Ranking], Ranking]


def reciprocal_rank_fusion(dense: Ranking, lexical: Ranking) -> Ranking:
    """Chunk ids by the sum of 1 / (k + rank) over both rankings."""
    scores: dict[str, float] = {}
    for ranking in (dense, lexical):
        for rank, (chunk_id, _) in enumerate(ranking, start=1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def convex(weight: float) -> Fusion:
    """The convex combination that retrieval uses, with this dense weight."""
    return lambda dense, lexical: convex_fusion(dense, lexical, weight)


METHODS: Mapping[str, Fusion] = {
    "dense alone": lambda dense, _: dense,
    "lexical alone": lambda _, lexical: lexical,
    "reciprocal rank fusion": reciprocal_rank_fusion,
    **{f"convex, dense {weight}": convex(weight) for weight in WEIGHTS},
}


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("documents", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--field", default="question")
    arguments = parser.parse_args()
    lines = arguments.questions.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    with tempfile.TemporaryDirectory(prefix="newsdesk-fusion-") as folder:
        settings = Settings(home=Path(folder), mode="extractive")
        with Desk.open(settings=settings) as desk:
            desk.ingest([arguments.documents])
        embedder = open_embedder(settings)
        glossary = Glossary(glossary_path())
        with Library.open(settings.home, manifest_of(embedder, settings)) as library:
            retriever = Retriever(library, embedder, glossary, settings.candidates)
            places: dict[str, list[int | None]] = {name: [] for name in METHODS}
            for row in rows:
                found = retriever.retrieve(row[arguments.field], settings.candidates, Filters())
                for name, fuse in METHODS.items():
                    documents = _documents(library, fuse(found.dense, found.lexical))
                    places[name].append(_place(documents, row["gold"]))
    print(f"{len(rows)} questions")
    for name, found_at in places.items():
        print(f"{name:24} {_figures(found_at)}")


def _documents(library: Library, ranking: Ranking) -> list[str | None]:
    """The source ids of the first documents of a ranking of chunks, each once."""
    chunks = library.chunks([chunk_id for chunk_id, _ in ranking])
    ids = [chunks[chunk_id].article_id for chunk_id, _ in ranking]
    articles = library.articles_by_id(list(dict.fromkeys(ids)))
    return list(dict.fromkeys(articles[article_id].source_id for article_id in ids))[:DEPTH]


def _place(documents: Sequence[str | None], gold: Sequence[str]) -> int | None:
    """The rank, from 1, of the first gold document; None where none is among them."""
    return next((rank for rank, found in enumerate(documents, start=1) if found in gold), None)


def _figures(places: Sequence[int | None]) -> str:
    total = len(places)
    first = sum(place == 1 for place in places) / total
    ten = sum(place is not None for place in places) / total
    mean = sum(1 / place for place in places if place) / total
    return f"R@1 {first:.3f}  R@10 {ten:.3f}  MRR@10 {mean:.3f}"


if __name__ == "__main__":
    main()
