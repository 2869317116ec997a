"""What routes stand on: the open archive, and what the server keeps beside it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from rag.desk import Desk
from rag.faces.api.options import ServeOptions
from rag.faces.api.work import Work

if TYPE_CHECKING:
    from rag.faces.api.jobs import Jobs
    from store.keys import KeyStore


@dataclass(slots=True)
class Served:
    """One server's parts. The Desk stands at `app.state.desk` too."""

    desk: Desk
    options: ServeOptions
    work: Work
    keys: "KeyStore"
    jobs: "Jobs"
    stopping: bool = False


def served_by(request: Request) -> Served:
    """The parts of the server that has this request."""
    served: Served = request.app.state.served
    return served


def _desk(request: Request) -> Desk:
    return served_by(request).desk


def _work(request: Request) -> Work:
    return served_by(request).work


ServedDependency = Annotated[Served, Depends(served_by)]
DeskDependency = Annotated[Desk, Depends(_desk)]
"""The open archive. What it does blocks: call it through `WorkDependency`."""
WorkDependency = Annotated[Work, Depends(_work)]
"""`await work.call(desk.search, words)`; `async for event in work.events(begin)`."""
