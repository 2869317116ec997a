"""What tells of one side of a question: the sentences of its days, or that name what it names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.retrieval.coverage import KNOWN, Coverage
from rag.retrieval.dates_asked import periods_in
from rag.retrieval.folding import fold
from rag.retrieval.hybrid import SideFound
from rag.retrieval.periods import Period
from rag.retrieval.query import Query, Term
from rag.retrieval.question_plan import DAYS_OF_NEWS
from rag.retrieval.rarity import Idf
from rag.types import Article, Language
from store.segmentation import simplified

# Of what is asked of all sides, what an article holds that tells of one; in English less, as the
# dictionary hasn't every word.
_LEAST_ASKED: Mapping[Language, float] = {"zh": 0.4, "en": 0.2}
_LEAD = 80  # characters of an article that say what it is about, with its headline


class SideOf:
    """Tells which sentences belong to one side of a comparison and to no other."""

    def __init__(self, at: int, sides: Sequence[SideFound], idf: Idf) -> None:
        self._own = sides[at].side
        self._others = [one.side for place, one in enumerate(sides) if place != at]
        named = [_named(one, sides) for one in sides]
        holds = [Coverage(query, idf) if query.terms else None for query in named]
        self._holds = holds[at]
        self._others_hold = [one for place, one in enumerate(holds) if place != at and one]
        asked = _in_common(sides)
        self._least = _LEAST_ASKED[asked.language]
        self._asked = Coverage(asked, idf) if asked.terms else None

    def holds(self, text: str, article: Article) -> bool:
        """Whether a sentence of an article tells of this side."""
        if self._own.article_id:
            return article.id == self._own.article_id
        if self._own.period is not None and not self._in_days(text, article):
            return False
        return self._is_asked(article) and self._names_it(text, article)

    def _is_asked(self, article: Article) -> bool:
        """Whether an article holds enough of what is asked of all sides."""
        if self._asked is None:
            return True
        return self._asked.words(f"{_head(article)}\n{fold(article.text)}") >= self._least

    def _in_days(self, text: str, article: Article) -> bool:
        """Whether a sentence names a day of the side's, or else stands in an article of them and
        names no other side's, nor another year where years are compared. An article without a date
        may be of any, where a side is no certain thing."""
        own, others = self._own.period, [one.period for one in self._others]
        assert own is not None
        if own in others:
            return True
        issued = article.issue_date
        if self._own.explicit:
            return issued is not None and own.holds(issued)
        told = [one for one in periods_in(text, issued or own.start) if one.days <= own.days]
        if any(_meet(own, one) for one in told):
            return True
        if own.days > DAYS_OF_NEWS and told:
            return False
        if any(other and _meet(other, one) for other in others for one in told):
            return False
        days = [one for one in (issued, article.event_date) if one is not None]
        return any(map(own.holds, days)) or not (days or self._own.certain)

    def _names_it(self, text: str, article: Article) -> bool:
        """Whether a sentence names the side, or else stands in an article about it, and names no
        other side. One whose article names none is any side's, where a side is no certain thing."""
        if self._holds is None:
            return True
        for told in (fold(text), _head(article), fold(article.text)):
            if self._holds.words(told) >= KNOWN:
                return True
            if any(other.words(told) >= KNOWN for other in self._others_hold):
                return False
        return not self._own.certain


def _named(one: SideFound, sides: Sequence[SideFound]) -> Query:
    """What names a side and no other: of its query the terms that no other's has; in Chinese, of
    its name what the names don't have in common."""
    query = one.retrieved.query
    if one.side.period and one.side.period not in [
        other.side.period for other in sides if other is not one
    ]:
        return replace(query, terms=(), bigrams=())
    if query.language == "zh":
        own = _apart(one.side.name, [other.side.name for other in sides])
        terms = (Term(own, ((own, 1.0),)),) if own else ()
        return replace(query, terms=terms, bigrams=())
    shared = [
        {term.text for term in other.retrieved.query.terms} for other in sides if other is not one
    ]
    kept = tuple(term for term in query.terms if not any(term.text in texts for texts in shared))
    return replace(query, terms=kept, bigrams=())


def _in_common(sides: Sequence[SideFound]) -> Query:
    """What is asked of every side: the terms that all their queries have."""
    first, *others = [one.retrieved.query for one in sides]
    texts = [{term.text for term in other.terms} for other in others]
    kept = tuple(term for term in first.terms if all(term.text in one for one in texts))
    return replace(first, terms=kept, bigrams=())


def _apart(name: str, names: Sequence[str]) -> str:
    """A name, folded, without what all the names end in, where two characters of each are left:
    霜坪 of 霜坪镇 beside 栖鹭镇."""
    folded = [fold(simplified(one)) for one in names]
    own = fold(simplified(name))
    shortest = min(map(len, folded))
    same = 0
    while same < shortest - 2 and len({one[-1 - same] for one in folded}) == 1:
        same += 1
    return own[: len(own) - same]


def _meet(one: Period, other: Period) -> bool:
    return one.start < other.end and other.start < one.end


def _head(article: Article) -> str:
    return fold(f"{article.kicker}\n{article.headline}\n{article.text[:_LEAD]}")
