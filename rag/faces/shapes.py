"""The JSON shapes that every face hands out: rag.types in, plain dicts of JSON values out.

Dates become ISO strings (None stays null). Keys follow the public contract; a key may be added,
none is renamed or dropped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.backup_types import BackupReport, RestoreReport
from rag.briefing_types import Briefing
from rag.intake_types import FailedSource, IngestReport, VerifyReport
from rag.summary_types import AnswerSummary, Summary
from rag.timeline_types import Timeline
from rag.types import Answer, AnswerSentence, Article, Citation, Hit, LeftOut, Part, RawLine
from rag.usage import Usage, UsageTotal

if TYPE_CHECKING:
    from rag.answering.explanation import Explanation
    from rag.briefing.digest import Digest
    from rag.briefing.records import BriefingSummary, FinishedBriefing

Shape = dict[str, Any]


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def article_shape(article: Article, *, with_text: bool = False) -> Shape:
    """One article; `with_text` adds its clean text as `text`. `characters` counts it, of one that
    goes on on another page the text of all its `parts`."""
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
        "characters": article.characters,
        "jump_to": article.jump_to,
        "jump_from": article.jump_from,
        "parts": [part_shape(part) for part in article.parts],
        "also_in": plain(article.also_in),
        "notes": list(article.notes),
        "split_confidence": article.split_confidence,
    }
    if with_text:
        shape["text"] = article.text
        shape["boxes"] = plain(article.boxes)
    return shape


def part_shape(part: Part) -> Shape:
    return {
        "id": part.article_id,
        "headline": part.headline,
        "page": part.page,
        "source": part.source,
        "source_id": part.source_id,
        "characters": part.characters,
    }


def shown_shape(article: Article, parts: Sequence[Article]) -> Shape:
    """One article with its text, and that of each of its parts, as `show` gives it."""
    shape = article_shape(article, with_text=True)
    for part, shown in zip(shape["parts"], parts, strict=False):
        part["text"] = shown.text
    return shape


def raw_line_shape(line: RawLine) -> Shape:
    return {
        "line": line.number,
        "raw_start": line.raw_start,
        "raw": line.raw,
        "start": line.start,
        "end": line.end,
        "text": line.text,
    }


def hit_shape(hit: Hit) -> Shape:
    return {
        "article_id": hit.article_id,
        "source_id": hit.source_id,
        "headline": hit.article.headline,
        "page": hit.article.page,
        "issue_date": iso(hit.article.issue_date),
        "chunk_id": hit.chunk.id,
        "text": hit.chunk.text,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": hit.score,
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "parts": [part_shape(part) for part in hit.article.parts],
        "also_in": plain(hit.article.also_in),
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
        "also_in": plain(citation.also_in),
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


def digest_shape(digest: "Digest") -> Shape:
    return {
        "article_ids": list(digest.article_ids),
        "refused": not digest.sentences,
        "sentences": [sentence_shape(sentence) for sentence in digest.sentences],
        "citations": [citation_shape(citation) for citation in digest.citations],
        "mode": digest.mode,
        "model": digest.model,
        "notes": list(digest.notes),
    }


def briefing_shape(briefing: Briefing) -> Shape:
    """A briefing with all that its stories stand on."""
    return {
        "from": iso(briefing.date_from),
        "to": iso(briefing.date_to),
        "topic": briefing.topic,
        "publication": briefing.publication,
        "people": list(briefing.people),
        "length": briefing.length,
        "articles": briefing.articles,
        "stories": [plain(story) for story in briefing.stories],
        "untold": briefing.untold,
        "table": [plain(row) for row in briefing.table],
        "citations": [citation_shape(citation) for citation in briefing.citations],
        "mode": briefing.mode,
        "model": briefing.model,
        "notes": list(briefing.notes),
        "nearest": [{"date": iso(one.day), "articles": one.articles} for one in briefing.nearest],
    }


def finished_briefing_shape(finished: "FinishedBriefing") -> Shape:
    """A briefing with its record; `again` where it was made before."""
    return {
        "id": finished.id,
        "made_at": finished.made_at.isoformat(timespec="seconds"),
        "again": finished.again,
        **briefing_shape(finished.briefing),
    }


def briefing_summary_shape(summary: "BriefingSummary") -> Shape:
    return {
        "id": summary.id,
        "made_at": summary.made_at.isoformat(timespec="seconds"),
        "from": iso(summary.date_from),
        "to": iso(summary.date_to),
        "topic": summary.topic,
        "publication": summary.publication,
        "people": list(summary.people),
        "stories": summary.stories,
    }


def timeline_shape(timeline: Timeline) -> Shape:
    """`when` of an event: its first and last day, what tells them, whether they are inferred."""
    return {
        "question": timeline.question,
        "language": timeline.language,
        "refused": timeline.refused,
        "events": [
            {
                "when": plain(event.when),
                "text": event.text,
                "citations": list(event.citations),
            }
            for event in timeline.events
        ],
        "citations": [citation_shape(citation) for citation in timeline.citations],
        "notes": list(timeline.notes),
        "more": timeline.more,
    }


def ingest_shape(report: IngestReport) -> Shape:
    shape: Shape = plain(report)
    return shape


def left_out_shape(raw: str, one: LeftOut) -> Shape:
    """A stretch of a page's raw text that no article has. raw: the page's."""
    return {
        "kind": one.kind,
        "line": len(raw[: one.start + 1].splitlines()),
        "raw_start": one.start,
        "raw": raw[one.start : one.end],
    }


def failed_source_shape(failure: FailedSource) -> Shape:
    return {
        "id": failure.number,
        "source": failure.source,
        "input": failure.input,
        "reason": failure.reason,
        "first_at": failure.first_at.isoformat(),
        "last_at": failure.last_at.isoformat(),
        "tries": failure.tries,
    }


def verify_shape(report: VerifyReport) -> Shape:
    return {"ok": report.ok, **asdict(report)}


def backup_shape(report: BackupReport) -> Shape:
    return {
        "file": str(report.file),
        "bytes": report.size,
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "pages": report.pages,
        "articles": report.articles,
        "chunks": report.chunks,
        "files": report.files,
        "removed": [str(file) for file in report.removed],
    }


def restore_shape(report: RestoreReport) -> Shape:
    return {
        "home": str(report.home),
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "version": report.version,
        **verify_shape(report.found),
        "differences": list(report.differences),
        "aside": str(report.aside) if report.aside else None,
    }


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
