"""Which parts of retrieval take part in a search."""

from dataclasses import dataclass

from rag.retrieval.fusion import Fusion
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Method:
    """Which parts of retrieval take part: all of them, but where settings or a measurement leave
    some out. dense, lexical: at least one of them. split: questions with parts are searched part
    by part. hints: dates, papers and people that a question names lift what fits. fusion: how the
    two searches are joined."""

    dense: bool = True
    lexical: bool = True
    split: bool = True
    hints: bool = True
    fusion: Fusion = "convex"


ALL_PARTS = Method()


def method_of(settings: Settings) -> Method:
    """The parts that settings ask for."""
    return Method(
        dense=settings.retriever != "lexical",
        lexical=settings.retriever != "dense",
        split=settings.query_rules,
        hints=settings.query_rules,
        fusion=settings.fusion,
    )
