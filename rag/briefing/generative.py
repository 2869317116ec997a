"""Stories written by a language model: each article is read, then what was found in all of a
story's articles is put together; every point is verified as an answer's sentence is.

Replies are kept by CachedModel, so that a briefing that breaks off goes on where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from prompts import load
from rag.answering.generative import GenerativeAnswer, write
from rag.answering.passages import Passage
from rag.answering.response_cache import CachedModel
from rag.answering.verification import Bilingual, Verdict
from rag.briefing.summary import language_of, whole_article
from rag.errors import LanguageModelError, UnusableAnswerError
from rag.types import Article, Draft, Language, Span

READ = 4  # articles of a story that are read, those that tell it best


@dataclass(frozen=True, slots=True)
class Written:
    """The points of one story as a language model wrote them. model: what the server calls it."""

    drafts: tuple[Draft, ...]
    verdicts: tuple[Verdict, ...]
    model: str


class StoryWriter:
    """A language model for the stories of one briefing, within a budget of tokens. `notes` says
    what was left out and why. Once its server fails or the budget is spent, it writes no more."""

    def __init__(
        self, model: CachedModel, tokens: int, language: Language | None, bilingual: Bilingual
    ) -> None:
        """tokens: that the whole briefing may use, those of replies that are kept not counted.
        language: what is written; each story's own by default."""
        self._model: CachedModel | None = model
        self._budget = tokens
        self._left = tokens
        self._language = language
        self._bilingual = bilingual
        self.notes: list[str] = []

    def write(
        self,
        articles: Sequence[Article],
        headline: str,
        most: int,
        keep: Callable[[Article, Span], bool] | None = None,
    ) -> Written | None:
        """The points of a story, at most so many; None where the model gives none, and the story
        is to be told in the articles' own words. articles: the one that tells it best first. keep:
        whether a quoted sentence may be told, of a story that was told before."""
        readable = [one for one in articles if one.text.strip()][:READ]
        if self._model is None or not readable:
            return None
        if self._left <= 0:
            self._give_up(
                f"the {self._budget} tokens for a briefing are used up; raise"
                " NEWSDESK_BRIEFING_TOKENS",
                headline,
            )
            return None
        try:
            return self._written(readable, headline, most, keep)
        except UnusableAnswerError as error:
            self.notes.append(f"{headline}: in the article's own words: {error}")
        except LanguageModelError as error:
            self._give_up(str(error), headline)
        return None

    def _written(
        self,
        articles: Sequence[Article],
        headline: str,
        most: int,
        keep: Callable[[Article, Span], bool] | None,
    ) -> Written | None:
        language = self._language or language_of(articles[0])
        by_id = {one.id: one for one in articles}
        found = self._read(articles, language)
        drafts = [draft for answer in found for draft in answer.drafts]
        if keep is not None:
            drafts = [one for one in drafts if any(keep(by_id[s.article_id], s) for s in one.spans)]
        if not drafts:
            return None
        if len(articles) > 1:
            last = self._asked("story", language, _passages(drafts, by_id))
            found = [] if last.refused else [last]
            drafts = list(last.drafts)
        if not found or not drafts:
            return None
        self.notes += [f"{headline}: {note}" for answer in found for note in answer.notes]
        verdicts = tuple(Verdict(supported=True) for _ in drafts[:most])
        return Written(tuple(drafts[:most]), verdicts, found[-1].model)

    def _read(self, articles: Sequence[Article], language: Language) -> list[GenerativeAnswer]:
        """What the model says of each article. One of which it says nothing usable is passed over,
        unless that goes for all of them: then raises UnusableAnswerError."""
        found: list[GenerativeAnswer] = []
        failed: UnusableAnswerError | None = None
        for one in articles:
            try:
                found.append(self._asked("briefing", language, [whole_article(one)]))
            except UnusableAnswerError as error:
                failed = error
        if failed is not None and not found:
            raise failed
        return [answer for answer in found if not answer.refused]

    def _asked(
        self, prompt: str, language: Language, passages: Sequence[Passage]
    ) -> GenerativeAnswer:
        assert self._model is not None
        use = self._model.use()
        try:
            with use:
                written = write(load(prompt), language, passages, use, self._bilingual)
                if not written.whole:
                    use.doubt()
        finally:
            self._left -= use.usage.prompt_tokens + use.usage.completion_tokens
        return written

    def _give_up(self, reason: str, headline: str) -> None:
        """A server that fails would cost every further story the same wait."""
        self.notes.append(f"in the articles' own words from “{headline}” on: {reason}")
        self._model = None


def _passages(drafts: Sequence[Draft], articles: dict[str, Article]) -> list[Passage]:
    """The sentences that were found, each once, as a model is shown them."""
    spans = dict.fromkeys(span for draft in drafts for span in draft.spans)
    made = [Passage("", articles[one.article_id], one.start, one.end) for one in spans]
    return [replace(one, source_key=f"S{at}") for at, one in enumerate(made, start=1)]
