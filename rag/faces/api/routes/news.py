"""What the archive tells of its news: briefings, summaries, timelines."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from rag.briefing.records import FinishedBriefing
from rag.desk import Desk
from rag.errors import UsageError
from rag.faces.api.asking import filters_of
from rag.faces.api.auth import needs
from rag.faces.api.documented import EVENTS, SENT, failures
from rag.faces.api.models_asked import BriefingRequest, OffsetQuery, SummaryRequest, TimelineRequest
from rag.faces.api.models_given import (
    BriefingModel,
    BriefingSummaryModel,
    DigestModel,
    PageModel,
    SummaryModel,
    TimelineModel,
)
from rag.faces.api.responses import Event, Shaped, event_stream, paged, wants_events
from rag.faces.api.state import ServedDependency
from rag.faces.api.words import words_of
from rag.faces.api.work import last_of
from rag.faces.briefing_forms import briefing_document, briefing_text
from rag.faces.shapes import (
    Shape,
    briefing_summary_shape,
    digest_shape,
    finished_briefing_shape,
    summary_shape,
    timeline_shape,
)
from rag.types import Language

router = APIRouter(prefix="/api/v1", tags=["news"], dependencies=[Depends(needs("read"))])

BriefingPath = Annotated[str, Path(max_length=64, description="A briefing's id, or how it begins.")]
DownloadForm = Literal["html", "md", "docx"]
_MEDIA = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# The page brings its own style and no script; opened where it came from, it may do no more.
_DOWNLOAD_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
Tell = Callable[[Event], None]


@router.post(
    "/briefings",
    response_model=BriefingModel,
    responses={**EVENTS, **failures(*SENT)},
    summary="A cited briefing of a day or a period",
)
async def brief(asked: BriefingRequest, request: Request, served: ServedDependency) -> Response:
    """The briefing, kept: while nothing changes, the same one is given again.

    As server-sent events: `progress` {stage, done, total}, then `briefing`; or `error`.
    """
    _check_period(asked)
    topic = words_of(asked.topic, "topic", served.options) if asked.topic is not None else None

    def make(tell: Tell) -> Event:
        finished = served.desk.briefings.finish(
            asked.on,
            date_from=asked.date_from,
            date_to=asked.date_to,
            topic=topic,
            publication=asked.publication,
            people=asked.people,
            language=asked.language,
            length=asked.length,
            anew=asked.anew,
            progress=lambda stage, done, total: tell(
                ("progress", {"stage": stage, "done": done, "total": total})
            ),
        )
        return "briefing", finished_briefing_shape(finished)

    told = served.work.told(make)
    if asked.stream or wants_events(request):
        return await event_stream(told, request, served.options)
    _, shape = await last_of(told, request)
    return Shaped(shape)


def _check_period(asked: BriefingRequest) -> None:
    if asked.on is None and (asked.date_from is None or asked.date_to is None):
        raise UsageError("say which day: date, or from and to")
    if asked.on is not None and (asked.date_from or asked.date_to):
        raise UsageError("date goes without from and to")


@router.get(
    "/briefings",
    response_model=PageModel[BriefingSummaryModel],
    responses=failures(422),
    summary="Finished briefings",
)
async def briefings(
    served: ServedDependency,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: OffsetQuery = 0,
) -> Shaped:
    """Those that are kept, the latest first."""
    kept = served.desk.briefings

    def listed() -> Shape:
        found = kept.latest(limit=limit, offset=offset)
        return paged([briefing_summary_shape(one) for one in found], kept.count(), limit, offset)

    return Shaped(await served.work.call(listed))


@router.get(
    "/briefings/{briefing_id}",
    response_model=BriefingModel,
    responses=failures(404, 422),
    summary="A finished briefing",
)
async def briefing(served: ServedDependency, briefing_id: BriefingPath) -> Shaped:
    """The briefing as it was made."""
    found = await served.work.call(served.desk.briefings.find, briefing_id)
    return Shaped(finished_briefing_shape(found))


@router.get(
    "/briefings/{briefing_id}/download",
    response_class=Response,
    responses={
        200: {"content": {kind.partition(";")[0]: {} for kind in _MEDIA.values()}},
        **failures(404, 422),
    },
    summary="A finished briefing as a file",
)
async def download(
    served: ServedDependency,
    briefing_id: BriefingPath,
    form: DownloadForm = "html",
    lang: Annotated[Language | None, Query(description="Of headings and labels.")] = None,
) -> Response:
    """As a web page, Markdown or a Word document."""

    def written() -> tuple[FinishedBriefing, bytes]:
        found = served.desk.briefings.find(briefing_id)
        return found, _document(served.desk, found, form, lang)

    found, content = await served.work.call(written)
    told = found.briefing
    days = dict.fromkeys((told.date_from.isoformat(), told.date_to.isoformat()))
    name = quote(f"briefing-{'-to-'.join(days)}.{form}")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": _DOWNLOAD_CSP,
    }
    return Response(content, headers=headers, media_type=_MEDIA[form])


def _document(
    desk: Desk, found: FinishedBriefing, form: DownloadForm, language: Language | None
) -> bytes:
    told = found.briefing
    if form == "md":
        return (briefing_text(told, "markdown", {}, language).rstrip("\n") + "\n").encode()
    contexts = desk.briefings.contexts(told.citations)
    if form == "html":
        return briefing_text(told, "html", contexts, language).encode()
    return briefing_document(told, contexts, language, found.made_at)


@router.post(
    "/summaries",
    response_model=SummaryModel | DigestModel,
    responses=failures(404, *SENT),
    summary="Sum up an article, what a search finds, or a period",
)
async def summarize(asked: SummaryRequest, request: Request, served: ServedDependency) -> Shaped:
    """A few cited sentences: a summary of one article, a digest of several."""
    _check_summary(asked)
    filters = filters_of(asked.date_from, asked.date_to, asked.publication)
    search = words_of(asked.search, "search", served.options) if asked.search is not None else None

    def make(tell: Callable[[Shape], None]) -> Shape:
        if asked.article_id is not None:
            return summary_shape(served.desk.summarize(asked.article_id))
        digest = served.desk.digest(
            search,
            filters=filters,
            limit=asked.limit,
            points=asked.points,
            progress=lambda *_: tell({}),
        )
        return digest_shape(digest)

    return Shaped(await last_of(served.work.told(make), request))


def _check_summary(asked: SummaryRequest) -> None:
    period = asked.date_from is not None or asked.date_to is not None
    others = asked.search is not None or period or asked.publication is not None
    if asked.article_id is not None and others:
        raise UsageError("article_id goes without search, from, to and publication")
    whole = asked.date_from is not None and asked.date_to is not None
    if asked.article_id is None and asked.search is None and not whole:
        raise UsageError("say what to sum up: article_id, search, or from and to")


@router.post(
    "/timeline",
    response_model=TimelineModel,
    responses=failures(*SENT),
    summary="What happened in a matter, in order of time",
)
async def timeline(asked: TimelineRequest, served: ServedDependency) -> Shaped:
    """Dated events, each cited, or a refusal."""
    words = words_of(asked.question, "question", served.options)
    filters = filters_of(asked.date_from, asked.date_to, asked.publication)

    def told() -> dict[str, Any]:
        return timeline_shape(served.desk.timeline(words, filters=filters, limit=asked.limit))

    return Shaped(await served.work.call(told))
