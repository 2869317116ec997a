"""The day's briefing in a browser: calendar, stories with cited points, table, download, paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.web.site import PHONE, Site

pytestmark = pytest.mark.slow

DAY = "#view=briefing&date=2024-05-16"


def test_a_day_is_chosen_by_keyboard_and_its_points_are_cited(site: Site) -> None:
    page = site.open("#view=briefing").page
    june = page.locator(".day[tabindex='0']")
    expect(june).to_have_attribute("aria-label", "2024年6月11日，5篇报道")
    june.focus()
    for key in ("PageUp", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("aria-label", "2024年5月10日，没有报道")
    for key in ("ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect(focused).to_have_attribute("aria-label", "2024年5月16日，4篇报道")
    page.keyboard.press("Enter")
    expect(page.locator(".briefing-title")).to_have_text("2024年5月16日要闻")
    briefing = site.desk.briefings.find(site.desk.briefings.latest(limit=1)[0].id).briefing
    assert page.locator(".story").count() == len(briefing.stories) == 4
    points = [point for story in briefing.stories for point in story.points]
    assert page.locator(".points > li").count() == len(points)
    expect(page.locator(".points > li").first).to_contain_text(points[0].text)
    number = points[0].citations[0]
    page.locator(".points .cite").first.click()
    assert site.lit() == next(one.quote for one in briefing.citations if one.number == number)


def test_the_table_of_decisions_and_numbers_cites_too(site: Site) -> None:
    page = site.open(DAY, language="en", size=PHONE).page
    rows = page.locator(".decisions tbody tr")
    expect(rows.first).to_contain_text("decision")
    row = rows.filter(has_text="1200万元").first
    row.locator(".cite").click()
    assert "1200万元" in site.lit()


def test_it_can_be_taken_along(site: Site) -> None:
    page = site.open(DAY, language="en").page
    with page.expect_download() as download:
        page.get_by_role("button", name="Download Word").click()
    assert download.value.suggested_filename == "briefing-2024-05-16.docx"
    assert download.value.path().read_bytes().startswith(b"PK")


def test_on_paper_there_is_the_briefing_alone(site: Site) -> None:
    page = site.open(DAY).page
    expect(page.locator(".story").first).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".masthead", ".briefing-side", ".briefing-tools"):
        expect(page.locator(gone)).to_be_hidden()
    colour = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    assert colour == "rgb(255, 255, 255)"


def test_a_day_without_news_names_the_nearest(site: Site) -> None:
    page = site.open("#view=briefing&date=2024-05-20").page
    expect(page.locator(".briefing .note")).to_contain_text("资料库中没有2024年5月20日的报道。")
    page.get_by_role("link", name="2024年5月17日").click()
    expect(page.locator(".briefing-title")).to_have_text("2024年5月17日要闻")
    page.go_back()
    expect(page.locator(".briefing-title")).to_have_text("2024年5月20日要闻")
