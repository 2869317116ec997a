"""Writes what `newsdesk eval ablate SET --json` found as Markdown, a table a measure.

    python -m eval.bench.ablation_table NAME=FILE... [--measure recall@1 ...]

A column a set, or a language of one. Each figure is what is gained or lost without a part, with its
paired 95 % interval, in bold where that leaves out zero.
"""

import json
from pathlib import Path
from typing import Any

from eval.bench.command import ends_in_one_line, parser
from eval.bench.tables import difference, head, row
from eval.errors import EvalError
from eval.measures import MEASURES, known
from eval.metrics import Estimate

SHOWN = ("ndcg@10", "recall@1", "fact_recall", "right", "false_refusals")
Column = dict[str, dict[str, Any]]
"""Of one set and group: by part and measure, what `eval ablate` tells."""


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.ablation_table", __doc__)
    asked.add_argument("sets", nargs="+", metavar="NAME=FILE")
    asked.add_argument("--measure", nargs="+", default=SHOWN)
    arguments = asked.parse_args()
    with ends_in_one_line("ablation_table"):
        known(arguments.measure)
        columns: dict[str, Column] = {}
        titles: dict[str, str] = {}
        for text in arguments.sets:
            name, _, path = text.rpartition("=")
            found = _read(Path(path))
            titles |= {part: one["title"] for part, one in found["parts"].items()}
            columns |= _columns(name or Path(path).stem, found)
        for measure in arguments.measure:
            print(table(measure, titles, columns) + "\n")


def table(measure: str, titles: dict[str, str], columns: dict[str, Column]) -> str:
    """One measure: a row a part, a column a set."""
    held = {name: of for name, of in columns.items() if any(measure in one for one in of.values())}
    lines = [head([MEASURES[measure].title, *held])]
    whole = [
        next(one[measure]["first"] for one in of.values() if measure in one) for of in held.values()
    ]
    lines.append(row(["**as set**", *(f"{value:.3f}" for value in whole)]))
    for part, title in titles.items():
        cells = [_cell(of.get(part, {}).get(measure)) for of in held.values()]
        lines.append(row([title, *cells]))
    return "\n".join(lines)


def _columns(name: str, found: dict[str, Any]) -> dict[str, Column]:
    """By language where there are several, else all."""
    names = {group for one in found["parts"].values() for group in one["differences"]}
    languages = sorted(group for group in names if group.startswith("lang: "))
    return {
        f"{name} {group.removeprefix('lang: ')}" if languages else name: {
            part: {one["measure"]: one for one in of["differences"].get(group, [])}
            for part, of in found["parts"].items()
        }
        for group in languages or ["all"]
    }


def _cell(one: dict[str, Any] | None) -> str:
    return "" if one is None else difference(Estimate(**one["difference"]))


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EvalError(f"{path}: can't be read ({error}); write it with eval ablate") from None
    if "parts" not in found:
        raise EvalError(f"{path}: is no ablation; write it with newsdesk eval ablate --json")
    return found


if __name__ == "__main__":
    main()
