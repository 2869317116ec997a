"""How likely two articles are to tell of the same event: meaning, words, the names and numbers that
both have, and the days they tell of."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rjieba

from rag.answering.verification_text import fold, is_chinese
from rag.types import Article, Language

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

READ = 600  # characters of an article: an event is told at its beginning
WORDS = 0.3  # the share of common words in the likeness; the rest is the meaning's
ANCHOR = 0.04  # that each name or number adds which both have and few others
MOST_ANCHORS = 3
NO_ANCHOR = -0.08  # two articles on one event nearly always share a name or a number
SAME_PAGE = -0.1  # an editor seldom tells one event twice on a page
APART = -0.02  # for each day between the days that two articles tell of
MOST_DAYS = 5
FEW = 8  # articles that may have an anchor, and no more than half of all; or one in so many:
ONE_IN = 250
COMMON = 200  # articles that the background of a language counts as, beside those of the period
# The more articles, the more are alike by chance: what counts as alike rises. Settled on 60
# articles whose events are known, and by reading which of 5,000 news texts are put together.
LEAST = 0.28
SMALL = 60
RISE = 0.08  # for each factor of e over SMALL articles
# Articles that mean less alike tell of other things, whatever names and words they share.
CLOSE = 0.35
_BLOCK = 500

_NAME_TAG = re.compile("nr|ns|nt|nz")
_TITLE = re.compile(r"[《“]([^《》“”]{2,20})[》”]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,}")
# A number with what it counts, of two digits or more; clock and calendar are no anchors.
_AMOUNT = re.compile(r"(?=\d*\.?\d)(\d+(?:\.\d+)?)([%万亿]?)([\u4e00-\u9fffA-Za-z]?)")
_CALENDAR = frozenset("年月日时点分")
_WORD = re.compile(r"\w")


def least_alike(articles: int) -> float:
    """The likeness from which two of so many articles tell of the same event."""
    return LEAST + RISE * math.log(max(articles, SMALL) / SMALL)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Articles as they are compared, a row each. meaning: (n, dimension), rows of length 1 or 0.
    words: sparse (n, words), rows of length 1 or 0. anchors: sparse (n, anchors), of 0 and 1. days:
    (n,), the days that they tell of as ordinals, NaN where none is known. pages:
    (n,), the same number for those printed on one page."""

    meaning: "NDArray[np.float32]"
    words: Any
    anchors: Any
    days: "NDArray[np.float64]"
    pages: "NDArray[np.intp]"

    def between(
        self, rows: "NDArray[np.intp]", columns: "NDArray[np.intp]"
    ) -> "NDArray[np.float32]":
        """The likeness of articles, (rows, columns), at most about 1."""
        import numpy as np  # heavy: loaded on first use

        meaning = self.meaning[rows] @ self.meaning[columns].T
        words = (self.words[rows] @ self.words[columns].T).toarray()
        shared = (self.anchors[rows] @ self.anchors[columns].T).toarray()
        anchored = np.where(shared > 0, ANCHOR * np.minimum(shared, MOST_ANCHORS), NO_ANCHOR)
        days = np.abs(self.days[rows][:, None] - self.days[columns])
        apart = APART * np.minimum(np.nan_to_num(days), MOST_DAYS)
        beside = SAME_PAGE * (self.pages[rows][:, None] == self.pages[columns])
        found: NDArray[np.float32] = (
            (1 - WORDS) * meaning + WORDS * words + anchored + apart + beside
        ).astype(np.float32)
        found[meaning < CLOSE] = 0
        return found

    def pairs(self, least: float) -> "tuple[NDArray[np.intp], NDArray[np.intp]]":
        """The pairs of rows that are at least so alike, each once."""
        import numpy as np  # heavy: loaded on first use

        every = np.arange(len(self.meaning))
        left, right = [], []
        for start in range(0, len(every), _BLOCK):
            rows = every[start : start + _BLOCK]
            later = every[start:]
            i, j = np.nonzero(self.between(rows, later) >= least)
            keep = later[j] > rows[i]
            left.append(rows[i][keep])
            right.append(later[j][keep])
        return np.concatenate(left), np.concatenate(right)


