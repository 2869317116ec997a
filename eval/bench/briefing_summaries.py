"""Summaries in an article's own words beside lead-3, TextRank and random sentences.

    python -m eval.bench.briefing_summaries SUMMARIES.jsonl [--json FIGURES.json]

SUMMARIES: rows with `text`, `title` and a reference `summary`, such as crud_sum.jsonl. They go into
an archive of their own, a day each, and newsdesk's summary of an article is the points of its story
in that day's briefing, in the order in which they are told. The score is ROUGE-L (Lin 2004), F1
over characters, white space left out.

Every other summary of an article is made as long as newsdesk's of that article, to the character:
sentences are taken in each way's own order until they are as long, the last is cut, and they are
put in the order of the article. Lead takes them from the beginning, as lead-3 does, and goes on
where three sentences are shorter. TextRank (Mihalcea and Tarau 2004) ranks sentences by the words
that they share, random by chance, over the average of 20 draws. All three read the article as it
is stored. `lead, heads cut` begins where newsdesk takes the news to begin, behind dateline and
repeated headline, which no reference holds. `lead-3 whole` is three sentences at their own length.

Intervals: percentile bootstrap over the articles, 10,000 resamples, the same for every difference.
"""

import json
import math
import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray

from eval.bench.command import ends_in_one_line, new_file, parser
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.rows import Text, TextRow, rows
from eval.bench.scores import RESAMPLES
from eval.bench.tables import difference, head, row
from eval.metrics import Estimate, rouge_l
from rag import Desk
from rag.briefing.sentences import sentences_of
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.sentences import split_sentences
from rag.settings import load_settings
from rag.types import Article

DRAWS = 20
DAMPING = 0.85  # of TextRank
ROUNDS = 100
NEWSDESK, HEADLESS, WHOLE = "newsdesk", "lead, heads cut", "lead-3 whole"
_FIRST = date(2000, 1, 1)
_WORD = re.compile(r"\w")

Scores = NDArray[np.float64]


class SummaryRow(TextRow):
    """An article with what somebody made of it."""

    id: Text
    title: str = ""
    summary: Text


@dataclass(frozen=True, slots=True)
class Scored:
    """One way's summaries. rouge: the mean. characters: of a summary, the mean. behind: newsdesk's
    lead over it; None of newsdesk itself."""

    rouge: float
    characters: float
    behind: Estimate | None


@dataclass(frozen=True, slots=True)
class Figures:
    """articles: how many. ways: the scores by way."""

    articles: int
    ways: Mapping[str, Scored]


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.briefing_summaries", __doc__)
    asked.add_argument("summaries", type=Path)
    asked.add_argument("--json", type=new_file, metavar="FILE", help="write every figure there")
    arguments = asked.parse_args()
    with ends_in_one_line("briefing_summaries"):
        figures = measure(rows(arguments.summaries, SummaryRow))
        with_what = provenance(open_embedder(load_settings()))
        write(arguments.json, Measurement(with_what, figures))
        print("\n".join(table(figures)), with_what.line(), sep="\n\n")


def measure(given: Sequence[SummaryRow]) -> Figures:
    """All summaries of all articles. Raises what Desk raises."""
    articles, told = _told(given)
    references = [one.summary for one in given]
    as_told = {NEWSDESK: told} | {
        name: [_as_long(one, order, len(own)) for one, order, own in _ordered(articles, name, told)]
        for name in ("lead", HEADLESS, "TextRank")
    }
    chance = [
        [
            _as_long(one, _shuffled(one, draw), len(own))
            for one, own in zip(articles, told, strict=True)
        ]
        for draw in range(DRAWS)
    ]
    whole = {WHOLE: ["".join(_sentences(one)[:3]) for one in articles]}
    summaries = as_told | whole
    return Figures(len(given), _scored(summaries, chance, references))


def table(figures: Figures) -> Iterator[str]:
    """The figures as Markdown."""
    yield f"{figures.articles} articles; ROUGE-L over characters, F1."
    yield ""
    yield head(["summary", "ROUGE-L", "characters", "newsdesk's lead (95 %)"])
    for name, one in figures.ways.items():
        lead = difference(one.behind) if one.behind else ""
        yield row([name, f"{one.rouge:.3f}", f"{one.characters:.0f}", lead])


