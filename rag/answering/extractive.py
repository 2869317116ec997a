"""Answers without a language model: the sentences that answer, verbatim, or a refusal."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from rag.answering.evidence import FEATURES, Features
from rag.answering.lists import whole_list
from rag.answering.saying import REPEATED, Saying
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
MOST_SENTENCES = 3
# A sentence joins the first when it is at least this likely against it. Of 0.07 to 0.25 the lowest
# that leaves most answers at one sentence or two.
JOINING_SHARE = 0.15
ENOUGH = 0.85  # no sentence joins those of which one answers with this probability
# Items of a list differ by little: one says the same as another only where it is much like it.
ITEM_REPEATED = 0.9

_SEVERAL = frozenset({"list", "decision"})
_SEVERAL_ASKED = re.compile(r"分别|各[是为有自]|哪[些几]|\brespectively\b|\beach\b", re.IGNORECASE)


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
    def confidence(self) -> float | None:
        """The probability, 0 to 1, of the best evidence; None where nothing was weighed."""
        return max((one.probability for one in self.evidence), default=None)


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


def calibrated_bar(language: Language) -> float:
    """The probability below which a question in this language is refused, as it was fitted."""
    return evidence_models()[language].bar


def select(
    retrieved: Retrieved, library: Library, embedder: Embedder, bar: float | None = None
) -> Selection:
    """Picks the few sentences that answer, or none where none reaches the bar; None as
    calibrated."""
    bar = calibrated_bar(retrieved.query.language) if bar is None else bar
    return chosen(evidence_of(retrieved, library, embedder, bar), retrieved, bar)


def evidence_of(
    retrieved: Retrieved, library: Library, embedder: Embedder, bar: float
) -> list[Evidence]:
    """The sentences of the best articles that may answer, each with its probability, best first.
    bar: where it is 0 and none of them may, all their sentences may."""
    model = evidence_models()[retrieved.query.language]
    candidates = weigh(retrieved, library, embedder)
    if not candidates and bar == 0:
        candidates = weigh(retrieved, library, embedder, any_sentence=True)
    weighed = [
        Evidence(
            candidate.span,
            candidate.text,
            model.probability(candidate.features),
            candidate.features,
        )
        for candidate in candidates
    ]
    weighed.sort(
        key=lambda evidence: (-evidence.probability, evidence.span.article_id, evidence.span.start)
    )
    return weighed


def chosen(weighed: Sequence[Evidence], retrieved: Retrieved, bar: float) -> Selection:
    """Of sentences, best first, the few that answer; none where the best is below the bar."""
    articles = {hit.article_id: hit.article for hit in retrieved.hits}
    spans = _choose(weighed, retrieved, bar, articles)
    drafts = tuple(
        Draft(articles[span.article_id].text[span.start : span.end], (span,)) for span in spans
    )
    return Selection(drafts, tuple(weighed), bar)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of an article that retrieval found, measured."""

    span: Span
    text: str
    features: Features


def weigh(
    retrieved: Retrieved, library: Library, embedder: Embedder, *, any_sentence: bool = False
) -> list[Candidate]:
    """Measures the sentences of the best articles against the question, but for those that can't
    answer it: of an article about something else, or without the figure that is asked for.
    any_sentence: those, too."""
    query = retrieved.query
    asked = simplified(query.text)
    coverage = Coverage(query, term_rarity(library, query.terms, query.bigrams))
    readings = [
        reading
        for hits in by_article(retrieved.hits)[:ARTICLES_READ]
        for reading in _read(hits[0].article, coverage, retrieved.hits[0].score - hits[0].score)
        if any_sentence
        or (
            reading.article >= LEAST_COVERED[query.language]
            # Of the sentences that hold the answer in the development sets, fewer than 2 in 100
            # seem to lack the figure.
            and not lacks_figure(asked, query.kinds, reading.plain)
        )
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


def _choose(
    weighed: Sequence[Evidence], retrieved: Retrieved, bar: float, articles: Mapping[str, Article]
) -> list[Span]:
    """What to quote: the best sentences, and of a list that is asked for all of it."""
    if not weighed or weighed[0].probability < bar:
        return []
    several = _asks_for_several(retrieved)
    least = JOINING_SHARE * weighed[0].probability
    chosen: list[Span] = []
    said: list[Saying] = []
    missed = 1.0  # the probability that nothing chosen answers
    for evidence in weighed:
        enough = missed <= 1 - ENOUGH and not several
        if len(chosen) >= MOST_SENTENCES or evidence.probability < least or enough:
            break
        span, saying = evidence.span, Saying(evidence.text)
        if any(_holds(other, span) for other in chosen):
            continue
        if any(saying.repeats(other, ITEM_REPEATED if several else REPEATED) for other in said):
            continue
        if retrieved.query.kinds & _SEVERAL:
            span = _whole_list(articles[span.article_id], span)
        kept = [other for other in chosen if not _holds(span, other)] + [span]
        if chosen and sum(one.end - one.start for one in kept) > QUOTED_MOST:
            continue
        chosen = kept
        said.append(saying)
        missed *= 1 - evidence.probability
    first = chosen[0].article_id
    return sorted(chosen, key=lambda span: (span.article_id != first, span.article_id, span.start))


def _asks_for_several(retrieved: Retrieved) -> bool:
    query = retrieved.query
    return (
        len(retrieved.parts) > 1
        or bool(query.kinds & _SEVERAL)
        or _SEVERAL_ASKED.search(simplified(query.text)) is not None
    )


def _whole_list(article: Article, sentence: Span) -> Span:
    start, end = whole_list(article.text, sentence.start, sentence.end, QUOTED_MOST)
    return Span(article.id, start, end)


def _holds(span: Span, other: Span) -> bool:
    return (
        span.article_id == other.article_id and span.start <= other.start and other.end <= span.end
    )
