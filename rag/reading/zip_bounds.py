"""What a ZIP file, and a Word file, which is one, may hold before any of it is unpacked."""

import re
import stat
import zipfile

from rag.errors import ReadingError

MOST_ENTRIES = 20_000
MOST_BYTES = 4 * 1024 * 1024 * 1024
"""Of all entries together, unpacked."""

MOST_PACKED = 200
"""How many bytes may come of one. Newspaper text packs to a fifth, a page of white space to 1:1000;
what packs better than this is made to fill memory."""
_SMALL = 1024 * 1024
_DRIVE = re.compile(r"^[A-Za-z]:")


def check_archive(archive: zipfile.ZipFile, most_bytes: int = MOST_BYTES) -> None:
    """Raises ReadingError for more entries, or more bytes unpacked, than are read."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise ReadingError(
            f"it holds {len(entries):,} entries, more than {MOST_ENTRIES:,}; unpack it and give"
            " the folder"
        )
    total = sum(entry.file_size for entry in entries)
    if total > most_bytes:
        raise ReadingError(
            f"it holds {total:,} bytes unpacked, more than {most_bytes:,}; unpack it and give the"
            " folder"
        )


def check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    """Raises ReadingError for an entry that is locked, packed beyond belief, or named so that it
    would be unpacked elsewhere."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name):
        raise ReadingError("its name leads out of the ZIP file; pack it again under a plain name")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ReadingError("it is a link to another file; pack that file itself")
    if entry.flag_bits & 0x1:
        raise ReadingError("it is encrypted; unpack it with its password and give the file")
    if entry.file_size > max(_SMALL, MOST_PACKED * entry.compress_size):
        raise ReadingError(
            f"it unpacks to {entry.file_size:,} bytes from {entry.compress_size:,}, as no page"
            " does; unpack it and look at it"
        )


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Its name as it was written: old programs write Chinese names in GB18030 without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        written = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
