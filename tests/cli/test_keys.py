"""The commands on API keys."""

from pathlib import Path

from store.keys import KeyStore
from tests.cli.conftest import Newsdesk


def test_a_key_is_made_listed_and_revoked(fresh: Newsdesk, home: Path) -> None:
    made = fresh("keys", "add", "scanner", "--scope", "write", "--expires", "90d", "--json").value
    store = KeyStore(home)
    found = store.find(made["key"])
    assert found is not None
    assert (found.id, found.name, found.scope) == (made["id"], "scanner", "write")
    assert made["expires_at"] == found.expires_at.isoformat() if found.expires_at else None
    listed = fresh("keys", "list")
    assert made["key"] not in listed.output
    assert "scanner" in listed.output
    assert fresh("keys", "revoke", "scanner").status == 0
    assert store.find(made["key"]) is None
    assert "revoked" in fresh("keys", "list").output
    store.close()


def test_the_key_alone_is_on_stdout(fresh: Newsdesk, home: Path) -> None:
    made = fresh("keys", "add", "reader")
    store = KeyStore(home)
    assert store.find(made.output.strip()) is not None
    assert "not shown again" in made.complaint
    store.close()


def test_wrong_usage_says_what_to_do(fresh: Newsdesk) -> None:
    outcome = fresh("keys", "add", "reader", "--expires", "soon")
    assert outcome.status == 2
    assert "write a day such as 2027-06-30" in outcome.complaint
    outcome = fresh("keys", "revoke", "nobody")
    assert outcome.status == 2
    assert "`newsdesk keys list` lists them" in outcome.complaint
    assert "no API key" in fresh("keys", "list").output


def test_serving_beyond_this_machine_without_a_key_is_refused(fresh: Newsdesk) -> None:
    for words in (["--host", "0.0.0.0"], ["--require-key"], ["--allow-host", "news.example"]):
        outcome = fresh("serve", *words)
        assert outcome.status == 2
        assert "newsdesk keys add NAME" in outcome.complaint
