"""The face for agents: newsdesk over the Model Context Protocol."""

from rag.faces.mcp.http import mount
from rag.faces.mcp.server import server

__all__ = ["mount", "server"]
