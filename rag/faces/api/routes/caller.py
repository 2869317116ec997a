"""Who calls, as the service sees them."""

from typing import Literal

from fastapi import APIRouter, Depends, Request

from rag.faces.api.auth import needs
from rag.faces.api.documented import failures
from rag.faces.api.models_base import Model
from rag.faces.api.responses import Shaped

router = APIRouter(prefix="/api/v1", tags=["service"], dependencies=[Depends(needs("read"))])


class CallerModel(Model):
    """name: of the key; empty where none is needed. scope: what it may do; write includes read."""

    name: str
    scope: Literal["read", "write"]


@router.get(
    "/key",
    response_model=CallerModel,
    responses=failures(),
    summary="What the key at hand may do",
)
async def key(request: Request) -> Shaped:
    """For a page to offer only what the server will take."""
    caller = request.state.caller
    return Shaped({"name": caller.name, "scope": caller.scope})
