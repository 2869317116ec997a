"""The `newsdesk` command."""

from rag.faces.cli.app import main

__all__ = ["main"]
