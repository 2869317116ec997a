"""Drafted questions that a person accepts, mends or rejects, one after the other.

Every decision is in the file once it is made, which is replaced as a whole: a kill at any moment
leaves it as it was before the decision, or after. Lines that nothing was decided about stay byte
for byte as they are.
"""

import errno
import json
import os
import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.dataset_shapes import Question
from eval.errors import DatasetError
from eval.readers.files import read_file
from eval.readers.newsdesk import question_of

ALTERNATIVE, FACT = "|", ";"
"""What stands between the alternatives of a fact, and between facts, where a person writes them."""

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


@dataclass(slots=True)
class _Line:
    """A line of the file with its line ending. question: None for a blank line."""

    content: bytes
    question: Question | None


class QuestionFile:
    """A file of questions in newsdesk's JSONL, open for decisions."""

    def __init__(self, path: Path) -> None:
        """Raises DatasetError, which names the file and line, where it can't be read or breaks the
        shape."""
        self.path = path
        file = read_file(path)
        self._seen = file.content
        # A byte order mark belongs to no line.
        start = len(file.content) - len(file.text.encode())
        self._mark, content = file.content[:start], file.content[start:]
        self._lines = [
            _Line(line, self._read(line, number))
            for number, line in enumerate(_LINE.findall(content), start=1)
        ]
        names = [line.question.id for line in self._lines if line.question is not None]
        if repeated := [name for name, count in Counter(names).items() if count > 1]:
            raise DatasetError(f"{path}: two questions have the id {repeated[0]!r}; rename one")

    def unconfirmed(self) -> list[Question]:
        """The questions that are still to decide on, in the file's order."""
        questions = (line.question for line in self._lines)
        return [one for one in questions if one is not None and not one.confirmed]

    def accept(self, name: str) -> None:
        """Marks the question with this id as confirmed."""
        self._change(name, {"confirmed": True})

    def reject(self, name: str) -> None:
        """Takes the question out of the file."""
        at = self._at(name)
        self._write([*self._lines[:at], *self._lines[at + 1 :]])

    def edit_question(self, name: str, text: str) -> Question:
        """Gives the question other words. Raises DatasetError for none."""
        return self._change(name, {"question": text})

    def edit_facts(self, name: str, written: str) -> Question:
        """Gives the question other facts: `an alternative | another; another fact`. Of a single
        fact the alternatives are its answers too. Raises DatasetError where none is left, and for
        an unanswerable question."""
        facts = [
            [part.strip() for part in fact.split(ALTERNATIVE) if part.strip()]
            for fact in written.replace("；", FACT).replace("｜", ALTERNATIVE).split(FACT)
        ]
        facts = [fact for fact in facts if fact]
        return self._change(name, {"facts": facts, "answers": facts[0] if len(facts) == 1 else []})

    def _at(self, name: str) -> int:
        for at, line in enumerate(self._lines):
            if line.question is not None and line.question.id == name:
                return at
        raise DatasetError(f"{self.path}: holds no question {name!r}")

    def _change(self, name: str, values: dict[str, object]) -> Question:
        at = self._at(name)
        old = self._lines[at].content
        row: dict[str, Any] = json.loads(old)
        ending = old[len(old.rstrip(b"\r\n")) :]
        content = json.dumps({**row, **values}, ensure_ascii=False).encode() + ending
        question = self._read(content, at + 1)
        assert question is not None
        self._write([*self._lines[:at], _Line(content, question), *self._lines[at + 1 :]])
        return question

    def _read(self, line: bytes, number: int) -> Question | None:
        text = line.decode()
        return question_of(text, f"{self.path}:{number}") if text.strip() else None

    def _write(self, lines: list[_Line]) -> None:
        """Replaces the file by these lines. Raises DatasetError where somebody else changed it."""
        content = self._mark + b"".join(line.content for line in lines)
        if read_file(self.path).content != self._seen:
            raise DatasetError(f"{self.path}: was changed by another program; start again")
        replace_file(self.path, content)
        self._seen, self._lines = content, lines


def replace_file(path: Path, content: bytes) -> None:
    """Writes a file beside its place and moves it there, with the rights of the one before. A link
    stays one: what it leads to is replaced. Raises DatasetError where the file can't be written or
    is there to be read only; what was there stays."""
    written = None
    try:
        path = path.resolve()
        if path.exists() and not path.stat().st_mode & 0o222:
            raise PermissionError(errno.EACCES, "read-only; make it writable first")
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            written = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        written.replace(path)
    except OSError as error:
        if written is not None:
            written.unlink(missing_ok=True)
        raise DatasetError(f"{path}: can't be written ({error.strerror})") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
