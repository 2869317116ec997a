"""What answers cost: the language model's tokens and their price."""

from collections.abc import Iterable

from rag.usage import Usage


def total_usage(usages: Iterable[Usage]) -> Usage:
    """The sum over some answers. cost_usd: None where a call was sent of which it isn't known, or
    none was made; a kept reply costs nothing."""
    counted = list(usages)
    sent = [one for one in counted if one.calls]
    costs = [one.cost_usd for one in sent if one.cost_usd is not None]
    return Usage(
        prompt_tokens=sum(one.prompt_tokens for one in counted),
        completion_tokens=sum(one.completion_tokens for one in counted),
        cost_usd=sum(costs) if sent and len(costs) == len(sent) else None,
        calls=sum(one.calls for one in counted),
        cached_calls=sum(one.cached_calls for one in counted),
        estimated_calls=sum(one.estimated_calls for one in counted),
    )
