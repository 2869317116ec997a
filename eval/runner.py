"""Asks every question of a dataset through the Desk and records what came of it."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from eval.datasets import Dataset, Question, load_dataset
from eval.errors import EvalError
from eval.manifest import describe
from eval.metrics import bad_citations, fact_recall, quoted_characters, right_source
from eval.records import EvalRun, QuestionRecord, aggregate, aggregate_by_language
from rag.errors import NewsdeskError, UsageError
from rag.settings import Settings
from rag.types import Answer

if TYPE_CHECKING:
    from rag.desk import Desk
    from rag.indexing.pipeline import Progress


def run_dataset(
    questions: Path,
    pages: Path | None,
    settings: Settings,
    limit: int | None = None,
    progress: "Progress | None" = None,
) -> EvalRun:
    """Ask the questions of a file: of the archive in settings.home, or of one made for the purpose.

    pages: a folder (or file) of pages that a temporary archive is made from; it lives in files of
    its own even where settings name a Chroma server. limit: only the first so many questions.
    Raises DatasetError for a bad question file, UsageError for a limit below 1, EvalError where a
    page can't be read: figures over half the pages would not mean what they say.
    """
    dataset = load_dataset(questions)
    if limit is not None and limit < 1:
        raise UsageError(f"limit {limit}: ask at least one question")
    from rag.desk import Desk  # heavy: loaded on first use

    with ExitStack() as stack:
        if pages is not None:
            home = stack.enter_context(TemporaryDirectory(prefix="newsdesk-eval-"))
            settings = settings.model_copy(update={"home": Path(home), "chroma_url": None})
        # A measurement asks anew, and its questions are not the user's.
        settings = settings.model_copy(update={"response_cache": 0, "answer_records": 0})
        desk = stack.enter_context(Desk.open(settings=settings))
        if pages is not None:
            _take_in(desk, pages, progress)
        return run(desk, dataset, limit, progress)


def run(
    desk: "Desk",
    dataset: Dataset,
    limit: int | None = None,
    progress: "Progress | None" = None,
) -> EvalRun:
    """Ask the first `limit` questions (all by default) of an open archive, in order.

    A question that fails is recorded with its reason and never costs the others. progress: called
    with the stage, questions done, questions in all. Raises EvalError for an empty archive.
    """
    articles = desk.articles()
    if not articles:
        raise EvalError("the archive is empty; ingest pages first, or name a folder of pages")
    texts = {article.id: article.text for article in articles}
    questions = dataset.questions[:limit]
    records = []
    for number, question in enumerate(questions, start=1):
        records.append(_ask(desk, question, texts))
        if progress is not None:
            progress("questions", number, len(questions))
    models = {record.model for record in records if record.model}
    return EvalRun(
        manifest=describe(desk, dataset, limit, list(texts), models),
        scores=aggregate(records),
        by_language=aggregate_by_language(records),
        records=tuple(records),
    )


def score(
    question: Question, answer: Answer, texts: Mapping[str, str], seconds: float
) -> QuestionRecord:
    """One answer held against its question. texts: clean article texts by article id."""
    citations = answer.citations
    record = QuestionRecord(
        id=question.id,
        question=question.question,
        lang=question.lang,
        answerable=question.answerable,
        tags=question.tags,
        refused=answer.refused,
        mode=answer.mode,
        model=answer.model,
        answer=answer.answer,
        cited_headlines=tuple(dict.fromkeys(citation.headline for citation in citations)),
        citations=len(citations),
        bad_citations=bad_citations(citations, texts),
        quoted_characters=quoted_characters(citations),
        fact_recall=None,
        right_source=None,
        seconds=seconds,
    )
    if not question.answerable:
        return record
    quotes = [citation.quote for citation in citations]
    recall = 0.0 if answer.refused else fact_recall(answer.answer, quotes, question.facts)
    return replace(
        record, fact_recall=recall, right_source=right_source(citations, question.headlines)
    )


def _ask(desk: "Desk", question: Question, texts: Mapping[str, str]) -> QuestionRecord:
    started = perf_counter()
    try:
        answer = desk.ask(question.question)
    except NewsdeskError as error:
        return _failed(question, str(error), perf_counter() - started)
    return score(question, answer, texts, perf_counter() - started)


def _failed(question: Question, reason: str, seconds: float) -> QuestionRecord:
    return QuestionRecord(
        id=question.id,
        question=question.question,
        lang=question.lang,
        answerable=question.answerable,
        tags=question.tags,
        refused=False,
        mode=None,
        model=None,
        answer="",
        cited_headlines=(),
        citations=0,
        bad_citations=0,
        quoted_characters=0,
        fact_recall=0.0 if question.answerable else None,
        right_source=False if question.answerable else None,
        seconds=seconds,
        failure=reason,
    )


def _take_in(desk: "Desk", pages: Path, progress: "Progress | None") -> None:
    report = desk.ingest([pages], progress=progress)
    if report.failed:
        first = report.failed[0]
        more = f" (and {len(report.failed) - 1} more)" if len(report.failed) > 1 else ""
        raise EvalError(f"{first.source}: {first.reason}{more}; mend the pages or take them out")
