"""Keys of the HTTP API: one SQLite file in the home, which holds hashes alone.

A key is 32 random bytes. Nobody can try out so many, so a fast hash guards it: a slow one, made for
passwords that people choose, would only slow down every request.
"""

import hmac
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from rag.errors import HomeError, UsageError
from store.archive import prepare_home
from store.database import Database
from store.migrations import run
from store.record_ids import new_id

KEYS_NAME = "keys.sqlite"
PREFIX = "nd_"
Scope = Literal["read", "write"]

_BUSY_SECONDS = 5.0
_IF_DAMAGED = "remove it and add the keys anew: it holds their hashes, and nothing else"
_LONGEST = 200
_COLUMNS = "id, name, scope, created_at, expires_at, revoked_at"

_FIRST = """
-- digest: of the key, SHA-256. Times are ISO 8601, in UTC.
CREATE TABLE key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write')),
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT
) WITHOUT ROWID;
"""
MIGRATIONS: tuple[str, ...] = (_FIRST,)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: all of it but the key. scope: `write` may read too."""

    id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def usable(self, now: datetime) -> bool:
        """Whether it opens anything at this time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class KeyStore:
    """The keys of one home. Safe to use from several threads and processes: what one changes, the
    others see at their next look. Raises StoreError or HomeError where the file fails."""

    def __init__(self, home: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """now: the clock, with its time zone. The file is made when a key is added."""
        self._path = home / KEYS_NAME
        self._home = home
        self._now = now
        self._database: Database | None = None
        self._mutex = threading.Lock()

    def close(self) -> None:
        """Closes the file."""
        with self._mutex:
            if self._database is not None:
                self._database.close()
                self._database = None

    def add(
        self, name: str, scope: Scope, expires_at: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """A new key, and the key itself, which is told this once. Raises UsageError for a blank or
        long name, one that a usable key has, and an expiry that is past."""
        named, now = name.strip(), self._now()
        if not named or len(named) > _LONGEST:
            raise UsageError(f"a key's name has 1 to {_LONGEST} characters; name what uses the key")
        if expires_at is not None and expires_at <= now:
            raise UsageError(f"the key would expire at {expires_at.isoformat()}, which is past")
        # As they are written down: to the second.
        now = now.replace(microsecond=0)
        expires_at = expires_at and expires_at.replace(microsecond=0)
        secret = PREFIX + secrets.token_urlsafe(32)
        database = self._opened(make=True)
        assert database is not None
        key = ApiKey(new_id(now), named, scope, now, expires_at, None)
        with database.transaction():
            if any(one.name == named and one.usable(now) for one in self.keys()):
                raise UsageError(f"there is a key {named!r}; revoke it, or take another name")
            database.change(
                f"INSERT INTO key ({_COLUMNS}, digest) VALUES (?, ?, ?, ?, ?, NULL, ?)",
                (key.id, named, scope, _stamp(now), _stamp(expires_at), _digest(secret)),
            )
        return key, secret

    def keys(self) -> list[ApiKey]:
        """All keys ever added, in order."""
        database = self._opened()
        if database is None:
            return []
        return [_key(row) for row in database.rows(f"SELECT {_COLUMNS} FROM key ORDER BY id")]

    def revoke(self, named: str) -> ApiKey:
        """Makes a key open nothing from now on. named: its id, or its name. Raises UsageError where
        no usable key has that."""
        now = self._now()
        found = [one for one in self.keys() if named in (one.id, one.name) and one.usable(now)]
        if not found:
            raise UsageError(f"no key in use is named {named!r}; `newsdesk keys list` lists them")
        database = self._opened()
        assert database is not None
        database.change("UPDATE key SET revoked_at = ? WHERE id = ?", (_stamp(now), found[0].id))
        return replace(found[0], revoked_at=now)

    def find(self, secret: str) -> ApiKey | None:
        """The usable key that this is; None for any other text."""
        database = self._opened()
        if database is None:
            return None
        digest = _digest(secret)
        rows = database.rows(f"SELECT {_COLUMNS}, digest FROM key WHERE digest = ?", (digest,))
        # The index compares digests, not keys: its time tells nothing of a key. So does this.
        for row in rows:
            if hmac.compare_digest(bytes(row[-1]), digest):
                key = _key(row[:-1])
                return key if key.usable(self._now()) else None
        return None

    def usable(self) -> bool:
        """Whether any key opens anything."""
        now = self._now()
        return any(one.usable(now) for one in self.keys())

    def _opened(self, *, make: bool = False) -> Database | None:
        with self._mutex:
            if self._database is None and (make or self._path.exists()):
                if make:
                    self._make()
                self._database = Database(
                    self._path, _migrate, if_damaged=_IF_DAMAGED, busy_seconds=_BUSY_SECONDS
                )
            return self._database

    def _make(self) -> None:
        """An empty file that only its owner reads: SQLite gives the files beside it the same
        mode."""
        prepare_home(self._home)
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise HomeError(
                f"{self._path}: can't be written ({error.strerror}); give write access to its"
                " folder and all in it"
            ) from error


def _migrate(connection: sqlite3.Connection) -> None:
    run(connection, MIGRATIONS, "the file of keys")


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def _key(row: tuple[str, ...]) -> ApiKey:
    id, name, scope, created_at, expires_at, revoked_at = row
    return ApiKey(
        id,
        name,
        "write" if scope == "write" else "read",
        datetime.fromisoformat(created_at),
        datetime.fromisoformat(expires_at) if expires_at else None,
        datetime.fromisoformat(revoked_at) if revoked_at else None,
    )
