"""JSONL files, row by row."""

from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, StringConstraints, ValidationError

from eval.errors import DatasetError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class TextRow(BaseModel):
    """A row of which the text alone matters."""

    text: Text


Row = TypeVar("Row", bound=BaseModel)


def rows(path: Path, shape: type[Row]) -> list[Row]:
    """Every row of a file; blank lines are passed over. Raises DatasetError that names the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: can't be read ({error}); name a JSONL file") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(shape.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the row"
            raise DatasetError(f"{path}:{number}: {where}: {first['msg']}") from None
    return found


def texts(path: Path) -> list[str]:
    """The text of every row. Raises DatasetError, also where there is none."""
    found = [row.text for row in rows(path, TextRow)]
    if not found:
        raise DatasetError(f"{path}: no row with text")
    return found
