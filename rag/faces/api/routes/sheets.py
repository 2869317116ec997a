"""The pages that articles were read from, as images."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from rag.faces.api.auth import needs
from rag.faces.api.documented import failures
from rag.faces.api.routes.archive import ArticlePath
from rag.faces.api.state import ServedDependency

router = APIRouter(prefix="/api/v1", tags=["archive"], dependencies=[Depends(needs("read"))])


@router.get(
    "/articles/{article_id}/sheets/{number}.png",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}}},
        304: {"description": "As the client has it."},
        **failures(404, 422),
    },
    summary="A page as an image",
)
async def sheet(
    request: Request,
    served: ServedDependency,
    article_id: ArticlePath,
    number: Annotated[int, Path(ge=1, le=100_000, description="One of the article's `sheets`.")],
    width: Annotated[int, Query(ge=100, le=2400, description="In pixels.")] = 1200,
) -> Response:
    """The page of its PDF file or scan, while that still is what was read. The shares of `boxes`
    count from its top left corner."""
    images, work = served.desk.page_images, served.work
    file = await work.call(images.file_of, article_id, number)
    tag = f'"{file.digest}-{number}-{width}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=86400"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    png = await work.call(images.png, file, number, width)
    return Response(png, headers=headers, media_type="image/png")
