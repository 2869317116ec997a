"""Uploaded files: under names that lead nowhere else, kept so that their pages can be shown."""

import os
import re
import tempfile
import time
import unicodedata
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from rag.errors import HomeError
from rag.faces.api.errors import ApiError

UPLOADS_NAME = "uploads"
_LONGEST = 180  # bytes of a name in UTF-8; most file systems take 255
_BLOCK = 1024 * 1024
_ELSE = "upload"
_PART = ".part-"
_KEPT = re.compile(rf"^(?:.*[/\\])?{UPLOADS_NAME}[/\\][0-9a-f]{{32}}[/\\]")
_UPLOADED_WITHIN = 3600.0  # seconds; another server of this archive may be at it

# What steers a terminal or turns a line around, and what some file systems don't take in a name.
_LEFT_OUT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
_REPLACED = re.compile(r'[<>:"|?*]')
# Names of devices, on systems that have them, whatever their ending.
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)")


def safe_name(given: str | None) -> str:
    """A file name as it is shown and kept: the last part of what a client gave, without anything
    that leads elsewhere or deceives the eye; its ending stays."""
    name = unicodedata.normalize("NFC", _LEFT_OUT.sub("", given or ""))
    name = re.split(r"[/\\]", name)[-1]
    name = _REPLACED.sub("_", name).strip().lstrip(".").rstrip(". ").strip()
    if not name:
        return _ELSE
    if _DEVICE.match(name):
        name = f"_{name}"
    stem, suffix = os.path.splitext(name)
    suffix = suffix if len(suffix.encode()) <= 20 else ""
    most = _LONGEST - len(suffix.encode())
    stem = name[: len(name) - len(suffix)].encode()[:most].decode("utf-8", "ignore")
    return f"{stem.rstrip()}{suffix}"


def keep_upload(home: Path, name: str, file: BinaryIO, most: int) -> Path:
    """Where an uploaded file is kept: the same bytes under the same name are kept once.

    most: bytes. Raises ApiError (413) for a larger file, HomeError where it can't be written.
    """
    folder = home / UPLOADS_NAME
    safe = safe_name(name)
    written: Path | None = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix=_PART, dir=folder)
        written = Path(path)
        with os.fdopen(handle, "wb") as target:
            digest = _copy(file, target, safe, most)
            target.flush()
            os.fsync(target.fileno())
        kept = folder / digest / safe
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        if not kept.exists():
            os.replace(written, kept)
        return kept
    except OSError as error:
        raise HomeError(
            f"{folder}: can't be written ({error.strerror}); make room, or give write access to it"
        ) from error
    finally:
        if written is not None:
            with suppress(FileNotFoundError):
                written.unlink()


def named(source: str) -> str:
    """A source as clients know it: an upload by its name, whatever else as it is."""
    return _KEPT.sub("", source)


def too_large(name: str, most: int) -> ApiError:
    """The failure of a file that has more bytes than it may."""
    return ApiError(413, "TooLarge", f"{name}: the file has more than {most} bytes; split it")


def forget_parts(home: Path) -> None:
    """Removes what uploads left that a kill cut short."""
    for part in (home / UPLOADS_NAME).glob(f"{_PART}*"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _UPLOADED_WITHIN:
                part.unlink()


def _copy(file: BinaryIO, target: BinaryIO, name: str, most: int) -> str:
    digest, size = blake2b(digest_size=16), 0
    while block := file.read(_BLOCK):
        size += len(block)
        if size > most:
            raise too_large(name, most)
        digest.update(block)
        target.write(block)
    return digest.hexdigest()
