"""Exact search of an archive's texts, to know what else it says of what is asked."""

import unicodedata
from collections.abc import Sequence

from eval.generation.wording import content_words
from rag.types import Article


class ArchiveTexts:
    """The texts of an archive with their headlines, without white space and full-width forms."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._texts = [
            (article, _plain(f"{article.headline}{article.text}")) for article in articles
        ]

    def __len__(self) -> int:
        return len(self._texts)

    def holds(self, words: str) -> bool:
        """Whether any article has these words."""
        wanted = _plain(words)
        return any(wanted in text for _, text in self._texts)

    def telling(self, question: str, own: Article | None = None) -> list[Article]:
        """The articles that have all content words of a question. own: only those of its words
        count that this article has."""
        words = [_plain(word) for word in content_words(question)]
        if own is not None:
            text = _plain(f"{own.headline}{own.text}")
            words = [word for word in words if word in text]
        words.sort(key=len, reverse=True)  # the longest is the rarest
        return [article for article, text in self._texts if all(word in text for word in words)]

    def agree(self, question: str, own: Article, alternatives: Sequence[str]) -> bool:
        """Whether every article that has the words of a question gives one of these answers."""
        return all(self.says(one, alternatives) for one in self.telling(question, own))

    def says(self, article: Article, alternatives: Sequence[str]) -> bool:
        """Whether an article has one of these answers."""
        text = _plain(article.text)
        return any(_plain(one) in text for one in alternatives)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
