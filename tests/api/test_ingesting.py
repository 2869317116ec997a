"""Pages into the archive over HTTP."""

import time
from typing import Any

import httpx2

from rag import Desk
from tests.api.serving import PATIENCE, serving
from tests.cli.conftest import PAGE


def over(client: httpx2.Client, job: dict[str, Any]) -> dict[str, Any]:
    """A job once it is over."""
    until = time.monotonic() + PATIENCE
    while job["state"] in ("waiting", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
        job = client.get(f"/api/v1/jobs/{job['id']}").json()
    return job


def test_an_uploaded_page_is_read_and_found(own_desk: Desk) -> None:
    with serving(own_desk) as service, service.client() as client:
        response = client.post(
            "/api/v1/ingest/files", files=[("files", ("白榆日报.txt", PAGE.encode()))]
        )
        assert response.status_code == 202
        job = over(client, response.json()["job"])
        assert (job["state"], job["error"]) == ("done", None)
        assert job["report"]["new"] == 1
        assert [one["source"] for one in job["articles"]] == ["白榆日报.txt"] * 2
        found = client.get("/api/v1/search", params={"q": "听雨桥夜市"}).json()["items"]
        assert found[0]["article_id"] in [one["id"] for one in job["articles"]]
