"""What was used of a language model."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a language model counted; cost_usd is None where no price is known. calls: those
    that were sent. cached_calls: those that kept replies answered instead, for nothing.
    estimated_calls: those sent whose replies broke off, so that newsdesk estimates their tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    calls: int = 0
    cached_calls: int = 0
    estimated_calls: int = 0

    @property
    def cached(self) -> bool:
        """Whether kept replies answered all that was asked."""
        return self.cached_calls > 0 and self.calls == 0


NO_USAGE = Usage()


@dataclass(frozen=True, slots=True)
class UsageTotal:
    """What was used of one language model from one day to another, both included: the same, or the
    ends of a month or a year that lies long ago; model is None for answers that asked none.
    follow_ups: questions that it was asked to understand, counted apart from the answers to them.
    cached: answers and follow-ups that kept replies gave. cost_usd: of those whose cost is known;
    unpriced: the others. estimated: those with calls whose tokens are estimated."""

    day: date
    last_day: date
    model: str | None
    answers: int
    follow_ups: int
    refusals: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    unpriced: int
    estimated: int

    @property
    def priced(self) -> int:
        """How many have a cost that is known."""
        return self.answers + self.follow_ups - self.unpriced