def likeness(
    articles: Sequence[Article],
    vectors: "Mapping[str, NDArray[np.float32]]",
    background: "Mapping[Language, NDArray[np.float32]]",
) -> Likeness:
    """Articles made ready to be compared. vectors: by id, of the chunks, (chunks, dimension).
    background: the mean of news in each language, (dimension,)."""
    import numpy as np  # heavy: loaded on first use

    texts = [f"{one.headline}\n{one.kicker}\n{one.text[:READ]}" for one in articles]
    bags, anchors = [], []
    for text in texts:
        folded = fold(text)
        tagged = [(str(word), str(tag)) for word, tag in rjieba.tag(folded)]
        bags.append(Counter(w for w, _ in tagged if len(w) > 1 and _WORD.search(w)))
        anchors.append(_anchors(folded, tagged))
    told = [one.event_date or one.issue_date for one in articles]
    return Likeness(
        meaning=_meaning(articles, texts, vectors, background),
        words=_weighed(bags),
        anchors=_incidence(anchors),
        pages=np.unique([one.page_id for one in articles], return_inverse=True)[1],
        days=np.array([day.toordinal() if day else np.nan for day in told]),
    )


def _anchors(folded: str, tagged: Sequence[tuple[str, str]]) -> frozenset[str]:
    found = {word for word, tag in tagged if len(word) > 1 and _NAME_TAG.match(tag)}
    found.update(_TITLE.findall(folded))
    found.update(word.lower() for word in _LATIN.findall(folded))
    for number, scale, unit in _AMOUNT.findall(folded):
        if unit not in _CALENDAR and (scale or sum(map(str.isdigit, number)) > 1):
            found.add(f"{number}{scale}{unit}")
    return frozenset(found)


def _meaning(
    articles: Sequence[Article],
    texts: Sequence[str],
    vectors: "Mapping[str, NDArray[np.float32]]",
    background: "Mapping[Language, NDArray[np.float32]]",
) -> "NDArray[np.float32]":
    """The mean of each article's vectors, less what all news in its language shares."""
    import numpy as np  # heavy: loaded on first use

    dimension = len(next(iter(background.values()), ()))
    rows = np.zeros((len(articles), dimension), dtype=np.float32)
    for row, article in enumerate(articles):
        if article.id in vectors:
            rows[row] = vectors[article.id].mean(axis=0)
    rows = _of_length_one(rows)
    written = np.array([is_chinese(text) for text in texts], dtype=bool)
    there = np.any(rows != 0, axis=1)
    for language, chinese in (("zh", True), ("en", False)):
        own = (written == chinese) & there
        if own.any():
            usual = background[language] * COMMON + rows[own].sum(axis=0)  # type: ignore[index]
            rows[own] -= usual / (COMMON + own.sum())
    return _of_length_one(rows)


def _of_length_one(rows: "NDArray[np.float32]") -> "NDArray[np.float32]":
    import numpy as np  # heavy: loaded on first use

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    made: NDArray[np.float32] = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return made


def _weighed(bags: Sequence[Counter[str]]) -> Any:
    """TF-IDF rows of length 1, the frequencies those of the period."""
    from scipy.sparse import csr_matrix  # heavy: loaded on first use

    held = Counter(word for bag in bags for word in bag)
    column = {word: at for at, word in enumerate(sorted(held))}
    rows, columns, values = [], [], []
    for row, bag in enumerate(bags):
        weights = {
            word: (1 + math.log(count)) * math.log(1 + len(bags) / held[word])
            for word, count in bag.items()
        }
        length = math.sqrt(sum(weight**2 for weight in weights.values()))
        for word, weight in sorted(weights.items()):
            rows.append(row)
            columns.append(column[word])
            values.append(weight / length)
    return csr_matrix((values, (rows, columns)), shape=(len(bags), len(column)), dtype="f4")


def _incidence(anchors: Sequence[frozenset[str]]) -> Any:
    """Which article has which anchor, of those that few have and more than one."""
    from scipy.sparse import csr_matrix  # heavy: loaded on first use

    held = Counter(anchor for own in anchors for anchor in own)
    most = min(max(FEW, len(anchors) // ONE_IN), len(anchors) // 2)
    rare = sorted(anchor for anchor, count in held.items() if 1 < count <= most)
    column = {anchor: at for at, anchor in enumerate(rare)}
    places = [
        (row, column[anchor])
        for row, own in enumerate(anchors)
        for anchor in sorted(own)
        if anchor in column
    ]
    rows, columns = zip(*places, strict=True) if places else ((), ())
    shape = (len(anchors), len(column))
    return csr_matrix(([1.0] * len(places), (rows, columns)), shape=shape, dtype="f4")
