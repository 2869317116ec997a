"""Commands on API keys: keys add, keys list, keys revoke."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.faces.cli.context import JsonOption, parse_text, settings_of
from rag.faces.cli.dates import parse_date
from rag.faces.cli.output import say, say_json, say_table, warn

if TYPE_CHECKING:
    from store.keys import ApiKey, KeyStore

_DAYS = re.compile(r"(\d{1,5})d")

keys = typer.Typer(
    help="API keys of `newsdesk serve`: add, list, revoke.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add this group of commands to the command line."""
    app.add_typer(keys, name="keys")


def parse_expiry(text: str) -> datetime:
    """When a key ends: after a day (2027-06-30, that day included), or after some days (90d).
    Raises typer.BadParameter."""
    found = _DAYS.fullmatch(text.strip())
    if found:
        return datetime.now(UTC) + timedelta(days=int(found.group(1)))
    try:
        day: date = parse_date(text)
        return datetime.combine(day + timedelta(days=1), time()).astimezone()
    except (typer.BadParameter, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no end of a key; write a day such as 2027-06-30, or days such as 90d."
        ) from None


@keys.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(parser=parse_text, help="Who or what uses the key.")],
    scope: Annotated[
        Literal["read", "write"],
        typer.Option(help="read: ask, search, look. write: also take pages in."),
    ] = "read",
    expires: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_expiry, metavar="DATE|DAYS", help="Its last day, or after so many days."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make an API key. It is shown this once; only a hash of it is kept.

    \b
    Examples:
      newsdesk keys add reading-room
      newsdesk keys add scanner --scope write --expires 90d
    """
    with _store(context) as store:
        key, secret = store.add(name, scope, expires)
    if as_json:
        say_json({**_shape(key), "key": secret})
    else:
        say(secret)
        warn(f"this is the key {key.name!r} ({key.scope}); it is not shown again")


@keys.command("list")
def list_keys(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the API keys, also those that open nothing any more.

    \b
    Examples:
      newsdesk keys list
    """
    with _store(context) as store:
        found = store.keys()
    if as_json:
        say_json([_shape(key) for key in found])
    elif found:
        columns = ("ID", "Scope", "Made", "State", "Name")
        say_table(columns, [_row(key) for key in found])
    else:
        say("there is no API key; make one with `newsdesk keys add NAME`")


@keys.command()
def revoke(
    context: typer.Context,
    key: Annotated[str, typer.Argument(parser=parse_text, help="A key's id or name.")],
    as_json: JsonOption = False,
) -> None:
    """Make an API key open nothing, from its next request on.

    \b
    Examples:
      newsdesk keys revoke scanner
    """
    with _store(context) as store:
        revoked = store.revoke(key)
    if as_json:
        say_json(_shape(revoked))
    else:
        say(f"revoked: {revoked.name} ({revoked.id})")


@contextmanager
def _store(context: typer.Context) -> "Iterator[KeyStore]":
    from store.keys import KeyStore  # heavy: loaded on first use

    store = KeyStore(settings_of(context).home)
    try:
        yield store
    finally:
        store.close()


def _shape(key: "ApiKey") -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "scope": key.scope,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "usable": key.usable(datetime.now(UTC)),
    }


def _row(key: "ApiKey") -> tuple[str, ...]:
    return (
        key.id,
        key.scope,
        f"{key.created_at.astimezone():%Y-%m-%d %H:%M}",
        _state(key),
        key.name,
    )


def _state(key: "ApiKey") -> str:
    if key.revoked_at:
        return "revoked"
    if key.expires_at is None:
        return "in use"
    ends = f"{key.expires_at.astimezone():%Y-%m-%d %H:%M}"
    return f"until {ends}" if key.usable(datetime.now(UTC)) else f"expired {ends}"
