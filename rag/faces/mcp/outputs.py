"""What the tools give as structured content: the models of the HTTP API."""

from rag.faces.api.models_articles import ArticleHeadModel, ArticleModel, HitModel, PartTextModel
from rag.faces.api.models_given import AskedAnswerModel, BriefingModel, FoundModel, PageModel
from rag.types import LineBox

AskedAnswer = AskedAnswerModel
Hits = FoundModel[HitModel]
Articles = PageModel[ArticleModel]
FinishedBriefing = BriefingModel


class ArticleWithText(ArticleHeadModel):
    """An article with its text, in which the offsets of citations count; one that goes on on
    another page with those of its parts."""

    parts: list[PartTextModel]
    text: str
    boxes: list[LineBox]
