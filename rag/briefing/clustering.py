"""Articles put together into stories: one story an event, in all articles that tell of it."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.briefing.likeness import Likeness, least_alike, likeness
from rag.briefing.order import page_number, printed
from rag.types import Article, Language

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 4000  # articles that are compared each with each: 130 MB
_TIGHTER = 0.05  # likeness asked for besides, where more than LARGEST hang together
# Where an article goes on on another page, and where it comes from.
_GOES_ON = re.compile(r"下转第?\s*([A-Z]?\d{1,2}|[一二三四五六七八九十]{1,2})\s*版")
_COMES_FROM = re.compile(r"上接第?\s*([A-Z]?\d{1,2}|[一二三四五六七八九十]{1,2})\s*版")
_HANZI_NUMBERS = {c: i + 1 for i, c in enumerate("一二三四五六七八九十")}
_EDGE = 60  # characters at an article's begin and end where a jump line stands


def stories_of(
    articles: Sequence[Article],
    vectors: "Mapping[str, NDArray[np.float32]]",
    background: "Mapping[Language, NDArray[np.float32]]",
) -> list[tuple[Article, ...]]:
    """Groups of articles that tell of the same event, each in printed order, in the order of their
    first articles; the same groups in whatever order the articles come.

    Average-link agglomerative clustering (Sokal and Michener 1958), as scikit-learn has it, of
    those that likeness joins to each other at all: groups that no pair joins are never merged.
    An article that goes on on another page is one with what stands there. vectors, background: as
    `likeness` takes them.
    """
    ordered = sorted(articles, key=printed)
    if not ordered:
        return []
    alike = likeness(ordered, vectors, background)
    least = least_alike(len(ordered))
    labels = _linked(alike, least)
    _join_jumps(ordered, alike, labels)
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


def _join_jumps(ordered: Sequence[Article], alike: Likeness, labels: list[int]) -> None:
    """Puts what a jump line leads to into the story that it comes from."""
    import numpy as np  # heavy: loaded on first use

    begun = [(at, _jump(_GOES_ON, one)) for at, one in enumerate(ordered)]
    ended = [(at, _jump(_COMES_FROM, one)) for at, one in enumerate(ordered)]
    for at, page in begun:
        if page is None:
            continue
        article = ordered[at]
        fitting = [
            other
            for other, source in ended
            if source is not None
            and source == page_number(article.page)
            and page_number(ordered[other].page) == page
            and ordered[other].publication == article.publication
            and ordered[other].issue_date == article.issue_date
        ]
        if fitting:
            near = alike.between(np.array([at]), np.array(fitting))[0]
            joined, into = labels[fitting[int(near.argmax())]], labels[at]
            labels[:] = [into if label == joined else label for label in labels]


def _jump(pattern: re.Pattern[str], article: Article) -> int | None:
    """The page that a jump line names, at the begin or the end of an article."""
    ends = f"{article.kicker}\n{article.headline}\n{article.text[:_EDGE]}\n{article.text[-_EDGE:]}"
    found = pattern.search(ends)
    if found is None:
        return None
    return _HANZI_NUMBERS.get(found[1]) or page_number(found[1])
