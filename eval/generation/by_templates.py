"""Questions made of the sentences of an archive, spread over its days, articles and kinds."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from eval.dataset_shapes import Question
from eval.generation.archive_search import ArchiveTexts
from eval.generation.meetings import chaired
from eval.generation.near import swapped
from eval.generation.shared import DRAFTED, NEAR, Progress, name_of, places, spread
from eval.generation.statements import statements
from eval.generation.templates import KINDS, Drafted, drafted
from rag.types import Article

LOOKED_AT = 60  # articles for each question wanted: some kinds are rare


def draft_by_templates(
    articles: Sequence[Article],
    count: int,
    seed: int,
    unanswerable: float = 0.0,
    progress: Progress | None = None,
) -> list[Question]:
    """Up to `count` questions that no person has confirmed, the same ones for the same archive and
    seed; fewer where the articles tell no more that can be asked alone.

    unanswerable: the share, 0 to 1, of those that the archive doesn't answer. progress: called with
    the stage, questions drafted, questions wanted.
    """
    random = Random(seed)
    texts = ArchiveTexts(articles)
    near_wanted = round(count * unanswerable)
    wanted = count - near_wanted
    found = _spread_over_kinds(spread(articles, random), texts, wanted + 4 * near_wanted, random)
    questions: list[Question] = []
    near: list[Question] = []
    for one in found:
        if len(questions) + len(near) == count:
            break
        # One of the wanted share at a time, so that both kinds come from all over the archive.
        asked = None
        if len(near) < near_wanted and len(near) * count <= len(questions) * near_wanted:
            asked = swapped(one.question, texts, random)
        if asked is not None:
            near.append(_unanswerable(asked, one.kind))
        elif len(questions) < wanted:
            questions.append(_answerable(one, texts))
        if progress is not None:
            progress("questions", len(questions) + len(near), count)
    return [*questions, *near]


def _spread_over_kinds(
    articles: Iterator[Article], texts: ArchiveTexts, wanted: int, random: Random
) -> list[Drafted]:
    """One draft of an article at most, of the kind that is rarest so far."""
    share = math.ceil(wanted / len(KINDS))
    taken: list[Drafted] = []
    spare: list[Drafted] = []
    counts: Counter[str] = Counter()
    asked: set[str] = set()
    for number, article in enumerate(articles):
        if len(taken) >= wanted or number > LOOKED_AT * wanted:
            break
        told = list(statements(article))
        ready = [*(one for sentence in told for one in drafted(sentence)), *chaired(told)]
        random.shuffle(ready)
        ready.sort(key=lambda one: counts[one.kind])
        for one in ready:
            if one.question in asked or not texts.agree(one.question, article, one.alternatives):
                continue
            asked.add(one.question)
            if counts[one.kind] < share:
                counts[one.kind] += 1
                taken.append(one)
            else:
                spare.append(one)
            break
    return [*taken, *spare[: wanted - len(taken)]]


def _answerable(one: Drafted, texts: ArchiveTexts) -> Question:
    article = one.statement.article
    telling = [other for other in texts.telling(one.question, article) if other.id != article.id]
    gold, headlines = places([article, *telling])
    return Question(
        id=name_of(one.question),
        question=one.question,
        lang="zh",
        answerable=True,
        facts=(one.alternatives,),
        headlines=headlines,
        tags=(DRAFTED, one.kind),
        answers=one.alternatives,
        gold=gold,
        quotes=(one.statement.quote,),
        confirmed=False,
    )


def _unanswerable(question: str, kind: str) -> Question:
    return Question(
        id=name_of(question),
        question=question,
        lang="zh",
        answerable=False,
        tags=(DRAFTED, NEAR, kind),
        confirmed=False,
    )
