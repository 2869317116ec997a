"""Holds the ranking measures of runs against a second implementation of them.

    newsdesk eval run SET -o RUN.json
    python -m eval.bench.ranking_agreement RUN.json...

The measures of a run come from `ir_measures`; `eval.bench.scores` has its own. Prints the largest
difference of each over all questions, and exits with 1 where one is over 1e-6.
"""

import sys
from pathlib import Path

from eval.bench.command import ends_in_one_line, parser
from eval.bench.scores import METRICS, score
from eval.bench.tables import head, row
from eval.errors import EvalError
from eval.records import EvalRun
from eval.runs import load_run

TOLERANCE = 1e-6
MEASURED_AS = dict(
    zip(METRICS, ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"), strict=True)
)


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.ranking_agreement", __doc__)
    asked.add_argument("runs", type=Path, nargs="+")
    arguments = asked.parse_args()
    with ends_in_one_line("ranking_agreement"):
        print(head(["run", "questions", *METRICS]))
        worst = 0.0
        for path in arguments.runs:
            run = load_run(path)
            found = largest_differences(run)
            worst = max(worst, *found.values())
            ranked = sum(bool(record.gold and record.found) for record in run.records)
            figures = (f"{found[metric]:.1e}" for metric in METRICS)
            print(row([path.name, str(ranked), *figures]), flush=True)
    sys.exit(1 if worst > TOLERANCE else 0)


def largest_differences(run: EvalRun) -> dict[str, float]:
    """By metric, the largest difference over a run's questions. Raises EvalError where none of them
    was ranked."""
    ranked = [record for record in run.records if record.gold and record.found]
    if not ranked:
        raise EvalError(f"{run.id}: ranks nothing; its set names no articles")
    own = [dict(zip(METRICS, score(one.found, one.gold), strict=True)) for one in ranked]
    return {
        metric: max(
            abs(record.scores[name] - second[metric])
            for record, second in zip(ranked, own, strict=True)
        )
        for metric, name in MEASURED_AS.items()
    }


if __name__ == "__main__":
    main()
