"""What the commands of the measurements share."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import NewsdeskError


def parser(module: str, description: str | None) -> argparse.ArgumentParser:
    """Of `python -m MODULE`, that explains itself by the module's own description."""
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def count(text: str) -> int:
    """A word of the command line as a number of things: 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}: must be 1 or more")
    return number


def new_file(text: str) -> Path:
    """A word of the command line as a file to write, looked at before anything is measured."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: can't be written; name a file in a folder")
    return path


@contextmanager
def ends_in_one_line(name: str) -> Iterator[None]:
    """Ends the process with a line, named after the command, where newsdesk tells what failed."""
    try:
        yield
    except NewsdeskError as error:
        sys.exit(f"{name}: {error}")


def tell(line: str) -> None:
    """How far a measurement is."""
    print(line, file=sys.stderr, flush=True)
