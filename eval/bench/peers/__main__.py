"""newsdesk beside LlamaIndex, LangChain with Chroma, txtai and Haystack.

    pip install 'newsdesk[peers]'
    python -m eval.bench.peers SETS... [--documents N] [--systems NAME,...] [--held-out FOLDER]
        [--json FILE]

SETS: path prefixes; of each, PREFIX.docs*.jsonl (`id`, `text`) and PREFIX.questions.jsonl (`gold`,
with `question` or `question_<language>`, and perhaps a `type` to split the figures by) are read.
Every system gets ids and texts alone, and the same embedder through its own hook; it cuts, indexes
and ranks in its own way: by what its classes do where nothing is set, joined with keyword search as
its documentation has it, and, where keyword search takes a tokenizer, with one for Chinese. A
document's rank is that of its first passage among ten, and among more where ten passages belong to
fewer than ten documents.

Shown are means with 95 % bootstrap intervals over the questions, and each peer's difference to
newsdesk, paired by question, in bold where its interval leaves out zero; the best peer by nDCG@10
is in italics. Costs are without embedding, which is done before, once a distinct text and with
nothing beside it, and told apart; peak memory is without the embedding model.

With --held-out FOLDER newsdesk's ranking is held out as in eval.bench.retrieval: each question is
asked through the fold that left its documents out. Its costs stay those of the package's own
projection, and the peers, which use no tokens, are as without.
"""

import tempfile
from pathlib import Path

from eval.bench.command import count, ends_in_one_line, new_file, parser
from eval.bench.held_out import check, load_folds
from eval.bench.peers.comparison import Inputs, compare
from eval.bench.peers.systems import FORMS, chosen, packages
from eval.bench.peers.table import markdown
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.sets import load_sets
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.peers", __doc__)
    asked.add_argument("sets", type=Path, nargs="+")
    asked.add_argument("--documents", type=count, help="at most so many, those asked about first")
    asked.add_argument("--systems", default="", help=f"among {', '.join(FORMS)}")
    asked.add_argument("--held-out", type=Path, metavar="FOLDER", help="ask through these folds")
    asked.add_argument("--vectors", type=Path, help="keep vectors here between runs")
    asked.add_argument("--json", type=new_file, help="write every figure here")
    arguments = asked.parse_args()
    with (
        ends_in_one_line("peers"),
        tempfile.TemporaryDirectory(prefix="newsdesk-peers-") as folder,
    ):
        systems = chosen([name for name in arguments.systems.split(",") if name])
        settings = Settings()
        made = provenance(open_embedder(settings), settings.reranker, packages(systems))
        print(made.line() + "\n", flush=True)
        check(load_sets(arguments.sets, arguments.documents), load_folds(arguments.held_out))
        vectors = arguments.vectors or Path(folder) / "vectors.sqlite"
        found = []
        for prefix in arguments.sets:
            inputs = Inputs(prefix, vectors, arguments.documents, arguments.held_out)
            found.append(compare(inputs, systems))
            print(markdown(found[-1]), flush=True)
        write(arguments.json, Measurement(made, found))


if __name__ == "__main__":
    main()
