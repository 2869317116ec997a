"""How an answer came about: what was searched, found, fused, weighed and sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rag.answering.answerer import Answered
from rag.retrieval.hints import Hints
from rag.retrieval.kinds import AnswerKind
from rag.types import Hit, Language

HITS_SHOWN = 10
EVIDENCE_SHOWN = 6
EXCERPT = 40  # characters of a text in one line


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """One fused hit. Ranks count from 1; None where that search did not find it."""

    chunk_id: str
    article_id: str
    headline: str
    score: float
    dense_rank: int | None
    dense_score: float | None
    lexical_rank: int | None
    lexical_score: float | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class ExplainedSentence:
    """One sentence that extraction weighed, with its probability of answering and its features."""

    article_id: str
    text: str
    probability: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one answer. `terms` maps what the question names to its forms searched for;
    `parts` are the questions it was searched as, and `lifts` the dates, papers and people that lift
    what fits; `translation` is the question in Chinese, part by part, where a language model
    translated it; `bar` is the probability below which extraction refuses; `sent` is what a model
    saw."""

    question: str
    language: Language
    kinds: tuple[AnswerKind, ...]
    parts: tuple[str, ...]
    lifts: tuple[str, ...]
    translation: tuple[str, ...]
    terms: Mapping[str, tuple[str, ...]]
    date_from: date | None
    date_until: date | None
    publication: str | None
    dense_found: int
    lexical_found: int
    hits: tuple[ExplainedHit, ...]
    bar: float
    evidence: tuple[ExplainedSentence, ...]
    sent: tuple[str, ...]
    prompt: str | None
    raw_output: str | None
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """The explanation as lines to print."""
        lines = [
            f"question   {self.question}",
            f"language   {self.language} · asks for {', '.join(self.kinds)}",
            *(f"part       {part}" for part in self.parts if len(self.parts) > 1),
            *(f"in Chinese {line}" for line in self.translation),
            "terms      "
            + "; ".join(_term_line(term, forms) for term, forms in self.terms.items()),
            f"filters    {self._filters()}",
            f"lifted     {', '.join(self.lifts) or 'nothing'}",
            f"found      {self.dense_found} dense, {self.lexical_found} lexical",
        ]
        lines += [
            f"  {rank:>2}. {hit.score:.3f}  dense {_place(hit.dense_rank, hit.dense_score)}"
            f"  lexical {_place(hit.lexical_rank, hit.lexical_score)}"
            f"  {hit.headline}: {hit.excerpt}"
            for rank, hit in enumerate(self.hits, start=1)
        ]
        lines.append(f"sentences  refused below {self.bar:.3f}")
        lines += [f"  {item.probability:.3f}  {_excerpt(item.text)}" for item in self.evidence]
        if self.prompt is not None:
            lines.append(f"prompt     {self.prompt}")
            lines += [f"  {passage}" for passage in self.sent]
            lines.append(f"output     {self.raw_output}")
        lines += [f"note       {note}" for note in self.notes]
        return lines

    def _filters(self) -> str:
        parts = [
            f"from {self.date_from}" if self.date_from else "",
            f"before {self.date_until}" if self.date_until else "",
            f"in {self.publication}" if self.publication else "",
        ]
        return ", ".join(part for part in parts if part) or "none"


def explain(answered: Answered) -> Explanation:
    """The explanation of one answer, shortened to what a person reads."""
    retrieved, selection = answered.retrieved, answered.selection
    query, generated = retrieved.query, answered.generated
    return Explanation(
        question=query.text,
        language=query.language,
        kinds=tuple(sorted(query.kinds)),
        parts=retrieved.parts,
        lifts=_lifts(retrieved.hints),
        translation=retrieved.translation.chinese,
        terms={term.text: tuple(form for form, _ in term.forms) for term in query.terms},
        date_from=retrieved.filters.date_from,
        date_until=retrieved.filters.date_until,
        publication=retrieved.filters.publication,
        dense_found=len(retrieved.dense),
        lexical_found=len(retrieved.lexical),
        hits=tuple(_explained(hit) for hit in retrieved.hits[:HITS_SHOWN]),
        bar=selection.bar,
        evidence=tuple(
            ExplainedSentence(
                item.span.article_id,
                item.text,
                item.probability,
                item.features.by_name(),
            )
            for item in selection.evidence[:EVIDENCE_SHOWN]
        ),
        sent=tuple(
            f"{passage.source_key} {passage.article.headline}: "
            + _excerpt(passage.article.text[passage.start : passage.end])
            for passage in answered.sent
        ),
        prompt=f"{generated.prompt_name} {generated.prompt_version} ({generated.prompt_hash})"
        if generated
        else None,
        raw_output=generated.raw_output if generated else None,
        notes=answered.answer.notes,
    )


def _lifts(said: Hints) -> tuple[str, ...]:
    days = (
        f"{period.start} to {period.end - timedelta(days=1)}"
        for period in said.periods
        if not period.explicit
    )
    return (*days, *said.publications, *said.people)


def _explained(hit: Hit) -> ExplainedHit:
    return ExplainedHit(
        chunk_id=hit.chunk.id,
        article_id=hit.article_id,
        headline=hit.article.headline,
        score=hit.score,
        dense_rank=hit.dense_rank,
        dense_score=hit.dense_score,
        lexical_rank=hit.lexical_rank,
        lexical_score=hit.lexical_score,
        excerpt=_excerpt(hit.chunk.text),
    )


def _term_line(term: str, forms: tuple[str, ...]) -> str:
    others = [form for form in forms if form != term]
    return f"{term} = {'/'.join(others[:6])}" if others else term


def _place(rank: int | None, score: float | None) -> str:
    return "-" if rank is None or score is None else f"{rank} ({score:.3f})"


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[:EXCERPT] + "…"
