"""Pages into the archive over HTTP: uploads, web addresses, jobs, what failed."""

import gc
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rag import Desk
from rag.faces.api.ingest_run import CancelledError, IngestRun
from rag.faces.api.job_types import IngestOrder, Job, job_shape
from rag.faces.api.models_given import FailureModel, ItemsModel, JobGivenModel, JobModel
from store.jobs import JobStore
from store.lock import WriterLock
from tests.api.conftest import open_desk
from tests.api.serving import UNHURRIED, serving, until
from tests.api.test_asking import events_of
from tests.cli.conftest import PAGE

FILES = "/api/v1/ingest/files"
WRITTEN = ("白榆日报.txt", PAGE.encode())


def over(client: httpx2.Client, response: httpx2.Response) -> dict[str, Any]:
    """The job that was begun, once it is over."""
    assert response.status_code == 202, response.text
    JobGivenModel.model_validate_json(response.content)
    place = f"/api/v1/jobs/{response.json()['job']['id']}"
    until(lambda: client.get(place).json()["finished_at"])
    found = client.get(place)
    JobModel.model_validate_json(found.content)
    return dict(found.json())


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """While another process writes to the archive, as far as can be seen."""
    lock = WriterLock(home)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, httpx2.Client]]:
    """An empty archive that tests of this file fill."""
    with (
        open_desk(tmp_path_factory.mktemp("writing") / "home") as desk,
        serving(desk) as service,
        service.client() as client,
    ):
        yield desk, client


def test_an_uploaded_page_is_read_and_found(writing: tuple[Desk, httpx2.Client]) -> None:
    _, client = writing
    given = {"publication": "霁川日报", "issue_date": "2024-05-20"}
    job = over(client, client.post(FILES, files=[("files", WRITTEN)], data=given))
    assert (job["state"], job["error"], job["kind"]) == ("done", None, "files")
    assert (job["done"], job["total"], job["report"]["new"]) == (1, 1, 1)
    assert [one["source"] for one in job["articles"]] == ["白榆日报.txt"] * 2
    # The page's own date counts, the newspaper that was given too.
    assert {one["issue_date"] for one in job["articles"]} == {"2024-05-21"}
    assert {one["publication"] for one in job["articles"]} == {"霁川日报"}
    found = client.get("/api/v1/search", params={"q": "听雨桥夜市"}).json()["items"]
    assert found[0]["article_id"] in [one["id"] for one in job["articles"]]
    again = over(client, client.post(FILES, files=[("files", WRITTEN)], data=given))
    assert again["report"]["unchanged"] == 1
    assert [one["id"] for one in again["articles"]] == [one["id"] for one in job["articles"]]


