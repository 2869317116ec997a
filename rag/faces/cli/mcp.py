"""The command that agents start: mcp."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.faces.cli.context import home_of, open_desk, settings_of
from rag.faces.cli.output import say_json

_AT_ONCE, _WAITING = 4, 64
_DEADLINE = 600.0  # seconds for one call: a briefing by a language model takes minutes


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(mcp)


def mcp(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what a client's configuration needs, and end.")
    ] = False,
) -> None:
    """Serve an agent over stdin and stdout, by the Model Context Protocol.

    A client starts this itself; its configuration names the command. Tools: ask, search,
    read_article, brief, list_articles. Articles are resources. Nothing but the protocol goes to
    stdout. `newsdesk serve` has the same at /mcp, over HTTP.

    \b
    Examples:
      newsdesk mcp --home archive
      newsdesk mcp --home archive --json
    """
    if as_json:
        say_json(_configuration(context))
        return
    from rag.faces.api.work import Work  # heavy: loaded on first use
    from rag.faces.mcp import server

    # A read of stdin can't be broken off, and Ctrl-C would wait for it. No write is lost: an
    # archive stands being killed.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    work = Work(_AT_ONCE, _WAITING, _DEADLINE)
    with open_desk(context) as desk:
        try:
            server(desk, work).run("stdio")
        except BaseExceptionGroup as failed:
            if failed.subgroup(BrokenPipeError) is None:
                raise
            raise BrokenPipeError from failed  # the client has left
        finally:
            work.close(0)


def _configuration(context: typer.Context) -> object:
    """In the form that most clients read, with full paths: they start in folders of their own."""
    home = (home_of(context) or settings_of(context).home).absolute()
    command = Path(sys.executable).with_name("newsdesk")
    start = [str(command)] if command.exists() else [sys.executable, "-m", "rag"]
    arguments = [*start[1:], "mcp", "--home", str(home)]
    return {"mcpServers": {"newsdesk": {"command": start[0], "args": arguments}}}
