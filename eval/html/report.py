"""Puts a run on one page: figures, plots, every question that came out wrong, and some that didn't.

The page needs nothing beside it and runs no script; a policy in it forbids both. All text of
questions, articles and models is escaped, and characters that would steer the writing are shown as
their escapes.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup

from eval.comparison import Comparison, compare
from eval.html.plots import Plot, plots
from eval.html.questions import Entry, entry, headlines_of
from eval.html.tables import (
    SIGNIFICANT,
    DifferenceRow,
    FigureRow,
    KindTable,
    certainty,
    changed_settings,
    circumstances,
    decided_by,
    difference_rows,
    figure_tables,
    kind_tables,
    spending,
)
from eval.records import EvalRun, QuestionRecord
from eval.summary import ALL, Figure, summarise
from rag.faces.printable import visible

if TYPE_CHECKING:  # heavy: only its types are needed here
    from jinja2 import Environment

MOST_WRONG = 1_000
MOST_RIGHT = 100
MOST_CHARACTERS = 1_800_000  # of a list of questions: a page must open fast
MOST_CHANGED = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A question that came out otherwise than in the run compared with."""

    better: bool
    id: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Against:
    """The run compared with. settings: what differs, with the value before and now. other: how many
    answers read otherwise without a change in being right. unshared: questions that one of the two
    alone asked."""

    id: str
    started: str
    settings: tuple[tuple[str, str, str], ...]
    rows: list[DifferenceRow]
    changes: list[Change]
    more_changes: int
    other: int
    unshared: int


@dataclass(frozen=True, slots=True)
class View:
    """What the template shows. right: the figure of right answers, None where none was asked for,
    and certainty: how far it is to be trusted.
    more_wrong, more_right: how many entries are left out."""

    dataset: str
    finished: bool
    asked: int
    questions: int
    unconfirmed: int
    right: Figure | None
    certainty: str
    circumstances: list[tuple[str, str]]
    changed_settings: list[tuple[str, str, str]]
    decided_by: list[tuple[str, list[tuple[str, str]]]]
    tables: dict[str, list[FigureRow]]
    kinds: list[KindTable]
    spending: list[tuple[str, str]]
    plots: list[Plot]
    significant: float
    against: Against | None
    wrong: list[Entry]
    more_wrong: int
    right_ones: list[Entry]
    more_right: int


def html(run: EvalRun, against: EvalRun | None = None) -> str:
    """A run as a page; with another run, held against that one.

    Raises EvalError where the two asked different questions.
    """
    view = _view(run, None if against is None else compare(against, run))
    environment = _environment()
    style = environment.get_template("report.css").render()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html").render(
        view=view, style=Markup(style), style_hash=digest
    )


def _view(run: EvalRun, comparison: Comparison | None) -> View:
    records = run.records
    figures = summarise(records)
    numbered = [(number, record) for number, record in enumerate(records, start=1)]
    wrong = [
        (number, record) for number, record in numbered if record.decidable and not record.right
    ]
    right = [(number, record) for number, record in numbered if record.right]
    headlines = headlines_of(records)
    share = figures[ALL].get("right")
    wrong_shown = _entries(wrong, MOST_WRONG, headlines)
    right_shown = _entries(right, MOST_RIGHT, headlines)
    return View(
        dataset=run.manifest.dataset,
        finished=run.finished,
        asked=len(records),
        questions=run.questions,
        unconfirmed=sum(not record.confirmed for record in records),
        right=share,
        certainty="" if share is None else certainty(share),
        circumstances=circumstances(run),
        changed_settings=changed_settings(run),
        decided_by=list(decided_by(run)),
        tables=figure_tables(figures),
        kinds=kind_tables(figures),
        spending=spending(records),
        plots=plots(records, figures),
        significant=SIGNIFICANT,
        against=None if comparison is None else _against(comparison),
        wrong=wrong_shown,
        more_wrong=len(wrong) - len(wrong_shown),
        right_ones=right_shown,
        more_right=len(right) - len(right_shown),
    )


def _entries(
    numbered: Sequence[tuple[int, QuestionRecord]], most: int, headlines: Mapping[str, str]
) -> list[Entry]:
    """As many entries as the page has room for, and one at least."""
    entries: list[Entry] = []
    room = MOST_CHARACTERS
    for number, record in numbered[:most]:
        one = entry(record, number, headlines)
        room -= one.characters
        if room < 0 and entries:
            break
        entries.append(one)
    return entries


def _against(comparison: Comparison) -> Against:
    moved = [one for one in comparison.changed if one.change != "other"]
    moved.sort(key=lambda one: one.change != "worse")
    changes = []
    for one in moved[:MOST_CHANGED]:
        before, after = entry(one.first, 0, {}), entry(one.second, 0, {})
        changes.append(
            Change(
                one.change == "better",
                after.id,
                after.question,
                before.reason or "right",
                after.reason or "right",
            )
        )
    return Against(
        comparison.first.id,
        comparison.first.started,
        tuple((name, str(was), str(now)) for name, (was, now) in comparison.settings.items()),
        difference_rows(comparison),
        changes,
        len(moved) - len(changes),
        len(comparison.changed) - len(moved),
        len(comparison.only_first) + len(comparison.only_second),
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # heavy: loaded on first use

    return Environment(
        loader=PackageLoader("eval.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    return value if isinstance(value, Markup) else visible(str(value))
