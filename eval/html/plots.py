"""What a run looks like: risk against coverage, recall against k, and how right each tag is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from eval.html.svg import INK, MUTED, SERIES, Labels, inline
from eval.measures import MEASURES
from eval.metrics import RiskCoverage, recall_at
from eval.records import QuestionRecord
from eval.summary import ALL, Figure, abstention

if TYPE_CHECKING:  # heavy: only its types are needed here
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

DEPTHS = range(1, 51)
TOLD = (1, 5, 10, 50)
"""Depths whose recall is told in words."""
MOST_LINES = len(SERIES)
MOST_TAGS = 30
_DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))
_WIDTH, _HEIGHT = 4.6, 3.2  # inches


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot. caption: how to read it. lines: what it shows, in words."""

    title: str
    svg: Markup
    caption: str
    lines: tuple[str, ...] = ()


def plots(
    records: Sequence[QuestionRecord], figures: Mapping[str, Mapping[str, Figure]]
) -> list[Plot]:
    """What can be drawn of some records. figures: those of `summarise`."""
    with _styled():
        drawn = (risk_plot(records), recall_plot(records), tag_plot(records, figures))
        return [plot for plot in drawn if plot is not None]


def risk_plot(records: Sequence[QuestionRecord]) -> Plot | None:
    """The share of wrong answers against the share of questions answered, the most confident first,
    for all archives and for each where there are a few; None where no answer has a confidence."""
    curves = abstention(records)
    if len(curves) > MOST_LINES:
        curves = {ALL: curves[ALL]}
    if not curves:
        return None
    figure, axes, labels = _drawing()
    for number, (name, curve) in enumerate(curves.items()):
        _draw_curve(axes, curve, number, labels.of(name))
    axes.set_xlim(0, 1.02)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("coverage: questions answered")
    axes.set_ylabel("risk: answers that are wrong")
    if len(curves) > 1:
        axes.legend(frameon=False, labelcolor=INK)
    lines = tuple(
        f"{name}: area {curve.area:.3f}, of which {curve.excess:.3f} is the cost of the order that"
        " confidence gives;"
        f" {curve.coverage:.3f} answered, {curve.points[-1].risk:.3f} of the answers wrong"
        for name, curve in curves.items()
    )
    title = "Risk against coverage"
    caption = (
        "The surest answers come first, from the left; the ring is the run as it was, which"
        " refuses the rest. Lower is better; the area is the mean risk on the way there."
    )
    return Plot(title, inline(figure, "risk", title, "; ".join(lines), labels), caption, lines)


def recall_plot(records: Sequence[QuestionRecord]) -> Plot | None:
    """The share of the right articles among the first k found, for all questions and each language;
    None where no question names its articles."""
    ranked = [record for record in records if record.gold and record.task == "ask"]
    if not ranked:
        return None
    kinds: dict[str, Sequence[QuestionRecord]] = {ALL: ranked}
    languages = dict.fromkeys(record.lang for record in ranked)
    if len(languages) > 1:
        kinds |= {name: [one for one in ranked if one.lang == name] for name in languages}
    figure, axes, labels = _drawing()
    told = []
    for number, (name, of) in enumerate(kinds.items()):
        recall = _mean_recall(of)
        axes.plot(DEPTHS, recall, label=name, **_line(number))
        told.append(f"{name}: " + ", ".join(f"{recall[k - 1]:.3f} at {k}" for k in TOLD))
    axes.set_xlim(0, DEPTHS[-1] + 1)
    axes.set_ylim(0, 1.04)
    axes.set_xticks([1, 5, 10, 20, 30, 40, 50])
    axes.set_xlabel("k: articles looked at")
    axes.set_ylabel("recall: right articles found")
    if len(kinds) > 1:
        axes.legend(frameon=False, labelcolor=INK, loc="lower right")
    title = "Recall against k"
    caption = (
        "The share of the articles that answer a question among the first k found: higher is"
        " better, and best where it is high from the left on."
    )
    svg = inline(figure, "recall", title, "; ".join(told), labels)
    return Plot(title, svg, caption, tuple(told))


