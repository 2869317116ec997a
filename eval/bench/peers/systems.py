"""The systems compared, each in the forms its own documentation gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, Protocol

from eval.bench.peers.haystack import Haystack
from eval.bench.peers.langchain import LangChain
from eval.bench.peers.llama_index import LlamaIndex
from eval.bench.peers.newsdesk import Newsdesk
from eval.bench.peers.txtai import Txtai
from eval.bench.sets import Document
from eval.errors import EvalError
from rag.indexing.embedding.base import Embedder

NEWSDESK = "newsdesk"

Kind = Literal["class defaults", "hybrid", "hybrid, Chinese words"]
"""class defaults: dense search by what its classes do where nothing is set. hybrid: joined with
keyword search as its documentation has it. Chinese words: hybrid too, its keyword search given a
tokenizer for Chinese."""


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
    """A system as it is set up. needs: the packages it is made of."""

    framework: str
    retrieval: str
    kind: Kind
    needs: tuple[str, ...]
    build: Callable[[Embedder], System]


_LLAMA_INDEX = ("llama-index-core", "llama-index-retrievers-bm25", "bm25s")
_LANGCHAIN = (
    "langchain-chroma",
    "langchain-classic",
    "langchain-community",
    "langchain-core",
    "langchain-text-splitters",
    "rank-bm25",
)
_TXTAI = ("txtai",)
_HAYSTACK = ("haystack-ai",)

FORMS: Mapping[str, Form] = {
    NEWSDESK: Form("newsdesk", "as it comes", "class defaults", (), Newsdesk),
    "llama-index": Form(
        "LlamaIndex",
        "VectorStoreIndex",
        "class defaults",
        _LLAMA_INDEX,
        partial(LlamaIndex, hybrid=False),
    ),
    "llama-index-fusion": Form(
        "LlamaIndex",
        "QueryFusionRetriever with BM25",
        "hybrid",
        _LLAMA_INDEX,
        partial(LlamaIndex, hybrid=True),
    ),
    "llama-index-fusion-zh": Form(
        "LlamaIndex",
        "QueryFusionRetriever with BM25, relative scores",
        "hybrid, Chinese words",
        _LLAMA_INDEX,
        partial(LlamaIndex, hybrid=True, chinese=True),
    ),
    "langchain": Form(
        "LangChain", "Chroma", "class defaults", _LANGCHAIN, partial(LangChain, hybrid=False)
    ),
    "langchain-ensemble": Form(
        "LangChain",
        "EnsembleRetriever with BM25",
        "hybrid",
        _LANGCHAIN,
        partial(LangChain, hybrid=True),
    ),
    "langchain-ensemble-zh": Form(
        "LangChain",
        "EnsembleRetriever with BM25",
        "hybrid, Chinese words",
        _LANGCHAIN,
        partial(LangChain, hybrid=True, chinese=True),
    ),
    "txtai": Form("txtai", "Embeddings", "class defaults", _TXTAI, partial(Txtai, hybrid=False)),
    "txtai-hybrid": Form("txtai", "Embeddings", "hybrid", _TXTAI, partial(Txtai, hybrid=True)),
    "haystack": Form(
        "Haystack",
        "embedding retriever",
        "class defaults",
        _HAYSTACK,
        partial(Haystack, hybrid=False),
    ),
    "haystack-rrf": Form(
        "Haystack",
        "BM25 and embedding, joined by RRF",
        "hybrid",
        _HAYSTACK,
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
        missing = [package for package in FORMS[name].needs if not _installed(package)]
        if missing:
            raise EvalError(
                f"{name} needs {missing[0]}, which isn't installed: pip install 'newsdesk[peers]',"
                " or name the systems to compare with --systems"
            )
    return wanted


def packages(names: Sequence[str]) -> list[str]:
    """What these systems are made of, each package once."""
    return list(dict.fromkeys(package for name in names for package in FORMS[name].needs))


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
