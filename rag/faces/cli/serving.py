"""The command that serves: HTTP API, web page, chat clients, agents."""

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError
from rag.faces.cli.context import JsonOption, open_desk
from rag.faces.cli.output import say, say_line

if TYPE_CHECKING:
    from rag.desk import Desk
    from rag.faces.api.options import ServeOptions

_MEGABYTE = 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Listen there; beyond this machine, keys count.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = (
        8020
    ),
    require_key: Annotated[
        bool, typer.Option("--require-key", help="Ask for an API key on this machine too.")
    ] = False,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Let web pages of this origin call; may be repeated."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="A name that a proxy calls this server by; keys count then."
        ),
    ] = None,
    rate: Annotated[
        int, typer.Option(min=0, help="Requests a minute of one key or address; 0: any number.")
    ] = 1200,
    concurrent: Annotated[
        int, typer.Option(min=1, max=256, help="Answers, searches and the like at a time.")
    ] = 4,
    waiting: Annotated[
        int, typer.Option(min=0, max=100_000, help="Those that may wait; more are turned away.")
    ] = 64,
    deadline: Annotated[
        float, typer.Option(min=1, max=3600, help="Seconds that one of them may take.")
    ] = 120.0,
    question_characters: Annotated[
        int, typer.Option(min=1, max=100_000, help="Characters of a question, at most.")
    ] = 2000,
    upload_megabytes: Annotated[
        int, typer.Option(min=1, max=10_000, help="Megabytes of an uploaded file, at most.")
    ] = 64,
    upload_files: Annotated[
        int, typer.Option(min=1, max=1000, help="Files of one upload, at most.")
    ] = 50,
    grace: Annotated[
        float, typer.Option(min=0, max=3600, help="Seconds that a stop leaves for what goes on.")
    ] = 20.0,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Log what is asked and searched.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Serve the archive: web page, HTTP API, chat clients, agents.

    Prints where, once it listens; Ctrl-C or SIGTERM ends it. Its log goes to stderr, a line of JSON
    each. Beyond this machine every request needs an API key (newsdesk keys add).

    \b
    Examples:
      newsdesk serve
      newsdesk serve --host 0.0.0.0 --port 8020
      newsdesk serve --require-key --rate 60
    """
    from rag.faces.api.options import ServeOptions  # heavy: loaded on first use

    options = ServeOptions(
        host=host,
        port=port,
        require_key=require_key,
        allow_origins=tuple(allow_origin or ()),
        allow_hosts=tuple(allow_host or ()),
        rate=rate,
        concurrent=concurrent,
        waiting=waiting,
        deadline=deadline,
        question_characters=question_characters,
        upload_bytes=upload_megabytes * _MEGABYTE,
        upload_files=upload_files,
        grace=grace,
        log_questions=log_questions,
    )
    whole = _serve_until_stopped(context, options, as_json)
    if not whole:
        # A thread that waits for a language model would hold the process up.
        sys.stderr.flush()
        os._exit(0)


def _serve_until_stopped(context: typer.Context, options: "ServeOptions", as_json: bool) -> bool:
    """Whether all work has ended by then."""
    from rag.faces.api.server import allow_many_files, listen  # heavy: loaded on first use

    with open_desk(context) as desk:
        _check_keys(desk, options)
        allow_many_files()
        with listen(options) as listening:
            _tell(desk.settings.home, options, listening, as_json)
            whole, kept = _serve(desk, options, listening)
    while kept is not None:
        with kept, open_desk(context) as desk:
            ended, kept = _serve(desk, options, kept)
        whole = whole and ended
    return whole


def _tell(home: Path, options: "ServeOptions", listening: socket.socket, as_json: bool) -> None:
    host = f"[{options.host.strip('[]')}]" if ":" in options.host else options.host
    url = f"http://{host}:{listening.getsockname()[1]}"
    if as_json:
        say_line({"url": url, "home": str(home), "keys": options.keys_required})
        return
    say(f"serving {home} at {url}; Ctrl-C ends it")
    if options.keys_required:
        say("every request needs an API key (newsdesk keys add NAME)")


def _serve(
    desk: "Desk", options: "ServeOptions", listening: socket.socket
) -> tuple[bool, socket.socket | None]:
    """Serves until it is stopped: whether all work has ended by then, and the socket to go on at
    where the archive is to be opened anew."""
    from rag.faces.api.app import create_app  # heavy: loaded on first use
    from rag.faces.api.logs import log_json
    from rag.faces.api.server import server_of

    log_json()
    app = create_app(desk, options)
    server = server_of(app, options)
    server.run(sockets=[listening])
    return bool(app.state.served.work.all() == 0), server.kept


def _check_keys(desk: "Desk", options: "ServeOptions") -> None:
    from store.keys import KeyStore  # heavy: loaded on first use

    keys = KeyStore(desk.settings.home)
    try:
        if options.keys_required and not keys.usable():
            raise UsageError(
                "serving like this needs an API key and there is none in use; add one with"
                " `newsdesk keys add NAME`, or serve this machine alone (--host 127.0.0.1)"
            )
    finally:
        keys.close()
