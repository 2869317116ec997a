"""What callers may ask for: a question with words in it, a number that can be counted to."""

from rag.answering.conversation import Understood
from rag.errors import UsageError

# More than any archive holds, and what SQLite and Chroma can count to.
_MOST = 2**31 - 1


def asked_of(question: str | Understood) -> str:
    """The question without the white space around it, one of a conversation as it was understood;
    raises UsageError for a blank one and for one that is no text."""
    if isinstance(question, Understood):
        question = question.question
    if not question.strip():
        raise UsageError("the question is blank; ask something")
    if any("\ud800" <= character <= "\udfff" for character in question):
        raise UsageError(f"the question {question!r} holds halves of characters; mend its encoding")
    return question.strip()


def counted(limit: int) -> int:
    """The limit, as far as it can be counted to; raises UsageError for one below 1."""
    if limit < 1:
        raise UsageError(f"the limit is {limit}; it must be 1 or more")
    return min(limit, _MOST)
