"""How well the entailment behind the citation metrics tells what the cited words hold.

    python -m eval.bench.entailment SETS... [--half dev|held-out] [--json FILE]

SETS, the pairs made of them and their halves are those of `python -m eval.bench.verification`;
besides, sentences stand beside themselves and beside another sentence of their article. Shown is
the share of the pairs of each kind that count as entailed, for several shares of content words that
the cited words must hold: of supported sentences it should be all, of false ones none. Pairs in two
languages can't be judged and aren't counted. The year of an article's issue stands with its words,
as in the citation metrics.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.bench.command import ends_in_one_line, new_file, parser
from eval.bench.tables import head, row
from eval.bench.verification import HALVES
from eval.bench.verification_claims import A_SENTENCE
from eval.bench.verification_pairs import A_KIND, Pair, pairs
from eval.bench.verification_sets import LabelledSet, digest, load_labelled
from eval.errors import EvalError
from eval.metrics.entailment import SHARE, entails

SHARES = (0.6, 0.7, SHARE, 0.8, 0.85, 0.9)
ITSELF, ANOTHER_SENTENCE = "the cited sentence itself", "another sentence of the article"

Kind = tuple[bool, str]
"""Whether its sentences are supported, and its name."""


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.entailment", __doc__)
    asked.add_argument("sets", type=Path, nargs="+")
    asked.add_argument("--half", choices=HALVES, default="dev", help="of the articles")
    asked.add_argument("--json", type=new_file, help="write every figure here")
    arguments = asked.parse_args()
    with ends_in_one_line("entailment"):
        found = entailed(
            [
                pair
                for data in load_labelled(arguments.sets)
                for pair in (
                    *pairs(data, HALVES[arguments.half]),
                    *of_one_article(data, HALVES[arguments.half]),
                )
            ]
        )
        if not found:
            raise EvalError("no pair can be made of these sets; name larger ones")
        print("\n".join(markdown(found)))
        if arguments.json:
            _write(arguments.json, found)


def of_one_article(data: LabelledSet, held_out: bool) -> Iterator[Pair]:
    """A sentence of each article beside itself, and beside another of its sentences; at most A_KIND
    articles of a set and half."""
    sources = [source for source in data.sources if source.held_out is held_out]
    sources.sort(key=lambda source: digest(source.id))
    for source in sources[:A_KIND]:
        own = [one for one in dict.fromkeys(source.sentences) if len(one) in A_SENTENCE]
        own.sort(key=digest)
        if len(own) > 1:
            said, other = own[:2]
            yield Pair(data.name, held_out, ITSELF, True, said, (said,), source)
            yield Pair(data.name, held_out, ANOTHER_SENTENCE, False, said, (other,), source)


def entailed(given: Sequence[Pair]) -> dict[Kind, list[list[bool]]]:
    """By kind, for each pair that can be judged, whether it counts as entailed at each of SHARES.
    Supported kinds come first."""
    found: defaultdict[Kind, list[list[bool]]] = defaultdict(list)
    for pair in given:
        verdicts = [entails(_premise(pair), pair.sentence, share) for share in SHARES]
        judged = [verdict for verdict in verdicts if verdict is not None]
        if judged:
            found[pair.supported, pair.kind].append(judged)
    return dict(sorted(found.items(), key=lambda kind: not kind[0][0]))


def markdown(found: Mapping[Kind, Sequence[Sequence[bool]]]) -> Iterator[str]:
    """A table: a row a kind, a column for each of SHARES."""
    yield head(["sentences", "pairs", *(f"share {share}" for share in SHARES)])
    for (supported, kind), verdicts in found.items():
        name = f"{'supported' if supported else 'false'}: {kind}"
        yield row([name, str(len(verdicts)), *(f"{share:.3f}" for share in _passed(verdicts))])


def _passed(verdicts: Sequence[Sequence[bool]]) -> list[float]:
    return [sum(column) / len(verdicts) for column in zip(*verdicts, strict=True)]


def _premise(pair: Pair) -> str:
    year = f" ({pair.article.day.year})" if pair.article.day else ""
    return "\n".join([f"{pair.article.headline}{year}", *pair.quotes])


def _write(path: Path, found: Mapping[Kind, Sequence[Sequence[bool]]]) -> None:
    rows = [
        {
            "kind": kind,
            "supported": supported,
            "pairs": len(verdicts),
            "entailed": dict(zip(map(str, SHARES), _passed(verdicts), strict=True)),
        }
        for (supported, kind), verdicts in found.items()
    ]
    try:
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{path}: can't be written ({error.strerror})") from None


if __name__ == "__main__":
    main()
