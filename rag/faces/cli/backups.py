"""Commands that keep an archive safe: backup, restore."""

from pathlib import Path
from typing import Annotated

import typer

from rag.faces.cli.context import JsonOption, settings_of
from rag.faces.cli.output import progress_bar, say, say_json, warn
from rag.faces.shapes import backup_shape, restore_shape

_MEGABYTE = 1_000_000


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    output: Annotated[
        Path,
        typer.Argument(metavar="FILE|FOLDER", help="The file, or a folder for one named by time."),
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file where it is there already.")
    ] = False,
    keep: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="In a folder: leave the latest N, remove others."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the whole archive to one file, while others use it.

    Articles with their raw pages and vectors, records of answers, briefings, what was uploaded, and
    API keys as the hashes that they are kept as. Ingests and `newsdesk serve` need not stop: the
    file holds the archive as it was at one moment. It is written beside its place first, and needs
    room there for the archive once more. Not in it: newsdesk.toml and the environment.

    \b
    Examples:
      newsdesk backup archive.tar.gz
      newsdesk backup /var/backups/newsdesk --keep 14
    """
    from rag.backups import back_up  # heavy: loaded on first use

    with progress_bar(quiet=as_json) as progress:
        report = back_up(settings_of(context), output, force=force, keep=keep, progress=progress)
    if as_json:
        say_json(backup_shape(report))
        return
    say(
        f"{report.file}: {report.size / _MEGABYTE:.1f} MB, {report.pages} pages,"
        f" {report.articles} articles, {report.chunks} chunks"
    )
    for file in report.removed:
        say(f"removed: {file}")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `newsdesk backup` wrote.")],
    force: Annotated[
        bool,
        typer.Option("--force", help="Put what the home holds aside, under another name."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put what a backup holds in the data folder.

    Checks every file against its checksum, makes the indexes anew from the vectors in the backup
    (no embedding model is needed) and verifies all of it before it takes its place: until then, and
    where anything fails, the data folder stays as it was. A backup of an earlier version is brought
    up to date. Stop `newsdesk serve` first where the data folder is in use.

    \b
    Examples:
      newsdesk restore archive.tar.gz --home restored
      newsdesk restore archive.tar.gz --force
    """
    from rag.backups import restore as put_back  # heavy: loaded on first use

    with progress_bar(quiet=as_json) as progress:
        report = put_back(settings_of(context), file, force=force, progress=progress)
    if as_json:
        say_json(restore_shape(report))
    else:
        found = report.found
        say(
            f"{report.home}: {found.pages} pages, {found.articles} articles, {found.chunks} chunks,"
            f" as of {report.made_at.isoformat(sep=' ', timespec='seconds')}"
        )
        if report.aside:
            say(f"what it held before: {report.aside}")
    for difference in report.differences:
        warn(f"{difference}: set it so, or run `newsdesk reindex`")
