"""Pages into the archive: uploads, web addresses, jobs, failures."""

from collections.abc import AsyncGenerator
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as PathParameter
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from rag.errors import UsageError
from rag.faces.api.auth import needs
from rag.faces.api.documented import EVENTS, SENT, failures
from rag.faces.api.errors import ApiError
from rag.faces.api.job_types import IngestOrder, job_shape
from rag.faces.api.models_asked import LONGEST_NAME, Day, OffsetQuery, RetryRequest, UrlsRequest
from rag.faces.api.models_given import (
    FailureModel,
    ItemsModel,
    JobGivenModel,
    JobModel,
    PageModel,
)
from rag.faces.api.responses import Event, Shaped, event_stream, paged
from rag.faces.api.state import Served, ServedDependency
from rag.faces.api.uploads import keep_upload, named, safe_name, too_large
from rag.faces.shapes import failed_source_shape
from rag.reading.urls import is_url

router = APIRouter(prefix="/api/v1", tags=["ingest"])
READS, WRITES = [Depends(needs("read"))], [Depends(needs("write"))]
JobPath = Annotated[str, PathParameter(max_length=64, description="A job's id.")]

_FIELDS = {"files", "issue_date", "publication"}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                        },
                        "issue_date": {"type": "string", "format": "date"},
                        "publication": {"type": "string", "maxLength": LONGEST_NAME},
                    },
                }
            }
        },
    }
}


# The form is read here and not by a parameter, which would be read before the key is looked at.
@router.post(
    "/ingest/files",
    status_code=202,
    response_model=JobGivenModel,
    responses=failures(415, *SENT),
    dependencies=WRITES,
    openapi_extra=_FORM,
    summary="Upload pages",
)
async def ingest_files(request: Request, served: ServedDependency) -> Shaped:
    """Reads uploaded files into the archive: text, Markdown, Word, PDF, images, saved web pages,
    JSON Lines, and ZIP files of these. Answers at once with the job that does it.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise ApiError(415, "UnsupportedMediaType", "send the files as multipart/form-data")
    served.jobs.check_room()
    try:
        async with request.form(max_files=served.options.upload_files, max_fields=10) as form:
            order = await _order(form, served)
    except OSError as error:
        raise ApiError(
            503,
            "NoRoom",
            f"the upload can't be kept ({error.strerror}); make room in {gettempdir()}",
        ) from error
    return await _begun(served, order)


async def _begun(served: Served, order: IngestOrder) -> Shaped:
    # It is written to the disk, which the event loop needn't wait for.
    return Shaped({"job": job_shape(await run_in_threadpool(served.jobs.add, order))}, 202)


async def _order(form: FormData, served: Served) -> IngestOrder:
    unknown = sorted(set(form) - _FIELDS)
    if unknown:
        raise UsageError(
            f"no field is named {unknown[0][:40]!r}; send {', '.join(sorted(_FIELDS))}"
        )
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
    if not files or len(files) < len(form.getlist("files")):
        raise UsageError("no file came; send at least one in the field `files`, with its name")
    home, most = served.desk.settings.home, served.options.upload_bytes
    for file in files:
        # Before any of them is kept.
        if (file.size or 0) > most:
            raise too_large(safe_name(file.filename), most)
    kept: list[Path] = []
    for file in files:
        name = file.filename or ""
        kept.append(await served.work.call(keep_upload, home, name, file.file, most))
    return IngestOrder(
        "files",
        tuple(map(str, kept)),
        tuple(safe_name(file.filename) for file in files),
        _day(form),
        _publication(form),
    )


def _day(form: FormData) -> Day | None:
    given = form.get("issue_date")
    if not isinstance(given, str) or not given.strip():
        return None
    try:
        return TypeAdapter(Day).validate_python(given.strip())
    except ValidationError:
        raise UsageError(f"issue_date {given[:40]!r} is not a date; write 2020-12-23") from None


def _publication(form: FormData) -> str | None:
    given = form.get("publication")
    if not isinstance(given, str) or not given.strip():
        return None
    if len(given) > LONGEST_NAME:
        raise UsageError(f"publication has {len(given)} characters; at most {LONGEST_NAME}")
    return given.strip()


@router.post(
    "/ingest/urls",
    status_code=202,
    response_model=JobGivenModel,
    responses=failures(*SENT),
    dependencies=WRITES,
    summary="Read web pages and feeds",
)
async def ingest_urls(asked: UrlsRequest, served: ServedDependency) -> Shaped:
    """Reads web addresses into the archive. Answers at once with the job that does it; an address
    that leads into one's own network is one of its failures."""
    for url in asked.urls:
        # Anything else would be read as the name of a file of this machine.
        if not is_url(url):
            raise UsageError(f"{url[:100]!r} is no web address; begin it with http:// or https://")
    urls = tuple(asked.urls)
    order = IngestOrder(
        *("urls", urls, urls, asked.issue_date, asked.publication, asked.most_entries)
    )
    return await _begun(served, order)


