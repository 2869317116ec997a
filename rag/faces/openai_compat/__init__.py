"""The face for chat clients: newsdesk as a model that speaks the OpenAI protocol."""

from rag.faces.openai_compat.routes import router

__all__ = ["router"]
