"""The HTTP service over one Desk: its app, and what it opens and closes."""

import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware import Middleware

from rag import __version__
from rag.desk import Desk
from rag.faces.api.access import Access
from rag.faces.api.documented import TAGS
from rag.faces.api.edge import Edge, Faults
from rag.faces.api.errors import handle_errors
from rag.faces.api.jobs import Jobs
from rag.faces.api.limits import BodyLimit
from rag.faces.api.metrics import Metrics
from rag.faces.api.options import ServeOptions
from rag.faces.api.readiness import Readiness
from rag.faces.api.routes import archive, asking, ingesting, news, records, service, sheets
from rag.faces.api.state import Served
from rag.faces.api.tracing import tracing_for
from rag.faces.api.uploads import forget_parts
from rag.faces.api.work import Work
from store.keys import KeyStore

Lifespan = Callable[[], AbstractAsyncContextManager[None]]


def create_app(desk: Desk, options: ServeOptions) -> FastAPI:
    """The service of an open archive, which stays the caller's to close."""
    served = _opened(desk, options)
    lifespans: list[Lifespan] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(served.close)
            served.readiness.begin()
            for mounted in lifespans:
                await stack.enter_async_context(mounted())
            yield

    app = FastAPI(
        title="newsdesk",
        version=__version__,
        summary="Cited answers and briefings from a newspaper archive.",
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would lead wherever the Host header says.
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=_middleware(served),
    )
    app.state.desk, app.state.served = desk, served
    handle_errors(app)
    for routes in (asking, archive, sheets, news, ingesting, records, service):
        app.include_router(routes.router)
    _mount_faces(app, desk, lifespans)
    served.tracing = tracing_for(app)
    return app


def _opened(desk: Desk, options: ServeOptions) -> Served:
    work = Work(options.concurrent, options.waiting, options.deadline)
    metrics = Metrics(desk.counts)
    forget_parts(desk.settings.home)
    jobs = Jobs(desk, options.jobs_waiting, options.jobs_kept, metrics.ingested)
    metrics.watch("newsdesk_work_under_way", "Answers and the like under way or waiting.", work.all)
    metrics.watch("newsdesk_work_waiting", "Those of them that wait.", work.queued)
    metrics.watch("newsdesk_ingest_jobs_waiting", "Ingests that wait.", jobs.queued)
    return Served(
        desk=desk,
        options=options,
        work=work,
        keys=KeyStore(desk.settings.home),
        jobs=jobs,
        metrics=metrics,
        readiness=Readiness(desk, options.least_disk),
    )


def _middleware(served: Served) -> list[Middleware]:
    """The outermost first."""
    options = served.options
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(options.allow_origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )
    return [
        Middleware(Edge, metrics=served.metrics, log_questions=options.log_questions),
        *([cors] if options.allow_origins else []),
        Middleware(Faults),
        Middleware(Access, options=options, keys=served.keys),
        Middleware(BodyLimit, options=options),
    ]


def _mount_faces(app: FastAPI, desk: Desk, lifespans: list[Lifespan]) -> None:
    """The other faces: chat clients' at /v1, agents' at /mcp, people's at /."""
    openai = _face("rag.faces.openai_compat")
    if openai is not None:
        app.include_router(openai.router)
    mcp = _face("rag.faces.mcp")
    if mcp is not None:
        # Adds /mcp, and gives what is to be entered while the app runs, as `lifespan` is.
        lifespans.append(mcp.mount(app, desk))
    web = _face("rag.faces.api.web_page")
    if web is not None:
        web.mount_web(app)


def _face(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
