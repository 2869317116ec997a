"""What answering a question would send to the language model, without sending it."""

from collections.abc import Sequence
from dataclasses import dataclass

from prompts import Message, load
from rag.answering.prices import Prices
from rag.answering.response_cache import ModelCall
from rag.answering.token_estimate import likely_prompt_tokens

NOTHING_NOTE = "no answer is asked for: the search finds no passage to send"
TRANSLATION_NOTE = (
    "the search here lacks the translation that the first request asks for; with it, it may find"
    " other sources"
)


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request as it would be sent. prompt_tokens: an estimate. most_written: tokens that the
    model may write at most. cached: a kept reply would answer it, and nothing be sent. The costs,
    in US dollars, are for the estimate and for a reply as long as it may be; None without prices.
    """

    prompt: str
    messages: tuple[Message, ...]
    prompt_tokens: int
    most_written: int
    cached: bool
    prompt_cost_usd: float | None
    most_cost_usd: float | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a question would send, in order. model: its name and its server's address. The costs
    are those of all requests together."""

    question: str
    model: str
    requests: tuple[PlannedRequest, ...]
    prompt_cost_usd: float | None
    most_cost_usd: float | None
    notes: tuple[str, ...]


def plan(question: str, model: str, calls: Sequence[ModelCall], prices: Prices) -> DryRun:
    """The dry run whose requests these are."""
    requests = tuple(_planned(call, prices) for call in calls)
    translating = load("translate").label
    notes = []
    if any(request.prompt == translating and not request.cached for request in requests):
        notes.append(TRANSLATION_NOTE)
    if all(request.prompt == translating for request in requests):
        notes.append(NOTHING_NOTE)
    return DryRun(
        question,
        model,
        requests,
        _sum([request.prompt_cost_usd for request in requests]),
        _sum([request.most_cost_usd for request in requests]),
        tuple(notes),
    )


def _planned(call: ModelCall, prices: Prices) -> PlannedRequest:
    cached = call.completion is not None
    tokens = likely_prompt_tokens(call.messages)
    return PlannedRequest(
        prompt=call.messages[0].prompt,
        messages=call.messages,
        prompt_tokens=tokens,
        most_written=call.limit,
        cached=cached,
        prompt_cost_usd=0.0 if cached else prices.cost(tokens, 0),
        most_cost_usd=0.0 if cached else prices.cost(tokens, call.limit),
    )


def _sum(costs: Sequence[float | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
