"""What requests say: their bodies and the parameters that several paths take."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rag.briefing_types import Length
from rag.types import Language

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_NAME = 200
MOST_URLS = 100


def _iso_day(value: Any) -> Any:
    # Pydantic would also take a number of seconds for a day.
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is not a date; write 2020-12-23")
    if value is not None and not isinstance(value, (str, date)):
        raise ValueError("a date is a text such as 2020-12-23")
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
Publication = Annotated[str, Field(max_length=LONGEST_NAME)]

FromQuery = Annotated[
    Day | None, Query(alias="from", description="First issue date, that day included.")
]
ToQuery = Annotated[
    Day | None, Query(alias="to", description="Last issue date, that day included.")
]
PublicationQuery = Annotated[
    str | None, Query(max_length=LONGEST_NAME, description="Only this newspaper.")
]
OffsetQuery = Annotated[int, Query(ge=0, le=10_000_000)]
ArticleId = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Body(BaseModel):
    """A request's body: what it doesn't know is an error, so that no slip goes unseen."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Period(Body):
    """Issue dates, both included."""

    date_from: Day | None = Field(None, alias="from", description="First issue date.")
    date_to: Day | None = Field(None, alias="to", description="Last issue date.")
    publication: Publication | None = Field(None, description="Only this newspaper.")


class AskRequest(Period):
    """A question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "防汛应急周转资金用在哪里？"},
                {
                    "question": "What did the committee decide?",
                    "from": "2024-05-16",
                    "stream": True,
                },
            ]
        }
    )

    question: str = Field(description="In Chinese or English.")
    follows: list[Annotated[str, Field(max_length=64)]] = Field(
        [],
        max_length=100,
        description="Ids of the answers before it in its conversation, oldest first.",
    )
    use_cache: bool = Field(
        True, description="Whether the language model's kept replies may be used."
    )
    stream: bool = Field(
        False, description="Server-sent events; `Accept: text/event-stream` asks for them too."
    )


class UrlsRequest(Body):
    """Web addresses to read: pages and feeds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"urls": ["https://example.org/feed.xml"]}]}
    )

    urls: list[Annotated[str, Field(min_length=1, max_length=4000)]] = Field(
        min_length=1, max_length=MOST_URLS
    )
    issue_date: Day | None = Field(None, description="Where a page prints none.")
    publication: Publication | None = Field(None, description="The newspaper.")
    most_entries: int = Field(50, ge=1, le=1000, description="Pages read of a feed, the latest.")


class RetryRequest(Body):
    """Failures to read again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [3, 7]}]})

    ids: list[Annotated[int, Field(ge=0, lt=2**63)]] = Field(
        [], max_length=1000, description="None: all of them."
    )


class BriefingRequest(Period):
    """The days of a briefing and what it is of."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"date": "2024-05-16"}]})

    on: Day | None = Field(None, alias="date", description="One issue date.")
    topic: str | None = Field(None, description="Only news of this.")
    people: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        [], max_length=20, description="Only stories that name one of them."
    )
    language: Language | None = Field(
        None, alias="lang", description="Of what a language model writes; else as the articles."
    )
    length: Length = Field("standard", description="How many stories and points.")
    anew: bool = Field(
        False, alias="again", description="Make it again, though nothing has changed."
    )
    stream: bool = Field(False, description="Server-sent events: `progress`, then `briefing`.")


class SummaryRequest(Period):
    """What to sum up: an article, what a search finds, or a period."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"search": "防汛"}, {"from": "2024-05-16", "to": "2024-05-17"}]
        }
    )

    article_id: ArticleId | None = Field(None, description="One article.")
    search: str | None = Field(None, description="What a search for this finds.")
    limit: int = Field(8, ge=1, le=50, description="Articles of a search, at most.")
    points: int = Field(5, ge=1, le=50, description="Points of a search or a period, at most.")


class TimelineRequest(Period):
    """A matter, to be told in order of time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "霁澜大桥"}]})

    question: str = Field(description="The matter, in Chinese or English.")
    limit: int = Field(20, ge=1, le=200, description="Events, at most.")
