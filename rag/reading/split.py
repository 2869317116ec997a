"""How sure the reader is of the way it split a page into articles."""

from collections.abc import Sequence
from math import exp

from rag.reading.articles import FoundArticle
from rag.reading.layout import Line
from rag.reading.split_signals import SplitSignals, split_signals
from rag.types import Split

# A logistic model of a page's article F1, fitted to damaged pages by
# `python -m eval.bench.split_confidence --fit`; docs/reading.md says how well it holds.
_BIAS = 2.87
_WEIGHTS = SplitSignals(
    no_headline=1.32,
    no_byline=1.38,
    short=0.48,
    open_start=8.27,
    open_end=1.68,
    unpaired=3.80,
    odd_headline=0.64,
    foreign_headline=2.23,
    faint_headline=0.36,
    buried=0.86,
    inner_headings=1.05,
    outsized=0.71,
    unassigned=11.56,
    broken_lines=0.62,
    torn=5.75,
    unsure=0.00,
)

_SAID = {
    "no_headline": "{:.0%} of its articles have no headline",
    "no_byline": "{:.0%} of its articles have no byline and no lead, unlike the others",
    "short": "{:.0%} of its articles have hardly any text",
    "open_start": "{:.0%} of its articles begin within a sentence",
    "open_end": "{:.0%} of its articles end within a sentence",
    "unpaired": "{:.0%} of its articles have a quotation or bracket without its other half",
    "odd_headline": "{:.0%} of its headlines don't look like headlines",
    "foreign_headline": "{:.0%} of its headlines fit another article's text better",
    "faint_headline": "{:.0%} of its headlines share hardly a word with their text",
    "buried": "articles seem to begin inside others ({:.2f} for each one found)",
    "inner_headings": "lines that look like headings stand inside texts ({:.2f} for each article)",
    "outsized": "one article is far longer than the others",
    "unassigned": "{:.0%} of its text is in no article",
    "broken_lines": "{:.0%} of the lines in its texts break off early",
    "torn": "its lines don't go on in the next ones as text does ({:.0%} too rarely)",
    "unsure": "its text was recognised with {:.0%} doubt",
}
# A signal that lowers the model's sum by less than that is no reason to name.
_GRAVE = 0.25
_MOST_REASONS = 4


def judge_split(
    lines: Sequence[Line], found: Sequence[FoundArticle], confidences: Sequence[float] = ()
) -> Split:
    """The confidence in a page's articles, and what speaks against it. Arguments are those of
    `split_signals`."""
    return confidence_of(split_signals(lines, found, confidences))


def confidence_of(signals: SplitSignals) -> Split:
    """The F1 that a page's articles are expected to have by its signals, with reasons."""
    costs = [
        (weight * value, name, value)
        for weight, name, value in zip(
            _WEIGHTS.values(), SplitSignals.names(), signals.values(), strict=True
        )
    ]
    total = _BIAS - sum(cost for cost, _, _ in costs)
    grave = sorted((cost for cost in costs if cost[0] >= _GRAVE), reverse=True)
    reasons = tuple(_SAID[name].format(value) for _, name, value in grave[:_MOST_REASONS])
    measured = zip(SplitSignals.names(), signals.values(), strict=True)
    return Split(
        round(1 / (1 + exp(-total)), 2),
        reasons,
        tuple((name, round(value, 4)) for name, value in measured if value),
    )
