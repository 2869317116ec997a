"""newsdesk beside LlamaIndex, LangChain with Chroma, txtai and Haystack, at their own defaults.

    pip install 'newsdesk[peers]'
    python -m eval.bench.peers SETS... [--documents N] [--systems NAME,...] [--json FILE]

SETS: path prefixes; of each, PREFIX.docs*.jsonl (`id`, `text`) and PREFIX.questions.jsonl (`gold`,
with `question` or `question_<language>`, and perhaps a `type` to split the figures by) are read.
Every system gets ids and texts alone, and the same embedder through its own hook; it cuts, indexes
and ranks in its own way. A document's rank is that of its first passage among ten, and among more
where ten passages belong to fewer than ten documents.

Shown are means with 95 % bootstrap intervals over the questions, and each peer's difference to
newsdesk, paired by question; the best peer by nDCG@10 is in bold. Costs are without embedding,
which is done before, once a distinct text, and told apart; peak memory is without the embedding
model.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from eval.bench.peers.comparison import compare
from eval.bench.peers.systems import FORMS, chosen
from eval.bench.peers.table import markdown
from rag.errors import NewsdeskError


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--documents", type=int, help="at most so many, those asked about first")
    parser.add_argument("--systems", default="", help=f"among {', '.join(FORMS)}")
    parser.add_argument("--vectors", type=Path, help="keep vectors here between runs")
    parser.add_argument("--json", type=Path, help="write every figure here")
    arguments = parser.parse_args()
    try:
        systems = chosen([name for name in arguments.systems.split(",") if name])
        with tempfile.TemporaryDirectory(prefix="newsdesk-peers-") as folder:
            vectors = arguments.vectors or Path(folder) / "vectors.sqlite"
            found = []
            for prefix in arguments.sets:
                found.append(compare(prefix, systems, vectors, arguments.documents))
                print(markdown(found[-1]), flush=True)
    except NewsdeskError as error:
        sys.exit(f"peers: {error}")
    if arguments.json is not None:
        text = json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
