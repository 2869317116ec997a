"""What of a server's address and key no text may hold: user name, password, parameters, key.

A server may repeat any of it in its errors, and an HTTP client in its log.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

PORTS = {"http": 80, "https": 443}
EXCERPT = 160  # characters of a server's own words in an error
HIDDEN = "***"
SHORTEST = 3  # characters: what is shorter stands in every text, and keeps nothing secret


def shown(server: str) -> str:
    """A server's address as it is told, asked and compared: one for all ways to write it, and
    without the user name, password and parameters that may stand in it."""
    try:
        parts = urlsplit(server.strip())
        port = parts.port
    except ValueError:
        return _bare(server)
    if not parts.netloc:
        return _bare(server)
    host = parts.netloc.rpartition("@")[2].lower()
    if port == PORTS.get(parts.scheme):
        host = host.removesuffix(f":{port}")
    path = parts.path.rstrip("/")
    return parts._replace(netloc=host, path=path, query="", fragment="").geturl()


def credentials_in(server: str) -> tuple[str, str] | None:
    """The user name and password that stand in an address, decoded."""
    user, colon, password = _user_info(server).partition(":")
    return (unquote(user), unquote(password)) if user or colon else None


def secrets_of(server: str, key: str) -> tuple[str, ...]:
    """The key and what is secret in an address, in the forms in which a server may repeat them:
    as written, decoded, encoded for an address, a header, JSON or a web page; the longest first, so
    that no part of one is left."""
    forms = {form for secret in _secrets(server, key) for form in _forms(secret)}
    return tuple(sorted((one for one in forms if len(one) >= SHORTEST), key=len, reverse=True))


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """A text with HIDDEN in place of each secret. secrets: of `secrets_of`."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def hidden(text: str, secrets: Sequence[str]) -> str:
    """A server's words in one short line, without the secrets that it may repeat."""
    return excerpt(without_secrets(text, secrets))


def excerpt(text: str) -> str:
    """The start of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def _secrets(server: str, key: str) -> Iterator[str]:
    info, parameters = _user_info(server), server.strip().partition("#")[0].partition("?")[2]
    yield from (key, info, parameters)
    for user, password in filter(None, [credentials_in(server)]):
        pair = f"{user}:{password}"
        yield from (user, password, pair, b64encode(pair.encode()).decode())
    yield from (part.partition("=")[2] for part in parameters.split("&"))
    yield from (value for _, value in parse_qsl(parameters))


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, unquote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret)[1:-1], escape(secret))


def _user_info(server: str) -> str:
    behind_scheme = server.strip().partition("//")[2] or server.strip()
    authority = behind_scheme.partition("#")[0].partition("?")[0].partition("/")[0]
    return authority.rpartition("@")[0]


def _bare(server: str) -> str:
    """What is no address, without what may be secret in it."""
    return server.rpartition("@")[2].partition("?")[0]
