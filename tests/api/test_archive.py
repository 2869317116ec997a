"""What the archive holds, over HTTP: lists page by page, filters, searches."""

from typing import Any

import httpx2
import pytest

ARTICLES = "/api/v1/articles"


def listed(client: httpx2.Client, **given: Any) -> Any:
    response = client.get(ARTICLES, params=given)
    assert response.status_code == 200, response.text
    return response.json()


def test_pages_of_the_list_are_the_list(client: httpx2.Client) -> None:
    whole = listed(client)
    assert whole["total"] == len(whole["items"]) == 11
    assert whole["next_offset"] is None
    found, offset = [], 0
    while offset is not None:
        page = listed(client, limit=4, offset=offset)
        assert page["total"] == 11
        found += page["items"]
        offset = page["next_offset"]
    assert found == whole["items"]
    assert listed(client, offset=100)["items"] == []


def test_dates_and_papers_filter_the_list(client: httpx2.Client) -> None:
    day = listed(client, **{"from": "2024-05-16", "to": "2024-05-16"})
    assert day["total"] == 4
    assert {one["issue_date"] for one in day["items"]} == {"2024-05-16"}
    days = client.get("/api/v1/issue-dates").json()["items"]
    assert {"date": "2024-05-16", "articles": 4} in days
    (paper,) = client.get("/api/v1/publications").json()["items"]
    of_paper = listed(client, publication=paper["publication"])
    assert of_paper["total"] == paper["articles"]
    assert listed(client, publication="no such paper")["total"] == 0


def test_words_bring_the_articles_that_hold_them_each_once(client: httpx2.Client) -> None:
    found = listed(client, q="枇杷")
    assert found["total"] == len(found["items"]) == 1
    assert "枇杷" in found["items"][0]["headline"]
    floods = [one["id"] for one in listed(client, q="防汛")["items"]]
    assert 1 < len(set(floods)) == len(floods) < 11
    for one in floods:
        assert "防汛" in client.get(f"{ARTICLES}/{one}").text
    hits = client.get("/api/v1/search", params={"q": "防汛", "limit": 50}).json()["items"]
    ranked = list(dict.fromkeys(hit["article_id"] for hit in hits))
    assert floods == [one for one in ranked if one in floods]
    page = listed(client, q="防汛", limit=1, offset=1)
    assert [one["id"] for one in page["items"]] == floods[1:2]
    assert listed(client, q="枇杷", **{"from": "1999-01-01", "to": "1999-01-01"})["total"] == 0


def test_words_that_no_article_holds_bring_the_nearest_few(client: httpx2.Client) -> None:
    assert 0 < listed(client, q="xyzzy")["total"] <= 10


def test_an_article_is_found_by_the_beginning_of_its_id(client: httpx2.Client) -> None:
    one = listed(client)["items"][0]
    whole = client.get(f"{ARTICLES}/{one['id'][:8]}").json()
    assert whole["id"] == one["id"]
    assert len(whole["text"]) == one["characters"]
    raw = client.get(f"{ARTICLES}/{one['id']}/raw").json()
    for line in raw["lines"]:
        assert whole["text"][line["start"] : line["end"]] == line["text"]


@pytest.mark.parametrize(
    "place",
    [
        f"{ARTICLES}/..%2f..%2fkeys.sqlite",
        f"{ARTICLES}/%00",
        f"{ARTICLES}/'%20OR%201=1",
        f"{ARTICLES}/none/raw",
        "/api/v1/answers/none",
        "/api/v1/briefings/none",
        "/api/v1/briefings/%25/download",
        "/api/v1/jobs/..%2f",
    ],
)
def test_what_is_not_there_is_told_so(client: httpx2.Client, place: str) -> None:
    response = client.get(place)
    assert response.status_code == 404
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("html", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("md", "text/markdown; charset=utf-8", b"# "),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ],
)
def test_a_briefing_is_given_as_a_file(
    client: httpx2.Client, form: str, kind: str, begins: bytes
) -> None:
    made = client.post("/api/v1/briefings", json={"date": "2024-05-16"}).json()
    response = client.get(f"/api/v1/briefings/{made['id']}/download", params={"form": form})
    assert response.headers["content-type"] == kind
    name = f'attachment; filename="briefing-2024-05-16.{form}"'
    assert response.headers["content-disposition"] == name
    assert "script-src" not in response.headers["content-security-policy"]
    assert response.content.startswith(begins)
