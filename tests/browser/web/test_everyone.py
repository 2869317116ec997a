"""The page for everyone: keyboard, screen readers, light and dark, phone and desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.web.site import PHONE, Site

pytestmark = pytest.mark.slow


def asked(site: Site) -> None:
    site.open().ask("比较2024年5月16日和2024年5月17日关于防汛的报道")
    site.page.locator(".sentence .cite").first.focus()


def filtered(site: Site) -> None:
    site.open(language="en").page.get_by_role("button", name="Filter", exact=True).click()
    site.page.locator("#ask-from").fill("2024-05-17")
    site.ask("火星上发现了什么？")


def article(site: Site) -> None:
    site.open().ask("云汀市防汛工作会议从6月5日起怎么巡查？")
    site.page.locator(".sentence .cite").first.click()
    site.side.get_by_role("tab", name="版面").click()
    expect(site.side.locator(".sheet img")).to_be_visible()


def raw(site: Site) -> None:
    site.open().ask("南坡段加固工程何时完工？")
    site.page.locator(".sentence .cite").first.click()
    site.side.get_by_role("tab", name="原始行").click()
    site.side.get_by_text("未收入任何报道").last.click()
    expect(site.side.get_by_role("table", name="未收入报道的内容")).to_be_visible()


def briefing(site: Site) -> None:
    site.open("#view=briefing&date=2024-05-16", language="en")
    expect(site.page.locator(".story").first).to_be_visible()


def library(site: Site) -> None:
    site.open("#view=library&q=防汛&from=2024-06-05")
    expect(site.page.locator(".articles h2").first).to_be_visible()


def upload(site: Site) -> None:
    site.open("#view=upload", language="en")
    site.page.get_by_text("What the pages don't say").click()


def shortcuts(site: Site) -> None:
    site.open(language="en").page.get_by_role("button", name="Keyboard shortcuts").click()


VIEWS: tuple[Callable[[Site], None], ...] = (
    *(asked, filtered, article, raw, briefing, library, upload, shortcuts),
)


# What a narrower window can change: names that are hidden, places to scroll, room to press.
OF_SIZE = (
    *("aria-dialog-name", "aria-hidden-focus", "button-name", "label", "link-name"),
    *("scrollable-region-focusable", "target-size"),
)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    site: Site, view: Callable[[Site], None]
) -> None:
    view(site)
    page = site.page
    assert site.faults() == []
    assert site.wider_than_screen() == 0
    body = page.locator("body")
    light = body.evaluate("one => getComputedStyle(one).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert body.evaluate("one => getComputedStyle(one).backgroundColor") != light
    assert site.faults("color-contrast") == []  # between light and dark only colours differ
    page.set_viewport_size(PHONE)
    assert site.faults(*OF_SIZE) == []
    assert site.wider_than_screen() == 0


def test_all_of_it_goes_without_a_mouse(site: Site) -> None:
    page = site.open(language="en").page
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("霜坪枇杷预计总产量多少吨？")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("请回答")
    expect(page.locator("#question")).to_have_value("霜坪枇杷预计总产量多少吨？\n请回答")
    page.keyboard.press("Enter")
    first = page.locator(".turn .cite").first
    expect(first).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.cite')"):
            break
    width = page.locator(":focus").evaluate("one => getComputedStyle(one).outlineWidth")
    assert width == "2px"
    page.keyboard.press("Enter")
    assert site.lit()
    expect(site.side.locator(".side-body")).to_be_focused()
    page.keyboard.press("Escape")
    expect(site.side).to_be_hidden()
    expect(page.locator(".cite:focus")).to_have_count(1)
    for digit, heading in (("2", "Daily briefing"), ("3", "All articles"), ("4", "Add newspaper")):
        page.keyboard.press(digit)
        expect(page.locator("h1:focus")).to_contain_text(heading)
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("h1:visible")).to_contain_text("Add newspaper")


def test_the_first_stop_of_the_tab_key_skips_to_the_content(site: Site) -> None:
    page = site.open("#view=library", language="en").page
    expect(page.locator(".articles h2").first).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert page.url.endswith("#view=library")


def test_language_and_theme_are_switched_in_place_and_kept(site: Site) -> None:
    page = site.open(language="en").page
    turn = site.ask("霜坪枇杷预计总产量多少吨？")
    page.get_by_role("button", name="换成中文").click()
    expect(turn.locator(".aside h3")).to_have_text("引文出处")
    expect(turn.locator(".cited .meta").first).to_have_text("《霁川日报》2024年5月17日第3版")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    light = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    page.get_by_role("button", name="换成深色").click()
    dark = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    assert light != dark
    page.reload()
    expect(page.get_by_role("button", name="换成浅色")).to_be_visible()
    assert page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor") == dark


def test_what_is_said_aloud_is_marked_so(site: Site) -> None:
    turn = site.open(language="en").ask("霜坪枇杷预计总产量多少吨？")
    log = turn.get_by_role("log", name="Answer")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log.locator(".sentence").first).to_be_visible()
    expect(turn.get_by_role("status")).to_have_text("Answer complete: 2 sentences, 2 quotes")
    landmarks = [site.page.get_by_role(name).count() for name in ("banner", "main", "navigation")]
    assert landmarks == [1, 1, 1]
