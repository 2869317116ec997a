"""A period's news as cited stories: what was decided or done first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from prompts import load
from rag.answering.briefing_selection import decided_first, in_own_words, news_sentences
from rag.answering.citations import assemble
from rag.answering.generative import write
from rag.answering.response_cache import CachedModel
from rag.answering.summary import language_of, whole_article
from rag.answering.verification import NOTHING_BILINGUAL, Bilingual, Verdict
from rag.answering.verification_text import fold
from rag.briefing_types import Briefing, BriefingPoint, Story
from rag.errors import LanguageModelError, UnusableAnswerError
from rag.types import Article, Draft, Language

POINTS = 3  # a story at most
SAME_STORY = 0.8  # Jaccard similarity of character pairs from which two articles are one
EXCERPT = 24  # characters of a text that stand in for a missing headline


@dataclass(frozen=True, slots=True)
class _Points:
    """The points of one story; `model` is None where they are the article's own sentences."""

    drafts: tuple[Draft, ...]
    verdicts: tuple[Verdict, ...]
    model: str | None
    notes: tuple[str, ...]


def brief(
    articles: Sequence[Article],
    date_from: date,
    date_to: date,
    topic: str | None,
    model: CachedModel | None,
    language: Language | None = None,
    bilingual: Bilingual = NOTHING_BILINGUAL,
) -> Briefing:
    """The briefing over these articles, newest issue first, then by page and place on it; articles
    that print the same text are one story. date_from, date_to: both inclusive, as asked for.
    language: what a language model writes; each article's own by default. Without a model, or
    where it fails, points are the article's own sentences, and the notes say why."""
    groups = _stories(articles)
    drafts: list[Draft] = []
    verdicts: list[Verdict] = []
    counts: list[int] = []
    notes: list[str] = []
    writer, name = model, None
    for group in groups:
        points, writer = _points(group[0], writer, language, bilingual)
        drafts.extend(points.drafts)
        verdicts.extend(points.verdicts)
        counts.append(len(points.drafts))
        notes.extend(points.notes)
        name = points.model or name
    assembly = assemble(drafts, {article.id: article for article in articles}, verdicts)
    sentences = iter(assembly.sentences)
    stories = tuple(
        Story(
            headline=_headline(group[0]),
            article_ids=tuple(article.id for article in group),
            points=tuple(
                BriefingPoint(sentence.text, sentence.citations)
                for _, sentence in zip(range(count), sentences, strict=False)
            ),
        )
        for group, count in zip(groups, counts, strict=True)
    )
    return Briefing(
        date_from=date_from,
        date_to=date_to,
        topic=topic,
        stories=stories,
        citations=assembly.citations,
        mode="llm" if name else "extractive",
        model=name,
        notes=tuple(dict.fromkeys(notes)),
    )


def _points(
    article: Article,
    model: CachedModel | None,
    language: Language | None,
    bilingual: Bilingual,
) -> tuple[_Points, CachedModel | None]:
    """A story's points, and the model to ask for the next story: None once its server fails, which
    would cost every further story the same wait."""
    notes: tuple[str, ...] = ()
    if model is not None and article.text.strip():
        try:
            passages = [whole_article(article)]
            tongue = language or language_of(article)
            with model.use() as use:
                written = write(load("briefing"), tongue, passages, use, bilingual)
                if not written.whole:
                    use.doubt()
            if not written.refused:
                drafts, verdicts = written.drafts[:POINTS], written.verdicts[:POINTS]
                about = tuple(f"{_headline(article)}: {note}" for note in written.notes)
                return _Points(drafts, verdicts, written.model, about), model
        except UnusableAnswerError as error:
            notes = (f"{_headline(article)}: in the article's own words: {error}",)
        except LanguageModelError as error:
            notes = (f"in the articles' own words from “{_headline(article)}” on: {error}",)
            model = None
    return _extracted(article, notes), model


def _extracted(article: Article, notes: tuple[str, ...]) -> _Points:
    drafts = in_own_words(article, decided_first(news_sentences(article, POINTS)))
    return _Points(drafts, tuple(Verdict(supported=True) for _ in drafts), None, notes)


def _stories(articles: Sequence[Article]) -> list[tuple[Article, ...]]:
    """Articles in printed order, those with nearly the same text joined to the first of them."""
    groups: list[tuple[list[Article], frozenset[str]]] = []
    for article in sorted(articles, key=_printed):
        pairs = _pairs(article)
        same = next((group for group, others in groups if _alike(pairs, others)), None)
        if same is None:
            groups.append(([article], pairs))
        else:
            same.append(article)
    return [tuple(group) for group, _ in groups]


def _printed(article: Article) -> tuple[int, str, int, str, int]:
    """Sorts newest issue first (undated last), then by publication, page and place on the page."""
    day = article.issue_date.toordinal() if article.issue_date else 0
    number = re.search(r"\d+", article.page)
    page = int(number[0]) if number else 0
    return -day, article.publication, page, article.page, article.position


def _pairs(article: Article) -> frozenset[str]:
    text = fold(article.text)
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    smaller, larger = sorted((len(some), len(others)))
    if not smaller or smaller < SAME_STORY * larger:
        return False
    shared = len(some & others)
    return shared >= SAME_STORY * (smaller + larger - shared)


def _headline(article: Article) -> str:
    """The headline as printed; the kicker or the start of the text where there is none."""
    return article.headline or article.kicker or article.text[:EXCERPT]