def test_what_cannot_be_read_is_named_and_the_rest_is_kept(
    writing: tuple[Desk, httpx2.Client],
) -> None:
    _, client = writing
    rows = [{"text": f"第{number}号通知：水渠已经疏浚。"} for number in range(3)]
    files = [
        ("files", ("rows.jsonl", "\n".join(map(json.dumps, rows)).encode())),
        ("files", ("broken.pdf", b"%PDF-1.7 and no more")),
        ("files", ("empty.txt", b"")),
        ("files", ("program.exe", b"MZ\x00\x00")),
    ]
    job = over(client, client.post(FILES, files=files))
    assert job["state"] == "done"
    assert job["inputs"] == ["rows.jsonl", "broken.pdf", "empty.txt", "program.exe"]
    assert job["report"]["new"] == 3
    assert len(job["report"]["failed"]) == 3
    assert len(job["articles"]) == 3
    listed = client.get("/api/v1/failures")
    ItemsModel[FailureModel].model_validate_json(listed.content)
    failures = listed.json()["items"]
    # By their names: where the server keeps them is no client's matter.
    names = {"broken.pdf", "empty.txt", "program.exe"}
    assert {one["input"] for one in failures} == {one["source"] for one in failures} == names
    assert {one["source"] for one in job["report"]["failed"]} == names
    ids = [failures[0]["id"]]
    retried = over(client, client.post("/api/v1/failures/retry", json={"ids": ids}))
    assert (retried["kind"], len(retried["report"]["failed"])) == ("retry", 1)
    assert client.get("/api/v1/failures").json()["items"][0]["tries"] == 2
    unknown = client.post("/api/v1/failures/retry", json={"ids": [10**9]})
    assert unknown.status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "../../../escaped.txt",
        "/tmp/escaped.txt",
        "..\\escaped.txt",
        "escaped\x00.txt",
        "NUL.txt",
        "<script>alert(1)<.txt",
        "\u202etxt.exe.txt",
        "长" * 300 + ".txt",
    ],
)
def test_no_name_leads_out_of_the_folder_of_uploads(
    writing: tuple[Desk, httpx2.Client], name: str
) -> None:
    desk, client = writing
    before = {path for path in desk.settings.home.parent.rglob("*") if path.is_file()}
    text = f"本报讯 水渠 {name.encode().hex()[:30]} 已经疏浚完毕。"
    job = over(client, client.post(FILES, files=[("files", (name, text.encode()))]))
    assert job["report"]["new"] == 1, job
    uploads = desk.settings.home / "uploads"
    made = {path for path in desk.settings.home.parent.rglob("*") if path.is_file()} - before
    (kept,) = [path for path in made if path.suffix == ".txt"]
    assert kept.is_relative_to(uploads)
    assert kept.resolve() == kept
    (article,) = job["articles"]
    assert article["source"] == kept.name == job["inputs"][0]
    assert not set(article["source"]) & set("/\\<>\x00\u202e")


def test_script_in_a_page_stays_text(writing: tuple[Desk, httpx2.Client]) -> None:
    _, client = writing
    text = "本报讯 5月20日，<script>alert('水渠')</script><img src=x onerror=alert(1)>疏浚完毕。"
    job = over(client, client.post(FILES, files=[("files", ("s.txt", text.encode()))]))
    response = client.get(f"/api/v1/articles/{job['articles'][0]['id']}")
    assert "<script>" in response.json()["text"]
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]


def test_a_private_address_is_not_fetched(writing: tuple[Desk, httpx2.Client]) -> None:
    _, client = writing
    urls = ["http://127.0.0.1:9/page", "http://[::1]/", "http://169.254.169.254/latest/"]
    job = over(client, client.post("/api/v1/ingest/urls", json={"urls": urls}))
    assert (job["state"], job["inputs"]) == ("done", urls)
    reasons = [failure["reason"] for failure in job["report"]["failed"]]
    assert len(reasons) == 3
    assert all("no public address" in reason for reason in reasons)


@pytest.mark.parametrize("url", ["/etc/passwd", "file:///etc/passwd", "page.txt", "ftp://a/b", " "])
def test_no_path_is_taken_for_a_web_address(writing: tuple[Desk, httpx2.Client], url: str) -> None:
    _, client = writing
    response = client.post("/api/v1/ingest/urls", json={"urls": [url]})
    assert response.status_code == 400
    assert "no web address" in response.json()["error"]["message"]


def test_uploads_that_are_none_are_refused(writing: tuple[Desk, httpx2.Client]) -> None:
    _, client = writing
    wrong = (
        (client.post(FILES, json={}), 415),
        (client.post(FILES, files=[("files", WRITTEN)], data={"path": "/etc"}), 400),
        (client.post(FILES, files=[("files", WRITTEN)], data={"issue_date": "May"}), 400),
        (client.post(FILES, files=[("files", WRITTEN)], data={"publication": "a" * 201}), 400),
        (client.post(FILES, files={"files": (None, b"text")}), 400),
        (client.post(FILES, files={"file": WRITTEN}), 400),
        (client.post(FILES, content=b"--", headers={"Content-Type": "multipart/form-data"}), 400),
    )
    for response, status in wrong:
        assert response.status_code == status, response.text
        assert response.json()["error"]["message"]


