"""Drafts questions from an archive, for a person to confirm."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from eval.dataset_shapes import Question
from eval.errors import EvalError
from eval.generation.by_model import draft_by_model
from eval.generation.by_templates import draft_by_templates
from eval.generation.shared import Progress
from rag.answering.llm import open_language_model
from rag.answering.prices import prices_of
from rag.answering.response_cache import CachedModel
from rag.errors import SettingsError
from rag.usage import NO_USAGE, Usage

if TYPE_CHECKING:
    from rag.desk import Desk

_ALWAYS = ("answerable", "confirmed")

Mode = Literal["templates", "model"]


@dataclass(frozen=True, slots=True)
class Drafts:
    """Drafted questions. dropped: why others were dropped, with their number. usage: what a
    language model used for it."""

    questions: tuple[Question, ...]
    dropped: Mapping[str, int]
    usage: Usage = NO_USAGE


def draft(
    desk: "Desk",
    count: int,
    seed: int = 0,
    unanswerable: float = 0.0,
    mode: Mode = "templates",
    progress: Progress | None = None,
) -> Drafts:
    """Up to `count` questions from an open archive, those that it answers first, the same ones for
    the same archive and seed as far as a language model repeats itself.

    unanswerable: the share of those that the archive doesn't answer, 0 to 1. mode: `templates`
    makes questions in Chinese of the sentences that tell who, when, where and how many; `model` has
    the settings' language model write them. Raises EvalError for an empty archive, a count below 1
    and a share outside 0 to 1, SettingsError where no language model is set, LanguageModelError
    where it fails again and again.
    """
    if count < 1:
        raise EvalError(f"{count} questions can't be drafted; ask for 1 or more")
    if not 0 <= unanswerable <= 1:
        raise EvalError(f"a share of {unanswerable} can't be unanswerable; give one from 0 to 1")
    articles = desk.articles()
    if not articles:
        raise EvalError("the archive is empty; ingest pages first")
    if mode == "templates":
        made = draft_by_templates(articles, count, seed, unanswerable, progress)
        return Drafts(tuple(made), {})
    model = open_language_model(desk.settings)
    if model is None:
        raise SettingsError(
            "no language model is set to write questions; set OPENAI_API_KEY or OPENAI_BASE_URL,"
            " and NEWSDESK_MODE to auto or llm, or use --mode templates"
        )
    # Nothing is kept of its replies: another seed asks of other articles.
    use = CachedModel(model, None, prices_of(desk.settings)).use()
    written, dropped = draft_by_model(articles, use, count, seed, unanswerable, progress)
    return Drafts(tuple(written), dict(dropped), use.usage)


def as_lines(questions: Sequence[Question]) -> str:
    """Questions as newsdesk's JSONL."""
    return "".join(f"{json.dumps(as_row(one), ensure_ascii=False)}\n" for one in questions)


def as_row(question: Question) -> dict[str, object]:
    """A question as a row of newsdesk's JSONL, without the fields that are as by default."""
    kept = {name: value for name, value in asdict(question).items() if value or name in _ALWAYS}
    return {name: value for name, value in kept.items() if (name, value) != ("task", "ask")}
