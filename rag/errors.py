"""The errors a user may see: each says what happened, to what, and what to do."""


class NewsdeskError(Exception):
    """Any failure that newsdesk explains in one line; faces print it and exit with 1."""


class UsageError(NewsdeskError):
    """The request itself is wrong (a blank question, a date that doesn't exist); exit status 2."""


class SettingsError(UsageError):
    """A setting is unknown or has a value that can't be used."""


class ReadingError(NewsdeskError):
    """A file or row can't be read as news."""


class ArticleNotFoundError(NewsdeskError):
    """No article has this id."""


class AnswerNotFoundError(NewsdeskError):
    """No answer on record has this id."""


class BriefingNotFoundError(NewsdeskError):
    """No kept briefing has this id."""


class HomeError(NewsdeskError):
    """The data folder can't be used."""


class ArchiveLockedError(NewsdeskError):
    """Another process is writing to the archive."""


class IndexMismatchError(NewsdeskError):
    """The index was made by another embedding model, normaliser or chunker than is set."""


class EmbeddingError(NewsdeskError):
    """The embedding model can't be loaded, or gave something that isn't a vector per text."""


class RerankingError(NewsdeskError):
    """The reranking model can't be loaded, or gave something that isn't a score per candidate."""


class OutputError(NewsdeskError):
    """What was made can't be written where it should go."""


class StoreError(NewsdeskError):
    """Catalogue or vectors can't be read or written."""


class ReindexedError(StoreError):
    """A reindex has put another archive in the place of the one that is open."""


class VectorServerError(StoreError):
    """No Chroma server answers where the settings name one."""


class LanguageModelError(NewsdeskError):
    """The language-model server failed or gave nothing usable; extraction answers instead."""


class PromptTooLongError(LanguageModelError):
    """The language model's window is too small for what it was sent; fewer sources may fit."""


class UnusableAnswerError(LanguageModelError):
    """The language model answered, but with nothing that can be read or that the archive holds."""


class NotSentError(LanguageModelError):
    """A dry run came to what it would ask the language model."""
