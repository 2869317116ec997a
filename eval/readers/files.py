"""The files of a dataset, as text and as JSON, with the place of whatever is wrong in them."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from eval.errors import DatasetError

_Shape = TypeVar("_Shape")

_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"(\xb5/\xfd")
"""How zip, gzip, bzip2, xz and zstd files begin."""
_ALTERNATIVES = frozenset(("int", "str", "constrained-str"))
"""What Pydantic puts into a place for the types that a value may have; no key is named so."""
_ONE_LINE = re.compile(r"at line 1 column (\d+)$")
"""Pydantic counts from the line it is given, which is any line of the file."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a dataset: its bytes, and the text that they are."""

    path: Path
    content: bytes
    text: str


def read_file(path: Path) -> SourceFile:
    """Raises DatasetError for a file that can't be read or isn't UTF-8."""
    try:
        content = path.read_bytes()
        return SourceFile(path, content, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if content.startswith(_PACKED):
            raise DatasetError(
                f"{path}: a packed file; unpack it, and name what is in it"
            ) from None
        raise DatasetError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise DatasetError(
            f"{path}: can't be read ({error.strerror}); name a file of questions"
        ) from None


def digest(files: Sequence[SourceFile]) -> str:
    """SHA-256 of the bytes of all files, one after the other, in hexadecimal."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.content)
    return whole.hexdigest()


def lines(file: SourceFile) -> Iterator[tuple[str, str]]:
    """The lines of a file that aren't blank, each after its place (`questions.jsonl:3`)."""
    for number, line in enumerate(file.text.split("\n"), start=1):
        if line.strip():
            yield f"{file.path}:{number}", line


def rows(file: SourceFile, shape: TypeAdapter[_Shape]) -> list[tuple[str, _Shape]]:
    """The rows of a JSONL file, each after its place. Raises DatasetError for one of another
    shape."""
    return [(where, row(line, shape, where)) for where, line in lines(file)]


def row(line: str, shape: TypeAdapter[_Shape], where: str) -> _Shape:
    """A line of JSON in a shape, its types taken as they stand."""
    try:
        return shape.validate_json(line, strict=True)
    except ValidationError as error:
        raise DatasetError(f"{where}: {explained(error)}") from None


def whole(file: SourceFile, shape: TypeAdapter[_Shape]) -> _Shape:
    """A file that is one JSON value. Raises DatasetError that names the place in it."""
    try:
        return shape.validate_json(file.text)
    except ValidationError as error:
        raise DatasetError(f"{file.path}: {explained(error)}") from None


def first_value(file: SourceFile) -> Any:
    """The JSON value that a file is; of JSONL that of the first line; None for neither."""
    for text in (file.text, next((line for _, line in lines(file)), "")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            continue
    return None


def explained(error: ValidationError) -> str:
    """What is wrong first, after its place (`data.0.paragraphs.3.context`)."""
    problem = error.errors()[0]
    name = ".".join(str(part) for part in problem["loc"] if part not in _ALTERNATIVES)
    message = _ONE_LINE.sub(r"at character \1", problem["msg"])
    return f"{name}: {message}" if name else message