def _told(given: Sequence[SummaryRow]) -> tuple[list[Article], list[str]]:
    """The articles as they are stored, and newsdesk's summaries of them."""
    with tempfile.TemporaryDirectory() as folder, Desk.open(Path(folder) / "home") as desk:
        file = Path(folder) / "articles.jsonl"
        days = [_FIRST + timedelta(days=7 * at) for at in range(len(given))]
        lines = [
            {"id": one.id, "headline": one.title, "text": one.text, "date": day.isoformat()}
            for one, day in zip(given, days, strict=True)
        ]
        file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        desk.ingest([file])
        articles, told = [], []
        for day in days:
            briefing = desk.brief(day)
            [story] = briefing.stories
            articles.append(desk.article(story.article_ids[0]))
            told.append("".join(point.text for point in story.points))
    return articles, told


def _sentences(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in split_sentences(article.text)]


def _ordered(
    articles: Sequence[Article], way: str, told: Sequence[str]
) -> Iterator[tuple[Article, list[int], str]]:
    """Each article with the order in which a way takes its sentences, and newsdesk's summary."""
    for article, own in zip(articles, told, strict=True):
        stored = _without_head(article) if way == HEADLESS else article
        texts = _sentences(stored)
        order = _text_rank(texts) if way == "TextRank" else list(range(len(texts)))
        yield stored, order, own


def _without_head(article: Article) -> Article:
    """An article that begins where its news does."""
    starts = [variants[0].span.start for variants in sentences_of(article)]
    return replace(article, text=article.text[min(starts, default=0) :])


def _as_long(article: Article, order: Sequence[int], characters: int) -> str:
    """Sentences taken in this order until they are so long, the last cut, put in the article's."""
    texts, taken = _sentences(article), dict[int, str]()
    for at in order:
        if characters <= 0:
            break
        taken[at] = texts[at][:characters]
        characters -= len(taken[at])
    return "".join(text for _, text in sorted(taken.items()))


def _shuffled(article: Article, draw: int) -> list[int]:
    order = list(range(len(_sentences(article))))
    random.Random(f"{draw} {article.id}").shuffle(order)
    return order


def _text_rank(texts: Sequence[str]) -> list[int]:
    """Sentences by TextRank, best first: the words that two share over the logarithms of their
    lengths, ranked by power iteration."""
    words = [{str(w) for w in rjieba.cut(text) if _WORD.search(w)} for text in texts]
    weights = np.zeros((len(texts), len(texts)))
    for i, own in enumerate(words):
        for j, other in enumerate(words[:i]):
            if len(own) > 1 and len(other) > 1:
                shared = len(own & other) / (math.log(len(own)) + math.log(len(other)))
                weights[i, j] = weights[j, i] = shared
    totals = weights.sum(axis=0)
    spread = np.divide(weights, totals, out=np.full_like(weights, 1 / len(texts)), where=totals > 0)
    ranks = np.full(len(texts), 1 / len(texts))
    for _ in range(ROUNDS):
        ranks = (1 - DAMPING) / len(texts) + DAMPING * spread @ ranks
    return [int(at) for at in np.argsort(-ranks, kind="stable")]


def _scored(
    summaries: Mapping[str, Sequence[str]],
    chance: Sequence[Sequence[str]],
    references: Sequence[str],
) -> dict[str, Scored]:
    scores = {name: _rouge(found, references) for name, found in summaries.items()}
    scores["random"] = np.mean([_rouge(draw, references) for draw in chance], axis=0)
    lengths = {name: _mean_length(found) for name, found in summaries.items()}
    lengths["random"] = float(np.mean([_mean_length(draw) for draw in chance]))
    return {
        name: Scored(
            float(own.mean()),
            lengths[name],
            None if name == NEWSDESK else _estimate(scores[NEWSDESK] - own),
        )
        for name, own in scores.items()
    }


def _rouge(found: Sequence[str], references: Sequence[str]) -> Scores:
    pairs = zip(found, references, strict=True)
    return np.array([rouge_l(one, right, "zh").f1 for one, right in pairs])


def _mean_length(found: Sequence[str]) -> float:
    return float(np.mean([len(one) for one in found]))


def _estimate(differences: Scores) -> Estimate:
    draws = np.random.default_rng(0).integers(0, len(differences), (RESAMPLES, len(differences)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return Estimate(float(differences.mean()), float(low), float(high))


if __name__ == "__main__":
    main()
