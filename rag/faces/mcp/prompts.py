"""Prompts that a person may pick in a client: a briefing, a question."""

from datetime import date
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import Field

_KEEP = (
    "Keep every citation number with its link, quote only what the tool quotes, and say plainly"
    " where the archive has nothing."
)
_Day = Annotated[str, Field(description="An issue date, 2020-12-23.")]
_LastDay = Annotated[str, Field(description="The last day of a period; else the one day.")]
_Topic = Annotated[str, Field(description="Only news of this.")]
_Language = Annotated[str, Field(description="The language to write in; else that of the news.")]
_Question = Annotated[str, Field(description="What to ask the archive, in Chinese or English.")]


def add_prompts(server: MCPServer[Any]) -> None:
    """Gives a server its prompts. What they ask for is done with its tools."""

    @server.prompt(title="Briefing", description="A cited briefing of a day or a period.")
    def briefing(
        day: _Day, last_day: _LastDay = "", topic: _Topic = "", language: _Language = ""
    ) -> str:
        first = _day("day", day)
        last = _day("last_day", last_day) if last_day.strip() else first
        if last < first:
            raise MCPError(
                INVALID_PARAMS, f"last_day {last} lies before day {first}; swap the days"
            )
        about = f" and topic {topic.strip()!r}" if topic.strip() else ""
        written = f" Write in {language.strip()}." if language.strip() else ""
        return (
            f"Call the newsdesk tool `brief` with date_from {first}, date_to {last}{about}. Then"
            " write a briefing from what it gives: the stories in its order, each with a headline"
            f" and its points, and what was decided and counted at the end. {_KEEP}{written}"
        )

    @server.prompt(title="Question", description="A question to the archive, answered with quotes.")
    def question(question: _Question, language: _Language = "") -> str:
        if not question.strip():
            raise MCPError(INVALID_PARAMS, "the question is blank; ask something")
        written = f" Write in {language.strip()}." if language.strip() else ""
        return (
            f"Call the newsdesk tool `ask` with this question:\n\n{question.strip()}\n\n"
            "If it refuses, look with `search` in other words, and read with `read_article` what"
            " seems to fit. Answer only with what the articles say, and give under the answer the"
            f" quotes that it stands on. {_KEEP}{written}"
        )


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise MCPError(
            INVALID_PARAMS, f"{name}: {text!r} is no day of the calendar; write 2020-12-23"
        ) from None
