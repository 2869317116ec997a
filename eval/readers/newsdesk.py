"""newsdesk's own JSONL: one question a line; eval/datasets.py says what each field means."""

from pydantic import TypeAdapter

from eval.dataset_shapes import Dataset, Question
from eval.errors import DatasetError
from eval.readers.checking import checked
from eval.readers.files import SourceFile, lines, row

_ROW: TypeAdapter[Question] = TypeAdapter(Question)


def is_question(value: object) -> bool:
    """Whether the first row of a file is of this format."""
    return isinstance(value, dict) and "answerable" in value


def read(file: SourceFile) -> Dataset:
    """The questions of a file, in order; blank lines are passed over. Raises DatasetError."""
    questions = [(where, question_of(line, where)) for where, line in lines(file)]
    return checked(file.path.name, [file], questions, ())


def question_of(line: str, where: str) -> Question:
    """The question that a line is. Raises DatasetError, which begins with `where`, for one that
    breaks the shape."""
    question = row(line, _ROW, where)
    expected = question.facts or question.answers or question.reference.strip()
    places = question.headlines or question.gold or question.quotes
    if question.answerable and not expected:
        raise DatasetError(f"{where}: facts: an answerable question needs one, or answers")
    if question.answerable and not places:
        raise DatasetError(
            f"{where}: headlines: an answerable question names its article, there or in gold"
        )
    if not question.answerable and (expected or places):
        raise DatasetError(f"{where}: an unanswerable question has no facts and no headlines")
    if question.task == "summarize" and not (question.gold and question.reference):
        raise DatasetError(f"{where}: summarize: name the article in gold, and give a reference")
    return question
