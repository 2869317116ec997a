"""Commands that answer: search, ask."""

import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError
from rag.faces.citing import also_in
from rag.faces.cli.context import (
    FromOption,
    JsonOption,
    PublicationOption,
    ToOption,
    open_desk,
    parse_text,
    spoken,
)
from rag.faces.cli.dates import filters_for
from rag.faces.cli.output import (
    citations_text,
    say,
    say_json,
    sentences_text,
    short_text,
)
from rag.faces.shapes import (
    answer_shape,
    explained_shape,
    hit_shape,
    iso,
    plain,
)
from rag.types import Answer, AnswerEvent, AnswerSentence, Citation, Hit, Settled

if TYPE_CHECKING:
    from rag.answering.dry_run import DryRun, PlannedRequest
    from rag.answering.explanation import Explanation

QuestionArgument = Annotated[
    str,
    typer.Argument(
        parser=parse_text, metavar="QUESTION", help="In Chinese or English, in quotation marks."
    ),
]


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(search)
    app.command()(ask)


def search(
    context: typer.Context,
    question: QuestionArgument,
    limit: Annotated[int, typer.Option(min=1, help="At most this many passages.")] = 10,
    date_from: FromOption = None,
    date_to: ToOption = None,
    publication: PublicationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages that fit a question, best first.

    \b
    Examples:
      newsdesk search 抗疫表彰大会
      newsdesk search "industrial economy" --limit 3 --from 2020-12-01
    """
    words = spoken(question)
    filters = filters_for(date_from, date_to, publication)
    with open_desk(context) as desk:
        hits = desk.search(words, limit=limit, filters=filters)
    if as_json:
        say_json([hit_shape(hit) for hit in hits])
    elif hits:
        say("\n\n".join(_hit_text(number, hit) for number, hit in enumerate(hits, start=1)))
    else:
        say("nothing found")


def _hit_text(number: int, hit: Hit) -> str:
    article = hit.article
    where = (article.headline, article.publication, iso(article.issue_date), article.source)
    place = " · ".join(part for part in where if part) + also_in(article.also_in)
    ranks = f"dense {hit.dense_rank or '-'}, lexical {hit.lexical_rank or '-'}"
    text = "\n".join(f"   {line}" for line in hit.chunk.text.splitlines())
    return f"{number}. {place} ({article.id[:12]})\n   score {hit.score:.4f} ({ranks})\n{text}"


def ask(
    context: typer.Context,
    question: QuestionArgument,
    date_from: FromOption = None,
    date_to: ToOption = None,
    publication: PublicationOption = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Also show what was searched, found, fused and sent."),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show what the language model would be sent; send nothing."),
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Ask the language model anew, and keep no reply.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question, with the words for it.

    Every sentence cites verbatim quotes. Says so where the archive does not hold the answer;
    that is a refusal, and exit status 0. A comparison is answered side by side, what changed
    since a day in order of time, several questions one by one; what is lacking is named.

    \b
    Examples:
      newsdesk ask "市委常委会做了什么决定？"
      newsdesk ask "what did the standing committee decide?" --json
      newsdesk ask "座谈会上说了什么？" --from 2020-12-01 --to 2020-12-31
      newsdesk ask "比较12月20日和12月23日关于疫情的报道"
      newsdesk ask "what has changed about the bridge since 20 December?"
    """
    words = spoken(question)
    filters = filters_for(date_from, date_to, publication)
    if dry_run and explain:
        raise UsageError("--dry-run goes without --explain: there is no answer to explain")
    with open_desk(context) as desk:
        if dry_run:
            planned = desk.dry_run(words, filters=filters, use_cache=not no_cache)
        elif sys.stdout.isatty() and not (explain or as_json):
            say_as_it_comes(desk.ask_stream(words, filters=filters, use_cache=not no_cache))
            return
        else:
            answer, explanation = desk.explain(words, filters=filters, use_cache=not no_cache)
    if dry_run and as_json:
        say_json(plain(planned))
    elif dry_run:
        say(_planned_text(planned))
    elif explain:
        say_explained(answer, explanation, as_json)
    elif as_json:
        say_json(answer_shape(answer))
    else:
        say(answer_text(answer))


def say_explained(answer: Answer, explanation: "Explanation", as_json: bool) -> None:
    """An answer with all that led to it, fresh or from its record."""
    from rag.answering.explanation import trace_lines  # heavy: loaded on first use

    if as_json:
        say_json(explained_shape(answer, explanation))
    else:
        say("\n".join([answer_text(answer), "", *trace_lines(answer, explanation)]))


def _planned_text(planned: "DryRun") -> str:
    blocks = [f"nothing is sent; this would go to {planned.model}"]
    for number, request in enumerate(planned.requests, start=1):
        blocks.append(f"{number}. {_request_text(request)}")
        blocks += [f"--- {message.role}\n{message.content}" for message in request.messages]
    if planned.prompt_cost_usd is None or planned.most_cost_usd is None:
        cost = "cost unknown: set NEWSDESK_MODEL_PROMPT_PRICE and NEWSDESK_MODEL_COMPLETION_PRICE"
    else:
        cost = (
            f"about {planned.prompt_cost_usd:.6f} USD for the prompts,"
            f" {planned.most_cost_usd:.6f} USD at most with the replies"
        )
    return "\n".join([*blocks, "---", cost, *(f"note: {note}" for note in planned.notes)])


def _request_text(request: "PlannedRequest") -> str:
    if request.cached:
        return f"{request.prompt}: answered from the response cache"
    return (
        f"{request.prompt}: about {request.prompt_tokens} prompt tokens,"
        f" at most {request.most_written} written"
    )


def say_as_it_comes(events: Generator[AnswerEvent, None, None]) -> Answer:
    """What `answer_text` says, each sentence as soon as it is verified; gives the whole answer."""
    told = False
    # Closed at once where what is said goes nowhere, or nobody waits for more.
    with closing(events):
        for event in events:
            if isinstance(event, Settled):
                say("\n".join([*_before(event), sentences_text([event.sentence])]))
                told = True
            elif isinstance(event, Answer):
                gaps = "\n".join(event.gaps)
                rest = _blocks(gaps, citations_text(event.citations), event.notes)
                if not told:
                    say(answer_text(event))
                elif rest:
                    say(rest if gaps else f"\n{rest}")
                return event
    raise AssertionError("an answer's events end with the whole of it")


def answer_text(answer: Answer) -> str:
    """An answer for people: its sentences with citation numbers, then the quotes they stand on."""
    if answer.refused:
        return _blocks(answer.answer, "", answer.notes)
    text = "\n".join([*_before(answer), sentences_text(answer.sentences), *answer.gaps])
    return _blocks(text, citations_text(answer.citations), answer.notes)


def _before(said: Answer | Settled) -> list[str]:
    """The lines before an answer's first sentence."""
    return [line for line in (said.lead, short_text(said.short_answer)) if line]


def cited_text(
    sentences: Sequence[AnswerSentence],
    citations: Sequence[Citation],
    notes: Sequence[str],
) -> str:
    """Cited sentences for people: with their numbers, then the quotes, then notes."""
    return _blocks(sentences_text(sentences), citations_text(citations), notes)


def _blocks(text: str, quotes: str, notes: Sequence[str]) -> str:
    remarks = "\n".join(f"note: {note}" for note in notes)
    return "\n\n".join(block for block in (text, quotes, remarks) if block)
