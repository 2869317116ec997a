"""One archive and one service for all tests of the web page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import Desk
from rag.settings import Settings
from tests.api.serving import Service, serving
from tests.browser.web.site import Site, write_pages
from tests.desk.flood_fund import PAGES

DAYS = PAGES.parent / "days"


PATIENCE = 30_000  # ms: others may use the machine


@pytest.fixture(scope="package", autouse=True)
def patience() -> Iterator[None]:
    """What is looked for may take its time; where it is there, nothing waits."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="package")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files that the archive is made of, beside the golden pages."""
    return write_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory, pages: list[Path]) -> Iterator[Service]:
    """A service that asks no language model, over sample pages."""
    home = tmp_path_factory.mktemp("web") / "home"
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        report = desk.ingest([PAGES, DAYS, *pages])
        assert not report.failed
        with serving(desk) as service:
            yield service


@pytest.fixture
def site(service: Service, page: Page) -> Site:
    """The page of that service, not opened yet."""
    page.set_default_timeout(PATIENCE)
    return Site(service, page)


@pytest.fixture
def troubled(service: Service, browser: Browser) -> Iterator[Site]:
    """The page for tests of failures, which a browser reports to its console. A mistake in the
    page's own code fails them all the same."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    yield Site(service, page)
    context.close()
    assert not mistakes
