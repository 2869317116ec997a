"""Asking in a browser: answers with citations, filters, follow-ups, refusals, stopping."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.serving import PATIENCE, serving
from tests.browser.web.site import PHONE, SCRIPT, Site
from tests.desk.flood_fund import PAGES, served
from tests.fake_openai.server import Exchange, declines

pytestmark = pytest.mark.slow

LOQUATS = "霜坪枇杷预计总产量多少吨？"


def test_a_chinese_question_gets_cited_sentences(site: Site) -> None:
    turn = site.open().ask(LOQUATS)
    expect(turn.locator(".short")).to_contain_text("3900吨")
    answer = site.desk.trace(site.desk.traces(limit=1)[0].id).answer
    shown = turn.locator(".sentence")
    assert shown.count() == len(answer.sentences) > 0
    for place, sentence in enumerate(answer.sentences):
        said = shown.nth(place)
        expect(said).to_contain_text(sentence.text)
        numbers = said.locator("button.cite").all_text_contents()
        assert numbers == [str(number) for number in sentence.citations]
    assert turn.locator(".cited .cite").count() == len(answer.citations)
    expect(turn.locator(".cited li").first).to_contain_text("《霁川日报》2024年5月17日第3版")
    expect(site.page.locator("#question")).to_have_value("")
    site.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn.get_by_role("button", name="复制回答和出处").click()
    expect(site.page.locator(".toast")).to_have_text("已复制")
    copied = site.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{LOQUATS}\n\n3900吨[1]")
    assert all(one.quote in copied for one in answer.citations)


def test_an_english_question_is_answered_with_chinese_quotes(site: Site) -> None:
    turn = site.open(language="en").ask("What is reported about the flood fund?")
    expect(turn.locator(".lead")).to_have_text("The archive says, in Chinese:")
    expect(turn.locator(".sentence").first).to_have_attribute("lang", "zh-Hans")
    expect(turn.get_by_text("In the articles' own words")).to_be_visible()
    assert turn.locator("button.cite").first.get_attribute("aria-label") == (
        "Quote 1: 县委常委会研究防汛救灾工作, 霁川日报 5 June 2024 p. 1"
    )


def test_a_quote_shows_on_hover_and_on_focus_until_escape(site: Site) -> None:
    turn = site.open().ask(LOQUATS)
    quote, number = site.page.locator("#quote-popover"), turn.locator(".sentence .cite").first
    expect(quote).to_be_hidden()
    number.hover()
    expect(quote).to_contain_text("霜坪枇杷卖出好价钱")
    expect(quote.locator("blockquote")).to_have_text(
        "霜坪乡种植枇杷6500亩，今年进入盛果期的有4800亩，预计总产量3900吨，与去年基本持平。"
    )
    site.page.keyboard.press("Escape")
    expect(quote).to_be_hidden()
    site.page.mouse.move(0, 0)
    number.focus()
    expect(quote).to_be_visible()
    expect(number).to_have_attribute("aria-describedby", "quote-popover")


def test_a_filter_is_shown_kept_to_and_taken_off(site: Site) -> None:
    page = site.open().page
    page.get_by_role("button", name="筛选", exact=True).click()
    page.locator("#ask-from").fill("2024-06-01")
    page.locator("#ask-paper").select_option("霁川日报")
    expect(page.locator(".ask .chip")).to_have_text(["2024年6月1日起", "霁川日报"])
    turn = site.ask("县委常委会会议决定了什么？")
    expect(turn.locator(".turn-above")).to_have_text("只查：2024年6月1日起 · 霁川日报")
    answer = site.desk.trace(site.desk.traces(limit=1)[0].id).answer
    assert answer.citations
    assert {str(one.issue_date)[:7] for one in answer.citations} == {"2024-06"}
    refused = site.ask("火星上发现了什么？")
    expect(refused.get_by_text("只查了筛选范围内的报道。")).to_be_visible()
    refused.get_by_role("button", name="不加筛选再问一次").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".ask .chip")).to_have_count(0)
    expect(page.locator(".turn").last.locator(".turn-above")).to_have_text("")


def test_dates_in_the_wrong_order_are_told(site: Site) -> None:
    page = site.open(language="en").page
    page.get_by_role("button", name="Filter", exact=True).click()
    page.locator("#ask-from").fill("2024-06-07")
    page.locator("#ask-to").fill("2024-06-03")
    expect(page.get_by_role("alert").filter(has_text="ends before it begins")).to_be_visible()


def test_a_follow_up_says_how_it_was_understood(site: Site) -> None:
    site.open().ask("谁主持了县委常委会会议？")
    turn = site.ask("他还说了什么？")
    asked = site.desk.traces(limit=1)[0].question
    assert asked != "他还说了什么？"
    expect(turn.locator(".understood")).to_have_text(f"理解为：{asked}")
    site.page.get_by_role("button", name="新对话").click()
    expect(site.page.locator(".turn")).to_have_count(0)
    expect(site.page.locator("#question")).to_be_focused()
    expect(site.ask("他还说了什么？").locator(".understood")).to_have_count(0)


def test_a_refusal_says_so_and_shows_what_was_nearest(site: Site) -> None:
    turn = site.open(language="en", size=PHONE).ask("火星上发现了什么？")
    expect(turn.get_by_role("heading", name="The archive does not hold the answer")).to_be_visible()
    assert turn.locator(".cite").count() == 0
    nearest = turn.locator(".sources button").first
    headline = nearest.text_content()
    nearest.click()
    expect(site.side.locator("h2")).to_have_text(headline or "")


def test_a_link_asks_its_question(site: Site) -> None:
    site.open("#q=霜坪枇杷预计总产量多少吨？&from=2024-05-17&to=2024-05-17")
    expect(site.page.locator(".turn-above")).to_have_text("只查：2024年5月17日")
    expect(site.page.locator(".short")).to_contain_text("3900吨")


def test_a_question_is_text_and_an_example_is_asked(site: Site) -> None:
    turn = site.open().ask(f"夜市{SCRIPT}")
    expect(turn.locator(".asked")).to_have_text(f"夜市{SCRIPT}")
    assert site.page.locator("main script, main img").count() == 0
    assert site.page.title() == "提问 · newsdesk"
    site.page.get_by_role("button", name="新对话").click()
    example = site.page.locator(".example").first
    words = example.text_content()
    example.click()
    expect(site.page.locator(".asked")).to_have_text(words or "")
    expect(site.page.locator(".sentence").first).to_be_visible()


def test_stopping_ends_the_wait_for_an_answer(page: Page, tmp_path: Path) -> None:
    with served(tmp_path / "home", waits) as (model, desk), serving(desk) as service:
        desk.ingest([PAGES / "headline-first.txt"])
        Site(service, page).open()
        page.locator("#question").fill("防汛应急周转资金用在哪里？")
        page.keyboard.press("Enter")
        expect(page.locator(".status")).to_contain_text("正在核对")
        wait_for(lambda: bool(model.received))
        page.get_by_role("button", name="停止").click()
        expect(page.locator(".status")).to_have_text("已停止，还没有得出句子。")
        expect(page.get_by_role("button", name="提问", exact=True)).to_be_visible()
        model.closing.set()
        assert page.locator(".sentence").count() == 0


def waits(exchange: Exchange) -> None:
    """Answers when the test says so."""
    exchange.server.closing.wait(PATIENCE)
    declines()(exchange)


def wait_for(happened: Callable[[], bool]) -> None:
    """Until something has happened that the page doesn't show."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)
