"""The figures and the circumstances of a run as rows of text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.comparison import Comparison, Difference
from eval.html.meanings import MEANINGS
from eval.html.questions import LONGEST_NAME, cut
from eval.measures import MEASURES, Measure
from eval.metrics import latency_of
from eval.records import EvalRun, QuestionRecord
from eval.summary import ALL, Figure
from rag.settings import Settings

Figures = Mapping[str, Mapping[str, Figure]]

MOST_ROWS = 60  # of one table by kind
SIGNIFICANT = 0.05
"""p-values below this make a difference better or worse; without one, intervals that leave out zero
do. Time and tokens have chance in them, and get no verdict."""
PRECISE = 0.001  # a p-value below this is shown as less than it
KINDS = {"lang": "language", "archive": "archive", "tag": "tag"}


@dataclass(frozen=True, slots=True)
class FigureRow:
    measure: str
    meaning: str
    value: str
    interval: str
    better: str
    questions: int


@dataclass(frozen=True, slots=True)
class KindTable:
    """The figures by language, archive or tag: a row each, a column a measure. A cell is a value
    with its interval, None where the measure doesn't apply. more: rows left out."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[tuple[str, str] | None, ...]], ...]
    more: int


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    measure: str
    before: str
    after: str
    difference: str
    interval: str
    p_value: str
    verdict: str


def figure_tables(figures: Figures) -> dict[str, list[FigureRow]]:
    """The figures of all questions, by what they are about."""
    tables: dict[str, list[FigureRow]] = {}
    for name, figure in figures[ALL].items():
        measure = MEASURES[name]
        row = FigureRow(
            measure.title,
            MEANINGS[name],
            _shown(figure.value, measure),
            interval(figure, measure),
            measure.better,
            figure.questions,
        )
        tables.setdefault(measure.of, []).append(row)
    return tables


def kind_tables(figures: Figures) -> list[KindTable]:
    """The figures by language, archive and tag, as far as questions differ in them."""
    tables = []
    for kind, name in KINDS.items():
        groups = {
            key.removeprefix(f"{kind}: "): of
            for key, of in figures.items()
            if key.startswith(f"{kind}: ")
        }
        if groups:
            tables.append(_kind_table(name, groups))
    return tables


def _kind_table(name: str, groups: Mapping[str, Mapping[str, Figure]]) -> KindTable:
    measures = [
        measure
        for measure in MEASURES.values()
        if measure.deterministic and any(measure.name in of for of in groups.values())
    ]
    rows = [
        (
            cut(group, LONGEST_NAME) or "(no name)",
            max((figure.questions for figure in of.values()), default=0),
            tuple(_cell(of.get(measure.name), measure) for measure in measures),
        )
        for group, of in groups.items()
    ]
    rows.sort(key=lambda row: -row[1])
    titles = tuple(map(_titled, measures))
    return KindTable(name, titles, tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS))


def certainty(right: Figure) -> str:
    """How far the share of right answers is to be trusted, in words.

    Where all questions came out alike, resampling them tells nothing: then the share that may
    still come out otherwise, with 95 % confidence, is given (Clopper and Pearson 1934, one side).
    """
    if right.low < right.high:
        return f"95 % interval {100 * right.low:.1f} to {100 * right.high:.1f} %"
    other = 100 * (1 - 0.05 ** (1 / right.questions))
    return f"all came out alike; of others like them up to {other:.1f} % may not"


def spending(records: Sequence[QuestionRecord]) -> list[tuple[str, str]]:
    """What the run took in all: time, tokens, money."""
    rows = []
    asked = [record for record in records if not record.failure]
    if times := latency_of([record.seconds for record in asked]):
        rows.append(("seconds a question", f"p50 {times.p50:.2f}, p95 {times.p95:.2f}"))
    stages: dict[str, list[int]] = {}
    for record in asked:
        for stage, milliseconds in record.timings_ms.items():
            stages.setdefault(stage, []).append(milliseconds)
    if stages:
        means = (f"{stage} {sum(of) / len(of):.0f}" for stage, of in stages.items())
        rows.append(("milliseconds by stage, mean", ", ".join(means)))
    if read := sum(record.prompt_tokens for record in records):
        written = sum(record.completion_tokens for record in records)
        rows.append(("tokens", f"{read:,} read, {written:,} written"))
    costs = [record.cost_usd for record in records if record.cost_usd is not None]
    if costs:
        rows.append(("US dollars", f"{sum(costs):.4f} for {len(costs)} questions"))
    return rows


