"""The two ways to a Chroma collection: its own files, or a server.

Chroma's files bear one process at a time: a second one that reads them while they are written can
crash, never sees what the first adds, and a kill in the middle of a write leaves an index that
crashes whoever opens it. So each operation runs under a file lock; a state file tells which change
came last (another than the client has seen: it is opened afresh) and whether whoever made it got
out alive (if not, the files are thrown away and made again, in a folder of another name, from the
vectors that the catalogue keeps). Once a read has followed the last change, the files are settled:
to open and read them changes nothing that a kill could leave half-done, and leaves no mark.
"""

import json
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit
from uuid import uuid4

from filelock import FileLock, Timeout

from rag.errors import SettingsError, StoreError, VectorServerError
from store.chroma import FILES, Restore, open_collection, upsert

if TYPE_CHECKING:  # heavy: only its types are needed here
    from chromadb import Collection
    from chromadb.api.client import Client

FOLDER_NAME = "vectors"
_STATE_NAME = "state.json"
_LOCK_NAME = "use.lock"
_COLLECTION = "chunks"
_PATIENCE_SECONDS = 120.0  # others hold the lock for one batch or one query at a time

_log = logging.getLogger(__name__)
_embedded: dict[Path, "EmbeddedDoor"] = {}
_embedded_mutex = threading.Lock()


def embedded_door(archive: Path) -> "EmbeddedDoor":
    """The door to an archive's own files; one a process, however many libraries use it."""
    archive = archive.resolve()
    with _embedded_mutex:
        door = _embedded.setdefault(archive, EmbeddedDoor(archive))
        door.users += 1
    return door


@dataclass(frozen=True, slots=True)
class _State:
    """What the state file tells.

    last: a name of the last change's own. files: the name of the files' folder. sound: whether they
    can be trusted. settled: whether a read followed the last change.
    """

    last: str = ""
    files: str = ""
    sound: bool = False
    settled: bool = False


class EmbeddedDoor:
    """A persistent client on the archive's folder. Made by `embedded_door`."""

    def __init__(self, archive: Path) -> None:
        self.users = 0
        self._archive = archive
        self._folder = archive / FOLDER_NAME
        self._state = self._folder / _STATE_NAME
        self._now = _State()
        self._seen = (0, "")  # the process, and the change, that the client was opened in and after
        self._restoring = False
        self._mutex = threading.RLock()
        self._lock = FileLock(self._folder / _LOCK_NAME, thread_local=False)
        self._client: Client | None = None
        self._opened: Collection | None = None

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._folder)

    @property
    def kept_in(self) -> str:
        """The files, wherever they are."""
        return FILES

    @contextmanager
    def collection(self, restore: Restore, *, changes: bool) -> "Iterator[Collection]":
        """The collection, alone in it; opened, or made again from `restore`, where need be."""
        with self._alone():
            entered = self._now = self._read_state()
            # With the process, so that a forked child isn't taken for its parent.
            if self._seen != (os.getpid(), entered.last):
                self._let_go()
            self._restoring = False
            try:
                # The first read after a change brings Chroma's index up to date, which may write.
                if changes or not entered.settled:
                    self._note(sound=False)
                yield self._current(restore, sound=entered.sound)
                if not self._now.sound:
                    self._note(sound=True, settled=not changes)
            except Exception:
                # What Chroma failed in isn't trusted: a mark stays, and the next use starts over.
                # Without one, what failed may be the machine: the next use makes a mark.
                self._let_go()
                if self._now.sound:
                    self._note(sound=True, settled=False)
                raise
            except BaseException:
                # Ctrl-C comes between Chroma's calls, never inside one.
                whole = self._opened is not None or (entered.sound and not self._restoring)
                unmarked = entered.settled and not changes and self._now.sound
                if whole and not unmarked:
                    self._note(sound=True, settled=False)
                raise
            finally:
                self._seen = (os.getpid(), self._now.last)

    def drop(self) -> None:
        """Removes the files."""
        with self._alone():
            self._start_over()
            self._note(sound=True, settled=False)

    def close(self) -> None:
        """Closes the client when its last user goes."""
        with _embedded_mutex:
            self.users -= 1
            if self.users > 0:
                return
            _embedded.pop(self._archive, None)
        with self._mutex:
            self._let_go()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._mutex:
            try:
                self._folder.mkdir(exist_ok=True)
            except FileExistsError:
                # A file stands in its place, and holds no vectors.
                self._folder.unlink(missing_ok=True)
                self._folder.mkdir(exist_ok=True)
            try:
                self._lock.acquire(timeout=_PATIENCE_SECONDS)
            except Timeout:
                raise StoreError(
                    f"{self._folder}: another process has kept it for {_PATIENCE_SECONDS:.0f}"
                    " seconds; wait for it or stop it"
                ) from None
            try:
                yield
            finally:
                self._lock.release()

    def _current(self, restore: Restore, *, sound: bool) -> "Collection":
        if self._opened is None:
            self._let_go()  # what Ctrl-C left half-open
            self._opened = self._reopened() if sound else None
        if self._opened is None:
            self._opened = self._restored(restore)  # whole, or not at all
        return self._opened

    def _reopened(self) -> "Collection | None":
        try:
            return self._open()
        except Exception as error:  # Chroma raises many kinds
            _log.warning("%s: can't be opened (%s)", self._folder, error)
            return None

    def _restored(self, restore: Restore) -> "Collection":
        self._restoring = True
        if self._now.files:
            _log.warning("%s: left half-written; made again from the catalogue", self._folder)
        self._start_over()
        self._note(sound=False)
        collection = self._open()
        for batch in restore():
            upsert(collection, batch)
        self._restoring = False
        return collection

    def _start_over(self) -> None:
        """Throws the files away and takes a name that Chroma holds nothing open by."""
        self._let_go()
        for folder in self._folder.iterdir():
            if folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)
        self._now = replace(self._now, files=uuid4().hex[:8])

    def _open(self) -> "Collection":
        import chromadb  # heavy: loaded on first use
        from chromadb.config import Settings

        client = chromadb.PersistentClient(
            path=str(self._folder / self._now.files), settings=Settings(anonymized_telemetry=False)
        )
        self._client = cast("Client", client)
        return open_collection(client, _COLLECTION)

    def _let_go(self) -> None:
        client, self._client, self._opened = self._client, None, None
        if client is not None:
            client.close()

    def _read_state(self) -> _State:
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
            # An earlier version noted no settled files.
            settled = bool(state.get("settled")) and not state["busy"]
            return _State(str(state["last"]), str(state["files"]), not state["busy"], settled)
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return _State()  # nothing is there yet, or nothing that can be read

    def _note(self, *, sound: bool, settled: bool = False) -> None:
        """Writes a change down, whole or not at all."""
        self._now = _State(uuid4().hex, self._now.files, sound, settled)
        state = {
            "last": self._now.last,
            "files": self._now.files,
            "busy": not sound,
            "settled": settled,
        }
        written = self._state.with_suffix(".new")
        written.write_text(json.dumps(state), encoding="utf-8")
        os.replace(written, self._state)


