"""How well one sentence of an article answers a question: measurable features, each 0 to 1."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Features:
    """One sentence held against one question. Coverages are shares, 0 to 1, of the question's
    content, each part weighted by how rare it is in the archive."""

    words: float  # terms in the sentence
    pairs: float  # character pairs in the sentence (Chinese questions; else as words)
    focus: float  # in the sentence, of the terms that headline and lead leave open
    around: float  # terms in the sentence, its neighbours and the headline
    article: float  # terms in the whole article
    similarity: float  # cosine of question and sentence
    behind: float  # how far the article's best chunk is behind the best of all, 0 to 1
    kind: float  # 1 holds the kind of thing asked for, 0 not, 0.5 the kind is open

    def values(self) -> tuple[float, ...]:
        """The features in the order in which a model weighs them."""
        return tuple(self.by_name().values())

    def by_name(self) -> dict[str, float]:
        """The features by their names."""
        return {name: float(getattr(self, name)) for name in FEATURES}


FEATURES = tuple(Features.__dataclass_fields__)
