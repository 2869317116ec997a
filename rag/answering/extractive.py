"""Answers without a language model: the sentences that answer, verbatim, or a refusal."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from rag.answering.evidence import FEATURES, Coverage, Features
from rag.indexing.chunking import split_sentences
from rag.indexing.embedding.base import Embedder
from rag.retrieval.hybrid import Retrieved
from rag.retrieval.kinds import holds_kind, lacks_figure
from rag.retrieval.query import Query, fold
from rag.retrieval.translated import term_rarity
from rag.types import Article, Draft, Hit, Language, Span
from store.library import Library, Role

ARTICLES_READ = 4  # of the best-ranked articles, sentence by sentence
SENTENCES_EMBEDDED = 32  # of all their sentences, those with most of the question's words around
LONG_SENTENCE = 90  # characters; a longer one is cut at its semicolons
QUOTED_MOST = 260  # characters quoted in all, unless the first sentence alone is longer
SECOND_SHARE = 0.25  # a second sentence joins when it is at least this likely against the first
LIST_SHARE = 0.2  # the same where the question asks for several things
MOST_SENTENCES = 3

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

    @property
    def refused(self) -> bool:
        return not self.drafts


@dataclass(frozen=True, slots=True)
class EvidenceModel:
    """A logistic regression over `Features` for one question language, and its refusal bar."""

    intercept: float
    weights: tuple[float, ...]
    bar: float

    def probability(self, features: Features) -> float:
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
    """Measures the sentences of the best articles against the question."""
    query = retrieved.query
    coverage = Coverage(query, term_rarity(library, query.terms, query.bigrams))
    readings = [
        reading
        for article, hits in _by_article(retrieved.hits)
        for reading in _read(article, hits, coverage, retrieved.hits[0].score)
        # A sentence without the figure that is asked for is no answer: of those that hold the
        # answer in the development sets, fewer than 2 in 100 seem to lack it.
        if not lacks_figure(query.text, query.kinds, reading.text)
    ]
    readings.sort(key=lambda item: item.behind - item.words - item.focus - item.around)
    readings = readings[:SENTENCES_EMBEDDED]
    if not readings:
        return []
    question = sentence_vectors(library, embedder, [query.text], "query")[0]
    vectors = sentence_vectors(library, embedder, [reading.text for reading in readings], "passage")
    return [
        _measured(reading, query, coverage, float(vector @ question))
        for reading, vector in zip(readings, vectors, strict=True)
    ]


def sentence_vectors(
    library: Library, embedder: Embedder, texts: Sequence[str], role: Role
) -> NDArray[np.float32]:
    """Vectors of (len(texts), dimension), from the archive's cache where it has them."""
    keys = [library.vector_key(text, role) for text in texts]
    known = library.cached_vectors(keys)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        embed = embedder.embed_queries if role == "query" else embedder.embed_passages
        fresh = dict(zip(missing, embed(list(missing.values())), strict=True))
        library.remember_vectors(fresh)
        known = {**known, **fresh}
    return np.stack([known[key] for key in keys])


@dataclass(frozen=True, slots=True)
class _Reading:
    span: Span
    text: str
    folded: str
    words: float
    focus: float
    around: float
    article: float
    behind: float


def _by_article(hits: Sequence[Hit]) -> list[tuple[Article, list[Hit]]]:
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.article_id, []).append(hit)
    return [(group[0].article, group) for group in list(grouped.values())[:ARTICLES_READ]]


def _read(
    article: Article, hits: Sequence[Hit], coverage: Coverage, best_score: float
) -> list[_Reading]:
    head = fold(article.kicker + article.headline)
    whole = head + "\n" + fold(article.text)
    spans = sentence_spans(article.text)
    texts = [article.text[start:end] for start, end in spans]
    sentences = [fold(text) for text in texts]
    in_article = coverage.words(whole)
    lead = head + "\n" + (sentences[0] if sentences else "")
    behind = best_score - hits[0].score
    return [
        _Reading(
            span=Span(article.id, start, end),
            text=texts[index],
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
        kind=holds_kind(query.kinds, reading.text),
    )
    return Candidate(reading.span, reading.text, features)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Sentences to quote: those of the text, a long one cut at its semicolons."""
    spans: list[tuple[int, int]] = []
    for start, end in split_sentences(text):
        cut = start
        if end - start > LONG_SENTENCE:
            for position in range(start, end - 1):
                if text[position] in "；;":
                    spans.append((cut, position + 1))
                    cut = position + 1
        spans.append((cut, end))
    return spans


def _choose(weighed: Sequence[Evidence], query: Query, bar: float) -> list[Evidence]:
    if not weighed or weighed[0].probability < bar:
        return []
    best = weighed[0]
    share = LIST_SHARE if query.kinds & _SEVERAL else SECOND_SHARE
    most = MOST_SENTENCES if query.kinds & _SEVERAL else 2
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
