"""What language-model calls cost, by the prices that the user sets: newsdesk knows none itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prompts import Message
from rag.answering.token_estimate import likely_prompt_tokens, likely_tokens
from rag.settings import Settings
from rag.usage import Usage

TOKENS = 1_000_000  # that a price is for


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens; None where the user set none."""

    prompt: float | None = None
    completion: float | None = None

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """US dollars for so many tokens, None where a price is missing."""
        if self.prompt is None or self.completion is None:
            return None
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / TOKENS


NO_PRICES = Prices()


def prices_of(settings: Settings) -> Prices:
    return Prices(settings.model_prompt_price, settings.model_completion_price)


def priced(counted: Usage, prices: Prices) -> Usage:
    """The usage of one call that a server answered; without its count, the cost isn't known."""
    prompt, completion = counted.prompt_tokens, counted.completion_tokens
    cost = prices.cost(prompt, completion) if prompt or completion else None
    return Usage(prompt, completion, cost, calls=1)


def estimated(messages: Sequence[Message], written: str, prices: Prices) -> Usage:
    """The usage of one call whose reply broke off, which no server counted: of what was sent and
    came. A server may have written more."""
    prompt, completion = likely_prompt_tokens(messages), likely_tokens(written)
    cost = prices.cost(prompt, completion)
    return Usage(prompt, completion, cost, calls=1, estimated_calls=1)


def together(usages: Iterable[Usage]) -> Usage:
    """What several calls used; the cost is known where that of each is."""
    made = [usage for usage in usages if usage.calls or usage.cached_calls]
    costs = [usage.cost_usd for usage in made if usage.cost_usd is not None]
    return Usage(
        sum(usage.prompt_tokens for usage in made),
        sum(usage.completion_tokens for usage in made),
        sum(costs) if made and len(costs) == len(made) else None,
        sum(usage.calls for usage in made),
        sum(usage.cached_calls for usage in made),
        sum(usage.estimated_calls for usage in made),
    )
