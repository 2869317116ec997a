"""Questions over HTTP: whole answers, streams, conversations."""

import json
from typing import Any

import httpx2

from tests.desk.flood_fund import QUESTION

Event = tuple[str, Any]


def events_of(response: httpx2.Response) -> list[Event]:
    """The server-sent events of a response, without comments."""
    found: list[Event] = []
    for block in response.text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[0] != ":")
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_an_answer_cites_the_words_of_its_article(client: httpx2.Client) -> None:
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    assert not answer["refused"]
    assert answer["asked"] == answer["understood"] == QUESTION
    for citation in answer["citations"]:
        article = client.get(f"/api/v1/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_a_stream_tells_what_its_answer_holds(client: httpx2.Client) -> None:
    response = client.post("/api/v1/ask", json={"question": QUESTION, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response)
    names = [name for name, _ in events]
    assert names[:2] == ["understood", "found"]
    assert names[-1] == "answer"
    sentences = [data["sentence"] for name, data in events if name == "sentence"]
    assert sentences == events[-1][1]["sentences"]


def test_a_blank_question_is_refused_in_one_line(client: httpx2.Client) -> None:
    response = client.post("/api/v1/ask", json={"question": "  "})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["message"] == "question is blank; say what you look for"
    assert error["request_id"] == response.headers["x-request-id"]