class ServerDoor:
    """A client of a Chroma server, which guards its own files."""

    def __init__(self, url: str, archive_id: str) -> None:
        try:
            parsed = urlsplit(url)
            port = parsed.port
        except ValueError:
            raise _no_url(url) from None
        if parsed.scheme not in {"http", "https"} or not parsed.hostname:
            raise _no_url(url)
        self._url = url
        self._ssl = parsed.scheme == "https"
        self._host = parsed.hostname
        self._port = port or (443 if self._ssl else 8000)
        self._name = f"newsdesk-{archive_id}"
        self._client: Client | None = None
        self._opened: Collection | None = None
        self._mutex = threading.RLock()

    @property
    def place(self) -> str:
        """The URL."""
        return self._url

    @property
    def kept_in(self) -> str:
        """The URL."""
        return self._url

    @contextmanager
    def collection(self, restore: Restore, *, changes: bool) -> "Iterator[Collection]":
        """The collection; a missing one is made and filled from `restore`."""
        with self._mutex:
            if self._opened is None:
                client = self._connected()
                known = self._known(client)
                self._opened = open_collection(client, self._name)
                for batch in () if known else restore():
                    upsert(self._opened, batch)
            yield self._opened

    def drop(self) -> None:
        """Removes the collection from the server, if it is there."""
        with self._mutex:
            client, self._opened = self._connected(), None
            from chromadb.errors import NotFoundError  # heavy: loaded on first use

            with suppress(NotFoundError):
                client.delete_collection(self._name)

    def close(self) -> None:
        """Closes the connection."""
        with self._mutex:
            client, self._client, self._opened = self._client, None, None
            if client is not None:
                client.close()

    def _known(self, client: "Client") -> bool:
        return any(found.name == self._name for found in client.list_collections())

    def _connected(self) -> "Client":
        if self._client is None:
            import chromadb  # heavy: loaded on first use
            from chromadb.config import Settings

            try:
                client = chromadb.HttpClient(
                    host=self._host,
                    port=self._port,
                    ssl=self._ssl,
                    settings=Settings(anonymized_telemetry=False),
                )
            except Exception as error:  # httpx and Chroma raise many kinds
                raise VectorServerError(
                    f"no Chroma server answers at {self._url}; start it (`chroma run`) or unset"
                    " NEWSDESK_CHROMA_URL"
                ) from error
            self._client = cast("Client", client)
        return self._client


def _no_url(url: str) -> SettingsError:
    return SettingsError(f"NEWSDESK_CHROMA_URL: {url!r} is no http://host:port")
