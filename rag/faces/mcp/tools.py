"""The tools of the MCP server: ask, search, read_article, brief, list_articles."""

from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import CallToolResult, TextContent, ToolAnnotations

from rag.answering.conversation import Understood
from rag.desk import Desk
from rag.errors import UsageError
from rag.faces.api.asking import asked_answer_shape, asking, filters_of
from rag.faces.api.responses import paged
from rag.faces.api.work import Work
from rag.faces.linked import answer_markdown, linked_briefing
from rag.faces.mcp import arguments as take
from rag.faces.mcp import outputs as give
from rag.faces.mcp.progress import with_progress
from rag.faces.mcp.texts import article_text, articles_text, citation_uri, hits_text
from rag.faces.shapes import (
    Shape,
    article_shape,
    finished_briefing_shape,
    hit_shape,
    shown_shape,
)
from rag.types import Answer

Answered = Callable[[Shape], None]

_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def uncounted(_: Shape) -> None:
    """What becomes of an answer that nobody counts."""


def add_tools(server: MCPServer[Any], desk: Desk, work: Work, answered: Answered) -> None:
    """Gives a server the tools. work: does what blocks. answered: is handed every answer."""
    _add_answering(server, desk, work, answered)
    _add_looking(server, desk, work)
    _add_briefing(server, desk, work)


def _add_answering(server: MCPServer[Any], desk: Desk, work: Work, answered: Answered) -> None:
    @server.tool(title="Ask the archive", annotations=_READS)
    async def ask(
        question: take.Question,
        date_from: take.DateFrom = None,
        date_to: take.DateTo = None,
        publication: take.Publication = None,
        follows: take.Follows = None,
    ) -> Annotated[CallToolResult, give.AskedAnswer]:
        """Answers a question from the newspaper archive. Every sentence cites verbatim quotes, with
        article, paper, date and offsets. Says so where the archive does not hold the answer
        (refused: true). Comparisons, changes over time and several questions at once are answered
        side by side."""
        filters = filters_of(date_from, date_to, publication)
        understood = Understood(question)
        events = work.events(partial(asking, desk, question, filters, follows or ()))
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Understood):
                    understood = event
                elif isinstance(event, Answer):
                    shape = asked_answer_shape(question, understood, event)
                    answered(shape)
                    return _result(answer_markdown(event, citation_uri), shape)
        raise AssertionError("an answer's events end with the whole of it")


def _add_looking(server: MCPServer[Any], desk: Desk, work: Work) -> None:
    @server.tool(title="Search the archive", annotations=_READS)
    async def search(
        query: take.Query,
        limit: take.Passages = 10,
        date_from: take.DateFrom = None,
        date_to: take.DateTo = None,
        publication: take.Publication = None,
    ) -> Annotated[CallToolResult, give.Hits]:
        """Finds the passages of articles that fit words or a question best, best first, verbatim,
        with their offsets in the article's text."""
        filters = filters_of(date_from, date_to, publication)
        hits = await work.call(desk.search, query, limit=limit, filters=filters)
        return _result(hits_text(hits), {"items": [hit_shape(hit) for hit in hits], "limit": limit})

    @server.tool(title="Read an article", annotations=_READS)
    async def read_article(
        article_id: take.ArticleId,
    ) -> Annotated[CallToolResult, give.ArticleWithText]:
        """Gives one article whole: headline, paper, dates, page, text. The offsets of citations and
        passages count in its text; those of a part on another page in that part's."""
        article = await work.call(desk.article, article_id)
        parts = await work.call(desk.parts, article.id)
        return _result(article_text(article, parts), shown_shape(article, parts))

    @server.tool(title="List articles", annotations=_READS)
    async def list_articles(
        date_from: take.DateFrom = None,
        date_to: take.DateTo = None,
        publication: take.Publication = None,
        limit: take.Listed = 50,
        offset: take.Offset = 0,
    ) -> Annotated[CallToolResult, give.Articles]:
        """Lists what the archive holds, newest issue first, then as printed, by pages: next_offset
        gives the next one."""
        filters = filters_of(date_from, date_to, publication)
        total = await work.call(desk.count_articles, filters=filters)
        page = await work.call(desk.articles, filters=filters, limit=limit, offset=offset)
        shape = paged([article_shape(article) for article in page], total, limit, offset)
        return _result(articles_text(page, total, shape["next_offset"]), shape)


def _add_briefing(server: MCPServer[Any], desk: Desk, work: Work) -> None:
    @server.tool(title="Write a briefing", annotations=_READS)
    async def brief(
        context: Context[Any, Any],
        date_from: take.DateFrom = None,
        date_to: take.DateTo = None,
        topic: take.Topic = None,
        publication: take.Publication = None,
        people: take.People = None,
        language: take.BriefingLanguage = None,
        length: take.BriefingLength = "standard",
    ) -> Annotated[CallToolResult, give.FinishedBriefing]:
        """Writes a cited briefing of the news of one issue date, or of a period: the stories, best
        first, each point with its quote, and a table of decisions and numbers. One day is enough:
        date_from or date_to. Of a day without news it says so, and names the nearest that have
        some. It is kept, and given again while nothing changes."""
        first, last = date_from or date_to, date_to or date_from
        if first is None or last is None:
            raise UsageError("say which day: date_from, date_to, or both for a period")
        filters_of(first, last, None)
        make = partial(
            desk.briefings.finish,
            date_from=first,
            date_to=last,
            topic=topic,
            publication=publication,
            people=people or (),
            language=language,
            length=length,
        )
        finished = await with_progress(work, context, make)
        text = linked_briefing(finished.briefing, language, citation_uri)
        return _result(text, finished_briefing_shape(finished))


def _result(text: str, shape: Shape) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=shape)
