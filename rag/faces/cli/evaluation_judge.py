"""`newsdesk eval judge`: a language model's opinion of the answers of a run, as advice."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import UsageError
from rag.faces.cli.context import JsonOption, parse_text, settings_of
from rag.faces.cli.output import progress_bar, say, say_json, say_table, warn

if TYPE_CHECKING:
    from eval.judgements import Agreement, Flips, Judgement
    from eval.records import EvalRun
    from rag.answering.llm import LanguageModel
    from rag.settings import Settings

LONGEST_QUESTION = 40  # characters, in a table
LONGEST_REASON = 100
LONGEST_REPLY = 60


def register(app: typer.Typer) -> None:
    """Adds this command to `newsdesk eval`."""
    app.command()(judge)


def judge(
    context: typer.Context,
    run: Annotated[
        str,
        typer.Argument(
            parser=parse_text, metavar="RUN", help="A run's id, how it begins, latest, or its file."
        ),
    ] = "latest",
    model: Annotated[
        str | None,
        typer.Option(parser=parse_text, metavar="NAME", help="The judge; else NEWSDESK_MODEL."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Answers judged at a time.")] = 1,
    repeat: Annotated[
        int, typer.Option(min=1, help="Ask so many times, and tell how often the verdict changes.")
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Ask a language model whether the answers of a run are right.

    This is advice: it changes no figure and no gate. It tells how far the judge and the measures
    agree (Cohen's kappa), and lists the answers where they don't, for a person to look at. What
    the judge said is kept beside the run, and not asked for again. The exit status is 1 where an
    answer could not be judged.

    \b
    Examples:
      newsdesk eval judge
      newsdesk eval judge latest --model gpt-5 --workers 8
      newsdesk eval judge 20261126 --repeat 3 --json
    """
    # heavy: loaded on first use
    from eval.judge import judge as ask
    from eval.judgements import agreement, flips
    from eval.runner import RUNS
    from eval.runs import RunStore

    settings = settings_of(context)
    runs = settings.home / RUNS
    judged = RunStore(runs).find(run)
    with progress_bar(quiet=as_json) as progress:
        judgement = ask(
            judged,
            _judge_model(settings, model),
            runs,
            workers=workers,
            repeat=repeat,
            progress=progress,
        )
    agreed, flipped = agreement(judged, judgement), flips(judgement.opinions)
    if as_json:
        say_json(_shape(judgement, agreed, flipped))
    else:
        _say(judged, judgement, agreed, flipped)
    if judgement.failed:
        left = "1 opinion is" if judgement.missing == 1 else f"{judgement.missing} opinions are"
        warn(f"{left} still to be given: {judgement.failed[0].reason}")
    if judgement.missing or judgement.malformed:
        raise typer.Exit(1)


def _judge_model(settings: "Settings", name: str | None) -> "LanguageModel":
    from rag.answering.llm import open_language_model  # heavy: loaded on first use

    changes = {"mode": "auto"} if name is None else {"mode": "auto", "model": name}
    model = open_language_model(settings.model_copy(update=changes))
    if model is None:
        raise UsageError(
            "a judge is a language model; set OPENAI_API_KEY, or OPENAI_BASE_URL for another"
            " server that speaks the OpenAI protocol"
        )
    return model


def _shape(judgement: "Judgement", agreed: "Agreement", flipped: "Flips") -> dict[str, Any]:
    shape = asdict(judgement)
    shape["agreement"] = asdict(agreed)
    shape["flips"] = asdict(flipped) | {"rate": flipped.rate}
    return shape


def _say(run: "EvalRun", judgement: "Judgement", agreed: "Agreement", flipped: "Flips") -> None:
    judge = judgement.judge
    say(f"{run.id}, judged by {judge.model} at {judge.server} with prompt {judge.prompt}\n")
    rows = [(verdict, str(right), str(not_)) for verdict, (right, not_) in agreed.table.items()]
    say_table(("judge says", "measures: right", "measures: not right"), rows)
    kappa = "undefined" if agreed.kappa is None else f"{agreed.kappa:.3f}"
    say(
        f"\n{agreed.agreed} of {agreed.questions} answers agreed on; Cohen's kappa {kappa};"
        f" {agreed.supported} supported by their quotes, says the judge"
    )
    if flipped.rate is not None:
        say(
            f"{len(flipped.flipped)} of {flipped.questions} verdicts changed when asked again"
            f" ({flipped.rate:.3f})"
        )
    if judgement.malformed:
        say(f"{len(judgement.malformed)} replies were not as asked, and count nowhere:")
        for one in judgement.malformed:
            say(f"  {one.id}: {one.reason} ({' '.join(one.reply.split())[:LONGEST_REPLY]})")
    if agreed.disagreements:
        say("\nTo be looked at by a person:\n")
        say_table(
            ("id", "question", "measures", "judge", "because"),
            [
                (
                    one.id,
                    one.question[:LONGEST_QUESTION],
                    "right" if one.right else "not right",
                    one.verdict,
                    " ".join(one.reason.split())[:LONGEST_REASON],
                )
                for one in agreed.disagreements
            ],
        )
