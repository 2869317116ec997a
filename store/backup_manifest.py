"""What a backup says of itself: the first entry of its file, checked when it is read."""

import re
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rag.errors import StoreError
from store.answers import ANSWERS_NAME
from store.answers_schema import MIGRATIONS as ANSWERS_MIGRATIONS
from store.archive import CATALOGUE_NAME
from store.briefings import BRIEFINGS_NAME
from store.briefings import MIGRATIONS as BRIEFINGS_MIGRATIONS
from store.keys import KEYS_NAME
from store.keys import MIGRATIONS as KEYS_MIGRATIONS
from store.schema import MIGRATIONS as CATALOGUE_MIGRATIONS

MANIFEST_NAME = "manifest.json"
MANIFEST_BYTES = 64 * 1024 * 1024
"""The most that a manifest may take."""

FORM = 1
"""The version of how a backup's file is laid out."""

UPLOADS_NAME = "uploads"

SettingValue = str | int | bool | None

_DATABASE = re.compile(r"[A-Za-z0-9_]+\.sqlite3?")
# A path of plain names: nothing that leads out of its folder.
_UPLOAD = re.compile(rf"{UPLOADS_NAME}(/(?!\.{{1,2}}(/|\Z))[^/\0]+)+")
_KNOWN = {
    CATALOGUE_NAME: len(CATALOGUE_MIGRATIONS),
    ANSWERS_NAME: len(ANSWERS_MIGRATIONS),
    BRIEFINGS_NAME: len(BRIEFINGS_MIGRATIONS),
    KEYS_NAME: len(KEYS_MIGRATIONS),
}


class _Part(BaseModel):
    # What a later version adds is passed over; what it changes raises `form`.
    model_config = ConfigDict(frozen=True, extra="ignore")


class BackedUpFile(_Part):
    """One file. name: its path in the backup, parts divided by "/"; size: in bytes."""

    name: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @field_validator("name")
    @classmethod
    def _within_its_place(cls, name: str) -> str:
        if not is_database(name) and not _UPLOAD.fullmatch(name):
            raise ValueError(f"{name!r} is no file of a home")
        return name


class Counts(_Part):
    """How much the catalogue holds live."""

    pages: int = Field(ge=0)
    articles: int = Field(ge=0)
    chunks: int = Field(ge=0)


class BackupManifest(_Part):
    """A backup. newsdesk: the version that made it. schema_versions: the last migration of each
    SQLite file. settings: those that the index depends on, as they were."""

    form: int
    newsdesk: str
    made_at: datetime
    counts: Counts
    schema_versions: dict[str, int]
    settings: dict[str, SettingValue]
    files: tuple[BackedUpFile, ...]

    @field_validator("files")
    @classmethod
    def _each_once(cls, files: tuple[BackedUpFile, ...]) -> tuple[BackedUpFile, ...]:
        # Where case doesn't count, two such names would be one file.
        names = [file.name.casefold() for file in files]
        if len(set(names)) < len(names):
            raise ValueError("a file is named twice")
        if CATALOGUE_NAME not in names:
            raise ValueError(f"{CATALOGUE_NAME} is missing")
        return files


class _Form(_Part):
    form: int
    newsdesk: str


def read_manifest(text: bytes, file: str) -> BackupManifest:
    """The manifest of a backup; file: what an error calls it. Raises StoreError where it is none,
    or of a later version."""
    try:
        made = _Form.model_validate_json(text)
        if made.form > FORM:
            raise StoreError(
                f"{file}: was made by newsdesk {made.newsdesk} in form {made.form}, this newsdesk"
                f" knows {FORM}; use the newsdesk that made it, or a later one"
            )
        return BackupManifest.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        what = problem["msg"].removeprefix("Value error, ")
        raise StoreError(
            f"{file}: is no whole backup of newsdesk ({MANIFEST_NAME}: {where or 'all'}: {what});"
            " use another"
        ) from None


def is_database(name: str) -> bool:
    """Whether a name is one of a home's SQLite files."""
    return _DATABASE.fullmatch(name) is not None


def check_version(name: str, version: int, file: str) -> None:
    """Raises StoreError for an SQLite file that a later newsdesk migrated."""
    known = _KNOWN.get(name)
    if known is not None and version > known:
        raise StoreError(
            f"{file}: its {name} has version {version}, this newsdesk knows {known}; use the"
            " newsdesk that wrote it, or a later one"
        )
