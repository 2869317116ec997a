"""How well articles are put together into stories, beside other ways to cluster them.

    python -m eval.bench.briefing_stories [ARTICLES.jsonl] [--json FIGURES.json]

ARTICLES: rows as ingest takes them, each with the `event` that it tells of besides; by default the
60 that come with newsdesk, on 20 events. They go into an archive of their own. Shown are B-cubed
precision, recall and F1 (Bagga and Baldwin 1998) of the stories of a briefing over all days, and
how many stories of the days' briefings tell an event a second time, and how many are rightly and
how many wrongly marked as updates, each day with the briefings before it. Below, scikit-learn's
average-link clustering, DBSCAN and HDBSCAN, on the vectors alone and on newsdesk's likeness, each
with the threshold that is best for these very articles (HDBSCAN has none); newsdesk's own was not
chosen anew.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.bench.command import ends_in_one_line, new_file, parser
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.rows import Text, TextRow, rows
from eval.bench.tables import head, row
from eval.metrics.clusters import BCubed, b_cubed
from rag import Desk
from rag.briefing.background import background
from rag.briefing.likeness import likeness
from rag.briefing.order import printed
from rag.briefing_types import Briefing
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.settings import load_settings, with_home
from store.library import Library

if TYPE_CHECKING:
    from numpy.typing import NDArray

STORIES = Path(__file__).resolve().parents[1] / "golden" / "stories.jsonl"
THRESHOLDS = np.linspace(0.01, 1.2, 120)
FEWEST = 2  # articles of a story, for the ways that want to know


class EventRow(TextRow):
    """A row with the event that it tells of."""

    id: Text
    event: Text


@dataclass(frozen=True, slots=True)
class Days:
    """What the days' briefings came to. stories: of all days. repeated: that tell an event which
    their briefing tells already. updates: of events that an earlier one told; found: of these the
    marked ones; wrong: other stories that are marked."""

    stories: int
    repeated: int
    updates: int
    found: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Figures:
    """scores: by way. articles, events: how many."""

    articles: int
    events: int
    scores: Mapping[str, BCubed]
    days: Days


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.briefing_stories", __doc__)
    asked.add_argument("articles", type=Path, nargs="?", default=STORIES)
    asked.add_argument("--json", type=new_file, metavar="FILE", help="write every figure there")
    arguments = asked.parse_args()
    with ends_in_one_line("briefing_stories"), tempfile.TemporaryDirectory() as home:
        figures = measure(arguments.articles, Path(home))
        embedder = open_embedder(load_settings())
        with_what = provenance(embedder, packages=("scikit-learn", "scipy"))
        write(arguments.json, Measurement(with_what, figures))
        print("\n".join(table(figures)), with_what.line(), sep="\n\n")


def measure(articles: Path, home: Path) -> Figures:
    """Of articles, in an archive in `home`. Raises DatasetError, and what Desk raises."""
    told = {one.id: one.event for one in rows(articles, EventRow)}
    with Desk.open(home) as desk:
        desk.ingest([articles])
        held = desk.articles()
        gold = {one.id: told[one.source_id] for one in held if one.source_id}
        days = [day for day, _ in desk.issue_dates()]
        whole = desk.brief(date_from=days[0], date_to=days[-1], length="long")
        made: list[Briefing] = []
        for day in days:
            made.append(desk.brief(day, length="long", earlier=made))
    groups = [story.article_ids for story in whole.stories]
    scores = {"newsdesk": b_cubed(groups, gold)} | dict(_others(home, gold))
    return Figures(len(gold), len(set(gold.values())), scores, _days(made, gold))


def table(figures: Figures) -> Iterator[str]:
    """The figures as Markdown."""
    yield f"{figures.articles} articles on {figures.events} events."
    yield ""
    yield head(["way", "precision", "recall", "F1"])
    for name, score in figures.scores.items():
        yield row([name, *(f"{value:.3f}" for value in score)])
    days = figures.days
    yield ""
    yield (
        f"Briefings day by day: {days.stories} stories, {days.repeated} of them told twice;"
        f" {days.found} of {days.updates} updates marked, {days.wrong} marked wrongly."
    )


def _days(made: Sequence[Briefing], gold: Mapping[str, str]) -> Days:
    repeated = updates = found = wrong = stories = 0
    known: set[str] = set()
    for briefing in made:
        events = [_event(story.article_ids, gold) for story in briefing.stories]
        stories += len(events)
        repeated += len(events) - len(set(events))
        for story, event in zip(briefing.stories, events, strict=True):
            updates += event in known
            found += event in known and story.update is not None
            wrong += event not in known and story.update is not None
        known.update(events)
    return Days(stories, repeated, updates, found, wrong)


def _event(article_ids: Sequence[str], gold: Mapping[str, str]) -> str:
    """The event that most articles of a story tell of."""
    told = [gold[one] for one in article_ids]
    return max(sorted(set(told)), key=told.count)


def _others(home: Path, gold: Mapping[str, str]) -> Iterator[tuple[str, BCubed]]:
    """Other ways to cluster the same articles, each with its best threshold."""
    settings = with_home(load_settings(), home)
    embedder = open_embedder(settings)
    with Library.open(home, manifest_of(embedder, settings)) as library:
        articles = sorted(library.articles(), key=printed)
        vectors = library.article_vectors([one.id for one in articles])
        usual = background(library, embedder)
    plain = np.stack([vectors[one.id].mean(axis=0) for one in articles])
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    every = np.arange(len(articles))
    of = {
        "vectors alone": plain @ plain.T,
        "likeness": likeness(articles, vectors, usual).between(every, every),
    }
    names = [one.id for one in articles]
    for what, alike in of.items():
        distances = np.clip(1.0 - alike, 0.0, None).astype(np.float64)
        np.fill_diagonal(distances, 0.0)
        for name, way in _WAYS.items():
            scores = [b_cubed(_groups(names, way(distances, at)), gold) for at in THRESHOLDS]
            yield f"{name}, {what}", max(scores, key=lambda score: score.f1)
        yield f"HDBSCAN, {what}", b_cubed(_groups(names, _hdbscan(distances)), gold)


def _groups(names: Sequence[str], labels: Sequence[int]) -> list[list[str]]:
    """Those of one label together; of label -1, which is none, each by itself."""
    groups: dict[object, list[str]] = {}
    for name, label in zip(names, labels, strict=True):
        groups.setdefault(name if label < 0 else int(label), []).append(name)
    return list(groups.values())


def _average_link(distances: "NDArray[np.float64]", threshold: float) -> Sequence[int]:
    from sklearn.cluster import AgglomerativeClustering  # heavy: loaded on first use

    return list(
        AgglomerativeClustering(
            n_clusters=None,
            metric="precomputed",
            linkage="average",
            distance_threshold=threshold,
        ).fit_predict(distances)
    )


def _dbscan(distances: "NDArray[np.float64]", threshold: float) -> Sequence[int]:
    from sklearn.cluster import DBSCAN  # heavy: loaded on first use

    return list(DBSCAN(eps=threshold, min_samples=1, metric="precomputed").fit_predict(distances))


def _hdbscan(distances: "NDArray[np.float64]") -> Sequence[int]:
    from sklearn.cluster import HDBSCAN  # heavy: loaded on first use

    return list(
        HDBSCAN(min_cluster_size=FEWEST, metric="precomputed", copy=True).fit_predict(distances)
    )


_WAYS: Mapping[str, Callable[["NDArray[np.float64]", float], Sequence[int]]] = {
    "average link": _average_link,
    "DBSCAN": _dbscan,
}


if __name__ == "__main__":
    main()
