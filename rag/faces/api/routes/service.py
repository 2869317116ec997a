"""How the service is: alive, ready, measured."""

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from rag import __version__
from rag.faces.api.auth import needs
from rag.faces.api.documented import failures
from rag.faces.api.models_given import HealthModel, ReadyModel
from rag.faces.api.readiness import all_ok
from rag.faces.api.responses import Shaped
from rag.faces.api.state import ServedDependency

router = APIRouter(tags=["service"])


@router.get("/health", response_model=HealthModel, summary="Whether the process answers")
async def health() -> Shaped:
    """Needs no key, and looks at nothing."""
    return Shaped({"status": "ok", "version": __version__})


# Beside the work: a service that has much to do is ready all the same.
@router.get(
    "/ready",
    response_model=ReadyModel,
    responses={503: {"model": ReadyModel, "description": "Not ready."}},
    summary="Whether the service can do its work",
)
def ready(served: ServedDependency) -> Shaped:
    """Needs no key. Says what is wrong, in `checks`: of the archive, the models, the disk."""
    checks = served.readiness.checks()
    if served.stopping_since is not None:
        checks["server"] = "stopping"
    fine = all_ok(checks)
    return Shaped({"ready": fine, "checks": checks}, 200 if fine else 503)


@router.get(
    "/openapi.json",
    response_model=None,
    responses=failures(),
    dependencies=[Depends(needs("read"))],
    summary="This API, as an OpenAPI document",
)
def openapi(request: Request) -> Shaped:
    """Every path, with what it takes and gives."""
    return Shaped(request.app.openapi())


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, **failures()},
    dependencies=[Depends(needs("read"))],
    summary="Numbers for Prometheus",
)
def metrics(served: ServedDependency) -> Response:
    """Requests by path and status, their times, work under way, answers, ingests, archive size."""
    return Response(served.metrics.text(), media_type=CONTENT_TYPE_LATEST)