@router.get(
    "/jobs",
    response_model=PageModel[JobModel],
    responses=failures(422),
    dependencies=READS,
    summary="Ingests",
)
async def jobs(
    served: ServedDependency,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: OffsetQuery = 0,
) -> Shaped:
    """Those under way and those of late, the latest first."""
    found, known = await run_in_threadpool(served.jobs.latest, limit, offset)
    return Shaped(paged([job_shape(job) for job in found], known, limit, offset))


@router.get(
    "/jobs/{job_id}",
    response_model=JobModel,
    responses=failures(404, 422),
    dependencies=READS,
    summary="An ingest",
)
async def job(served: ServedDependency, job_id: JobPath) -> Shaped:
    """How far it is, and what came of it."""
    return Shaped(job_shape(await run_in_threadpool(served.jobs.find, job_id)))


@router.get(
    "/jobs/{job_id}/events",
    response_model=None,
    responses={**EVENTS, **failures(404, 422)},
    dependencies=READS,
    summary="An ingest as it goes on",
)
async def job_events(request: Request, served: ServedDependency, job_id: JobPath) -> Response:
    """Server-sent events: `job`, as it stands and whenever it has changed, until it is over."""
    return await event_stream(_changes(served, job_id), request, served.options)


async def _changes(served: Served, job_id: str) -> AsyncGenerator[Event]:
    watched = served.jobs.watch(job_id)
    try:
        async for job in watched:
            yield "job", job_shape(job)
    finally:
        await watched.aclose()


@router.delete(
    "/jobs/{job_id}",
    response_model=JobModel,
    responses=failures(404, 422),
    dependencies=WRITES,
    summary="Cancel an ingest",
)
async def cancel(served: ServedDependency, job_id: JobPath) -> Shaped:
    """It ends before its turn, or between two batches; what it stored by then stays."""
    return Shaped(job_shape(await run_in_threadpool(served.jobs.cancel, job_id)))


@router.get(
    "/failures",
    response_model=ItemsModel[FailureModel],
    responses=failures(),
    dependencies=READS,
    summary="What could not be read",
)
async def failed(served: ServedDependency) -> Shaped:
    """What could not be read and has not been since, the earliest first."""
    found = await served.work.call(served.desk.failures)
    items = [
        {**shape, **{name: named(shape[name]) for name in ("source", "input")}}
        for shape in map(failed_source_shape, found)
    ]
    return Shaped({"items": items})


@router.post(
    "/failures/retry",
    status_code=202,
    response_model=JobGivenModel,
    responses=failures(*SENT),
    dependencies=WRITES,
    summary="Read again what failed",
)
async def retry(served: ServedDependency, asked: RetryRequest) -> Shaped:
    """Reads these failures again, or all. Answers at once with the job that does it."""
    known = {one.number: one.source for one in await served.work.call(served.desk.failures)}
    unknown = [number for number in asked.ids if number not in known]
    if unknown:
        raise UsageError(f"no failure has the id {unknown[0]}; GET /api/v1/failures lists them")
    numbers = tuple(asked.ids)
    names = tuple(named(known[number]) for number in numbers or known)
    order = IngestOrder("retry", names=names, numbers=numbers)
    return await _begun(served, order)
