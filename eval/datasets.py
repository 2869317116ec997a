"""Questions whose answers are known, and the documents that they are asked of.

newsdesk's own shape is JSONL, one question a line, checked as a whole before anything is asked:

    {"id": "golden-01", "question": "…", "lang": "zh", "answerable": true,
     "facts": [["…", "an alternative"], ["…"]], "headlines": ["…"], "tags": ["list"]}

facts: what an answer must hold; each is a list of alternatives, of which one is enough.
answers: reference answers in the fewest words, any of which is right.
reference: a whole reference answer, or for a summary the reference summary.
headlines, gold: the articles that answer it, by headline or by the `id` of their JSONL row; any of
    them is right.
quotes: words of those articles that the answer stands on.
task: `ask` (as a rule), or `summarize`, where the article in `gold` is summarized.
confirmed: false for a drafted question that no person has looked at; counted apart.
archive: the name of the archive it is asked of, where a set has several.

An answerable question has facts, answers or a reference, and says where its answer stands; an
unanswerable one has none of these. Further keys are ignored. Public benchmarks in their own shapes
are read by eval/readers/.
"""

import importlib.resources
from pathlib import Path

from eval.dataset_shapes import Archive, Dataset, Document, Question, Task
from eval.readers.formats import read_dataset

__all__ = [
    "Archive",
    "Dataset",
    "Document",
    "Question",
    "Task",
    "golden_days",
    "golden_pages",
    "golden_questions",
    "golden_sides",
    "load_dataset",
]


def golden_questions() -> Path:
    """The question file that comes with newsdesk."""
    return _golden() / "questions.jsonl"


def golden_pages() -> Path:
    """The folder of sample pages that the golden questions ask about."""
    return _golden() / "pages"


def golden_sides() -> Path:
    """The questions with several sides that come with newsdesk; see eval/sides.py."""
    return _golden() / "sides.jsonl"


def golden_days() -> Path:
    """The folder of pages of several days that those ask about."""
    return _golden() / "days"


def load_dataset(path: Path) -> Dataset:
    """The questions of a file, with the archives that it brings, whatever its format.

    path: a file, or for a set of PREFIX.docs*.jsonl and PREFIX.questions.jsonl its PREFIX. The
    format is told by the content; eval/readers/ has one file for each. Raises DatasetError, which
    names the file and the line or place, for what can't be read, holds no question, breaks its
    shape, repeats an id, or names a document that isn't there.
    """
    return read_dataset(path)


def _golden() -> Path:
    return Path(str(importlib.resources.files("eval") / "golden"))
