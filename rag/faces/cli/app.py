"""The command line: its groups of commands, and how every error ends."""

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from itertools import islice
from typing import Annotated

import typer

from rag import __version__
from rag.errors import NewsdeskError, OutputError, UsageError
from rag.faces.cli import (
    archive,
    backups,
    briefings,
    chat,
    demo,
    doctor,
    evaluation,
    evaluation_ablation,
    evaluation_judge,
    evaluation_questions,
    evaluation_runs,
    ingesting,
    keys,
    mcp,
    questions,
    records,
    serving,
    settings,
    summaries,
    timelines,
)
from rag.faces.cli.context import folder_named
from rag.faces.cli.output import say, say_json, warn
from rag.faces.shapes import error_shape

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
_OWN_LOGGERS = ("rag", "store", "eval", "mcp")
# What goes wrong in these comes back as an error of ours; each retry needs no line of its own.
_VERBOSITIES = ("HF_HUB_VERBOSITY", "TRANSFORMERS_VERBOSITY")
_TALKATIVE = ("sentence_transformers", "trafilatura")

app = typer.Typer(
    name="newsdesk",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    ingesting,
    archive,
    questions,
    summaries,
    timelines,
    briefings,
    chat,
    records,
    serving,
    keys,
    mcp,
    backups,
    settings,
    doctor,
    demo,
):
    group.register(app)
for group in (evaluation_runs, evaluation_ablation, evaluation_judge, evaluation_questions):
    group.register(evaluation.app)
app.add_typer(evaluation.app, name="eval")


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"newsdesk {__version__}")
        raise typer.Exit


@app.callback()
def newsdesk(
    context: typer.Context,
    home: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="The data folder; else NEWSDESK_HOME. May also stand after the command.",
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the Python traceback of an error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Ask a newspaper archive; every sentence of an answer shows the words it stands on.

    \b
    newsdesk ingest pages/               read pages into the archive
    newsdesk ask "市委常委会做了什么决定？"    ask in Chinese or English
    newsdesk brief --date 2020-12-23     a day's news, cited

    Exit status: 0 done (a refusal is done), 1 something failed, 2 wrong usage.
    """
    context.obj = None if home is None else folder_named("--home", home)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

    arguments: the words after `newsdesk`; those of this process by default. An error is one line
    on stderr, and with --json an `error` object on stdout too; --debug adds the traceback.
    """
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    _speak_utf8()
    _log_to_stderr()
    try:
        return _run(words)
    except BrokenPipeError:
        # The reader has left; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _run(words: list[str]) -> int:
    try:
        status = app(args=_globals_first(words), prog_name="newsdesk", standalone_mode=False)
    except BrokenPipeError:
        raise
    except Exception as error:
        if "--debug" in words:
            traceback.print_exc()
        message, status = _explain(error)
        warn(message)
        if "--json" in words:
            # Where stdout itself is what failed, stderr has said so.
            with suppress(OutputError):
                say_json(error_shape(type(error).__name__, message, status))
        return status
    if status == INTERRUPTED:
        message = "interrupted; what was reported done is kept"
        warn(message)
        if "--json" in words:
            say_json(error_shape("Interrupted", message, INTERRUPTED))
    return status if isinstance(status, int) else 0


def _explain(error: Exception) -> tuple[str, int]:
    """The one line that a user reads, and the exit status."""
    match error:
        case NewsdeskError():
            status = WRONG_USAGE if isinstance(error, UsageError) else FAILED
            return _one_line(str(error)), status
        case typer.TyperException():
            return f"{_one_line(error.format_message())} (see --help)", error.exit_code
        case typer.Abort():
            return "stopped: the answer to a question was missing", FAILED
        case OSError(strerror=str(reason)):
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{reason}", FAILED
        case _:
            return (
                f"unexpected {type(error).__name__}: {_one_line(str(error))} "
                "(a fault of newsdesk: please report it with what --debug prints)"
            ), FAILED


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _globals_first(words: list[str]) -> list[str]:
    """The same words with --home and --debug before the command, where the parser wants them."""
    ahead: list[str] = []
    rest: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--":
            rest += [word, *remaining]
        elif word == "--home":
            ahead += [word, *islice(remaining, 1)]
        elif word == "--debug" or word.startswith("--home="):
            ahead.append(word)
        else:
            rest.append(word)
    return ahead + rest


class _Complaints(logging.Handler):
    """A part's warnings, each as one line on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        warn(_one_line(record.getMessage()))


def _log_to_stderr() -> None:
    for name in _OWN_LOGGERS:
        logging.getLogger(name).handlers = [_Complaints()]
    for variable in _VERBOSITIES:
        os.environ.setdefault(variable, "critical")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _speak_utf8() -> None:
    """Chinese must come out whole even where the locale can't write it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() not in {"utf-8", "utf8"}:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
