"""Which passages a language model is shown: the best found, and of each side its share."""

from collections.abc import Iterator, Sequence

from rag.answering.overview import by_time
from rag.answering.passages import BEFORE, JOINS_SIDES, Passage, stretches
from rag.retrieval.hybrid import Retrieved
from rag.types import Article, Chunk, Hit
from store.library import Library

_NEAR_BEST = 0.5
WIDENED = 3  # of the best chunks, those shown with their neighbours

_Taken = dict[str, tuple[Article, int, int]]


def passages_for(retrieved: Retrieved, library: Library, characters: int) -> tuple[Passage, ...]:
    """The best chunks, as many as there are characters for, in whole sentences, joined where they
    touch; the very best with the chunks before and after them, as an answer may begin where a chunk
    ends. The model's window may hold fewer.

    Each side of a comparison has as much room, and its passages say which it is; those of a change
    come in order of time, with some from before it.
    """
    sided = _sided(retrieved)
    if not sided:
        taken = _taken(retrieved.hits, library, characters)
        return tuple(
            Passage(f"S{number}", article, start, end)
            for number, (article, start, end) in enumerate(stretches(taken.values()), start=1)
        )
    share = characters // len(sided)
    apart = [(name, _taken(hits, library, share)) for name, hits in sided]
    names: dict[str, list[str]] = {}
    for name, taken in apart:
        for article_id in dict.fromkeys(article.id for article, _, _ in taken.values()):
            names.setdefault(article_id, []).append(name)
    everything: _Taken = {key: piece for _, taken in apart for key, piece in taken.items()}
    pieces = stretches(everything.values())
    if retrieved.plan.kind == "changes":
        pieces.sort(key=lambda piece: (by_time(piece[0]), piece[1]))
    return tuple(
        Passage(f"S{number}", article, start, end, JOINS_SIDES.join(names[article.id]))
        for number, (article, start, end) in enumerate(pieces, start=1)
    )


def _sided(retrieved: Retrieved) -> list[tuple[str, Sequence[Hit]]]:
    """The sides whose passages are told apart, by name, with what each found."""
    if retrieved.plan.kind not in ("comparison", "changes"):
        return []
    sided: list[tuple[str, Sequence[Hit]]]
    sided = [
        (one.side.name, _near(one.retrieved.hits) if one.side.text else one.retrieved.hits)
        for one in retrieved.sides
    ]
    if retrieved.earlier:
        sided.append((BEFORE[retrieved.query.language], _near(retrieved.earlier.hits)))
    return sided


def _near(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits that come near the best: in the issues of a few days most are of other things."""
    return [hit for hit in hits if hit.score >= _NEAR_BEST * hits[0].score]


def _taken(hits: Sequence[Hit], library: Library, room: int) -> _Taken:
    taken: _Taken = {}
    for place, hit in enumerate(hits):
        for chunk in _around(hit.chunk, library) if place < WIDENED else (hit.chunk,):
            if chunk.id in taken:
                continue
            room -= chunk.end - chunk.start
            if room >= 0 or not taken:
                taken[chunk.id] = (hit.article, chunk.start, chunk.end)
        if room < 0:
            break
    return taken


def _around(chunk: Chunk, library: Library) -> Iterator[Chunk]:
    """A chunk, then its neighbours in the article."""
    yield chunk
    yield from library.neighbours(chunk)
