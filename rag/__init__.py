"""newsdesk: cited answers and briefings from a newspaper archive."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.desk import Desk as Desk

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # The door is loaded on first use: importing `rag` must stay free of its weight.
    if name == "Desk":
        from rag.desk import Desk

        return Desk
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
