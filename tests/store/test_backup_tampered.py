"""A backup that was changed, cut short or made up is refused, and writes nothing anywhere."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rag.errors import StoreError
from store.backup import back_up
from store.backup_manifest import BackedUpFile
from store.restore import restore
from tests.store.samples import indexed, open_library, page_of, sentence, settings_for

NOON = datetime(2024, 5, 20, 12, tzinfo=UTC)
Entries = list[tuple[tarfile.TarInfo, bytes]]
"""What is in a backup, in order."""


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    settings = settings_for(folder / "home")
    with open_library(settings) as library:
        library.put([indexed(page_of("/a.txt", sentence(1)), library)])
    (settings.home / "uploads").mkdir()
    (settings.home / "uploads" / "a.txt").write_text("x")
    back_up(settings.home, folder / "backup.tar.gz", made_at=NOON, settings={})
    return folder / "backup.tar.gz"


def entries_of(backup: Path) -> Entries:
    with tarfile.open(backup) as tar:
        return [(entry, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr]


def packed(entries: Entries, place: Path) -> Path:
    with tarfile.open(place, "w:gz") as tar:
        for entry, content in entries:
            if entry.isreg():
                entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return place


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


def manifest_with(**changes: Any) -> Callable[[Entries], Entries]:
    def change(entries: Entries) -> Entries:
        manifest = {**json.loads(entries[0][1]), **changes}
        return [(entries[0][0], json.dumps(manifest).encode()), *entries[1:]]

    return change


def named(old: str, new: str) -> Callable[[Entries], Entries]:
    """One file by another name, in the manifest too."""

    def change(entries: Entries) -> Entries:
        text = entries[0][1].replace(json.dumps(old).encode(), json.dumps(new).encode())
        changed = [(entries[0][0], text)]
        for one, content in entries[1:]:
            if one.name == old:
                one.name = new
            changed.append((one, content))
        return changed

    return change


def spoilt(entries: Entries) -> Entries:
    one, content = entries[-1]
    return [*entries[:-1], (one, b"y" * len(content))]


CHANGES: dict[str, tuple[Callable[[Entries], Entries], str]] = {
    "nothing in it": (lambda entries: [], "no backup of newsdesk"),
    "no manifest": (lambda entries: entries[1:], r"manifest.json isn't first in it"),
    "manifest last": (lambda entries: [*entries[1:], entries[0]], "manifest.json isn't first"),
    "manifest no JSON": (lambda entries: [(entries[0][0], b"{")], "no whole backup of newsdesk"),
    "a later form": (
        manifest_with(form=2, newsdesk="9.0", files=1),
        "made by newsdesk 9.0 in form",
    ),
    "a later catalogue": (
        manifest_with(schema_versions={"catalogue.sqlite": 99}),
        "catalogue.sqlite has version 99, this newsdesk knows",
    ),
    "no catalogue": (manifest_with(files=[]), "catalogue.sqlite is missing"),
    "a file too few": (lambda entries: entries[:-1], r"lacks uploads/a.txt"),
    "a file too many": (
        lambda entries: [*entries, (entry("uploads/b.txt"), b"")],
        r"'uploads/b.txt' in it isn't what its manifest says",
    ),
    "a file twice": (lambda entries: [*entries, entries[-1]], "isn't what its manifest says"),
    "other bytes": (spoilt, r"'uploads/a.txt' in it is damaged"),
    "more bytes": (
        lambda entries: [*entries[:-1], (entries[-1][0], b"xx")],
        "isn't what its manifest says",
    ),
    "a way up": (named("uploads/a.txt", "uploads/../../a.txt"), "is no file of a home"),
    "a way up at the end": (named("uploads/a.txt", "uploads/.."), "is no file of a home"),
    "from the root": (named("uploads/a.txt", "/tmp/a.txt"), "is no file of a home"),
    "beside uploads": (named("uploads/a.txt", "CURRENT"), "is no file of a home"),
    "a symbolic link": (
        lambda entries: [*entries[:-1], (entry("uploads/a.txt", tarfile.SYMTYPE, "/etc"), b"")],
        "isn't what its manifest says",
    ),
    "a hard link": (
        lambda entries: [
            *entries[:-1],
            (entry("uploads/a.txt", tarfile.LNKTYPE, "catalogue.sqlite"), b""),
        ],
        "isn't what its manifest says",
    ),
    "a folder that is a link": (
        lambda entries: [
            entries[0],
            (entry("uploads", tarfile.SYMTYPE, "/tmp"), b""),
            *entries[1:],
        ],
        "isn't what its manifest says",
    ),
    "a device": (
        lambda entries: [*entries[:-1], (entry("uploads/a.txt", tarfile.FIFOTYPE), b"")],
        "isn't what its manifest says",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_was_changed_is_refused(backup: Path, tmp_path: Path, kind: str) -> None:
    change, said = CHANGES[kind]
    file = packed(change(entries_of(backup)), tmp_path / "changed.tar.gz")
    with pytest.raises(StoreError, match=said):
        restore(file, tmp_path / "deep" / "new", now=NOON)
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["changed.tar.gz", "deep"]


def test_what_was_cut_short_or_damaged_is_refused(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    file = tmp_path / "changed.tar.gz"
    for part in (0, 5, len(content) // 2, len(content) - 200):
        file.write_bytes(content[:part])
        with pytest.raises(StoreError, match=r"changed.tar.gz"):
            restore(file, tmp_path / "new", now=NOON)
    for at in range(len(content) // 3, len(content) - 600, len(content) // 3):
        file.write_bytes(content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :])
        with pytest.raises(StoreError, match=r"changed.tar.gz"):
            restore(file, tmp_path / "new", now=NOON)
    assert [one.name for one in tmp_path.iterdir()] == ["changed.tar.gz"]


def test_a_catalogue_of_a_later_version_is_found_whatever_the_manifest_says(
    backup: Path, tmp_path: Path
) -> None:
    entries = entries_of(backup)
    manifest = json.loads(entries[0][1])
    for number, (one, content) in enumerate(entries):
        if one.name == "catalogue.sqlite":
            # SQLite keeps a file's version there.
            later = content[:60] + (99).to_bytes(4, "big") + content[64:]
            entries[number] = (one, later)
            for told in manifest["files"]:
                if told["name"] == one.name:
                    told["sha256"] = hashlib.sha256(later).hexdigest()
    entries[0] = (entries[0][0], json.dumps(manifest).encode())
    with pytest.raises(StoreError, match=r"catalogue.sqlite has version 99, this newsdesk knows"):
        restore(packed(entries, tmp_path / "later.tar.gz"), tmp_path / "new", now=NOON)
    assert [one.name for one in tmp_path.iterdir()] == ["later.tar.gz"]


@given(st.text(alphabet=st.sampled_from("./a\\:\0é ")))
def test_no_name_that_is_taken_leads_out_of_the_home(name: str) -> None:
    place = f"uploads/{name}"
    try:
        BackedUpFile(name=place, size=0, sha256="0" * 64)
    except ValidationError:
        return
    parts = place.split("/")
    assert "\0" not in place
    assert parts[0] == "uploads"
    assert not {"", ".", ".."} & set(parts)


def test_a_packed_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.gz"
    file.write_bytes(gzip.compress(b"notes" * 9))
    with pytest.raises(StoreError, match=r"notes.gz: is no whole backup of newsdesk"):
        restore(file, tmp_path / "new", now=NOON)
