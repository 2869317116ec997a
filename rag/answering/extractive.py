"""Answers without a language model: the sentences that answer, verbatim, or a refusal."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from rag.answering.evidence import FEATURES, Features
from rag.indexing.chunking import split_sentences
from rag.indexing.embedding.base import Embedder
from rag.retrieval.coverage import Coverage
from rag.retrieval.folding import fold
from rag.retrieval.hybrid import Retrieved, by_article
from rag.retrieval.kinds import holds_kind, lacks_figure
from rag.retrieval.query import Query
from rag.retrieval.translated import term_rarity
from rag.types import Article, Draft, Language, Span
from store.library import Library
from store.segmentation import simplified

# An article that holds less than this share of what the question names is about something else. In
# the development sets (XQuAD, CMRC) 2 in 100 Chinese questions have their answer in such an article
# and 8 in 100 English ones, whose names may have no Chinese form in the dictionary.
LEAST_COVERED: Mapping[Language, float] = {"zh": 0.3, "en": 0.15}
ARTICLES_READ = 4  # of the best-ranked articles, sentence by sentence
SENTENCES_EMBEDDED = 32  # of all their sentences, those with most of the question's words around
QUOTED_MOST = 260  # characters quoted in all, unless the first sentence alone is longer
SECOND_SHARE = 0.25  # a second sentence joins when it is at least this likely against the first
LIST_SHARE = 0.2  # the same where the question asks for several things
MOST_SENTENCES = 2
MOST_LISTED = 3  # sentences, where the question asks for several things

_SEVERAL = frozenset({"list", "decision"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence with the probability, 0 to 1, that it answers the question."""

    span: Span
    text: str
    probability: float
    features: Features


@dataclass(frozen=True, slots=True)
class Selection:
    """What extraction decided: drafts in reading order, or none where it refuses. `evidence` is
    everything it weighed, best first; `bar` is the probability below which it refuses."""

    drafts: tuple[Draft, ...]
    evidence: tuple[Evidence, ...]
    bar: float


@dataclass(frozen=True, slots=True)
class EvidenceModel:
    """A logistic regression over `Features` for one question language, and its refusal bar."""

    intercept: float
    weights: tuple[float, ...]
    bar: float

    def probability(self, features: Features) -> float:
        """The probability, 0 to 1, that a sentence with these features answers."""
        total = self.intercept + sum(
            weight * value for weight, value in zip(self.weights, features.values(), strict=True)
        )
        return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=1)
def evidence_models() -> Mapping[Language, EvidenceModel]:
    """The fitted models that ship with newsdesk; how they were made stands in the file."""
    file = resources.files("rag.answering") / "evidence.json"
    stored = json.loads(file.read_text("utf-8"))
    if tuple(stored["features"]) != FEATURES:
        raise ValueError(
            "evidence.json was fitted on other features; run python -m eval.calibration"
        )
    return {
        language: EvidenceModel(model["intercept"], tuple(model["weights"]), model["bar"])
        for language, model in stored["models"].items()
    }


