"""The commands that make questions of an archive: eval generate, eval confirm."""

import sys
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import UsageError
from rag.faces.cli.context import JsonOption, open_desk
from rag.faces.cli.output import progress_bar, say, say_json, warn
from rag.faces.printable import visible
from rag.faces.shapes import usage_shape

if TYPE_CHECKING:
    from eval.confirmation import QuestionFile
    from eval.dataset_shapes import Question
    from eval.generation.drafting import Drafts

_KEYS = "[a]ccept  [r]eject  [e]dit the question  edit the [f]acts  [s]kip  [q]uit > "


class Mode(StrEnum):
    """How questions are drafted."""

    TEMPLATES = "templates"
    MODEL = "model"


def register(app: typer.Typer) -> None:
    """Add these commands to `newsdesk eval`."""
    app.command()(generate)
    app.command()(confirm)


def generate(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="A new file; else they are printed."),
    ] = None,
    questions: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    seed: Annotated[int, typer.Option(help="Another number drafts others.")] = 0,
    unanswerable: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, metavar="SHARE", help="Of which the archive has no answer."),
    ] = 0.2,
    mode: Annotated[
        Mode, typer.Option(help="By templates, or by the language model.")
    ] = Mode.TEMPLATES,
    as_json: JsonOption = False,
) -> None:
    """Draft questions from the archive, for you to confirm.

    Templates ask in Chinese who, when, where and how many, by sentences that tell it; a language
    model, where one is set, asks freely, and what it can't prove by a quote is dropped. Each
    question comes with its answer and quote, marked as unconfirmed. Unanswerable ones differ from
    a real question by a name, a year or a number that the archive doesn't hold.

    \b
    Examples:
      newsdesk eval generate -o questions.jsonl
      newsdesk eval generate -o questions.jsonl --questions 200 --unanswerable 0.3
      newsdesk eval generate --mode model --questions 20 > questions.jsonl
    """
    from eval.confirmation import replace_file  # heavy: loaded on first use
    from eval.errors import EvalError
    from eval.generation.drafting import as_lines, draft

    if output is not None and output.exists():
        raise UsageError(f"{output} exists and may hold what you confirmed; name another file")
    with open_desk(context) as desk, progress_bar(quiet=as_json) as progress:
        drafts = draft(desk, questions, seed, unanswerable, mode.value, progress)
    if not drafts.questions:
        raise EvalError(
            "no question could be drafted; the archive may be too small, or not in Chinese"
            f"{_dropped(drafts)}"
        )
    lines = as_lines(drafts.questions)
    if output is not None:
        replace_file(output, lines.encode())
    if as_json:
        say_json(_shape(drafts, output))
        return
    if output is None:
        say(lines.rstrip("\n"))
    _tell(drafts, output, questions)


def confirm(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Drafted questions, as JSONL.")],
    as_json: JsonOption = False,
) -> None:
    """Go through drafted questions: accept, mend or reject each.

    Every decision is saved as it is made; quit and come back as you like. Facts are written with ;
    between facts and | between alternatives of one. Needs a terminal. --json prints what was done,
    at the end.

    \b
    Examples:
      newsdesk eval confirm questions.jsonl
    """
    from eval.confirmation import QuestionFile  # heavy: loaded on first use

    if not sys.stdin.isatty():
        raise UsageError("confirm asks a person: run it in a terminal, with nothing piped in")
    held = QuestionFile(file)
    done = _Review(held).run()
    left = len(held.unconfirmed())
    if as_json:
        say_json({"file": str(file), **done, "left": left})
    else:
        counts = ", ".join(f"{number} {what}" for what, number in done.items())
        say(f"{counts}; {left} left to confirm")


