"""Which format a dataset is in, told by its content."""

from collections.abc import Callable
from pathlib import Path

from eval.dataset_shapes import Dataset
from eval.errors import DatasetError
from eval.readers import crud_rag, newsdesk, retrieval_set, rgb, squad
from eval.readers.files import SourceFile, first_value, read_file

# The first whose test holds for the JSON value of a file, or of its first line, reads it.
_FORMATS: tuple[tuple[Callable[[object], bool], Callable[[SourceFile], Dataset]], ...] = (
    (newsdesk.is_question, newsdesk.read),
    (rgb.is_rgb, rgb.read),
    (crud_rag.is_crud_rag, crud_rag.read),
    (crud_rag.is_summaries, crud_rag.read_summaries),
    (squad.is_squad, squad.read),
    (squad.is_flat, squad.read_flat),
)

_KEYS_TOLD = 4


def read_dataset(path: Path) -> Dataset:
    """The dataset that a path names. What is of no other format is read as newsdesk's own, which
    says what is wrong with it. Raises DatasetError."""
    prefix = retrieval_set.prefix_of(path)
    if prefix is not None:
        return retrieval_set.read(prefix)
    file = read_file(path)
    value = first_value(file)
    for fits, read in _FORMATS:
        if fits(value):
            return read(file)
    if isinstance(value, dict) and "question" not in value:
        keys = ", ".join(map(repr, list(value)[:_KEYS_TOLD])) or "none"
        raise DatasetError(
            f"{path}: in no format that is read (its keys are {keys});"
            " newsdesk eval run --help names those that are"
        )
    return newsdesk.read(file)
