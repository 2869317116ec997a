"""Which story comes first, settled in code and by what can be seen of it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.verification_text import fold
from rag.briefing.order import page_number
from rag.briefing.sentences import most_told
from rag.briefing_types import RankReason, StoryRank, StoryUpdate
from rag.types import Article


@dataclass(frozen=True, slots=True)
class Weight:
    """What one thing that is seen of a story may add to its score. why: the reason for it."""

    feature: str
    weight: float
    why: str


WEIGHTS = (
    Weight("page", 2.0, "an editor put it on the front page, or near it"),
    Weight("papers", 2.0, "several papers found it worth printing"),
    Weight("bodies", 1.5, "a body that governs many decided or did it"),
    Weight("news", 1.5, "something was decided or done, not only said"),
    Weight("novelty", 1.5, "it was not told before, or there is something new"),
    Weight("articles", 1.0, "several articles tell of it"),
    Weight("length", 1.0, "it was given room"),
    Weight("place", 0.5, "it stands at the top of its page"),
)
"""All that a story's place is settled by. Each is worth its weight times a value from 0 to 1."""

_LEAD = 120  # characters of an article in which the body that the news is of is named
_MANY_PAPERS, _MANY_ARTICLES = 4, 16  # from which more make no difference
_READ = 4  # articles of a story that are read for what was decided
_SHORT, _LONG = 100, 3000  # characters of an article: no room, and as much as there is
# By how many people they govern; the highest that headline or lead names counts.
_BODIES = (
    (
        1.0,
        r"党中央|中共中央|国务院|全国人大|全国政协|中央军委|总书记|国家主席|总理|联合国|最高人民|parliament|president",
    ),
    (
        0.8,
        r"国家[\u4e00-\u9fff]{2,8}(?:局|委|部)|[\u4e00-\u9fff]{2,6}部(?:长|门)|省委|省政府|省人大|自治区|minist",
    ),
    (0.6, r"市委|市政府|市人大|市政协|市长|市级|mayor|city council"),
    (0.5, r"县委|县政府|县人大|县政协|县长|区委|区政府|区长|常委会|county"),
    (0.3, r"[\u4e00-\u9fff]{2,8}(?:局|委员会|指挥部|法院|检察院|大学|集团|医院)"),
    (0.2, r"[镇乡村]|街道|社区|village"),
)
_RANKED = tuple((value, re.compile(pattern, re.IGNORECASE)) for value, pattern in _BODIES)


def rank(group: Sequence[Article], update: StoryUpdate | None) -> StoryRank:
    """The rank of a story with the reasons for it. group: its articles."""
    values = {
        "page": max(_page(one) for one in group),
        "papers": _share(max(len(papers_of(group)), 1), _MANY_PAPERS),
        "bodies": max(_bodies(one) for one in group),
        "news": max(_news(one) for one in group[:_READ]),
        "novelty": 1.0 if update is None else 0.5 if update.news else 0.0,
        "articles": _share(len({one.whole_id for one in group}), _MANY_ARTICLES),
        "length": max(_length(one) for one in group),
        "place": max(1 / (1 + one.position) for one in group),
    }
    reasons = tuple(
        RankReason(one.feature, values[one.feature], one.weight, one.why) for one in WEIGHTS
    )
    return StoryRank(sum(one.value * one.weight for one in reasons), reasons)


def papers_of(group: Sequence[Article]) -> tuple[str, ...]:
    """The papers that print a story, each once: those of its articles, then those of their copies,
    which need not be in the briefing's period."""
    copies = [copy.publication for one in group for copy in one.also_in]
    printed = [one.publication for one in group] + copies
    return tuple(dict.fromkeys(paper for paper in printed if paper))


def leading(group: Sequence[Article]) -> list[Article]:
    """The articles of a story, the one that tells it best first: what was decided or done, on the
    front page, as a report with its dateline, at length."""
    worth = {
        one.id: 1.5 * _news(one) + 2.0 * _page(one) + _length(one) + 0.5 * bool(one.dateline)
        for one in group
    }
    return sorted(group, key=lambda one: (-worth[one.id], one.publication, one.id))


def _page(article: Article) -> float:
    """1 for the front page, less behind it; a little where no page is known."""
    number = page_number(article.page)
    return 1 / number if number else 0.2


def _share(count: int, most: int) -> float:
    """0 for one, 1 for `most` and more, each of which counts less than the one before."""
    return math.log(min(count, most)) / math.log(most)


def _length(article: Article) -> float:
    characters = min(max(article.characters, _SHORT), _LONG)
    return math.log(characters / _SHORT) / math.log(_LONG / _SHORT)


def _bodies(article: Article) -> float:
    named = fold(f"{article.kicker}\n{article.headline}\n{article.text[:_LEAD]}")
    return next((value for value, pattern in _RANKED if pattern.search(named)), 0.0)


def _news(article: Article) -> float:
    """1 where the article says what was decided, less where only what was done, 0 for neither."""
    return {"decision": 1.0, "action": 0.7}.get(most_told(article), 0.0)
