"""The JSON shapes that every face hands out: rag.types in, plain dicts of JSON values out.

Dates become ISO strings (None stays null). Keys follow the public contract; a key may be added,
none is renamed or dropped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.types import (
    Answer,
    AnswerSentence,
    AnswerSummary,
    Article,
    Briefing,
    Citation,
    Hit,
    IngestReport,
    Summary,
    VerifyReport,
)
from rag.usage import Usage, UsageTotal

if TYPE_CHECKING:
    from rag.answering.explanation import Explanation

Shape = dict[str, Any]


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def article_shape(article: Article, *, with_text: bool = False) -> Shape:
    """One article; `characters` counts its clean text, which `with_text` adds as `text`."""
    shape: Shape = {
        "id": article.id,
        "headline": article.headline,
        "kicker": article.kicker,
        "byline": list(article.byline),
        "dateline": article.dateline,
        "issue_date": iso(article.issue_date),
        "event_date": iso(article.event_date),
        "date_inferred": article.date_inferred,
        "publication": article.publication,
        "page": article.page,
        "source": article.source,
        "source_id": article.source_id,
        "url": article.url,
        "characters": len(article.text),
        "notes": list(article.notes),
    }
    if with_text:
        shape["text"] = article.text
        shape["boxes"] = plain(article.boxes)
    return shape


def hit_shape(hit: Hit) -> Shape:
    return {
        "article_id": hit.article_id,
        "source_id": hit.source_id,
        "headline": hit.article.headline,
        "issue_date": iso(hit.article.issue_date),
        "chunk_id": hit.chunk.id,
        "text": hit.chunk.text,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": hit.score,
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
    }


def citation_shape(citation: Citation) -> Shape:
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "headline": citation.headline,
        "publication": citation.publication,
        "issue_date": iso(citation.issue_date),
        "event_date": iso(citation.event_date),
        "page": citation.page,
        "source": citation.source,
        "source_id": citation.source_id,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "boxes": plain(citation.boxes),
    }


def sentence_shape(sentence: AnswerSentence) -> Shape:
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "supported": sentence.supported,
        "problem": sentence.problem,
        "label": sentence.label,
        "dates": plain(sentence.dates),
        "introductions": plain(sentence.introductions),
        "remark": sentence.remark,
    }


def answer_shape(answer: Answer) -> Shape:
    return {
        "id": answer.id,
        "question": answer.question,
        "language": answer.language,
        "refused": answer.refused,
        "confidence": answer.confidence,
        "mode": answer.mode,
        "model": answer.model,
        "answer": answer.answer,
        "lead": answer.lead,
        "short_answer": plain(answer.short_answer),
        "sentences": [sentence_shape(sentence) for sentence in answer.sentences],
        "citations": [citation_shape(citation) for citation in answer.citations],
        "sides": [{"name": side.name, "citations": list(side.citations)} for side in answer.sides],
        "gaps": list(answer.gaps),
        "notes": list(answer.notes),
        "timings_ms": dict(answer.timings_ms),
        "usage": usage_shape(answer.usage),
        "broken_off": answer.broken_off,
    }


def usage_shape(usage: Usage) -> Shape:
    return {**asdict(usage), "cached": usage.cached}


def explained_shape(answer: Answer, explanation: "Explanation") -> Shape:
    """An answer with all that led to it, as `ask --explain` and `trace` give it."""
    return {**answer_shape(answer), "explanation": plain(explanation)}


def answer_summary_shape(summary: AnswerSummary) -> Shape:
    return {
        "id": summary.id,
        "asked_at": summary.asked_at.isoformat(),
        "question": summary.question,
        "refused": summary.refused,
        "mode": summary.mode,
        "model": summary.model,
        "usage": usage_shape(summary.usage),
        "broken_off": summary.broken_off,
    }


def usage_total_shape(total: UsageTotal) -> Shape:
    """One total; `cost_usd` is null where the cost of nothing in it is known."""
    return {**plain(total), "cost_usd": total.cost_usd if total.priced else None}


def summary_shape(summary: Summary) -> Shape:
    return {
        "article_id": summary.article_id,
        "headline": summary.headline,
        "sentences": [sentence_shape(sentence) for sentence in summary.sentences],
        "citations": [citation_shape(citation) for citation in summary.citations],
        "mode": summary.mode,
        "model": summary.model,
        "notes": list(summary.notes),
    }


def briefing_shape(briefing: Briefing) -> Shape:
    return {
        "from": iso(briefing.date_from),
        "to": iso(briefing.date_to),
        "topic": briefing.topic,
        "stories": [
            {
                "headline": story.headline,
                "article_ids": list(story.article_ids),
                "points": [
                    {"text": point.text, "citations": list(point.citations)}
                    for point in story.points
                ],
            }
            for story in briefing.stories
        ],
        "citations": [citation_shape(citation) for citation in briefing.citations],
        "mode": briefing.mode,
        "model": briefing.model,
        "notes": list(briefing.notes),
    }


def ingest_shape(report: IngestReport) -> Shape:
    return asdict(report)


def verify_shape(report: VerifyReport) -> Shape:
    return {"ok": report.ok, **asdict(report)}


def plain(value: object) -> Any:
    """Any dataclass, mapping, sequence or date below `value`, as JSON values; others as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def error_shape(kind: str, message: str, status: int) -> Shape:
    """What `--json` prints for a failure; message is the line that also goes to stderr."""
    return {"error": {"type": kind, "message": message, "exit_status": status}}
