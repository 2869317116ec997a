"""The vectors on a Chroma server, started as its own command starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest

from rag.indexing.reindex import reindex
from rag.settings import Settings
from tests.store.samples import (
    HashingEmbedder,
    indexed,
    open_library,
    page_of,
    question_vector,
    sentence,
)

REPOSITORY = Path(__file__).parents[2]

HALF_REINDEX = """
import sys
from pathlib import Path
from rag.indexing.reindex import reindex
from tests.store.samples import HashingEmbedder, settings_for

class Stalling(HashingEmbedder):
    def embed_chunks(self, texts):
        if len(self.embedded) > 100:
            print("half", flush=True)
            sys.stdin.read()
        return super().embed_chunks(texts)

settings = settings_for(Path(sys.argv[1]), chroma_url=sys.argv[2], embedding_batch=4)
reindex(settings.home, settings, Stalling("other"))
"""


@pytest.fixture
def chroma_url(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [str(command), "run", "--path", str(tmp_path / "server"), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < until, "the server didn't start"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.slow
def test_a_server_keeps_the_vectors(settings: Settings, chroma_url: str) -> None:
    served = settings.model_copy(update={"chroma_url": chroma_url})
    pages = [page_of(f"/{n}.txt", sentence(n)) for n in range(3)]
    with open_library(settings) as library:
        library.put([indexed(page, library) for page in pages])
    with open_library(served) as library:
        # Taken over from the catalogue, though they were kept in files before.
        assert len(library.dense(question_vector("水库"), 5)) == 3
        library.put([indexed(page_of("/0.txt", sentence(7)), library)])
        [(chunk_id, _)] = library.dense(question_vector(sentence(7)), 1)
        assert library.chunks([chunk_id])[chunk_id].text == sentence(7)
        assert library.verify().ok
    with open_library(settings) as library:
        # Back in files: as many as before, but not the same.
        [(chunk_id, _)] = library.dense(question_vector(sentence(7)), 1)
        assert library.chunks([chunk_id])[chunk_id].text == sentence(7)
        assert library.verify().ok

    other = HashingEmbedder("other", dimension=32)
    reindex(served.home, served, other)
    with open_library(served, other) as library:
        assert len(library.dense(other.embed_queries(["水库"])[0], 5)) == 3
        assert library.verify().ok


def collections(url: str) -> set[str]:
    return {
        found.name
        for found in chromadb.HttpClient(
            "127.0.0.1", int(url.rpartition(":")[2])
        ).list_collections()
    }


def kill_half_way(settings: Settings, url: str) -> None:
    """A reindex that is killed once it has written vectors to the server."""
    process = subprocess.Popen(
        [sys.executable, "-c", HALF_REINDEX, settings.home, url],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.kill()


@pytest.mark.slow
def test_what_a_killed_reindex_left_on_the_server_is_removed(
    settings: Settings, chroma_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    served = settings.model_copy(update={"chroma_url": chroma_url})
    with open_library(served) as library:
        library.put([indexed(page_of(f"/{n}.txt", sentence(n)), library) for n in range(150)])
        in_use = library.archive
    kill_half_way(served, chroma_url)
    [left] = {*(served.home / "archives").iterdir()} - {in_use}
    assert collections(chroma_url) == {f"newsdesk-{in_use.name}", f"newsdesk-{left.name}"}

    # Without the server, the folder that tells of the collection stays.
    unserved = settings.model_copy(update={"chroma_url": "http://127.0.0.1:9"})
    with open_library(unserved) as library, library.writing():
        assert left.exists()
    assert f"{left}: is out of use, but not removed" in caplog.text

    with open_library(served) as library, library.writing():
        assert not left.exists()
        assert collections(chroma_url) == {f"newsdesk-{in_use.name}"}
        assert library.verify().ok
