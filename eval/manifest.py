"""Collects what decides a result, so that two runs can be told to be comparable or not."""

import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import prompts
from eval.datasets import Dataset
from eval.records import RunManifest
from rag import __version__

if TYPE_CHECKING:
    from rag.desk import Desk
    from rag.types import Article

# Where the data lies decides no result, and an address may hold a password; what is kept of answers
# decides none either.
_PLACES = {"home", "chroma_url", "response_cache", "answer_records", "answer_megabytes"}
# Prompts that no answer is made by.
_APART = {"judge", "question"}
# What newsdesk is made of, and folders in it that decide no answer and no figure.
_PACKAGES = ("rag", "store", "prompts", "eval")
_NEEDLESS = {"faces", "golden", "html", "bench", "__pycache__"}
_DISTRIBUTION = re.compile(r"[A-Za-z0-9._-]+")


def describe(
    desk: "Desk", dataset: Dataset, limit: int | None, articles: "Iterable[Article]", today: date
) -> RunManifest:
    """The manifest of a run over an open archive, or over several of which this is one.

    articles: of all of them. today: the day that questions are asked on.
    """
    known = sorted(_fingerprint(article) for article in articles)
    return RunManifest(
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        limit=limit,
        articles=len(known),
        archive_sha256=hashlib.sha256("\n".join(known).encode()).hexdigest(),
        settings=desk.settings.model_dump(mode="json", exclude=_PLACES),
        embedding=desk.manifest.as_dict(),
        model=desk.language_model,
        packages=_packages(),
        prompts={name: prompts.load(name).hash for name in prompts.names() if name not in _APART},
        code=code_hash(),
        today=today.isoformat(),
    )


@cache
def code_hash() -> str:
    """The first 12 hexadecimal digits of a SHA-256 over the files that newsdesk is made of: two
    states of a working tree have one version, and seldom the same answers. Prompts have hashes of
    their own."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            name = path.relative_to(root)
            if _NEEDLESS & set(name.parts) or path.suffix == ".md" or not path.is_file():
                continue
            digest.update(f"{name.as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _fingerprint(article: "Article") -> str:
    # An id comes from the raw page: another reader may find other articles in it, or other dates.
    read = f"{article.issue_date} {article.event_date} {article.headline}\n{article.text}"
    return f"{article.id} {hashlib.sha256(read.encode()).hexdigest()}"


def _packages() -> dict[str, str]:
    """Versions of Python, of newsdesk and of the libraries that it requires."""
    versions = {"python": platform.python_version(), "newsdesk": __version__}
    try:
        required = importlib.metadata.requires("newsdesk") or []
    except importlib.metadata.PackageNotFoundError:
        # Run from a source tree that isn't installed: nothing names the libraries.
        required = []
    for requirement in required:
        name = _DISTRIBUTION.match(requirement)
        if name and "extra ==" not in requirement:
            versions[name[0]] = importlib.metadata.version(name[0])
    return dict(sorted(versions.items()))