def test_a_job_is_told_as_it_goes_on(writing: tuple[Desk, httpx2.Client]) -> None:
    _, client = writing
    begun = client.post(FILES, files=[("files", WRITTEN)]).json()["job"]
    events = events_of(client.get(f"/api/v1/jobs/{begun['id']}/events"))
    assert {name for name, _ in events} == {"job"}
    assert events[-1][1]["state"] == "done"
    assert events[-1][1] == client.get(f"/api/v1/jobs/{begun['id']}").json()
    assert client.get("/api/v1/jobs").json()["items"][0]["id"] == begun["id"]
    assert client.get("/api/v1/jobs/none/events").status_code == 404


@pytest.mark.slow
def test_while_another_process_writes_jobs_wait_and_can_be_cancelled(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with (
        open_desk(home) as desk,
        serving(desk, replace(UNHURRIED, jobs_waiting=1)) as service,
        service.client() as client,
    ):
        with locked(home):
            first, second = (
                client.post(FILES, files=[("files", (f"{name}.txt", PAGE.encode()))])
                for name in ("first", "second")
            )
            place = f"/api/v1/jobs/{first.json()['job']['id']}"
            until(lambda: client.get(place).json()["error"])
            waiting = client.get(place).json()
            assert waiting["state"] == "waiting"
            assert "is being written by pid" in waiting["error"]
            third = client.post(FILES, files=[("files", WRITTEN)])
            assert third.status_code == 429
            assert third.headers["retry-after"]
            # Reading goes on meanwhile.
            assert client.get("/api/v1/articles").status_code == 200
            for job in (first, second):
                client.delete(f"/api/v1/jobs/{job.json()['job']['id']}")
            for job in (first, second):
                assert over(client, job)["state"] == "cancelled"
        assert over(client, client.post(FILES, files=[("files", WRITTEN)]))["state"] == "done"


def test_a_restart_says_what_became_of_jobs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_desk(home) as desk:
        with locked(home), serving(desk) as service, service.client() as client:
            job_id = client.post(FILES, files=[("files", WRITTEN)]).json()["job"]["id"]
        # One that a kill left behind.
        killed = Job("killed", "files", "running", datetime.now(UTC), ("a.txt",), done=3)
        store = JobStore(home, most=9)
        store.keep("killed", json.dumps(job_shape(killed)), over=False)
        store.keep("unreadable", '{"id": "unreadable"}', over=True)
        store.close()
        with serving(desk) as service, service.client() as client:
            for known in (job_id, "killed"):
                job = client.get(f"/api/v1/jobs/{known}").json()
                assert job["state"] == "failed"
                assert "the server stopped before it was done" in job["error"]
                assert job["finished_at"]
            assert client.get("/api/v1/jobs/unreadable").status_code == 404


def test_what_a_job_read_is_kept_in_its_file_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_desk(home) as desk:
        with serving(desk) as service, service.client() as client:
            job = over(client, client.post(FILES, files=[("files", WRITTEN)]))
            assert len(job["articles"]) == 2
            # The thread that ran it may still be about to let go of it.
            until(lambda: not jobs_with_articles())
            assert client.get("/api/v1/jobs").json()["items"] == [job]
        with serving(desk) as service, service.client() as client:
            place = f"/api/v1/jobs/{job['id']}"
            assert client.get(place).json() == job
            assert client.delete(place).json() == job


def jobs_with_articles() -> list[Job]:
    """Those that this process holds in its memory."""
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Job) and one.articles]


@pytest.mark.slow
def test_a_cancelled_ingest_ends_between_two_batches_and_keeps_what_it_stored(
    tmp_path: Path,
) -> None:
    rows = [{"text": f"第{number}号通知：{number}条水渠已经疏浚。"} for number in range(600)]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    cancelled = threading.Event()
    with open_desk(tmp_path / "home") as desk:

        def told(done: int, _: int) -> None:
            if done:
                cancelled.set()

        run = IngestRun(desk, IngestOrder("files", (str(path),), ("rows.jsonl",)), cancelled, told)
        with pytest.raises(CancelledError):
            run.take_in()
        pages, articles, _ = desk.counts()
        assert 0 < pages < len(rows)
        assert 0 < len(run.articles()) <= articles
        assert desk.verify().ok
        with locked(tmp_path / "home"):
            assert desk.counts()[0] == pages
