"""What of a server's address is told, and that no text keeps its secrets."""

import json
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.server_secrets import SHORTEST, hidden, secrets_of, shown, without_secrets

SECRETS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=SHORTEST, max_size=20
).filter(lambda text: "*" not in text)


@pytest.mark.parametrize(
    "server",
    [
        "http://me:word@host/v1?key=sk-1",
        "me:word@host/v1?key=sk-1",
        "http://[me:word@?sk-1",
        "http://me:word@host:port/v1?key=sk-1#sk-1",
    ],
)
def test_an_address_is_told_without_its_secrets(server: str) -> None:
    assert not any(secret in shown(server) for secret in ("word", "sk-1"))


@given(
    user=SECRETS,
    password=SECRETS,
    token=SECRETS,
    key=SECRETS,
    around=st.text("ab <>&\n", max_size=200),
)
def test_nothing_secret_is_left_in_any_form_that_a_server_may_repeat(
    user: str, password: str, token: str, key: str, around: str
) -> None:
    server = f"https://{quote(user, '')}:{quote(password, '')}@host/v1?t={quote_plus(token)}&v=1"
    secrets = secrets_of(server, key)
    parts = (user, password, token, key)
    header = b64encode(f"{user}:{password}".encode()).decode()
    said = [*parts, *(quote(one, "") for one in parts), *(quote_plus(one) for one in parts)]
    said += [*(json.dumps(one)[1:-1] for one in parts), header, server]
    told = without_secrets(around.join(said), secrets)
    assert not any(one in told for one in (*parts, header, *(quote(one, "") for one in parts)))


def test_a_secret_is_hidden_before_a_text_is_cut() -> None:
    secrets = secrets_of("https://host/v1", "sk-0123456789")
    for room in range(140, 170):
        assert "sk-0" not in hidden("好" * room + "sk-0123456789 is wrong", secrets)


def test_a_text_without_secrets_stays_as_it_is() -> None:
    secrets = secrets_of("https://a:b@host/v1?v=1", "")
    assert hidden("no model a at v1", secrets) == "no model a at v1"