def tag_plot(
    records: Sequence[QuestionRecord], figures: Mapping[str, Mapping[str, Figure]]
) -> Plot | None:
    """How many answers of each tag are right, with intervals; by ROUGE-L where only summaries were
    asked for. None where questions have not several tags."""
    name = "right" if "right" in figures[ALL] else "rouge_l"
    counted = Counter(tag for record in records for tag in record.tags).most_common(MOST_TAGS)
    scores = [
        (tag, figures[group][name])
        for tag, _ in counted
        if name in figures.get(group := f"tag: {tag}", {})
    ]
    if not scores:
        return None
    scores.sort(key=lambda one: (-one[1].value, one[0]))
    figure, axes, labels = _drawing(height=0.75 + 0.24 * len(scores))
    for place, (_, score) in enumerate(scores):
        axes.plot([score.low, score.high], [place, place], color=SERIES[0], linewidth=1.6)
        axes.plot([score.value], [place], color=SERIES[0], marker="o", markersize=4.5)
    whole = figures[ALL][name].value
    axes.axvline(whole, color=MUTED, linewidth=0.9, linestyle="--", zorder=1)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(len(scores) - 0.5, -0.5)
    axes.set_yticks(
        range(len(scores)), [labels.of(tag, f" ({score.questions})") for tag, score in scores]
    )
    axes.set_xlabel(MEASURES[name].title)
    title = "Score by tag"
    words = "; ".join(f"{tag}: {s.value:.3f} ({s.low:.3f} to {s.high:.3f})" for tag, s in scores)
    caption = (
        f"{MEASURES[name].title.capitalize()}, with 95 % intervals and, in brackets, how many"
        f" questions; further right is better. The dashed line is all of them: {whole:.3f}."
    )
    tags = len({tag for record in records for tag in record.tags})
    if tags > len(scores):
        caption += f" The {len(scores)} tags with most questions, of {tags}."
    return Plot(title, inline(figure, "tags", title, words, labels), caption)


def _draw_curve(axes: "Axes", curve: RiskCoverage, number: int, label: str) -> None:
    coverage = [point.coverage for point in curve.points]
    risk = [point.risk for point in curve.points]
    line = _line(number)
    axes.plot(coverage, risk, label=label, **line)
    axes.plot(
        coverage[-1:],
        risk[-1:],
        color=line["color"],
        linestyle="none",
        marker="o",
        markersize=7,
        markerfacecolor="none",
        markeredgewidth=1.6,
        clip_on=False,
    )


def _mean_recall(records: Sequence[QuestionRecord]) -> list[float]:
    curves = [recall_at(record.found, record.gold, DEPTHS) for record in records]
    return [sum(values) / len(curves) for values in zip(*curves, strict=True)]


def _line(number: int) -> dict[str, Any]:
    """Lines differ in their dashes too: not everybody tells the colours apart."""
    return {
        "color": SERIES[number],
        "linestyle": _DASHES[number],
        "linewidth": 1.8 if number == 0 else 1.4,
    }


def _drawing(height: float = _HEIGHT) -> "tuple[Drawing, Axes, Labels]":
    from matplotlib.figure import Figure  # heavy: loaded on first use

    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    axes = figure.subplots()
    axes.grid(color=MUTED, linewidth=0.3, alpha=0.5)
    axes.set_axisbelow(True)
    return figure, axes, Labels()


@contextmanager
def _styled() -> Iterator[None]:
    import matplotlib  # heavy: loaded on first use

    with matplotlib.rc_context():
        matplotlib.rc("font", size=10)
        matplotlib.rc("text", color=INK)
        matplotlib.rc("axes", edgecolor=MUTED, labelcolor=INK)
        matplotlib.rc("axes.spines", top=False, right=False)
        matplotlib.rc("xtick", color=MUTED, labelcolor=INK)
        matplotlib.rc("ytick", color=MUTED, labelcolor=INK)
        # Text as text, and the same ids every time: equal runs make equal files.
        matplotlib.rc("svg", fonttype="none", hashsalt="newsdesk")
        yield
