"""Collects what decides a result, so that two runs can be told to be comparable or not."""

import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import prompts
from eval.datasets import Dataset
from eval.records import RunManifest
from rag import __version__

if TYPE_CHECKING:
    from rag.desk import Desk

# Where the data lies decides no result, and an address may hold a password; what is kept of answers
# decides none either.
_PLACES = {"home", "chroma_url", "response_cache", "answer_records", "answer_megabytes"}
# Prompts that no answer is made by.
_APART = {"judge", "question"}
_DISTRIBUTION = re.compile(r"[A-Za-z0-9._-]+")


def describe(
    desk: "Desk", dataset: Dataset, limit: int | None, article_ids: Sequence[str]
) -> RunManifest:
    """The manifest of a run over an open archive, or over several of which this is one.

    article_ids: of all of them.
    """
    return RunManifest(
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        limit=limit,
        articles=len(article_ids),
        archive_sha256=hashlib.sha256("\n".join(sorted(article_ids)).encode()).hexdigest(),
        settings=desk.settings.model_dump(mode="json", exclude=_PLACES),
        embedding=desk.manifest.as_dict(),
        model=desk.language_model,
        packages=_packages(),
        prompts={name: prompts.load(name).hash for name in prompts.names() if name not in _APART},
    )


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
