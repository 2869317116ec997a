"""Files that commands write: whole, or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from rag.errors import OutputError


def check_file(output: Path) -> None:
    """Before the work is done; raises OutputError where there is no place for the file."""
    if output.is_dir():
        raise OutputError(f"{output}: is a folder; name a file with -o")
    if not output.parent.is_dir():
        raise OutputError(f"{output}: {output.parent} is no folder; make it, or name another file")


def write_file(output: Path, content: bytes) -> None:
    """Writes a file in one step: whoever reads it sees what it held before, or all of the new. A
    link stays one, and what is no plain file (a pipe) is written to. Raises OutputError."""
    target = output.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except OSError as error:
        raise OutputError(
            f"{output}: can't be written ({error.strerror}); name another file with -o"
        ) from error


def _replace(target: Path, content: bytes) -> None:
    mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(mode)
        os.replace(written, target)
    except BaseException:
        with suppress(OSError):
            written.unlink()
        raise


def _umask() -> int:
    """What new files may not be used for; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
