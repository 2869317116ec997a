"""`newsdesk settings`: every setting, what it is, and where that was set."""

from dataclasses import asdict

import typer

from rag.faces.cli.context import JsonOption, home_of
from rag.faces.cli.output import say_json, say_table


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(settings)


def settings(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show every setting, its value and where it was set.

    A value comes from the environment, else from newsdesk.toml in the current folder, else it is
    the default. Keys, and user names and passwords in addresses, are hidden.

    \b
    Examples:
      newsdesk settings
      NEWSDESK_CANDIDATES=90 newsdesk settings --json
    """
    from rag.settings_told import settings_in_force  # heavy: loaded on first use

    found = settings_in_force(home_of(context))
    if as_json:
        say_json([asdict(setting) for setting in found])
        return
    rows = [
        (one.name, "-" if one.value is None else str(one.value), one.source, one.description)
        for one in found
    ]
    say_table(("Setting", "Value", "Set by", "What it is"), rows)
