"""Articles put together into stories: one story an event, in all articles that tell of it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.briefing.likeness import Likeness, least_alike, likeness
from rag.briefing.order import printed
from rag.types import Article, Language

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 4000  # articles that are compared each with each: 130 MB
_TIGHTER = 0.05  # likeness asked for besides, where more than LARGEST hang together


def stories_of(
    articles: Sequence[Article],
    vectors: "Mapping[str, NDArray[np.float32]]",
    background: "Mapping[Language, NDArray[np.float32]]",
) -> list[tuple[Article, ...]]:
    """Groups of articles that tell of the same event, each in printed order, in the order of their
    first articles; the same groups in whatever order the articles come.

    Average-link agglomerative clustering (Sokal and Michener 1958), as scikit-learn has it, of
    those that likeness joins to each other at all: groups that no pair joins are never merged.
    The parts of an article that goes on on another page are one story. vectors, background: as
    `likeness` takes them.
    """
    ordered = sorted(articles, key=printed)
    if not ordered:
        return []
    alike = likeness(ordered, vectors, background)
    least = least_alike(len(ordered))
    labels = _linked(alike, least)
    _join_parts(ordered, labels)
    groups: dict[int, list[Article]] = {}
    for article, label in zip(ordered, labels, strict=True):
        groups.setdefault(label, []).append(article)
    return [tuple(group) for group in groups.values()]


def _linked(alike: Likeness, least: float) -> list[int]:
    """A label for each article, the same for those of one story."""
    labels = list(range(len(alike.meaning)))
    for block in _blocks(alike, least):
        for row, label in zip(block, _average_link(alike, block, least), strict=True):
            labels[row] = int(block[label])
    return labels


def _blocks(alike: Likeness, least: float) -> "list[NDArray[np.intp]]":
    """The rows that hang together by pairs that are alike, where they are several; at most LARGEST
    in a block, for which pairs may have to be more alike than `least`."""
    import numpy as np  # heavy: loaded on first use
    from scipy.sparse import coo_matrix  # heavy: loaded on first use
    from scipy.sparse.csgraph import connected_components  # heavy: loaded on first use

    size = len(alike.meaning)
    while True:
        left, right = alike.pairs(least)
        links = coo_matrix((np.ones(len(left), dtype=bool), (left, right)), shape=(size, size))
        _, parts = connected_components(links, directed=False)
        order = np.argsort(parts, kind="stable")
        blocks = np.split(order, np.flatnonzero(np.diff(parts[order])) + 1)
        if max(map(len, blocks)) <= LARGEST:
            return [block for block in blocks if len(block) > 1]
        least += _TIGHTER


def _average_link(alike: Likeness, block: "NDArray[np.intp]", least: float) -> list[int]:
    """For each row of a block the place in it of the first row of its story."""
    import numpy as np  # heavy: loaded on first use
    from sklearn.cluster import AgglomerativeClustering  # heavy: loaded on first use

    distances = np.clip(1.0 - alike.between(block, block), 0.0, None)
    np.fill_diagonal(distances, 0.0)
    found = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1.0 - least
    ).fit_predict(distances)
    first: dict[int, int] = {}
    return [first.setdefault(int(label), place) for place, label in enumerate(found)]


def _join_parts(ordered: Sequence[Article], labels: list[int]) -> None:
    """Puts the parts of an article, and the stories that they were put into, together."""
    begun: dict[str, int] = {}
    for at, article in enumerate(ordered):
        first = begun.setdefault(article.whole_id, at)
        into, joined = labels[first], labels[at]
        if joined != into:
            labels[:] = [into if label == joined else label for label in labels]
