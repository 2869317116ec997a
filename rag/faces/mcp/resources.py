"""Articles as resources: a template for one, and the list of all, page by page."""

from functools import partial
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, Resource

from rag.desk import Desk
from rag.errors import ArticleNotFoundError, NewsdeskError
from rag.faces.api.errors import ApiError
from rag.faces.api.work import Work
from rag.faces.mcp.texts import ARTICLE_URI, article_text, article_uri, place_of
from rag.types import Article

LISTED_AT_A_TIME = 100


def add_resources(server: MCPServer[Any], desk: Desk, work: Work) -> None:
    """Gives a server the archive's articles as resources."""

    @server.resource(
        ARTICLE_URI,
        name="article",
        title="Article",
        description="One article of the archive, by its id: headline, where it stands, text.",
        mime_type="text/markdown",
    )
    async def article(article_id: str) -> str:
        try:
            parts = await work.call(desk.parts, article_id)
            return article_text(parts[0], parts)
        except ArticleNotFoundError as error:
            raise ResourceNotFoundError(str(error)) from error
        except (NewsdeskError, ApiError) as error:
            raise ResourceError(str(error)) from error

    async def listed(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """The package lists only resources that are known beforehand, and all at once."""
        result = await call_next(ctx)
        if ctx.method != "resources/list":
            return result
        assert isinstance(result, dict)
        first = _first(ctx)
        # One more than is listed: whether there is a next page.
        page = partial(desk.articles, limit=LISTED_AT_A_TIME + 1, offset=first)
        try:
            articles = await work.call(page)
        except (NewsdeskError, ApiError) as error:
            raise MCPError(INTERNAL_ERROR, str(error)) from error
        shown = articles[:LISTED_AT_A_TIME]
        result["resources"] = [
            _resource(one).model_dump(by_alias=True, mode="json", exclude_none=True)
            for one in shown
        ]
        if len(articles) > len(shown):
            result["nextCursor"] = str(first + len(shown))
        return result

    server.middleware.append(listed)


def _first(context: ServerRequestContext[Any, Any]) -> int:
    """Where the page that a request asks for begins. Raises MCPError for no cursor of ours."""
    cursor = (context.params or {}).get("cursor")
    if cursor is None:
        return 0
    if not (isinstance(cursor, str) and cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise MCPError(
            INVALID_PARAMS, f"{cursor!r} is no cursor of this list; take the one it gave"
        )
    return int(cursor)


def _resource(article: Article) -> Resource:
    return Resource(
        uri=article_uri(article.id),
        name=article.headline or article.id[:12],
        description=place_of(article) or None,
        mime_type="text/markdown",
    )
