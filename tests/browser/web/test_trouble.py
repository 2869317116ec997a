"""What the page says where the server refuses: a key, too much, gone, out of reach."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from store.keys import KeyStore
from tests.api.serving import UNHURRIED, Service, serving
from tests.browser.web.site import Site

pytestmark = pytest.mark.slow


@pytest.fixture
def locked(troubled: Site) -> Iterator[Site]:
    """The page of a service over the same archive that wants a key."""
    options = replace(UNHURRIED, require_key=True, upload_bytes=1000)
    with serving(troubled.desk, options) as service:
        yield Site(service, troubled.page)


def key(service: Service, name: str, scope: str) -> str:
    keys = KeyStore(service.home)
    try:
        return keys.add(name, "write" if scope == "write" else "read")[1]
    finally:
        keys.close()


def test_a_key_is_asked_for_and_kept_in_the_tab(locked: Site) -> None:
    page = locked.open(language="en").page
    dialog = page.get_by_role("dialog", name="An access key is needed")
    field = dialog.get_by_label("Key", exact=True)
    expect(field).to_be_focused()
    field.fill("nd_wrong")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("doesn't know this key")
    field.fill(key(locked.service, "reader", "read"))
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".example").first).to_be_visible()
    expect(locked.ask("霜坪枇杷预计总产量多少吨？").locator(".short")).to_contain_text("3900吨")
    page.reload()
    expect(page.locator(".example").first).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).join()") == "newsdesk.language"
    page.goto(f"{locked.service.url}/#view=upload")
    expect(page.get_by_text("This key may read only.")).to_be_visible()
    expect(page.locator(".drop")).to_be_hidden()


def test_images_come_with_the_key(locked: Site) -> None:
    page = locked.page
    secret = key(locked.service, "images", "read")
    page.add_init_script(f"sessionStorage.setItem('newsdesk.key', '{secret}')")
    printed = next(one for one in locked.desk.articles() if one.boxes)
    locked.open(f"#article={printed.id}", language="en")
    locked.side.get_by_role("tab", name="Page").click()
    expect(locked.side.locator(".sheet img")).to_be_visible()


def test_what_is_too_large_is_told(locked: Site, pages: list[Path]) -> None:
    secret = key(locked.service, "writer", "write")
    locked.page.add_init_script(f"sessionStorage.setItem('newsdesk.key', '{secret}')")
    page = locked.open("#view=upload", language="en").page
    page.locator("#upload-files").set_input_files([pages[0]])
    expect(page.locator(".upload-said")).to_contain_text("Too large for the server")


def test_what_failed_is_told_in_chinese_above_the_server_s_own_words(troubled: Site) -> None:
    troubled.open("#article=0123456789abcdef")
    told = troubled.side.get_by_role("alert")
    expect(told.locator("p").first).to_have_text("没有这篇报道，可能已被删去或重新收录。")
    expect(told.locator("[lang=en]")).to_contain_text("no article has the id '0123456789abcdef'")


def test_a_server_out_of_reach_is_told_and_asked_again(troubled: Site) -> None:
    page = troubled.open(language="en").page
    expect(page.locator(".example").first).to_be_visible()
    page.context.set_offline(True)
    page.locator("#question").fill("霜坪枇杷预计总产量多少吨？")
    page.keyboard.press("Enter")
    expect(page.locator(".turn .failed")).to_contain_text("The server can't be reached.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".turn .short")).to_contain_text("3900吨")
