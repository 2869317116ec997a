"""The command that serves: HTTP API, web page, chat clients, agents."""

from typing import Annotated

import typer

from rag.errors import UsageError
from rag.faces.cli.context import open_desk
from rag.faces.cli.output import warn


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = (
        8020
    ),
    require_key: Annotated[
        bool, typer.Option("--require-key", help="Ask for an API key on this machine too.")
    ] = False,
) -> None:
    """Serve the archive over HTTP.

    \b
    Examples:
      newsdesk serve
      newsdesk serve --host 0.0.0.0 --port 8020
    """
    import uvicorn  # heavy: loaded on first use

    from rag.faces.api.app import create_app
    from rag.faces.api.options import ServeOptions
    from store.keys import KeyStore

    options = ServeOptions(host=host, port=port, require_key=require_key)
    with open_desk(context) as desk:
        if options.keys_required and not KeyStore(desk.settings.home).usable():
            raise UsageError(
                f"{host} needs API keys and there is none; add one with `newsdesk keys add NAME`"
            )
        warn(f"serving {desk.settings.home} at http://{host}:{port}; Ctrl-C ends it")
        uvicorn.run(create_app(desk, options), host=host, port=port, log_level="warning")
