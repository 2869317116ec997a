"""How well verification tells a sentence that the cited words hold from one that they don't.

    python -m eval.bench.verification SETS... [--half dev|held-out] [--misses] [--json FILE]

SETS: files of summaries (a row: `text`, with `summary` or `event`, perhaps `title` and `time`), and
prefixes of PREFIX.docs*.jsonl (`id`, `text`) with PREFIX.questions.jsonl (`gold`, with `question`
and `answer`, or `question_zh`, `answer_zh`, `question_en` and `answer_en`). Labelled pairs of a
sentence and the words it cites are made of them, always the same: sentences that the words support,
and the same ones with a number, a date, a name, a unit or a negation changed, with two names or
numbers changed over, or beside the words of another article. A hash of its article decides the half
that a pair is in. Shown is the share of each kind that verification catches, with its 95 % interval
(Wilson 1927): of supported sentences that is the share of false alarms. With --misses every pair
that verification gets wrong is listed with what it found.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path

from eval.bench.command import ends_in_one_line, new_file, parser
from eval.bench.tables import head, row
from eval.bench.verification_claims import REWRITTEN
from eval.bench.verification_pairs import IN_ENGLISH, Pair, pairs
from eval.bench.verification_sets import load_labelled
from eval.errors import EvalError
from rag.answering.verification import Bilingual, Verdict, verify
from rag.answering.verification_similarity import bilingual_with
from rag.indexing.embedding.providers import open_embedder
from rag.retrieval.glossary import Glossary, glossary_path
from rag.settings import load_settings

HALVES = {"dev": False, "held-out": True}
ALL_SUPPORTED, ALL_FALSE = "all supported", "all false"
NOT_REWRITTEN = "numbers, dates and names changed in summaries and answers"
SEVERAL = {
    "numbers and dates changed": ("number changed", "date changed"),
    "names changed": ("name changed",),
}
"""Kinds that are looked at together, in both languages."""
_Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Share:
    """How many of so many."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        if not self.of:
            return 0.0, 1.0
        share, spread = self.count / self.of, _Z**2 / self.of
        middle = share + spread / 2
        half = _Z * sqrt(share * (1 - share) / self.of + spread / (4 * self.of))
        return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


@dataclass(frozen=True, slots=True)
class Checked:
    """A pair, and what verification said of it."""

    pair: Pair
    verdict: Verdict

    @property
    def caught(self) -> bool:
        """Whether verification turned the sentence down."""
        return not self.verdict.supported


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.verification", __doc__)
    asked.add_argument("sets", type=Path, nargs="+")
    asked.add_argument("--half", choices=HALVES, default="dev", help="of the articles")
    asked.add_argument("--misses", action="store_true", help="list what verification gets wrong")
    asked.add_argument("--json", type=new_file, help="write every figure here")
    arguments = asked.parse_args()
    with ends_in_one_line("verification"):
        found = check(
            [
                pair
                for data in load_labelled(arguments.sets)
                for pair in pairs(data, HALVES[arguments.half])
            ],
            bilingual_with(Glossary(glossary_path()), open_embedder(load_settings())),
        )
        if not found:
            raise EvalError("no pair can be made of these sets; name larger ones")
        print("\n".join(markdown(found)))
        if arguments.misses:
            print("\n".join(["", *_misses(found)]))
        if arguments.json:
            _write(arguments.json, found)


def check(given: Sequence[Pair], bilingual: Bilingual) -> list[Checked]:
    """Verifies each pair as an answer's sentence is: with the headline, date and text of the
    article that its words are quoted from."""
    return [Checked(pair, _verdict(pair, bilingual)) for pair in given]


def shares(found: Sequence[Checked]) -> dict[str, Share]:
    """By kind, how many verification turned down; besides, several kinds together, and those of
    them that weren't made from an article's own sentences."""
    groups = {ALL_SUPPORTED: [one for one in found if one.pair.supported]}
    for one in found:
        groups.setdefault(one.pair.kind, []).append(one)
    for name, kinds in SEVERAL.items():
        groups[name] = [one for one in found if one.pair.kind.removesuffix(IN_ENGLISH) in kinds]
    changed = [kind for kinds in SEVERAL.values() for kind in kinds]
    groups[NOT_REWRITTEN] = [
        one
        for one in found
        if one.pair.made_from
        and one.pair.kind.removesuffix(IN_ENGLISH) in changed
        and not one.pair.made_from.kind.startswith(REWRITTEN)
    ]
    groups[ALL_FALSE] = [one for one in found if not one.pair.supported]
    return {
        name: Share(sum(one.caught for one in group), len(group)) for name, group in groups.items()
    }


def markdown(found: Sequence[Checked]) -> Iterator[str]:
    """The figures as two tables: false alarms, and what was caught."""
    by_kind = shares(found)
    supported = dict.fromkeys(one.pair.kind for one in found if one.pair.supported)
    false = dict.fromkeys(one.pair.kind for one in found if not one.pair.supported)
    yield head(["supported sentences", "pairs", "false alarms"])
    yield from (_row(kind, by_kind[kind]) for kind in (*supported, ALL_SUPPORTED))
    yield ""
    yield head(["false sentences", "pairs", "caught"])
    yield from (_row(kind, by_kind[kind]) for kind in (*false, *SEVERAL, NOT_REWRITTEN, ALL_FALSE))


def _row(kind: str, share: Share) -> str:
    low, high = share.interval
    value = f"{share.count / share.of:.3f} ({low:.3f} to {high:.3f})" if share.of else "none"
    return row([kind, str(share.of), value])


def _verdict(pair: Pair, bilingual: Bilingual) -> Verdict:
    article = pair.article
    return verify(
        pair.sentence,
        pair.quotes,
        dates=[article.day] if article.day else [],
        topic=article.headline,
        context=f"{article.headline}\n{article.text}",
        bilingual=bilingual,
    )


def _misses(found: Sequence[Checked]) -> Iterator[str]:
    for one in found:
        if one.caught == one.pair.supported:
            pair = one.pair
            yield f"{pair.kind} ({pair.article.id})"
            yield f"  sentence  {pair.sentence}"
            if pair.made_from:
                yield f"  made from {pair.made_from.text}"
            yield from (f"  cites     {quote}" for quote in pair.quotes)
            yield from (f"  problem   {problem}" for problem in one.verdict.problems)


def _write(path: Path, found: Sequence[Checked]) -> None:
    rows = [
        {
            "set": one.pair.set_name,
            "held_out": one.pair.held_out,
            "kind": one.pair.kind,
            "supported": one.pair.supported,
            "caught": one.caught,
            "article": one.pair.article.id,
            "sentence": one.pair.sentence,
            "quotes": one.pair.quotes,
            "made_from": one.pair.made_from.text if one.pair.made_from else "",
            "made_from_kind": one.pair.made_from.kind if one.pair.made_from else "",
            "problems": one.verdict.problems,
        }
        for one in found
    ]
    figures = {kind: asdict(share) for kind, share in shares(found).items()}
    text = json.dumps({"shares": figures, "pairs": rows}, ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{path}: can't be written ({error.strerror})") from None


if __name__ == "__main__":
    main()
