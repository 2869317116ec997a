"""What each part of newsdesk is worth: a set asked again with one part off at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from eval.comparison import Comparison, compare
from eval.datasets import Dataset
from eval.records import EvalRun
from eval.runner import RunOptions, remove_archives, run_dataset
from rag.errors import UsageError
from rag.settings import Settings, with_values

if TYPE_CHECKING:
    from rag.indexing.pipeline import Progress


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be switched off. title: what is then asked. settings: those changed.
    indexed: whether an archive must be made anew for it."""

    name: str
    title: str
    settings: Mapping[str, object]
    indexed: bool = False


PARTS: Mapping[str, Part] = {
    part.name: part
    for part in (
        Part("lexical", "without lexical search", {"retriever": "dense"}),
        Part("dense", "without dense search", {"retriever": "lexical"}),
        Part("fusion", "fused by rank (RRF), not by score", {"fusion": "rrf"}),
        Part("reranker", "without the reranker", {"reranker": "none"}),
        Part("rules", "without rules for the query", {"query_rules": False}),
        Part("refusal", "without the bar for refusals", {"refusal_bar": 0.0}),
        Part("headline", "without headlines in chunks", {"headline_context": False}, True),
        Part(
            "short-chunks", "chunks half as long", {"chunk_characters": 120, "chunk_cap": 180}, True
        ),
        Part(
            "long-chunks",
            "chunks 1.5 times as long",
            {"chunk_characters": 360, "chunk_cap": 480},
            True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Ablation:
    """A set asked of the whole, and of what is left without each part."""

    whole: EvalRun
    without: Mapping[str, Comparison]

    @property
    def runs(self) -> tuple[EvalRun, ...]:
        """The whole first, then one a part."""
        return (self.whole, *(comparison.second for comparison in self.without.values()))


def ablate(
    dataset: Dataset,
    settings: Settings,
    parts: Sequence[str] = (),
    options: RunOptions | None = None,
    progress: "Progress | None" = None,
    *,
    now: Callable[[], datetime] | None = None,
) -> Ablation:
    """Ask a set of newsdesk as it is set, then without each of some parts (all by default).

    A part that changes how an archive is indexed needs one of its own, so it is left out where the
    archive in settings.home is asked. Each is a run of its own, kept, and gone on with as any is.
    Raises UsageError for an unknown part, and what `run_dataset` raises.
    """
    options = replace(options or RunOptions(), keep=True)
    made = bool(dataset.archives) or options.pages is not None
    chosen = [_part(name) for name in dict.fromkeys(parts or PARTS)]
    if parts and not made and any(part.indexed for part in chosen):
        names = ", ".join(part.name for part in chosen if part.indexed)
        raise UsageError(f"{names}: changes how an archive is indexed; name pages to make one from")
    chosen = [part for part in chosen if made or not part.indexed]
    whole = run_dataset(dataset, settings, options, progress, now=now)
    without = {}
    for part in chosen:
        changed = with_values(settings, part.settings)
        run = run_dataset(dataset, changed, options, progress, now=now)
        without[part.name] = compare(whole, run)
        if part.indexed:
            remove_archives(dataset, changed, options)
    remove_archives(dataset, settings, options)
    return Ablation(whole, without)


def _part(name: str) -> Part:
    if name not in PARTS:
        raise UsageError(f"{name}: no part that can be switched off; they are {', '.join(PARTS)}")
    return PARTS[name]
