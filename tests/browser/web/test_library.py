"""The list of articles in a browser: search, filters, pages."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.web.site import Site

pytestmark = pytest.mark.slow


def test_articles_are_listed_a_page_at_a_time(site: Site) -> None:
    page = site.open("#view=library", language="en").page
    titles = page.locator(".articles h2")
    expect(titles).to_have_count(30)
    total = site.desk.count_articles()
    expect(page.locator(".library-line [role=status]")).to_have_text(f"{total} articles")
    page.get_by_role("button", name="Next page").click()
    expect(titles).to_have_count(total - 30)
    page.go_back()
    expect(titles).to_have_count(30)


def test_a_search_under_a_filter_stays_in_the_address(site: Site) -> None:
    page = site.open("#view=library").page
    page.get_by_role("searchbox", name="搜索").fill("枇杷")
    page.keyboard.press("Enter")
    expect(page.locator(".articles h2").first).to_contain_text("枇杷")
    page.locator(".library").get_by_role("button", name="筛选", exact=True).click()
    page.locator("#library-to").fill("2024-05-31")
    expect(page.locator(".library .chip")).to_have_text(["2024年5月31日止"])
    places = page.locator(".articles .meta")
    expect(places.filter(has_text="2024年6月")).to_have_count(0)
    assert places.filter(has_text="2024年5月").count() > 0
    page.reload()
    expect(page.locator(".library .chip")).to_have_text(["2024年5月31日止"])
    expect(page.get_by_role("searchbox", name="搜索")).to_have_value("枇杷")
    page.get_by_role("button", name="去掉筛选：2024年5月31日止").click()
    expect(places.filter(has_text=re.compile("2024年6月")).first).to_be_visible()


def test_an_article_opens_beside_the_list(site: Site) -> None:
    page = site.open("#view=library").page
    page.get_by_role("button", name="霁澜溪水位回落").click()
    expect(site.side.locator("h2")).to_have_text("霁澜溪水位回落")
    expect(page.locator(".articles")).to_be_visible()
    site.side.get_by_role("button", name="关闭").click()
    expect(site.side).to_be_hidden()
    expect(page.get_by_role("button", name="霁澜溪水位回落")).to_be_focused()
