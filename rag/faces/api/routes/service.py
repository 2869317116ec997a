"""How the service is: alive, ready."""

from fastapi import APIRouter

from rag import __version__
from rag.faces.api.models_given import HealthModel
from rag.faces.api.responses import Shaped

router = APIRouter(tags=["service"])


@router.get("/health", response_model=HealthModel, summary="Whether the process answers")
async def health() -> Shaped:
    """Needs no key, and looks at nothing."""
    return Shaped({"status": "ok", "version": __version__})
