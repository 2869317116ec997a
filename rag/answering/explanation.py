"""How an answer came about: what was searched, found, fused, weighed and sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from prompts import Message
from rag.answering.answerer import Answered
from rag.answering.composing import SideAnswer
from rag.answering.conversation import Understood
from rag.answering.generative import Dropped
from rag.retrieval.hints import Hints
from rag.retrieval.kinds import AnswerKind
from rag.retrieval.question_plan import PlanKind
from rag.types import Answer, Hit, Language
from rag.usage import Usage

HITS_KEPT = 60  # in an explanation; a text shows the first HITS_SHOWN
HITS_SHOWN = 10
EVIDENCE_SHOWN = 6
EXCERPT = 40  # characters of a text in one line


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """One fused hit, which stands at start:end of its article. Ranks count from 1; None where that
    search did not find it. source_id: the article's own id where it came from, if it had one."""

    chunk_id: str
    article_id: str
    start: int
    end: int
    headline: str
    score: float
    dense_rank: int | None
    dense_score: float | None
    lexical_rank: int | None
    lexical_score: float | None
    excerpt: str
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainedSentence:
    """One sentence that extraction weighed, with its probability of answering and its features."""

    article_id: str
    text: str
    probability: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ExplainedSide:
    """One part or side of a question: what it was searched by, in the issues of which days, how
    much was found, how likely the best sentence of it answers, and how many were taken. date_from
    and date_until: as filters, half-open. best: None where none was weighed."""

    name: str
    searched: str
    date_from: date | None
    date_until: date | None
    hits: int
    best: float | None
    taken: int


