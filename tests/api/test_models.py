"""What the API documents is what it gives: every real response read by its model and written again
comes out the same."""

import json
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel, TypeAdapter

from rag.faces.api.models_articles import ArticleModel, ArticleTextModel, HitModel, RawModel
from rag.faces.api.models_given import (
    AnswerRecordModel,
    AnswerSummaryModel,
    AskedAnswerModel,
    BriefingModel,
    BriefingSummaryModel,
    DigestModel,
    ErrorModel,
    FoundModel,
    HealthModel,
    IssueDateModel,
    ItemsModel,
    PageModel,
    PublicationModel,
    ReadyModel,
    SummaryModel,
    TimelineModel,
    UsageTotalModel,
)
from tests.desk.flood_fund import QUESTION

DAY = {"date": "2024-05-16"}


def read_by(model: type[BaseModel], response: httpx2.Response) -> Any:
    """The response's JSON, once its model has given the same again; not an empty list."""
    assert response.status_code < 300, response.text
    value = response.json()
    assert value.get("items", [None])
    again = TypeAdapter(model).validate_json(response.content).model_dump_json(by_alias=True)
    assert normal(json.loads(again)) == normal(value)
    return value


def normal(value: Any) -> Any:
    """Times as Pydantic writes them."""
    if isinstance(value, dict):
        return {name: normal(one) for name, one in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    if isinstance(value, str) and value.endswith("+00:00"):
        return value.removesuffix("+00:00") + "Z"
    return value


@pytest.fixture(scope="module")
def asked(served_url: str) -> dict[str, Any]:
    """An answer that is on record."""
    with httpx2.Client(base_url=served_url, timeout=30) as client:
        return dict(client.post("/api/v1/ask", json={"question": QUESTION}).json())


def test_answers(client: httpx2.Client, asked: dict[str, Any]) -> None:
    again = {"question": "还用在哪里？", "follows": [asked["id"]]}
    read_by(AskedAnswerModel, client.post("/api/v1/ask", json=again))
    read_by(AskedAnswerModel, client.post("/api/v1/ask", json={"question": "火星探测器何时着陆？"}))
    read_by(AnswerRecordModel, client.get(f"/api/v1/answers/{asked['id']}"))
    read_by(PageModel[AnswerSummaryModel], client.get("/api/v1/answers"))
    read_by(ItemsModel[UsageTotalModel], client.get("/api/v1/usage"))


def test_articles(client: httpx2.Client) -> None:
    read_by(FoundModel[HitModel], client.get("/api/v1/search", params={"q": QUESTION}))
    page = read_by(PageModel[ArticleModel], client.get("/api/v1/articles"))
    place = f"/api/v1/articles/{page['items'][0]['id']}"
    read_by(ArticleTextModel, client.get(place))
    read_by(RawModel, client.get(f"{place}/raw"))
    read_by(ItemsModel[IssueDateModel], client.get("/api/v1/issue-dates"))
    read_by(ItemsModel[PublicationModel], client.get("/api/v1/publications"))


def test_news(client: httpx2.Client) -> None:
    made = read_by(BriefingModel, client.post("/api/v1/briefings", json=DAY))
    assert made["stories"]
    read_by(BriefingModel, client.get(f"/api/v1/briefings/{made['id']}"))
    read_by(BriefingModel, client.post("/api/v1/briefings", json={"date": "1999-01-01"}))
    read_by(PageModel[BriefingSummaryModel], client.get("/api/v1/briefings"))
    article_id = made["stories"][0]["article_ids"][0]
    read_by(SummaryModel, client.post("/api/v1/summaries", json={"article_id": article_id}))
    read_by(DigestModel, client.post("/api/v1/summaries", json={"search": "防汛"}))
    told = read_by(TimelineModel, client.post("/api/v1/timeline", json={"question": "霁澜大桥"}))
    assert told["events"]


def test_the_service(client: httpx2.Client) -> None:
    read_by(HealthModel, client.get("/health"))
    ReadyModel.model_validate_json(client.get("/ready").content)
    for response in (
        client.get("/api/v1/articles/none"),
        client.get("/api/v1/articles", params={"limit": 0}),
        client.get("/nowhere"),
        client.delete("/api/v1/articles"),
    ):
        error = ErrorModel.model_validate_json(response.content).error
        assert error.status == response.status_code >= 400
        assert error.request_id == response.headers["x-request-id"]
        assert "\n" not in error.message
