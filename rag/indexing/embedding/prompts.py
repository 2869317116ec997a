"""What stands before questions and passages that a model of the sentence-transformers library
reads: as the settings say, else as the model declares, else as is known of e5."""

import re
from collections.abc import Mapping, Sequence

from rag.indexing.embedding.base import Prefixes

# Names by which models declare a prompt, the likeliest first; compared in lower case.
_FOR_QUERIES = (
    "query",
    "search_query",
    "retrieval.query",
    "retrieval-query",
    "retrieval_query",
    "web_search_query",
    "s2p_query",
)
_FOR_PASSAGES = (
    "document",
    "passage",
    "corpus",
    "search_document",
    "retrieval.passage",
    "retrieval-document",
    "retrieval_document",
)
_E5 = re.compile(r"(?:^|[-_.])e5(?:[-_.]|$)", re.IGNORECASE)


class NoQueryPromptError(Exception):
    """A model declares prompts, by the names given, and none that is known as one for questions."""


def is_e5(name: str) -> bool:
    """Whether a model's name is that of an e5 that takes `query: ` and `passage: ` (Wang et al.,
    "Text Embeddings by Weakly-Supervised Contrastive Pre-training", 2022)."""
    return _E5.search(name) is not None and not asks_for_instruction(name)


def asks_for_instruction(name: str) -> bool:
    """Whether it is an e5 that takes an instruction before a question (Wang et al., "Improving Text
    Embeddings with Large Language Models", 2024), which only its user can word."""
    return _E5.search(name) is not None and "instruct" in name.lower()


def prompts_of(declared: Mapping[str, str | None], name: str, given: Prefixes) -> Prefixes:
    """What stands before questions and passages; nowhere None.

    declared: by the model, under its names. Raises NoQueryPromptError where questions may need one
    of these and `given` doesn't say.
    """
    prompts = {key.lower(): prompt for key, prompt in declared.items() if prompt}
    if prompts:
        query, passage = _first(prompts, _FOR_QUERIES), _first(prompts, _FOR_PASSAGES)
        if query is None and given.query is None and prompts.keys() - set(_FOR_PASSAGES):
            raise NoQueryPromptError(", ".join(sorted(prompts)))
    else:
        query, passage = ("query: ", "passage: ") if is_e5(name) else (None, None)
    return Prefixes(
        (query or "") if given.query is None else given.query,
        (passage or "") if given.passage is None else given.passage,
    )


def _first(prompts: Mapping[str, str], names: Sequence[str]) -> str | None:
    return next((prompts[name] for name in names if name in prompts), None)
