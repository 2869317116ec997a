"""One writer at a time, across processes, with a name on the door."""

import json
import os
import socket
import sys
import threading
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import ArchiveLockedError, HomeError

LOCK_NAME = "writer.lock"
HOLDER_NAME = "writer.json"
_GRACE_SECONDS = 2.0  # a reader that looks for unfinished work holds the lock this short


class WriterLock:
    """The right to write to one home. The system frees it when its holder dies.

    The thread that holds it may take it again; it is free when given back as often. Who holds it
    stands in a file beside the lock, because a locked file can't be read everywhere.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = FileLock(home / LOCK_NAME, thread_local=False)
        self._holder = home / HOLDER_NAME
        self._mutex = threading.RLock()
        self._depth = 0

    @property
    def depth(self) -> int:
        """How often its holder has taken it."""
        return self._depth

    def acquire(self) -> None:
        """Takes the lock, or soon raises ArchiveLockedError that names the holder."""
        if not self.try_acquire(_GRACE_SECONDS):
            raise ArchiveLockedError(
                f"{self._home} is being written by {self._who()}; wait for it or stop it"
            )

    def try_acquire(self, seconds: float = 0) -> bool:
        """Takes the lock if it is free within `seconds`; says whether it did. Raises HomeError."""
        if not self._mutex.acquire(timeout=seconds):
            return False
        try:
            taken = self._depth > 0 or self._take(seconds)
        except BaseException:
            self._mutex.release()
            raise
        if taken:
            self._depth += 1
        else:
            self._mutex.release()
        return taken

    def release(self) -> None:
        """Gives the lock back. Raises HomeError, but gives it back, where its file can't go."""
        self._depth -= 1
        try:
            if self._depth == 0:
                try:
                    self._holder.unlink(missing_ok=True)
                finally:
                    self._lock.release()
        except OSError as error:
            raise self._unusable(error) from error
        finally:
            self._mutex.release()

    def _take(self, seconds: float) -> bool:
        try:
            self._lock.acquire(timeout=seconds)
        except Timeout:
            return False
        except OSError as error:
            raise HomeError(
                f"{self._home}: can't be locked ({error.strerror}); give write access to it"
            ) from error
        try:
            self._sign()
        except BaseException as error:
            # Who gets no lock gives none back.
            self._lock.release()
            if isinstance(error, OSError):
                raise self._unusable(error) from error
            raise
        return True

    def _sign(self) -> None:
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        # In ASCII: a path among the arguments may be no text.
        self._holder.write_text(json.dumps(holder), encoding="ascii")

    def _unusable(self, error: OSError) -> HomeError:
        return HomeError(
            f"{self._holder}: can't be written or removed ({error.strerror}); make room, or give"
            " write access to its folder and all in it"
        )

    def _who(self) -> str:
        try:
            holder = json.loads(self._holder.read_text(encoding="ascii"))
            return (
                f"pid {holder['pid']} on {holder['host']} ({holder['command']})"
                f" since {holder['since']}"
            )
        except (OSError, ValueError, KeyError, TypeError):
            # The holder has the lock and hasn't written its name yet, or is just leaving.
            return "another process"
