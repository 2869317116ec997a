"""Who calls: API keys and what they may do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPBearer

from rag.faces.api.errors import ApiError
from store.keys import KeyStore, Scope

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="newsdesk"'}
Headers = Iterable[tuple[bytes, bytes]]

# They tell the OpenAPI document how a key is given; `caller_of` has read it by then.
_BEARER = HTTPBearer(auto_error=False, description="An API key: `newsdesk keys add NAME`.")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request. name: of the key; empty for whoever needs none. key_id: None for them.
    scope: None where a key is needed and none was given that opens anything."""

    name: str
    key_id: str | None
    scope: Scope | None
    problem: str = ""


def caller_of(headers: Headers, keys: KeyStore, *, required: bool) -> Caller:
    """Who makes a request with these headers. required: whether a key is needed. A key that is
    given counts even where none is needed, and one that opens nothing is never passed over."""
    given = key_in(headers)
    if given is None:
        if not required:
            return Caller("", None, "write")
        return Caller(
            "",
            None,
            None,
            "this needs an API key: Authorization: Bearer nd_... (newsdesk keys add)",
        )
    key = keys.find(given)
    if key is None:
        return Caller("", None, None, "this API key is unknown, revoked or expired")
    return Caller(key.name, key.id, key.scope)


def key_in(headers: Headers) -> str | None:
    """The key that headers give, if they give one."""
    for name, value in headers:
        if name == b"authorization":
            kind, _, key = value.decode("latin-1").strip().partition(" ")
            if kind.lower() == "bearer" and key.strip():
                return key.strip()
        elif name == b"x-api-key" and value.strip():
            return value.decode("latin-1").strip()
    return None


def check(caller: Caller, scope: Scope) -> None:
    """Raises ApiError where a caller may not do this."""
    if caller.scope is None:
        raise ApiError(401, "Unauthorized", caller.problem, CHALLENGE)
    if scope == "write" and caller.scope != "write":
        raise ApiError(
            403,
            "Forbidden",
            f"the API key {caller.name!r} may only read; take one with the scope write",
        )


def needs(scope: Scope) -> Callable[..., None]:
    """A dependency: only callers that may do this get through."""

    def checked(
        request: Request, _bearer: object = Depends(_BEARER), _header: object = Depends(_HEADER)
    ) -> None:
        check(request.state.caller, scope)

    return checked
