"""What the tools take: each argument with its description and its bounds."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from rag.briefing_types import Length
from rag.types import Language


def _day(value: Any) -> Any:
    """Only days as ISO 8601 writes them: to pydantic, a number counts seconds from 1970."""
    if value is None:
        return value
    try:
        if isinstance(value, str) and len(value) == len("2020-12-23"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(f"{value!r} is no day of the calendar; write 2020-12-23")


def _worded(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank; give it words")
    return text.strip()


_Words = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_worded)]
_Day = Annotated[date, BeforeValidator(_day)]
_Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_worded)]
_Id = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_worded)]

Question = Annotated[
    _Words,
    Field(description="What to ask, in Chinese or English; one that stands alone, or follows."),
]
Follows = Annotated[
    list[_Id] | None,
    Field(
        max_length=20,
        description="Ids of earlier answers, oldest first, that the question follows up on.",
    ),
]
Query = Annotated[_Words, Field(description="Words or a question to find passages for.")]
DateFrom = Annotated[
    _Day | None, Field(description="First issue date, that day included: 2020-12-23.")
]
DateTo = Annotated[
    _Day | None, Field(description="Last issue date, that day included: 2020-12-23.")
]
Publication = Annotated[
    _Name | None, Field(description="Only this newspaper, by its name as it is printed.")
]
ArticleId = Annotated[_Id, Field(description="An article's id, or how it begins.")]
Passages = Annotated[int, Field(ge=1, le=50, description="At most so many passages.")]
Listed = Annotated[int, Field(ge=1, le=200, description="At most so many articles.")]
Offset = Annotated[int, Field(ge=0, le=2**31 - 1, description="Articles to pass over.")]
Topic = Annotated[_Words | None, Field(description="Only news of this.")]
People = Annotated[
    list[_Name] | None, Field(max_length=20, description="Only stories that name one of these.")
]
BriefingLanguage = Annotated[
    Language | None,
    Field(description="Of headings, and of what a language model writes; else as the articles."),
]
BriefingLength = Annotated[Length, Field(description="How many stories and points are told.")]
