"""Where the bar for a word's translation lies, by the bundled model.

    python -m eval.bench.word_alignment QUESTIONS.jsonl

QUESTIONS: rows with the same question as `question_en` and `question_zh`, as XQuAD's. Of each
English question's content words the table counts how many are further than a bar from every word of
the same question in Chinese, and how many of the next question's.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from eval.bench.command import ends_in_one_line, parser
from eval.bench.rows import Text, rows
from eval.bench.tables import head, row
from eval.errors import DatasetError
from rag.answering.verification_text import letters
from rag.indexing.embedding.bundled import BundledEmbedder
from rag.retrieval.glossary import STOPWORDS

BARS = (0.35, 0.40, 0.45, 0.50, 0.55, 0.60)
LEAST_LETTERS = 4  # of a content word; names and numbers are looked for otherwise


class _Question(BaseModel):
    question_en: Text
    question_zh: Text


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.word_alignment", __doc__)
    asked.add_argument("questions", type=Path)
    arguments = asked.parse_args()
    with ends_in_one_line("word_alignment"):
        print("\n".join(table(rows(arguments.questions, _Question))))


def table(questions: Sequence[_Question]) -> Iterator[str]:
    """A row a bar. Raises DatasetError for fewer than two questions."""
    if len(questions) < 2:
        raise DatasetError("a question is held against the next: name a file with two or more")
    embedder = BundledEmbedder(1)
    same, next_one = [], []
    for question, other in zip(questions, [*questions[1:], questions[0]], strict=True):
        same += _similarities(embedder, question.question_en, question.question_zh)
        next_one += _similarities(embedder, question.question_en, other.question_zh)
    yield head(["bar", f"of {len(same)} words of the same question below", "of the next one's"])
    for bar in BARS:
        yield row([f"{bar:.2f}", f"{_below(same, bar):.3f}", f"{_below(next_one, bar):.3f}"])


def _similarities(embedder: BundledEmbedder, english: str, chinese: str) -> list[float]:
    return [
        similarity
        for word, similarity in embedder.word_similarities(english, chinese)
        if word[0].islower() and len(letters(word)) >= LEAST_LETTERS and word not in STOPWORDS
    ]


def _below(similarities: Sequence[float], bar: float) -> float:
    return sum(one < bar for one in similarities) / max(1, len(similarities))


if __name__ == "__main__":
    main()
