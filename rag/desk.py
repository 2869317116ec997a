"""Desk: the one door to an archive. Every face, script and measurement goes through it."""

import logging
from collections.abc import Callable, Generator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.answering.answerer import Answered, Answerer
from rag.answering.conversation import Conversation, Understood
from rag.answering.dry_run import DryRun, plan
from rag.answering.explanation import Explanation
from rag.answering.follow_ups import FollowUps
from rag.answering.llm import LanguageModel, open_language_model
from rag.answering.prices import prices_of
from rag.answering.recording import Recorder, with_server
from rag.answering.records import AnswerRecord, AnswerRecords, fingerprint
from rag.answering.response_cache import CachedModel, ModelCall
from rag.answering.translating import Translator
from rag.answering.verification_similarity import bilingual_with
from rag.asked import asked_of, counted
from rag.briefing.finishing import Briefings
from rag.errors import SettingsError, UsageError
from rag.indexing import reindex as rebuilding
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import Progress, manifest_of
from rag.ingesting import IngestingDesk
from rag.intake_types import IngestReport, VerifyReport
from rag.news_desk import NO_FILTERS, NewsDesk
from rag.page_images import PageImages
from rag.reading.raw_lines import raw_lines
from rag.retrieval.glossary import Glossary, glossary_path
from rag.retrieval.hybrid import Retriever
from rag.retrieval.method import method_of
from rag.retrieval.reranking.providers import open_reranker
from rag.server_secrets import shown
from rag.settings import Settings, load_settings, with_home
from rag.summary_types import AnswerSummary
from rag.types import Answer, AnswerEvent, Article, Filters, Hit, Page, RawLine
from rag.usage import UsageTotal
from store.answers import AnswerStore
from store.library import Library
from store.manifest import Manifest

# In Chinese: no language model is asked to translate it.
_WARM_BY = "新闻"

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now().astimezone()


