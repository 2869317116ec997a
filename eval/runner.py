"""Asks every question of a dataset through the Desk and keeps what came of it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from eval.archives import archives, remove
from eval.datasets import Dataset, Question
from eval.errors import EvalError
from eval.manifest import describe
from eval.records import EvalRun, QuestionRecord
from eval.runs import RunStore, RunWriter
from eval.scoring import ArchiveIndex, Asked, failed, score, score_summary
from eval.workers import each
from rag.errors import NewsdeskError, UsageError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.desk import Desk
    from rag.indexing.pipeline import Progress

_log = logging.getLogger(__name__)

RUNS = "eval/runs"
ARCHIVES = "eval/archives"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a set is asked. pages: a folder (or file) to make an archive from, in place of the one in
    the settings. limit: only the first so many questions. workers: questions asked at a time, for
    a model's server. anew: begin again where an unfinished run could be gone on with. keep: leave
    archives that were made where the next run finds them."""

    pages: Path | None = None
    limit: int | None = None
    workers: int = 1
    anew: bool = False
    keep: bool = False


@dataclass(slots=True)
class _Day:
    """The clock of a run, which stands still."""

    value: date

    def __call__(self) -> date:
        return self.value


def run_dataset(
    dataset: Dataset,
    settings: Settings,
    options: RunOptions | None = None,
    progress: "Progress | None" = None,
    *,
    now: Callable[[], datetime] | None = None,
    today: Callable[[], date] | None = None,
) -> EvalRun:
    """Ask the questions of a set: of the archives it brings, of one made from pages, or of the one
    in settings.home. The run is kept in settings.home, question by question; one that was broken
    off goes on where it stopped, as of the day on which it was begun.

    progress: called with the stage, what is done, and of how much. now, today: clocks, of the run
    and of the questions, which are all asked on one day. Raises UsageError for a limit or workers
    below 1, EvalError for an empty archive, and where a document can't be read.
    """
    options = options or RunOptions()
    if options.limit is not None and options.limit < 1:
        raise UsageError(f"limit {options.limit}: ask at least one question")
    if options.workers < 1:
        raise UsageError(f"workers {options.workers}: ask at least one question at a time")
    from rag.desk import Desk  # heavy: loaded on first use

    store = RunStore(settings.home / RUNS)
    questions = dataset.questions[: options.limit]
    # A measurement asks anew, and its questions are not the user's.
    quiet = settings.model_copy(update={"response_cache": 0, "answer_records": 0})
    made_in, pages, keep = settings.home / ARCHIVES, options.pages, options.keep
    day = _Day((today or date.today)())
    with ExitStack() as stack:
        homes = stack.enter_context(
            archives(dataset, pages, quiet, made_in, keep=keep, progress=progress, today=day)
        )
        desks = {
            name: stack.enter_context(Desk.open(settings=one, today=day))
            for name, one in homes.items()
        }
        indexes = {name: _index(desk) for name, desk in desks.items()}
        _check_archives(questions, desks)
        _warn_of_absent_articles(questions, indexes)
        articles = [article for index in indexes.values() for article in index.articles]
        any_desk = next(iter(desks.values()))
        manifest = describe(any_desk, dataset, options.limit, articles, day.value)
        started = (now or _now)()
        named = [question.id for question in questions]
        writer = stack.enter_context(store.begin(manifest, named, started, anew=options.anew))
        day.value = date.fromisoformat(writer.manifest.today)
        known = {record.id for record in writer.records}
        asked = [question for question in questions if question.id not in known]
        _ask_all(asked, desks, indexes, writer, options.workers, progress)
        return writer.run()


def remove_archives(dataset: Dataset, settings: Settings, options: RunOptions) -> None:
    """Removes the archives that runs with these options have kept."""
    remove(dataset, options.pages, settings, settings.home / ARCHIVES)


def _index(desk: "Desk") -> ArchiveIndex:
    articles = desk.articles(joined=False)
    if not articles:
        raise EvalError("the archive is empty; ingest pages first, or name a folder of pages")
    return ArchiveIndex(articles)


def _check_archives(questions: Sequence[Question], desks: Mapping[str, "Desk"]) -> None:
    for question in questions:
        if question.archive not in desks:
            raise EvalError(
                f"question {question.id!r} asks the archive {question.archive!r}, which the set"
                " doesn't bring"
            )


def _warn_of_absent_articles(
    questions: Sequence[Question], indexes: Mapping[str, ArchiveIndex]
) -> None:
    lacking = [one for one in questions if indexes[one.archive].lacks(one)]
    if lacking:
        _log.warning(
            "the archive lacks every article that answers %d of %d questions, such as %s: none of"
            " these can come out right",
            len(lacking),
            len(questions),
            lacking[0].id,
        )


def _ask_all(
    questions: Sequence[Question],
    desks: Mapping[str, "Desk"],
    indexes: Mapping[str, ArchiveIndex],
    writer: RunWriter,
    workers: int,
    progress: "Progress | None",
) -> None:
    before = len(writer.records)
    whole = before + len(questions)

    def ask(question: Question) -> QuestionRecord:
        return _ask(desks[question.archive], question, indexes[question.archive])

    for done, record in enumerate(each(ask, questions, workers), start=before + 1):
        writer.add(record)
        if progress is not None:
            progress("questions", done, whole)


def _ask(desk: "Desk", question: Question, index: ArchiveIndex) -> QuestionRecord:
    started = perf_counter()
    try:
        if question.task == "summarize":
            summary = desk.summarize(_article(question, index))
            return score_summary(question, summary, perf_counter() - started, index)
        answer, explanation = desk.explain(question.question, use_cache=False)
    except NewsdeskError as error:
        return failed(question, str(error), perf_counter() - started, index)
    return score(question, Asked(answer, explanation, perf_counter() - started), index)


def _article(question: Question, index: ArchiveIndex) -> str:
    for source_id in question.gold:
        if article_id := index.article(source_id):
            return article_id
    raise EvalError(f"the archive has no article {question.gold[0]!r} to summarize")


def _now() -> datetime:
    return datetime.now().astimezone()
