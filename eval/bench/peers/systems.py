"""The systems compared, each in the forms its own documentation gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Protocol

from eval.bench.peers.haystack import Haystack
from eval.bench.peers.langchain import LangChain
from eval.bench.peers.llama_index import LlamaIndex
from eval.bench.peers.newsdesk import Newsdesk
from eval.bench.peers.txtai import Txtai
from eval.bench.sets import Document
from eval.errors import EvalError
from rag.indexing.embedding.base import Embedder

NEWSDESK = "newsdesk"


class System(Protocol):
    """Takes documents in once, then finds them."""

    def index(self, documents: Sequence[Document]) -> int:
        """Makes everything searchable; how many passages that are."""
        ...

    def search(self, question: str, passages: int) -> list[str]:
        """The document ids of so many passages, best first; an id may come again."""
        ...

    def close(self) -> None:
        """Lets go of files."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """A system as it is set up. default: what its first tutorial builds; the other form is the
    hybrid search it documents. needs: the modules it is made of."""

    framework: str
    retrieval: str
    default: bool
    needs: tuple[str, ...]
    build: Callable[[Embedder], System]


_LLAMA_INDEX = ("llama_index.core", "llama_index.retrievers.bm25")
_LANGCHAIN = (
    "langchain_chroma",
    "langchain_classic",
    "langchain_community",
    "langchain_text_splitters",
    "rank_bm25",
)

FORMS: Mapping[str, Form] = {
    NEWSDESK: Form("newsdesk", "as it comes", True, (), Newsdesk),
    "llama-index": Form(
        "LlamaIndex", "VectorStoreIndex", True, _LLAMA_INDEX, partial(LlamaIndex, hybrid=False)
    ),
    "llama-index-fusion": Form(
        "LlamaIndex",
        "QueryFusionRetriever with BM25",
        False,
        _LLAMA_INDEX,
        partial(LlamaIndex, hybrid=True),
    ),
    "langchain": Form("LangChain", "Chroma", True, _LANGCHAIN, partial(LangChain, hybrid=False)),
    "langchain-ensemble": Form(
        "LangChain",
        "EnsembleRetriever with BM25",
        False,
        _LANGCHAIN,
        partial(LangChain, hybrid=True),
    ),
    "txtai": Form("txtai", "Embeddings", True, ("txtai",), partial(Txtai, hybrid=False)),
    "txtai-hybrid": Form(
        "txtai", "Embeddings, hybrid", False, ("txtai",), partial(Txtai, hybrid=True)
    ),
    "haystack": Form(
        "Haystack", "embedding retriever", True, ("haystack",), partial(Haystack, hybrid=False)
    ),
    "haystack-rrf": Form(
        "Haystack",
        "BM25 and embedding, joined by RRF",
        False,
        ("haystack",),
        partial(Haystack, hybrid=True),
    ),
}


def chosen(names: Sequence[str]) -> list[str]:
    """newsdesk, then the systems named; all where none is. Raises EvalError for a name that isn't
    one, and for a system that isn't installed."""
    unknown = [name for name in names if name not in FORMS]
    if unknown:
        raise EvalError(f"no system is called {unknown[0]!r}; choose among {', '.join(FORMS)}")
    wanted = [name for name in FORMS if name == NEWSDESK or not names or name in names]
    for name in wanted:
        missing = [module for module in FORMS[name].needs if not _installed(module)]
        if missing:
            raise EvalError(
                f"{name} needs {missing[0]}, which isn't installed: pip install 'newsdesk[peers]',"
                " or name the systems to compare with --systems"
            )
    return wanted


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package it would stand in
        return False
