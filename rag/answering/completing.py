"""What a language model left out of a question with several sides, said in the archive's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.composing import Composed, SideAnswer
from rag.answering.passages import JOINS_SIDES, Passage
from rag.answering.side_words import gaps
from rag.answering.verification_text import fold
from rag.retrieval.hybrid import Retrieved
from rag.retrieval.question_plan import PlanKind
from rag.types import Draft, Span

ADDED_NOTE = "the language model said nothing of {}; the archive's own words stand for it"
_READ = 3  # of the sentences weighed for a part, those that a language model may answer it from


@dataclass(frozen=True, slots=True)
class Completion:
    """What is added to a language model's sentences: drafts of sides that it passed over, notes
    that say so, and a sentence for each side of which there is nothing."""

    drafts: tuple[Draft, ...]
    notes: tuple[str, ...]
    gaps: tuple[str, ...]


def completion(
    retrieved: Retrieved, composed: Composed, written: Sequence[Draft], sent: Sequence[Passage]
) -> Completion:
    """What a language model's sentences about several sides lack."""
    kind = retrieved.plan.kind
    told = [side for draft in written for side in told_by(draft, composed.sides, sent, kind)]
    lacking = [side for side in composed.sides if side not in told]
    added = [side for side in lacking if side.spans]
    spans = {span for side in added for span in side.spans}
    empty = [side.found.side.name for side in lacking if not side.spans]
    return Completion(
        tuple(draft for draft in composed.selection.drafts if spans.issuperset(draft.spans)),
        tuple(ADDED_NOTE.format(f"“{side.found.side.name}”") for side in added),
        gaps(kind, empty, retrieved.query.language),
    )


def told_by(
    draft: Draft, sides: Sequence[SideAnswer], sent: Sequence[Passage], kind: PlanKind
) -> list[SideAnswer]:
    """The sides that a language model's sentence tells of: of those whose words it cites the ones
    that it names, if it names any."""
    telling = [
        side for side in sides if any(_tells_of(side, span, sent, kind) for span in draft.spans)
    ]
    text = fold(draft.text)
    return [side for side in telling if fold(side.found.side.name) in text] or telling


def _tells_of(side: SideAnswer, span: Span, sent: Sequence[Passage], kind: PlanKind) -> bool:
    """Whether a sentence that cites a span may tell of a side: it is the side's own, or stands in
    an article that was shown as the side's, or that answers the part."""
    if span in side.spans:
        return True
    if kind == "parts":
        read = side.spans or tuple(one.span for one in side.evidence[:_READ])
        return any(one.article_id == span.article_id for one in read)
    return any(
        passage.article.id == span.article_id
        and side.found.side.name in passage.side.split(JOINS_SIDES)
        for passage in sent
    )
