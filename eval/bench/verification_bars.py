"""Where the bars of verification lie between sentences that are supported and sentences beside the
words of another article.

    python -m eval.bench.verification_bars SETS... [--half dev|held-out]

SETS: as of `python -m eval.bench.verification`. The first table is about Chinese sentences: for
each share of a sentence's content that the cited words must hold, how many supported sentences hold
less, and how many that stand beside another article's words hold as much. The second is about
English ones over Chinese words: an English question with its answer is put beside the sentence that
answers it, beside those of all other articles, and beside the nearest of other texts of the same
group (those of one title); the embedding model of the settings tells how near they are.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench.command import ends_in_one_line, parser
from eval.bench.tables import head, row
from eval.bench.verification import HALVES
from eval.bench.verification_claims import QUESTION, SUMMARY, best_quotes
from eval.bench.verification_pairs import ANOTHER, NEAREST, Pair, pairs
from eval.bench.verification_sets import LabelledSet, load_labelled
from eval.errors import EvalError
from rag.answering.verification import support
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.settings import load_settings

SHARES = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
COSINES = (0.76, 0.77, 0.78, 0.79, 0.80, 0.81, 0.82, 0.83, 0.84)

Numbers = NDArray[np.float64]


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.verification_bars", __doc__)
    asked.add_argument("sets", type=Path, nargs="+")
    asked.add_argument("--half", choices=HALVES, default="dev", help="of the articles")
    arguments = asked.parse_args()
    held_out = HALVES[arguments.half]
    with ends_in_one_line("verification_bars"):
        sets = load_labelled(arguments.sets)
        found = [pair for data in sets for pair in pairs(data, held_out)]
        if not found:
            raise EvalError("no pair can be made of these sets; name larger ones")
        print("\n".join(shares(found)), end="\n\n", flush=True)
        beside = [one for data in sets for one in _asked(data, held_out)]
        if beside:
            print("\n".join(cosines(beside, open_embedder(load_settings()))))


def shares(found: Sequence[Pair]) -> Iterator[str]:
    """The table about Chinese sentences."""
    held = {
        "rewritten": _held(pair for pair in found if pair.kind.startswith("rewritten")),
        "summaries and answers": _held(pair for pair in found if pair.kind in (SUMMARY, QUESTION)),
    }
    elsewhere = {kind: _held(pair for pair in found if pair.kind == kind) for kind in _ELSEWHERE}
    yield head(
        [
            "share",
            *(f"{name} below, of {len(values)}" for name, values in held.items()),
            *(f"{name} at or above, of {len(values)}" for name, values in elsewhere.items()),
        ]
    )
    for bar in SHARES:
        below = [_share(values < bar) for values in held.values()]
        yield row([f"{bar:.2f}", *below, *(_share(values >= bar) for values in elsewhere.values())])


def cosines(beside: Sequence[tuple[str, str, str, str]], embedder: Embedder) -> Iterator[str]:
    """The table about English sentences. beside: each with the words that support it, their
    article, and its group."""
    sentences = embedder.embed_queries([one[0] for one in beside])
    quotes = embedder.embed_passages([one[1] for one in beside])
    near = np.asarray(sentences @ quotes.T, dtype=np.float64)
    articles, groups = (np.array([one[at] for one in beside]) for at in (2, 3))
    own = np.diag(near)
    others = near[groups[:, None] != groups[None, :]]
    alike = (groups[:, None] == groups[None, :]) & (articles[:, None] != articles[None, :])
    nearest = np.where(alike, near, -1.0).max(axis=1)[alike.any(axis=1)]
    yield head(
        [
            "cosine",
            f"own words below, of {len(own)}",
            f"other articles' at or above, of {len(others)}",
            f"nearest of the group at or above, of {len(nearest)}",
        ]
    )
    for bar in COSINES:
        cells = [_share(own < bar), f"{np.mean(others >= bar):.4f}", _share(nearest >= bar)]
        yield row([f"{bar:.2f}", *cells])


_ELSEWHERE = (ANOTHER, NEAREST)


def _held(found: Iterator[Pair]) -> Numbers:
    return np.array([support(pair.sentence, pair.quotes) for pair in found])


def _share(holds: NDArray[np.bool_]) -> str:
    return f"{holds.mean():.3f}" if len(holds) else "none"


def _asked(data: LabelledSet, held_out: bool) -> Iterator[tuple[str, str, str, str]]:
    for one in data.asked:
        holding = [text for text in one.source.sentences if one.answer in text]
        quotes = best_quotes(one.question + one.answer, holding)
        if one.english and quotes and one.source.held_out is held_out:
            question, answer = one.english
            yield f"{question.rstrip('?')} {answer}", quotes[0], one.source.id, one.source.group


if __name__ == "__main__":
    main()
