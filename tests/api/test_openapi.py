"""The OpenAPI document, and requests that Schemathesis makes from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import open_desk
from tests.api.serving import serving
from tests.desk.flood_fund import PAGES

METHODS = ("get", "post", "delete")
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
MODEST = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def document(served_url: str) -> Any:
    return httpx2.get(f"{served_url}/openapi.json", timeout=30).json()


def test_every_path_is_documented_with_its_failures(document: Any) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert method in METHODS
            assert operation["summary"]
            assert set(operation["tags"]) <= tags
            if path.startswith("/api/"):
                assert {"401", "403", "429", "500", "503"} <= set(operation["responses"]), path
                assert operation["security"], path
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_requests_have_examples(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Request") and name != "RetryRequest":
            assert schema["examples"], name


@pytest.fixture(scope="module")
def api_schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("fuzzed") / "home"
    with open_desk(home) as desk:
        desk.ingest([Path(PAGES)])
        with serving(desk) as service:
            yield schemathesis.openapi.from_url(f"{service.url}/openapi.json")


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_the_service(api_schema: Any, mode: GenerationMode) -> None:
    tried = 0
    for operation in (found.ok() for found in api_schema.get_all_operations()):
        if mode is GenerationMode.NEGATIVE and not takes_anything(operation):
            continue

        @settings(MODEST)
        @given(case=operation.as_strategy(generation_mode=mode))
        def fuzz(case: Any) -> None:
            if case.path.endswith("/ingest/urls") and isinstance(case.body, dict):
                # Nothing beyond this machine is fetched.
                case.body = {**case.body, "urls": ["http://127.0.0.1:9/"]}
            response = case.call(timeout=60)
            assert response.status_code < 500, response.text
            case.validate_response(response, checks=CHECKS)

        fuzz()
        tried += 1
    assert tried > 10


def takes_anything(operation: Any) -> bool:
    """Whether there is anything to get wrong in a request."""
    return any((operation.path_parameters, operation.query, operation.body))
