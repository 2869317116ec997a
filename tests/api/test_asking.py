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


def test_a_question_follows_the_answers_before_it(client: httpx2.Client) -> None:
    first = client.post("/api/v1/ask", json={"question": "谁主持了县委常委会会议？"}).json()
    asked = {"question": "他还说了什么？", "follows": [first["id"]]}
    second = client.post("/api/v1/ask", json=asked).json()
    assert second["asked"] == "他还说了什么？"
    assert second["understood"] != second["asked"]
    assert second["understood"] == second["question"]
    assert second["carried"]
    # The server holds nothing: the same answers, the same conversation.
    again = client.post("/api/v1/ask", json=asked).json()
    assert again["understood"] == second["understood"]
    alone = client.post("/api/v1/ask", json={"question": "他还说了什么？"}).json()
    assert alone["understood"] == "他还说了什么？"
    third = {"question": "会议还说了什么？", "follows": [first["id"], second["id"]]}
    assert client.post("/api/v1/ask", json=third).status_code == 200


def test_answers_that_are_on_record_no_more_are_passed_over(client: httpx2.Client) -> None:
    first = client.post("/api/v1/ask", json={"question": "谁主持了县委常委会会议？"}).json()
    asked = {"question": "他还说了什么？", "follows": ["000000000000", first["id"]]}
    answer = client.post("/api/v1/ask", json=asked).json()
    assert answer["understood"] == "桑禾川还说了什么？"
    assert (
        "understood without earlier answers that are not on record: 000000000000"
        in (answer["notes"])
    )


def test_the_accept_header_asks_for_events_too(client: httpx2.Client) -> None:
    accept = {"Accept": "text/event-stream"}
    response = client.post("/api/v1/ask", json={"question": QUESTION}, headers=accept)
    assert events_of(response)[-1][0] == "answer"
    day = {"date": "2024-05-16"}
    events = events_of(client.post("/api/v1/briefings", json=day, headers=accept))
    assert events[-1][0] == "briefing"
    assert events[-1][1]["stories"]


def test_filters_hold(client: httpx2.Client) -> None:
    asked = {"question": QUESTION, "from": "2024-05-17", "to": "2024-05-17"}
    answer = client.post("/api/v1/ask", json=asked).json()
    assert {one["issue_date"] for one in answer["citations"]} <= {"2024-05-17"}
    nowhere = client.post("/api/v1/ask", json={**asked, "publication": "no such paper"}).json()
    assert nowhere["refused"]
    assert nowhere["citations"] == []
