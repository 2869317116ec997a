"""Words that clients send to be searched or asked."""

from rag.errors import UsageError
from rag.faces.api.errors import ApiError
from rag.faces.api.options import ServeOptions


def words_of(given: str, field: str, options: ServeOptions) -> str:
    """The words without the white space around them. Raises UsageError for none, ApiError (413)
    for more characters than a question may have."""
    words = given.strip()
    if not words:
        raise UsageError(f"{field} is blank; say what you look for")
    if len(words) > options.question_characters:
        raise ApiError(
            413,
            "TooLarge",
            f"{field} has {len(words)} characters; at most {options.question_characters} are taken",
        )
    return words
