"""One story told: in a language model's words, or in those of its articles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.verification import Verdict, verify
from rag.briefing.generative import StoryWriter
from rag.briefing.lengths import Extent
from rag.briefing.points import Chosen, choose, point_of
from rag.briefing.ranking import leading, rank
from rag.briefing.sentences import Sentence, sentences_of
from rag.briefing.updates import ToldBefore, is_new
from rag.briefing_types import StoryRank, StoryUpdate
from rag.types import Article, Draft, Span

EXCERPT = 24  # characters of a text that stand in for a missing headline


@dataclass(frozen=True, slots=True)
class Told:
    """One story before its citations are numbered. articles: the one that tells it best first.
    drafts, verdicts: one a point. model: that wrote the points; None where they are the articles'
    own sentences."""

    articles: tuple[Article, ...]
    rank: StoryRank
    update: StoryUpdate | None
    drafts: tuple[Draft, ...]
    verdicts: tuple[Verdict, ...]
    model: str | None = None


def headline(article: Article) -> str:
    """The headline as printed; the kicker or the start of the text where there is none."""
    if article.headline or article.kicker:
        return article.headline or article.kicker
    told = sentences_of(article)
    text = told[0][0].quote if told else article.text
    return text if len(text) <= EXCERPT else text[:EXCERPT] + "…"


def update_of(continues: ToldBefore | None, news: bool) -> StoryUpdate | None:
    """What an update goes on with; None for a story that was not told before."""
    if continues is None:
        return None
    story, briefing = continues.story, continues.briefing
    return StoryUpdate(
        story.headline, story.article_ids, briefing.date_from, briefing.date_to, news
    )


def tell(
    group: Sequence[Article],
    continues: ToldBefore | None,
    extent: Extent,
    writer: StoryWriter | None,
) -> Told:
    """Tells the story of these articles: of one that was told before what is new, or in one point
    that nothing is."""
    articles = tuple(leading(group))
    known = continues.articles if continues is not None else ()

    def fresh(article: Article, span: Span) -> bool:
        return is_new(article, span, known)

    def kept(sentence: Sentence) -> bool:
        return fresh(sentence.article, sentence.span)

    chosen = choose(articles, extent, kept if known else None)
    news = bool(chosen)
    if not news:
        chosen = choose(articles, replace(extent, points=1))
    update = update_of(continues, news)
    ranking = rank(group, update)
    if writer is not None and (news or not known):
        written = writer.write(
            articles, headline(articles[0]), extent.points, fresh if known else None
        )
        if written is not None:
            return Told(articles, ranking, update, written.drafts, written.verdicts, written.model)
    drafts = tuple(_draft(one) for one in chosen)
    by_id = {one.id: one for one in articles}
    verdicts = tuple(_verified(one, by_id[one.spans[0].article_id]) for one in drafts)
    return Told(articles, ranking, update, drafts, verdicts)


def _draft(chosen: Chosen) -> Draft:
    """A sentence as a point, which cites one other paper that says the same, where one does."""
    text = point_of(chosen.sentence)
    others = (other.span for other in chosen.same if verify(text, [other.quote]).supported)
    return Draft(text, (chosen.sentence.span, *list(others)[:1]))


def _verified(draft: Draft, article: Article) -> Verdict:
    first = draft.spans[0]
    return verify(draft.text, [article.text[first.start : first.end]])
