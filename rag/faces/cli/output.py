"""What the commands print: JSON, tables that align Chinese text, answers with their quotes."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from rag.errors import OutputError
from rag.faces.citing import marks, place
from rag.faces.printable import visible, visible_json, visible_line
from rag.types import AnswerSentence, Citation, ShortAnswer

if TYPE_CHECKING:
    from rich.console import Console

    from rag.indexing.pipeline import Progress

# A table on a pipe is for programs such as grep: its lines must not be folded.
_PIPE_WIDTH = 1000


def say(text: str = "") -> None:
    """Text on stdout, safe for a terminal. Raises OutputError where stdout takes no more."""
    _write(visible(text))


def warn(text: str) -> None:
    """One line on stderr under the command's name."""
    typer.echo(f"newsdesk: {visible_line(text)}", err=True)


def say_json(value: Any) -> None:
    _write(json_text(value))


def say_line(value: Any) -> None:
    """JSON on one line of stdout."""
    _write(visible_json(json.dumps(value, ensure_ascii=False)))


def json_text(value: Any) -> str:
    return visible_json(json.dumps(value, ensure_ascii=False, indent=2))


def say_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on stdout; its column names are bold on a terminal."""
    _write(table(columns, rows))


def _write(text: str) -> None:
    try:
        typer.echo(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"stdout can't be written ({error.strerror}); make room, or send it elsewhere"
        ) from error


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under their column names, padded by display width; the last column may be cut short."""
    from rich.table import Table  # heavy: loaded on first use
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns[:-1]:
        grid.add_column(name, no_wrap=True)
    grid.add_column(columns[-1], ratio=1, no_wrap=True, overflow="ellipsis")
    for row in rows:
        grid.add_row(*(Text(visible_line(cell)) for cell in row))
    console = stdout_console()
    with console.capture() as capture:
        console.print(grid)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def stdout_console() -> "Console":
    """Rich's console on stdout: as wide as the terminal, and on a pipe as wide as any line."""
    from rich.console import Console  # heavy: loaded on first use

    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def sentences_text(sentences: Sequence[AnswerSentence]) -> str:
    """Sentences in order, each with its citation numbers, what stands beside it and what
    verification says of it."""
    parts = []
    for sentence in sentences:
        problem = "" if sentence.supported else f" (not supported: {sentence.problem})"
        cited = marks(sentence.citations)
        parts.append(f"{sentence.label}{sentence.text}{cited}{sentence.remark}{problem}")
    return "\n".join(parts)


def short_text(short: ShortAnswer | None) -> str:
    """A short answer as a line of its own with an empty one below it; "" for none."""
    return f"{short.text}[{short.citation}]{short.remark}\n" if short else ""


def citations_text(citations: Sequence[Citation]) -> str:
    """Each citation's place and its quote, verbatim, indented below."""
    lines = []
    for citation in citations:
        lines.append(f"[{citation.number}] {place(citation)} ({citation.article_id[:12]})")
        lines += [f"    {line}" for line in citation.quote.splitlines()]
    return "\n".join(lines)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator["Progress"]:
    """A progress callback (stage, done, total) that draws on stderr; silent without a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console  # heavy: loaded on first use
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def advance(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield advance
