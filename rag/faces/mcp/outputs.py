"""What the tools give as structured content: the models of the HTTP API."""

from rag.faces.api.models_given import (
    ArticleModel,
    AskedAnswerModel,
    BriefingModel,
    FoundModel,
    HitModel,
    PageModel,
)
from rag.types import LineBox

AskedAnswer = AskedAnswerModel
Hits = FoundModel[HitModel]
Articles = PageModel[ArticleModel]
FinishedBriefing = BriefingModel


class ArticleWithText(ArticleModel):
    """An article with its text, in which the offsets of citations count."""

    text: str
    boxes: list[LineBox]