class _Review:
    """One sitting of somebody who decides on questions."""

    def __init__(self, held: "QuestionFile") -> None:
        self._held = held
        self._done = {"accepted": 0, "rejected": 0, "edited": 0}

    def run(self) -> dict[str, int]:
        """Asks about every unconfirmed question until all are decided on, or whoever is asked
        leaves. How many were accepted, rejected and edited."""
        waiting = self._held.unconfirmed()
        for number, question in enumerate(waiting, start=1):
            if not self._decided(question, f"{number} of {len(waiting)}"):
                break
        return self._done

    def _decided(self, question: "Question", place: str) -> bool:
        """False where nobody wants to go on."""
        self._show(question, place)
        while True:
            typed = _typed(_KEYS)
            match typed and typed.lower():
                case None | "q":
                    return False
                case "s":
                    return True
                case "a":
                    self._held.accept(question.id)
                    self._done["accepted"] += 1
                    return True
                case "r":
                    self._held.reject(question.id)
                    self._done["rejected"] += 1
                    return True
                case "e":
                    question = self._edited(question, "question", self._held.edit_question)
                    self._show(question, place)
                case "f" if question.answerable:
                    question = self._edited(question, "facts", self._held.edit_facts)
                    self._show(question, place)
                case "f":
                    warn("an unanswerable question has no facts")
                case _:
                    warn(f"{typed!r} is none of a, r, e, f, s and q")

    def _edited(
        self, question: "Question", what: str, edit: Callable[[str, str], "Question"]
    ) -> "Question":
        from eval.errors import DatasetError  # heavy: loaded on first use

        text = _typed(f"{what} (empty leaves it) > ")
        if not text:
            return question
        try:
            changed = edit(question.id, text)
        except DatasetError as error:
            warn(str(error))
            return question
        self._done["edited"] += 1
        return changed

    def _show(self, question: "Question", place: str) -> None:
        """On stderr, which leaves stdout to --json."""
        facts = "; ".join(" | ".join(fact) for fact in question.facts)
        where = ", ".join((*question.headlines, *question.gold))
        shown = (
            f"\n{place}  {question.id}  ({', '.join(question.tags)})",
            question.question,
            f"  facts: {facts}" if question.answerable else "  (the archive doesn't answer it)",
            *(f"  quote: {quote}" for quote in question.quotes),
            *((f"  article: {where}",) if where else ()),
        )
        for line in shown:
            typer.echo(visible(line), err=True)


def _typed(prompt: str) -> str | None:
    """A line that is typed, without white space around it; None at the end of input. Asks again
    where it is not in the terminal's encoding."""
    while True:
        typer.echo(prompt, nl=False, err=True)
        try:
            line = sys.stdin.readline()
            line.encode()  # without an encoding that is set, Python reads bad bytes as surrogates
        except UnicodeError:
            warn("what was typed can't be read; set the terminal to UTF-8, and type it again")
            continue
        return line.strip() if line else None


def _shape(drafts: "Drafts", output: Path | None) -> dict[str, Any]:
    from eval.generation.drafting import as_row  # heavy: loaded on first use

    return {
        "file": None if output is None else str(output),
        "drafted": len(drafts.questions),
        "unanswerable": sum(not one.answerable for one in drafts.questions),
        "dropped": dict(drafts.dropped),
        "usage": usage_shape(drafts.usage),
        "questions": [as_row(one) for one in drafts.questions],
    }


def _tell(drafts: "Drafts", output: Path | None, wanted: int) -> None:
    """What was drafted, on stderr where the questions themselves are on stdout."""
    near = sum(not one.answerable for one in drafts.questions)
    kinds = Counter(one.tags[-1] for one in drafts.questions)
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    short = f" of {wanted}: the articles give no more" if len(drafts.questions) < wanted else ""
    text = (
        f"{len(drafts.questions)} questions{short} ({told}), {near} of them unanswerable"
        f"{_dropped(drafts)}"
    )
    if output is None:
        warn(text)
    else:
        say(f"{text}\nconfirm them: newsdesk eval confirm {output}")


def _dropped(drafts: "Drafts") -> str:
    if not drafts.dropped:
        return ""
    told = "; ".join(f"{reason}: {number}" for reason, number in drafts.dropped.items())
    return f"; dropped: {told}"
