"""Whether a sentence about one side of a comparison stands on what belongs to that side."""

from collections.abc import Sequence

from rag.answering.passages import JOINS_SIDES, NO_SIDES, Passage
from rag.answering.verification_text import fold
from rag.types import Draft


def misplaced(draft: Draft, passages: Sequence[Passage]) -> str:
    """Why a sentence may not be kept: it names one side alone, and cites nothing that belongs to
    it. Empty where nothing speaks against it."""
    sides = {
        passage.article.id: passage.side.split(JOINS_SIDES) for passage in passages if passage.side
    }
    told = fold(draft.text)
    names = {name for own in sides.values() for name in own if name not in NO_SIDES}
    named = [name for name in sorted(names) if fold(name) in told]
    # 霜坪 in 霜坪水厂 is the longer name's.
    named = [one for one in named if not any(one != other and one in other for other in named)]
    cited = [name for span in draft.spans for name in sides.get(span.article_id, [])]
    if len(named) != 1 or named[0] in cited or not cited:
        return ""
    return f"it names {named[0]}, but its words belong to {', '.join(dict.fromkeys(cited))}"