@dataclass(frozen=True, slots=True)
class Made:
    """Under what an answer was made. settings: their fingerprint and the index's: equal where the
    same question would be treated the same. model: the language model that was there to be asked,
    with its server's address. follow_up: how the question was understood, where it is one of a
    conversation; what that used is not in the usage of the answer."""

    asked_at: datetime
    version: str
    settings: str
    model: str | None
    follow_up: Understood | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one answer. `terms` maps what the question names to its forms searched for;
    `parts` are the questions it was searched as, and `lifts` the dates, papers and people that lift
    what fits; `translation` is the question in Chinese, part by part, where a language model
    translated it; `bar` is the probability below which extraction refuses; `sent` is what a model
    saw, in short, and `messages` all of it; `dropped` is what it wrote and was not kept; `plan` is
    how the question was taken apart, and `sides` what came of each of its sides."""

    made: Made
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
    messages: tuple[Message, ...]
    prompt: str | None
    raw_output: str | None
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]
    plan: PlanKind = "single"
    sides: tuple[ExplainedSide, ...] = ()

    def lines(self) -> list[str]:
        """The explanation as lines to print."""
        made = self.made
        lines = [
            f"asked      {made.asked_at.isoformat(sep=' ', timespec='seconds')}"
            f" · newsdesk {made.version} · settings {made.settings}",
            *_follow_up_lines(made.follow_up),
            f"question   {self.question}",
            f"language   {self.language} · asks for {', '.join(self.kinds)}",
            *(f"part       {part}" for part in self.parts if len(self.parts) > 1),
            *(f"{self.plan:<10} {_side_line(side)}" for side in self.sides),
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
            for rank, hit in enumerate(self.hits[:HITS_SHOWN], start=1)
        ]
        lines.append(f"sentences  refused below {self.bar:.3f}")
        lines += [f"  {item.probability:.3f}  {_excerpt(item.text)}" for item in self.evidence]
        if self.prompt is not None:
            lines.append(f"prompt     {self.prompt} to {made.model}")
            lines += [f"  {passage}" for passage in self.sent]
            lines.append(f"output     {'none' if self.raw_output is None else self.raw_output}")
            lines += [f"dropped    {item.text}: {item.reason}" for item in self.dropped]
        lines += [f"note       {note}" for note in self.notes]
        return lines

    def _filters(self) -> str:
        parts = _days(self.date_from, self.date_until)
        parts += [f"in {self.publication}"] if self.publication else []
        return ", ".join(parts) or "none"


def trace_lines(answer: Answer, explanation: Explanation) -> list[str]:
    """All that is known of how an answer came about, as lines to print."""
    verdicts = [
        f"{'kept' if sentence.supported else 'doubted':<10} {sentence.text}"
        + (f": {sentence.problem}" if sentence.problem else "")
        for sentence in answer.sentences
        if answer.mode == "llm"
    ]
    weighed = answer.confidence
    confidence = "none, as nothing was weighed" if weighed is None else f"{weighed:.3f}"
    spent = ", ".join(f"{stage} {ms} ms" for stage, ms in answer.timings_ms.items())
    return [
        *([f"id         {answer.id}"] if answer.id else []),
        f"confidence {confidence}",
        *explanation.lines(),
        *verdicts,
        f"timings    {spent}",
        f"usage      {usage_text(answer.usage)}",
    ]


def _follow_up_lines(understood: Understood | None) -> list[str]:
    """How a question of a conversation was understood."""
    if understood is None:
        return []
    lines = [f"typed      {understood.asked}"]
    if understood.carried:
        lines.append(f"took over  {', '.join(understood.carried)}")
    if understood.messages:
        lines += [
            f"prompt     {understood.messages[0].prompt}",
            f"output     {'none' if understood.raw_output is None else understood.raw_output}",
            f"usage      {usage_text(understood.usage)}",
        ]
    return [*lines, *([f"note       {understood.note}"] if understood.note else [])]


def usage_text(usage: Usage) -> str:
    """What an answer used, for people."""
    if not usage.calls and not usage.cached_calls:
        return "no language model was asked"
    about = "about " if usage.estimated_calls else ""
    tokens = f"{usage.prompt_tokens} prompt tokens, {usage.completion_tokens} completion tokens"
    tokens = f"{about}{tokens}"
    cost = "cost unknown" if usage.cost_usd is None else f"{usage.cost_usd:.6f} USD"
    return f"{tokens}, {cost}; {usage.calls} asked anew, {usage.cached_calls} cached"


def explain(answered: Answered, made: Made) -> Explanation:
    """The explanation of one answer, shortened to what a person reads."""
    retrieved, selection = answered.retrieved, answered.composed.selection
    query, generated, call = retrieved.query, answered.generated, answered.call
    return Explanation(
        made=made,
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
        hits=tuple(_explained(hit) for hit in retrieved.hits[:HITS_KEPT]),
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
        messages=call.messages if call else (),
        prompt=call.messages[0].prompt if call and call.messages else None,
        raw_output=_raw_output(answered),
        dropped=generated.dropped if generated else (),
        notes=answered.answer.notes,
        plan=retrieved.plan.kind,
        sides=tuple(_explained_side(side) for side in answered.composed.sides),
    )


def _explained_side(answer: SideAnswer) -> ExplainedSide:
    side, retrieved = answer.found.side, answer.found.retrieved
    return ExplainedSide(
        name=side.name,
        searched=retrieved.query.text,
        date_from=retrieved.filters.date_from,
        date_until=retrieved.filters.date_until,
        hits=len(retrieved.hits),
        best=answer.evidence[0].probability if answer.evidence else None,
        taken=len(answer.spans),
    )


def _side_line(side: ExplainedSide) -> str:
    days = _days(side.date_from, side.date_until)
    best = "nothing weighed" if side.best is None else f"best {side.best:.3f}"
    searched = f" as {side.searched}" if side.searched != side.name else ""
    return (
        f"{side.name}{searched} · {', '.join(days) or 'any day'} · {side.hits} hits · {best}"
        f" · {side.taken} taken"
    )


def _days(first: date | None, until: date | None) -> list[str]:
    return [*([f"from {first}"] if first else []), *([f"before {until}"] if until else [])]


def _raw_output(answered: Answered) -> str | None:
    """A language model's own text; of one that broke off, as much as came."""
    if answered.generated is not None:
        return answered.generated.raw_output
    call = answered.call
    if call is None:
        return None
    return call.completion.text if call.completion else call.written or None


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
        start=hit.chunk.start,
        end=hit.chunk.end,
        headline=hit.article.headline,
        score=hit.score,
        dense_rank=hit.dense_rank,
        dense_score=hit.dense_score,
        lexical_rank=hit.lexical_rank,
        lexical_score=hit.lexical_score,
        excerpt=_excerpt(hit.chunk.text),
        source_id=hit.source_id,
    )


def _term_line(term: str, forms: tuple[str, ...]) -> str:
    others = [form for form in forms if form != term]
    return f"{term} = {'/'.join(others[:6])}" if others else term


def _place(rank: int | None, score: float | None) -> str:
    return "-" if rank is None or score is None else f"{rank} ({score:.3f})"


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[:EXCERPT] + "…"
