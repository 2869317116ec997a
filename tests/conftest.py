"""What every test stands on: no setting or key of the person who runs them, no model download."""

import os

import hypothesis
import pytest

_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    # Servers that tests start are on this machine: no proxy stands before them.
    "NO_PROXY": "127.0.0.1,localhost",
}


# No test fails because others use the machine. Half of hypothesis's own number of examples keeps
# the whole in bounds; TEST_EXAMPLES tries more.
_EXAMPLES = int(os.environ.get("TEST_EXAMPLES", "50"))
hypothesis.settings.register_profile(
    "unhurried",
    deadline=None,
    max_examples=_EXAMPLES,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)


def pytest_configure() -> None:
    hypothesis.settings.load_profile("unhurried")
    for name in list(os.environ):
        if name.startswith(("NEWSDESK_", "OPENAI_")):
            del os.environ[name]
    os.environ.update(_OFFLINE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first: a plain mistake shows at once."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
