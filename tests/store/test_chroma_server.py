"""The vectors on a Chroma server, started as its own command starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

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
