"""Who gets in: keys and their scopes, hosts, origins, rates."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from rag.faces.api.options import ServeOptions
from store.keys import KeyStore, Scope
from tests.api.conftest import open_desk
from tests.api.serving import Service, serving

UPLOAD = {"files": ("a.txt", b"x")}
PATHS = ("/api/v1/articles", "/api/v1/search?q=a", "/api/v1/jobs", "/metrics", "/openapi.json")


class Guarded:
    """A service beyond loopback, as far as keys go, and its keys."""

    def __init__(self, service: Service, keys: KeyStore) -> None:
        self.service = service
        self.keys = keys

    def client(self, key: str | None = None) -> httpx2.Client:
        return self.service.client(**({"Authorization": f"Bearer {key}"} if key else {}))

    def key(self, name: str, scope: Scope = "read") -> str:
        return self.keys.add(name, scope)[1]


@pytest.fixture(scope="module")
def guarded(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    home = Path(shutil.copytree(filled_home, tmp_path_factory.mktemp("guarded") / "home"))
    keys = KeyStore(home)
    options = ServeOptions(host="0.0.0.0", rate=0, grace=2)
    with open_desk(home) as desk, serving(desk, options) as service:
        yield Guarded(service, keys)
    keys.close()


def error_of(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["message"]


def test_beyond_this_machine_nothing_is_given_without_a_key(guarded: Guarded) -> None:
    with guarded.client() as client:
        for path in PATHS:
            response = client.get(path)
            assert response.status_code == 401, path
            assert response.headers["www-authenticate"].startswith("Bearer")
        assert client.post("/api/v1/ask", json={"question": "a"}).status_code == 401
        assert client.post("/api/v1/ingest/files", files=UPLOAD).status_code == 401
        assert client.get("/health").status_code == 200
        assert client.get("/ready").status_code in (200, 503)


def test_a_key_that_opens_nothing_is_told_so(guarded: Guarded) -> None:
    for key in ("nd_unknown", "x" * 5000):
        with guarded.client(key) as client:
            status, message = error_of(client.get("/api/v1/articles"))
            assert (status, "unknown, revoked or expired" in message) == (401, True)


def test_where_no_key_is_needed_a_placeholder_is_none(
    served: Service, client: httpx2.Client
) -> None:
    def status(key: str, **headers: str) -> int:
        told = {"Authorization": f"Bearer {key}", **headers}
        return client.post("/api/v1/ask", json={"question": "防汛"}, headers=told).status_code

    assert status("sk-none") == 200
    assert status("nd_none") == 401
    # It keeps out no other site's page, which can send one too.
    assert status("sk-none", Origin="https://elsewhere.example") == 403


def test_a_revoked_key_opens_nothing_at_its_next_request(guarded: Guarded) -> None:
    key = guarded.key("revoked")
    with guarded.client(key) as client:
        assert client.get("/api/v1/articles").status_code == 200
        guarded.keys.revoke("revoked")
        assert client.get("/api/v1/articles").status_code == 401


def test_an_expired_key_opens_nothing(guarded: Guarded) -> None:
    past = KeyStore(guarded.service.home, now=lambda: datetime.now(UTC) - timedelta(days=9))
    _, key = past.add("old", "read", datetime.now(UTC) - timedelta(days=1))
    past.close()
    with guarded.client(key) as client:
        assert client.get("/api/v1/articles").status_code == 401


def test_a_read_key_takes_nothing_in(guarded: Guarded) -> None:
    with guarded.client(guarded.key("reader")) as client:
        answers = (
            client.post("/api/v1/ingest/files", files=UPLOAD),
            client.post("/api/v1/ingest/urls", json={"urls": ["https://example.org/"]}),
            client.post("/api/v1/failures/retry", json={}),
            client.delete("/api/v1/jobs/any"),
        )
        for response in answers:
            status, message = error_of(response)
            assert status == 403
            assert "'reader' may only read" in message
        assert client.get("/api/v1/failures").status_code == 200
    assert not (guarded.service.home / "uploads").exists()


def test_a_write_key_reads_too_and_goes_by_either_header(guarded: Guarded) -> None:
    key = guarded.key("writer", "write")
    with guarded.service.client(**{"X-API-Key": key}) as client:
        assert client.get("/api/v1/articles").status_code == 200
        assert client.delete("/api/v1/jobs/none").status_code == 404


def test_a_key_works_from_any_page_since_no_page_has_it_by_itself(guarded: Guarded) -> None:
    with guarded.client(guarded.key("elsewhere")) as client:
        origin = {"Origin": "https://other.example", "Sec-Fetch-Site": "cross-site"}
        answer = client.post("/api/v1/timeline", json={"question": "桥"}, headers=origin)
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_whose_name_leads_here_is_kept_out(served: Service, client: httpx2.Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example:80", "", "[::1", "localhost@evil"):
        response = client.get("/api/v1/articles", headers={"Host": host})
        assert response.status_code in (400, 403), host
    port = served.url.rpartition(":")[2]
    for host in ("localhost", f"localhost:{port}", "127.0.0.1", "[::1]:80", "LOCALHOST"):
        assert client.get("/health", headers={"Host": host}).status_code == 200, host


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_writes_and_asks_nothing(
    client: httpx2.Client, headers: dict[str, str]
) -> None:
    for response in (
        client.post("/api/v1/ingest/files", files=UPLOAD, headers=headers),
        client.post("/api/v1/ask", json={"question": "a"}, headers=headers),
        client.delete("/api/v1/jobs/any", headers=headers),
    ):
        assert response.status_code == 403
        assert response.json()["error"]["type"] == "CrossSite"
    allowed = client.get("/api/v1/articles", headers=headers)
    assert "access-control-allow-origin" not in allowed.headers


def test_the_services_own_page_may_ask(served: Service, client: httpx2.Client) -> None:
    headers = {"Origin": served.url, "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/api/v1/timeline", json={"question": "桥"}, headers=headers)
    assert answer.status_code == 200


def test_an_origin_that_is_let_in_may_ask(own_home: Path) -> None:
    origin = "https://desk.example"
    options = ServeOptions(allow_origins=(origin,), rate=0, grace=2)
    with open_desk(own_home) as desk, serving(desk, options) as service, service.client() as client:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        before = client.options("/api/v1/ask", headers=asked)
        assert before.headers["access-control-allow-origin"] == origin
        site = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        answer = client.post("/api/v1/timeline", json={"question": "桥"}, headers=site)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == origin
        refused = client.get("/api/v1/articles", headers={**site, "X-API-Key": "nd_none"})
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == origin
        other = client.get("/health", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers


def test_requests_over_the_rate_wait_each_key_for_itself(own_home: Path) -> None:
    keys = KeyStore(own_home)
    options = ServeOptions(require_key=True, rate=5, grace=2)
    with open_desk(own_home) as desk, serving(desk, options) as service:
        one, other = (
            {"Authorization": f"Bearer {keys.add(name, 'read')[1]}"} for name in ("one", "other")
        )
        with service.client() as client:
            statuses = [client.get("/api/v1/jobs", headers=one).status_code for _ in range(6)]
            assert statuses == [200] * 5 + [429]
            late = client.get("/api/v1/jobs", headers=one)
            assert 1 <= int(late.headers["retry-after"]) <= 60
            assert client.get("/api/v1/jobs", headers=other).status_code == 200
            assert client.get("/health").status_code == 200
            # Tries with keys that open nothing count for the address.
            guesses = [
                client.get("/api/v1/jobs", headers={"X-API-Key": f"nd_{n}"}).status_code
                for n in range(6)
            ]
            assert guesses == [401] * 5 + [429]
    keys.close()


def test_a_key_is_told_what_it_may_do(guarded: Guarded, client: httpx2.Client) -> None:
    assert client.get("/api/v1/key").json() == {"name": "", "scope": "write"}
    told = {}
    scopes: tuple[Scope, ...] = ("read", "write")
    for scope in scopes:
        with guarded.client(guarded.key(f"told {scope}", scope)) as caller:
            told[scope] = caller.get("/api/v1/key").json()
    assert told == {scope: {"name": f"told {scope}", "scope": scope} for scope in scopes}
    with guarded.client() as nobody:
        assert nobody.get("/api/v1/key").status_code == 401
