"""API keys: told once, kept as hashes, gone at once."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.errors import UsageError
from store.keys import KEYS_NAME, KeyStore

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "home", now=lambda: NOON)


def test_a_key_is_found_by_itself_alone(store: KeyStore) -> None:
    key, secret = store.add("reader", "read")
    assert store.find(secret) == key
    assert store.find(secret[:-1]) is None
    assert store.find(key.id) is None
    assert store.find("") is None
    assert store.find("\ud800") is None


def test_no_file_is_made_to_look_for_a_key(store: KeyStore, tmp_path: Path) -> None:
    assert store.find("nd_anything") is None
    assert store.keys() == []
    assert not store.usable()
    assert not (tmp_path / "home" / KEYS_NAME).exists()


def test_the_key_itself_is_in_no_file_and_only_its_owner_reads_them(
    store: KeyStore, tmp_path: Path
) -> None:
    _, secret = store.add("reader", "read")
    files = list((tmp_path / "home").glob(f"{KEYS_NAME}*"))
    assert files
    for file in files:
        assert secret.removeprefix("nd_").encode() not in file.read_bytes()
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600


def test_a_revoked_key_opens_nothing_in_another_store_either(
    store: KeyStore, tmp_path: Path
) -> None:
    other = KeyStore(tmp_path / "home", now=lambda: NOON)
    key, secret = store.add("reader", "write")
    assert other.find(secret) == key
    assert store.revoke("reader").revoked_at == NOON
    assert other.find(secret) is None
    assert not other.usable()
    with pytest.raises(UsageError, match="no key in use is named 'reader'"):
        store.revoke("reader")


def test_a_key_ends_when_it_expires(tmp_path: Path) -> None:
    now = NOON
    store = KeyStore(tmp_path / "home", now=lambda: now)
    _, secret = store.add("guest", "read", NOON + timedelta(days=1))
    assert store.find(secret)
    now = NOON + timedelta(days=1)
    assert store.find(secret) is None
    with pytest.raises(UsageError, match="past"):
        store.add("late", "read", NOON)


def test_two_keys_in_use_have_two_names(store: KeyStore) -> None:
    store.add("reader", "read")
    with pytest.raises(UsageError, match="there is a key 'reader'"):
        store.add(" reader ", "write")
    store.revoke("reader")
    store.add("reader", "read")
    with pytest.raises(UsageError, match="1 to 200"):
        store.add("  ", "read")
