"""What newsdesk itself says of parts and sides of a question: their names, and what is lacking."""

from collections.abc import Mapping, Sequence

from rag.retrieval.question_plan import PlanKind
from rag.types import Language

_NOTHING: Mapping[PlanKind, Mapping[Language, str]] = {
    "comparison": {
        "zh": "关于“{}”，资料库中没有找到相关内容。",
        "en": "For “{}”, the archive has nothing.",
    },
    "changes": {
        "zh": "“{}”，资料库中没有找到新的相关内容。",
        "en": "The archive has nothing new “{}”.",
    },
    "parts": {
        "zh": "“{}”：资料库中没有找到答案。",
        "en": "The archive does not hold an answer to “{}”.",
    },
}


def label(name: str) -> str:
    """A name as it stands before the sentences that tell of what it names."""
    return f"{name}: " if name.isascii() else f"{name}："


def gaps(kind: PlanKind, names: Sequence[str], language: Language) -> tuple[str, ...]:
    """A sentence for each part or side, by its name, of which nothing was found."""
    if kind == "single":
        return ()
    return tuple(_NOTHING[kind][language].format(name) for name in dict.fromkeys(names))


def with_gaps(text: str, said: Sequence[str]) -> str:
    """A text with what is lacking after it."""
    for sentence in said:
        text += sentence if not text or text[-1] in "。；" else f" {sentence}"
    return text
