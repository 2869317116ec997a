"""How often the short answer of an extractive answer is given, and how often it is right.

    python -m eval.bench.short_answers --set DOCS QUESTIONS LANGUAGE FIELD [--set ...]
        [--half 0|1] [--home FOLDER] [--list]

Each --set names documents (`id`, `text`), questions (`id`, `gold`: document ids, `answers` or
`answer_zh`), their language and the field that holds the question; questions with several gold
documents are passed over. Every question is asked of an archive of its set, without a language
model. By the kind of answer asked for are counted the questions, the short answers given, how many
of them are right, and how many are right of those from a sentence that holds the answer, with 95 %
intervals. Right is one that holds the answer; of who, one that ends with it, since an office may
stand before; of how many, one with the same figure that goes on as the answer does. Near misses are
short answers that would be given if the sentences that hold the answer were not there.

--half: only questions whose id has that hash, so that rules are found on one half and figures
taken from the other. --home keeps the archives there, a folder a set, and uses them again. --list:
every short answer, one a line.
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from eval.bench.command import ends_in_one_line, parser, tell
from eval.bench.rows import Text, rows
from eval.bench.verification import Share
from eval.errors import DatasetError
from rag.answering.extractive import Evidence, Selection, select
from rag.answering.short_answers import agreed
from rag.desk import Desk
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.retrieval.folding import fold
from rag.retrieval.glossary import Glossary, glossary_path
from rag.retrieval.hybrid import Retriever
from rag.retrieval.kinds import AnswerKind
from rag.retrieval.query import Query
from rag.retrieval.reranking.providers import open_reranker
from rag.settings import Settings
from rag.types import Filters
from store.library import Library

KINDS: tuple[AnswerKind, ...] = ("who", "when", "where", "number")
# What stands around a time or an amount and says no more of it.
_AROUND = re.compile("^(?:在|于|自|从|直至|至|大约|约|大概|超过|超|近|高达|达)|(?:间|期间)$")
_FIGURE = re.compile(r"[\d.,]+[十百千万亿]*|[零〇一二三四五六七八九十百千万亿两数]+")


class Row(BaseModel):
    """One question of a set; the field that holds it is among the extra ones."""

    model_config = ConfigDict(extra="allow")

    id: Text
    gold: Annotated[tuple[Text, ...], Field(min_length=1)]
    answers: tuple[Any, ...] = ()
    answer_zh: str = ""

    @property
    def accepted(self) -> tuple[str, ...]:
        """The answers, folded; those of nested lists one by one."""
        return tuple(fold(answer) for answer in _flat(self.answers or (self.answer_zh,)))


@dataclass(frozen=True, slots=True)
class Given:
    """What came of one question. held: whether the sentence holds the answer. near_miss: the short
    answer of the best sentence that doesn't; "" for none, as in `short`."""

    question: str
    kind: AnswerKind
    language: str
    short: str
    right: bool
    held: bool
    near_miss: str


def right(kind: AnswerKind, short: str, accepted: Sequence[str]) -> bool:
    """Whether a short answer gives one of these folded answers."""
    said = fold(short)
    if kind == "who":
        return any(said.endswith(answer) for answer in accepted)
    bare = [_AROUND.sub("", answer) for answer in accepted]
    if kind == "number":
        said = _AROUND.sub("", said)
        return any(_same_amount(said, answer) for answer in bare)
    return any(answer in said for answer in bare)


def _same_amount(said: str, answer: str) -> bool:
    """Whether two amounts have one figure and go on alike: 164家, 164家企业. After an answer of
    digits alone anything may follow."""
    if answer.isdigit():
        return re.match(rf"{answer}(?!\d|[.,]\d)", said) is not None
    figures = {match[0] for one in (said, answer) if (match := _FIGURE.match(one))}
    return len(figures) == 1 and (said.startswith(answer) or answer.startswith(said))