def circumstances(run: EvalRun) -> list[tuple[str, str]]:
    """What was run, when, and on what, in short."""
    manifest = run.manifest
    embedding = manifest.embedding
    limit = "" if manifest.limit is None else f", the first {manifest.limit} alone"
    return [
        ("run", run.id),
        ("started", run.started),
        ("questions", f"{manifest.dataset}{limit} ({manifest.dataset_sha256[:12]})"),
        ("archive", f"{manifest.articles:,} articles ({manifest.archive_sha256[:12]})"),
        ("embedding", f"{embedding.get('embedding', '?')} {embedding.get('revision', '')}".strip()),
        ("language model", manifest.model or "none (extractive)"),
        ("newsdesk", manifest.packages.get("newsdesk", "?")),
    ]


def changed_settings(run: EvalRun) -> list[tuple[str, str, str]]:
    """The settings that are not as they come: name, value, and the value they come with."""
    usual = Settings.model_construct().model_dump(mode="json")
    return [
        (name, _json(value), _json(usual.get(name)))
        for name, value in run.manifest.settings.items()
        if name not in usual or value != usual[name]
    ]


def decided_by(run: EvalRun) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Everything that decides the result, by kind."""
    manifest = run.manifest
    yield (
        "hashes",
        [("questions", manifest.dataset_sha256), ("archive", manifest.archive_sha256)],
    )
    for name, of in (
        ("settings", manifest.settings),
        ("index", manifest.embedding),
        ("prompts", manifest.prompts),
        ("packages", manifest.packages),
    ):
        if of:
            yield name, [(key, _json(value)) for key, value in of.items()]


def difference_rows(comparison: Comparison) -> list[DifferenceRow]:
    """The measures of two runs, before and after."""
    return [_difference_row(one) for one in comparison.differences]


def _difference_row(one: Difference) -> DifferenceRow:
    measure = MEASURES[one.measure]
    low, high = (_shown(value, measure, "+") for value in (one.difference.low, one.difference.high))
    apart = one.difference.apart if one.p_value is None else one.p_value < SIGNIFICANT
    verdict = ""
    if apart and measure.deterministic:
        verdict = "better" if one.gain > 0 else "worse"
    return DifferenceRow(
        _titled(measure),
        _shown(one.first, measure),
        _shown(one.second, measure),
        _shown(one.difference.mean, measure, "+"),
        f"{low} to {high}",
        _p_value(one.p_value),
        verdict,
    )


def interval(figure: Figure, measure: Measure) -> str:
    return f"{_shown(figure.low, measure)} to {_shown(figure.high, measure)}"


def _cell(figure: Figure | None, measure: Measure) -> tuple[str, str] | None:
    return None if figure is None else (_shown(figure.value, measure), interval(figure, measure))


def _shown(value: float, measure: Measure, sign: str = "") -> str:
    return f"{value:{sign},.{measure.digits}f}"


def _titled(measure: Measure) -> str:
    """A measure's title, with the mark of those of which less is better."""
    return f"{measure.title} ↓" if measure.better == "lower" else measure.title


def _p_value(value: float | None) -> str:
    if value is None:
        return ""
    return f"<{PRECISE}" if value < PRECISE else f"{value:.3f}"


def _json(value: object) -> str:
    if isinstance(value, str):
        return cut(value, LONGEST_NAME)
    return cut(json.dumps(value, ensure_ascii=False), LONGEST_NAME)