def select(retrieved: Retrieved, library: Library, embedder: Embedder) -> Selection:
    """Picks the few sentences that answer, or none where none is likely enough to."""
    model = evidence_models()[retrieved.query.language]
    weighed = [
        Evidence(
            candidate.span,
            candidate.text,
            model.probability(candidate.features),
            candidate.features,
        )
        for candidate in weigh(retrieved, library, embedder)
    ]
    weighed.sort(
        key=lambda evidence: (-evidence.probability, evidence.span.article_id, evidence.span.start)
    )
    chosen = _choose(weighed, retrieved.query, model.bar)
    drafts = tuple(Draft(evidence.text, (evidence.span,)) for evidence in chosen)
    return Selection(drafts, tuple(weighed), model.bar)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of an article that retrieval found, measured."""

    span: Span
    text: str
    features: Features


def weigh(retrieved: Retrieved, library: Library, embedder: Embedder) -> list[Candidate]:
    """Measures the sentences of the best articles against the question, but for those that can't
    answer it: of an article about something else, or without the figure that is asked for."""
    query = retrieved.query
    asked = simplified(query.text)
    coverage = Coverage(query, term_rarity(library, query.terms, query.bigrams))
    readings = [
        reading
        for hits in by_article(retrieved.hits)[:ARTICLES_READ]
        for reading in _read(hits[0].article, coverage, retrieved.hits[0].score - hits[0].score)
        if reading.article >= LEAST_COVERED[query.language]
        # Of the sentences that hold the answer in the development sets, fewer than 2 in 100 seem
        # to lack the figure.
        and not lacks_figure(asked, query.kinds, reading.plain)
    ]
    readings.sort(key=lambda item: item.behind - item.words - item.focus - item.around)
    readings = readings[:SENTENCES_EMBEDDED]
    if not readings:
        return []
    question = retrieved.embedding.vector
    vectors = sentence_vectors(library, embedder, [reading.plain for reading in readings])
    return [
        _measured(reading, query, coverage, float(vector @ question))
        for reading, vector in zip(readings, vectors, strict=True)
    ]


def sentence_vectors(
    library: Library, embedder: Embedder, texts: Sequence[str]
) -> NDArray[np.float32]:
    """Vectors of (len(texts), dimension), from the archive's cache where it has them."""
    keys = [library.vector_key(text) for text in texts]
    known = library.cached_vectors(keys)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        fresh = dict(zip(missing, embedder.embed_passages(list(missing.values())), strict=True))
        library.remember_vectors(fresh)
        known = {**known, **fresh}
    return np.stack([known[key] for key in keys])


@dataclass(frozen=True, slots=True)
class _Reading:
    """One sentence before it is embedded. plain: its text in simplified characters."""

    span: Span
    text: str
    plain: str
    folded: str
    words: float
    focus: float
    around: float
    article: float
    behind: float


def _read(article: Article, coverage: Coverage, behind: float) -> list[_Reading]:
    head = fold(article.kicker + article.headline)
    spans = split_sentences(article.text)
    texts = [article.text[start:end] for start, end in spans]
    sentences = [fold(text) for text in texts]
    in_article = coverage.words(head + "\n" + fold(article.text))
    lead = head + "\n" + (sentences[0] if sentences else "")
    return [
        _Reading(
            span=Span(article.id, start, end),
            text=texts[index],
            plain=simplified(texts[index]),
            folded=sentences[index],
            words=coverage.words(sentences[index]),
            focus=coverage.focus(sentences[index], lead if index else head),
            around=coverage.words("\n".join([head, *sentences[max(0, index - 1) : index + 2]])),
            article=in_article,
            behind=behind,
        )
        for index, (start, end) in enumerate(spans)
    ]


def _measured(reading: _Reading, query: Query, coverage: Coverage, similarity: float) -> Candidate:
    features = Features(
        words=reading.words,
        focus=reading.focus,
        pairs=coverage.pairs(reading.folded),
        around=reading.around,
        article=reading.article,
        similarity=similarity,
        behind=reading.behind,
        kind=holds_kind(query.kinds, reading.plain),
    )
    return Candidate(reading.span, reading.text, features)


def _choose(weighed: Sequence[Evidence], query: Query, bar: float) -> list[Evidence]:
    if not weighed or weighed[0].probability < bar:
        return []
    best = weighed[0]
    share = LIST_SHARE if query.kinds & _SEVERAL else SECOND_SHARE
    most = MOST_LISTED if query.kinds & _SEVERAL else MOST_SENTENCES
    chosen, quoted = [best], len(best.text)
    for evidence in weighed[1:]:
        if len(chosen) >= most or evidence.probability < share * best.probability:
            break
        if quoted + len(evidence.text) > QUOTED_MOST:
            continue
        chosen.append(evidence)
        quoted += len(evidence.text)
    return sorted(chosen, key=lambda evidence: _reading_order(evidence, best))


def _reading_order(evidence: Evidence, best: Evidence) -> tuple[bool, str, int]:
    """The best article's sentences first, each article's in the order printed."""
    return (
        evidence.span.article_id != best.span.article_id,
        evidence.span.article_id,
        evidence.span.start,
    )