class Desk(IngestingDesk, NewsDesk):
    """An open archive: take pages in, search, ask, brief. Use it as a context manager.

    Several threads may use one at once, and get what one thread gets. A language model is asked,
    and the archive read, by all of them at the same time.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        embedder: Embedder,
        model: LanguageModel | None,
        today: Callable[[], date],
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.settings = settings
        self._library = library
        self._embedder = embedder
        self._today = today
        self._glossary = Glossary(glossary_path())
        self._reranker = open_reranker(settings, library)
        self._bilingual = bilingual_with(self._glossary, embedder)
        self._store = AnswerStore(
            settings.home,
            records=settings.answer_records,
            replies=settings.response_cache,
            megabytes=settings.answer_megabytes,
        )
        self._records = AnswerRecords(self._store, kept=settings.answer_records > 0)
        self._model: CachedModel | None = None
        if model is not None:
            kept = self._store if settings.response_cache else None
            self._model = CachedModel(model, kept, prices_of(settings))
        self._recorder = Recorder(self._records, self._model, self._fingerprint, now)
        self._retriever = self._retrieving(self._model)
        self._answerer = self._answering(self._model, self._retriever)
        self._follow_ups = FollowUps(self._glossary, self._model, today)
        self._page_images = PageImages(library)
        self._briefings = Briefings(
            settings, library, self.brief, self._fingerprint, today, now, by_model=model is not None
        )

    @classmethod
    def open(
        cls,
        home: Path | str | None = None,
        *,
        settings: Settings | None = None,
        today: Callable[[], date] | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> Self:
        """Opens the archive in `home`, or makes one there.

        settings: every setting (`home`, if given, overrides theirs); by default they come from the
        environment and newsdesk.toml. today: the clock, for dates that a page leaves out. now: the
        clock with its time zone, for records of answers. Raises SettingsError, HomeError,
        IndexMismatchError, StoreError or EmbeddingError.
        """
        if settings is None:
            settings = load_settings(home=Path(home) if home is not None else None)
        elif home is not None:
            settings = with_home(settings, Path(home))
        model = open_language_model(settings)
        embedder = open_embedder(settings)
        library = Library.open(
            settings.home, manifest_of(embedder, settings), chroma_url=settings.chroma_url
        )
        try:
            return cls(settings, library, embedder, model, today or date.today, now or _now)
        except BaseException:
            library.close()
            raise

    @property
    def manifest(self) -> Manifest:
        """What made the index: model, revision, dimension, chunker."""
        return self._library.manifest

    @property
    def briefings(self) -> Briefings:
        """The finished briefings: made once and kept, listed, shown again."""
        return self._briefings

    @property
    def page_images(self) -> PageImages:
        """The pages that articles were read from, as images."""
        return self._page_images

    @property
    def language_model(self) -> str | None:
        """The language model that can be asked, with its server; None where there is none."""
        return with_server(self._model) if self._model is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the archive's files and frees its lock."""
        self._store.close()
        self._briefings.close()
        self._glossary.close()
        self._library.close()

    def warm_up(self) -> None:
        """Reads models and vectors into memory, which what comes first would wait for."""
        self._library.load_vectors()
        self.search(_WARM_BY, limit=1)

    def search(self, question: str, *, limit: int = 10, filters: Filters = NO_FILTERS) -> list[Hit]:
        """The chunks that fit a question best, best first.

        Raises UsageError for a blank question and for a limit below 1.
        """
        retrieved = self._retriever.retrieve(asked_of(question), counted(limit), filters)
        if retrieved.translation.problem:
            _log.warning("%s", retrieved.translation.problem)
        return list(retrieved.hits)

    def ask(
        self, question: str | Understood, *, filters: Filters = NO_FILTERS, use_cache: bool = True
    ) -> Answer:
        """An answer, every sentence cited, or a refusal.

        question: one that `follow_up` understood has on its record how that was done. use_cache:
        whether the language model's kept replies may be used, and new ones kept. Raises UsageError
        for a blank question.
        """
        return self.explain(question, filters=filters, use_cache=use_cache)[0]

    def ask_stream(
        self, question: str | Understood, *, filters: Filters = NO_FILTERS, use_cache: bool = True
    ) -> Generator[AnswerEvent, None, None]:
        """`ask`, while the answer is made: `Found` once the search is done, a `Settled` for each
        sentence as soon as it is verified, and last the whole Answer, with the same sentences,
        which is the one that `ask` gives for the same reply of a language model.

        Nothing unverified comes, and nothing that came is taken back: where the language model
        breaks off, what is verified stays, and a note says so; where nothing is yet, the archive's
        own sentences follow. Closed before the last event, it is on record as broken off, with the
        tokens of what came, estimated. Raises UsageError for a blank question.
        """
        asked, made = asked_of(question), self._recorder.made(question)
        answerer = self._answerer_for(use_cache)
        return self._recorder.streamed(partial(answerer.stream, asked, filters), made)

    def explain(
        self, question: str | Understood, *, filters: Filters = NO_FILTERS, use_cache: bool = True
    ) -> tuple[Answer, Explanation]:
        """`ask`, with what was searched, found, fused, weighed, sent and checked."""
        asked, made = asked_of(question), self._recorder.made(question)
        answerer = self._answerer_for(use_cache)
        return self._recorder.explained(partial(answerer.answer, asked, filters), made)

    def follow_up(self, question: str, conversation: Conversation) -> Understood:
        """The question as it stands alone, with what it leaves to the conversation put in: for
        `ask` and the others, which know of no conversation. One that stands alone stays as it is.
        What a language model used for it is counted in `usage` at once.

        Raises UsageError for a blank question.
        """
        understood = self._follow_ups.understood(asked_of(question), conversation)
        return self._recorder.counted(understood)

    def dry_run(
        self, question: str, *, filters: Filters = NO_FILTERS, use_cache: bool = True
    ) -> DryRun:
        """What `ask` would send to the language model, which is sent nothing.

        Raises UsageError for a blank question, SettingsError where no language model is set.
        """
        asked = asked_of(question)
        model = self._model
        if model is None:
            raise SettingsError(
                "no language model is set, so an answer sends nothing; set OPENAI_API_KEY or"
                " OPENAI_BASE_URL, and NEWSDESK_MODE to auto or llm"
            )
        calls: list[ModelCall] = []
        dry = (model if use_cache else model.without_cache()).sending_nothing(calls)
        self._answering(dry, self._retrieving(dry)).answer(asked, filters, left=_forget)
        return plan(asked, with_server(model), calls, model.prices)

    def trace(self, answer_id: str) -> AnswerRecord:
        """The record of an answer, by its id or the beginning of it.

        Raises AnswerNotFoundError, and StoreError for a record that can't be read.
        """
        return self._records.find(answer_id)

    def traces(self, *, limit: int = 20, offset: int = 0) -> list[AnswerSummary]:
        """The answers on record, the latest first, after the first `offset` of them. Raises
        UsageError for a limit below 1."""
        return self._records.latest(counted(limit), offset)

    def count_traces(self) -> int:
        """How many answers are on record."""
        return self._records.count_kept()

    def usage(
        self, *, date_from: date | None = None, date_to: date | None = None
    ) -> list[UsageTotal]:
        """What answers and follow-up questions used, by the day they were asked on and the model,
        long ago by month or year; both dates are included.

        Counted while records are kept; summaries, briefings and searches are not. Raises UsageError
        for a range that ends before it begins.
        """
        if date_from and date_to and date_to < date_from:
            raise UsageError(
                f"the range ends ({date_to}) before it begins ({date_from}); swap the dates"
            )
        return self._records.usage(date_from, date_to)

    def articles(
        self,
        *,
        filters: Filters = NO_FILTERS,
        limit: int | None = None,
        offset: int = 0,
        joined: bool = True,
    ) -> list[Article]:
        """The archive's articles, newest issue first, then as printed.

        limit: at most so many, after the first `offset`. joined: one that goes on on another page
        comes once, by its first part; else each part. Raises UsageError for a limit below 1.
        """
        most = None if limit is None else counted(limit)
        return self._library.articles(filters, most, offset, joined=joined)

    def count_articles(self, *, filters: Filters = NO_FILTERS) -> int:
        """How many articles the archive has that match; one in parts counts once."""
        return self._library.count_articles(filters, joined=True)

    def replaced(self) -> bool:
        """Whether a reindex has put another archive in this one's place, which only a Desk that is
        opened anew reads."""
        return self._library.replaced()

    def counts(self) -> tuple[int, int, int]:
        """How many pages, articles and chunks the archive has."""
        return self._library.counts()

    def articles_from(self, origin: str, *, limit: int) -> list[Article]:
        """Articles that a file or URL was read to, at most `limit`, as printed."""
        return self._library.articles_from(origin, counted(limit))

    def articles_of_ids(self, article_ids: Sequence[str]) -> list[Article]:
        """Those of these articles that the archive has, in the order of the ids."""
        found = self._library.articles_by_id(article_ids)
        return [found[article_id] for article_id in article_ids if article_id in found]

    def article(self, article_id: str) -> Article:
        """One article by its id or the beginning of it. Raises ArticleNotFoundError."""
        return self._library.article(article_id)

    def parts(self, article_id: str) -> list[Article]:
        """The whole article that an id, or the beginning of it, belongs to: its parts in order, a
        page each. Raises ArticleNotFoundError."""
        return self._library.parts(article_id)

    def page(self, page_id: str) -> Page:
        """The raw page an article came from."""
        return self._library.page(page_id)

    def raw_lines(self, article_id: str) -> tuple[RawLine, ...]:
        """The lines of its page that an article was read from, each with the part of its text that
        comes from there. Raises ArticleNotFoundError."""
        article = self._library.article(article_id)
        return raw_lines(article, self._library.page(article.page_id).raw)

    def issue_dates(self) -> list[tuple[date, int]]:
        """Each issue date in the archive with its number of articles."""
        return self._library.issue_dates()

    def publications(self) -> list[tuple[str, int]]:
        """Each newspaper in the archive with its number of articles, those with most first."""
        return self._library.articles_of_publications()

    def verify(self, *, repair: bool = False) -> VerifyReport:
        """Whether catalogue, lexical index and vectors agree; repair mends what doesn't first."""
        if repair:
            self._library.repair()
        return self._library.verify()

    def _answerer_for(self, use_cache: bool) -> Answerer:
        if use_cache or self._model is None:
            return self._answerer
        fresh = self._model.without_cache()
        return self._answering(fresh, self._retrieving(fresh))

    def _answering(self, model: CachedModel | None, retriever: Retriever) -> Answerer:
        return Answerer(
            self.settings, self._library, self._embedder, retriever, model, self._bilingual
        )

    def _retrieving(self, model: CachedModel | None) -> Retriever:
        return Retriever(
            self._library,
            self._embedder,
            self._glossary,
            self.settings.candidates,
            self._reranker,
            self._today,
            method_of(self.settings),
            Translator(model) if model is not None else None,
        )

    def _fingerprint(self) -> str:
        server = shown(self._model.server) if self._model is not None else ""
        return fingerprint(self.settings, self.manifest.as_dict(), server)


def reindex(settings: Settings, progress: Progress | None = None) -> IngestReport:
    """Builds the index anew from the stored pages, with the settings' model, and swaps it in."""
    return rebuilding.reindex(settings.home, settings, open_embedder(settings), progress)


def _forget(_: Answered) -> None:
    """What is left of a dry run: nothing was asked."""