def measure(given: Sequence[Given]) -> Iterator[str]:
    """A Markdown table: a line for each kind and language."""
    yield "| asked for | questions | given | right of all given | right where the sentence is"
    yield " | near misses |\n| --- | --- | --- | --- | --- | --- |\n"
    groups: Mapping[tuple[str, str], list[Given]] = defaultdict(list)
    for one in given:
        groups[one.kind, one.language].append(one)
    for (kind, language), ones in sorted(groups.items()):
        shown = [one for one in ones if one.short]
        held = [one for one in shown if one.held]
        yield (
            f"| {kind}, {language} | {len(ones)} | {len(shown)} | {_share(shown)} | {_share(held)}"
            f" | {sum(bool(one.near_miss) for one in ones)} |\n"
        )


def _share(given: Sequence[Given]) -> str:
    share = Share(sum(one.right for one in given), len(given))
    low, high = share.interval
    return f"{share.count} of {share.of} ({low:.2f} to {high:.2f})"


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
    else:
        yield str(value)


def _in_half(row: Row, half: int | None) -> bool:
    return half is None or int(sha256(row.id.encode()).hexdigest(), 16) % 2 == half


def _asked(
    folder: Path, documents: Path, questions: Sequence[Row], language: str, field: str
) -> Iterator[Given]:
    """Asks the questions of an archive of the documents in a folder."""
    settings = Settings(home=folder, mode="extractive")
    with Desk.open(settings=settings) as desk:
        desk.ingest([documents])
    embedder = open_embedder(settings)
    with (
        Library.open(settings.home, manifest_of(embedder, settings)) as library,
        closing(Glossary(glossary_path())) as glossary,
    ):
        reranker = open_reranker(settings, library)
        retriever = Retriever(
            library, embedder, glossary, settings.candidates, reranker, date.today
        )
        for number, row in enumerate(questions):
            text = (row.model_extra or {}).get(field)
            if not isinstance(text, str):
                raise DatasetError(f"{row.id}: no question in `{field}`; name another field")
            retrieved = retriever.retrieve(text, settings.candidates, Filters())
            query = retrieved.query
            if len(query.kinds) == 1 and query.kinds <= set(KINDS):
                yield _given(query, select(retrieved, library, embedder), row.accepted, language)
            if number % 50 == 0:
                tell(f"{documents.name}: {number} of {len(questions)}")


def _given(query: Query, selection: Selection, accepted: Sequence[str], language: str) -> Given:
    (kind,) = query.kinds
    read = selection.evidence if selection.drafts else ()
    others = [one for one in selection.evidence if not _holds(one, accepted)]
    short = _text(query, read)
    near = others if others and others[0].probability >= selection.bar else ()
    return Given(
        question=query.text,
        kind=kind,
        language=language,
        short=short,
        right=bool(short) and right(kind, short, accepted),
        held=bool(read) and _holds(read[0], accepted),
        near_miss=_text(query, near),
    )


def _holds(evidence: Evidence, accepted: Sequence[str]) -> bool:
    return any(answer in fold(evidence.text) for answer in accepted)


def _text(query: Query, evidence: Sequence[Evidence]) -> str:
    found = agreed(query, evidence)
    if found is None:
        return ""
    best = evidence[0]
    return best.text[found.span.start - best.span.start : found.span.end - best.span.start]


def main() -> None:
    """The command that the module's description shows."""
    command = parser("eval.bench.short_answers", __doc__)
    command.add_argument("--set", action="append", nargs=4, required=True, dest="sets")
    command.add_argument("--half", type=int, choices=(0, 1))
    command.add_argument("--home", type=Path)
    command.add_argument("--list", action="store_true", dest="listed")
    arguments = command.parse_args()
    given: list[Given] = []
    with ends_in_one_line("short_answers"), tempfile.TemporaryDirectory() as scratch:
        for documents, questions, language, field in arguments.sets:
            folder = (arguments.home or Path(scratch)) / Path(documents).stem
            folder.mkdir(parents=True, exist_ok=True)
            kept = [
                row
                for row in rows(Path(questions), Row)
                if len(row.gold) == 1 and _in_half(row, arguments.half)
            ]
            given += _asked(folder, Path(documents), kept, language, field)
    if arguments.listed:
        for one in given:
            for said, what in ((one.short, one.right), (one.near_miss, "near miss")):
                if said:
                    print(f"{one.kind}\t{what}\t{said}\t{one.question}")
    print("".join(measure(given)), end="")


if __name__ == "__main__":
    main()
