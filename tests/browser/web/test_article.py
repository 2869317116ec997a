"""The article beside an answer: its quotes lit in the text, on the printed page, in raw lines."""

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.web.site import ASTRAL, DESK, PHONE, SCRIPT, WEB, Site

pytestmark = pytest.mark.slow

# The share of dark pixels of the image under each box, by its kind.
INK = """() => {
  const page = document.querySelector(".sheet-page");
  const image = page.querySelector("img");
  const canvas = Object.assign(document.createElement("canvas"),
    { width: image.naturalWidth, height: image.naturalHeight });
  const drawn = canvas.getContext("2d");
  drawn.drawImage(image, 0, 0);
  const all = page.getBoundingClientRect();
  return [...page.querySelectorAll(".box")].map(box => {
    const own = box.getBoundingClientRect();
    const [across, down] = [canvas.width / all.width, canvas.height / all.height];
    const [x, y] = [(own.left - all.left) * across, (own.top - all.top) * down];
    const [width, height] = [Math.ceil(own.width * across), Math.ceil(own.height * down)];
    const { data } = drawn.getImageData(x, y, width, height);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] < 128) dark++;
    return [box.className, dark / (width * height)];
  });
}"""


def article_id(site: Site, headline: str) -> str:
    return next(one.id for one in site.desk.articles() if one.headline.startswith(headline))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_citation_opens_its_article_with_the_quote_lit(site: Site, size: ViewportSize) -> None:
    site.open(size=size)
    turn = site.ask("“霜坪枇杷卖出好价钱”报道了什么？")
    answer = site.desk.trace(site.desk.traces(limit=1)[0].id).answer
    first = answer.citations[0]
    others = [one for one in answer.citations if one.article_id == first.article_id][1:]
    number = turn.locator(".sentence .cite").first
    number.click()
    assert site.lit() == first.quote
    faint = "".join(site.side.locator("mark.faint").all_text_contents())
    assert others
    assert all(one.quote in faint for one in others)
    expect(site.side.locator("h2")).to_have_text(first.headline)
    assert f"start={first.start}&end={first.end}" in site.page.url
    further = site.side.get_by_role("button", name="下一处引文")
    further.click()
    expect(further).to_be_focused()
    expect(site.side.locator("mark.main")).to_have_text(others[0].quote)
    site.page.keyboard.press("Escape")
    expect(site.side).to_be_hidden()
    expect(number).to_be_focused()
    site.page.go_back()
    assert site.lit() == others[0].quote


def test_offsets_count_characters_not_halves_of_them(site: Site) -> None:
    quote = "𠮷野街夜市开街，首日迎客3.2万人次。"
    start = ASTRAL.index(quote)
    part = f"#article={article_id(site, '𠮷野街')}&start={start}&end={start + len(quote)}"
    site.open(part)
    assert site.lit() == quote
    assert "".join(site.side.locator(".article-text p").all_text_contents()) == ASTRAL
    expect(site.side.get_by_role("link", name="原网页")).to_have_attribute("href", WEB)


def test_a_link_with_an_answer_lights_all_its_quotes(site: Site) -> None:
    answer = site.desk.ask("“霜坪枇杷卖出好价钱”报道了什么？")
    first, second = answer.citations[:2]
    part = f"article={first.article_id}&start={first.start}&end={first.end}&answer={answer.id}"
    site.open(f"#{part}")
    assert site.lit() == first.quote
    expect(site.side.locator("mark.faint").first).to_contain_text(second.quote)


def test_a_quote_of_a_pdf_is_marked_on_its_page(site: Site) -> None:
    turn = site.open().ask("云汀市防汛工作会议从6月5日起怎么巡查？")
    answer = site.desk.trace(site.desk.traces(limit=1)[0].id).answer
    cited = next(one for one in answer.citations if one.boxes)
    turn.get_by_role("button", name=re.compile(f"^引文{cited.number}：")).first.click()
    site.side.get_by_role("tab", name="版面").click()
    image = site.side.locator(".sheet img")
    expect(image).to_be_visible()
    expect(image).to_have_attribute("alt", f"第1页的图像，引文所在的{len(cited.boxes)}行已标出")
    expect(site.side.locator(".box.main").first).to_be_in_viewport()
    ink = site.page.evaluate(INK)
    marked = [dark for kind, dark in ink if kind == "box main"]
    assert len(marked) == len(cited.boxes)
    assert len(ink) == len(site.desk.article(cited.article_id).boxes)
    assert all(0.03 < dark < 0.6 for _, dark in ink)  # there is type under each of them
    before = image.bounding_box()
    site.side.get_by_role("button", name="放大").click()
    after = image.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"] * 1.4


def test_raw_lines_stand_beside_what_was_read(site: Site) -> None:
    article = site.desk.article(article_id(site, "霜坪枇杷"))
    lines = site.desk.raw_lines(article.id)
    site.open(f"#article={article.id}&start=82&end=129")
    site.side.get_by_role("tab", name="正文").focus()
    site.page.keyboard.press("ArrowRight")
    rows = site.side.get_by_role("table", name="原始行").locator("tbody tr")
    expect(rows).to_have_count(len(lines))
    expect(rows.nth(5).locator("td").first).to_have_text(lines[5].raw, use_inner_text=True)
    expect(rows.nth(5).locator("td").last).to_have_text(lines[5].text)
    assert "".join(site.side.locator("mark.main").all_text_contents()) == article.text[82:129]


def test_all_parts_are_shown_and_a_quote_of_a_later_one_is_lit(site: Site) -> None:
    turn = site.open().ask("南坡段加固工程何时完工？")
    answer = site.desk.trace(site.desk.traces(limit=1)[0].id).answer
    first, second = site.desk.parts(answer.citations[0].article_id)
    assert answer.citations[0].article_id == second.id
    turn.locator(".sentence .cite").first.click()
    assert site.lit() == answer.citations[0].quote
    expect(site.side.locator("h2")).to_have_text(first.headline)
    expect(site.side.locator(".article-head")).to_contain_text("第1版、第2版")
    expect(site.side.locator("h3.part")).to_have_text(["第1版下转第2版", "第2版上接第1版"])
    expect(site.side.locator(".article-text")).to_have_text([first.text, second.text])
    expect(site.side.locator(".article-text").last.locator("mark.main")).not_to_have_count(0)
    site.side.get_by_role("tab", name="原始行").click()
    tables = site.side.get_by_role("table", name="原始行")
    expect(tables).to_have_count(2)
    assert site.lit() == answer.citations[0].quote
    assert tables.last.locator("mark.main").count() > 0
    site.side.get_by_text("未收入任何报道").last.click()
    out = site.side.get_by_role("table", name="未收入报道的内容")
    expect(out.locator("tr").filter(has_text="广告")).to_contain_text("售楼热线")


def test_a_part_that_the_archive_lacks_is_told(site: Site) -> None:
    first = next(one for one in site.desk.articles() if one.headline == "放学以后有书读")
    site.open(f"#article={first.id}")
    expect(site.side.locator(".article-head")).to_contain_text("下转第4版，那一部分未能接上")


def test_an_article_of_a_page_split_in_doubt_is_marked(site: Site) -> None:
    doubtful = site.desk.article(article_id(site, "霜坪枇杷"))
    sure = site.desk.article(article_id(site, "霁澜大桥主桥合龙"))
    assert doubtful.split_confidence is not None
    assert doubtful.split_confidence < 0.8 < (sure.split_confidence or 0)
    page = site.open("#view=library&to=2024-05-17").page
    rows = page.locator(".articles > li")
    expect(rows.filter(has_text=sure.headline)).not_to_contain_text("可能分版有误")
    row = rows.filter(has_text=doubtful.headline)
    expect(row).to_contain_text("可能分版有误")
    row.get_by_role("button").click()
    sureness = f"分版把握{doubtful.split_confidence:.0%}"
    expect(site.side.locator(".article-head")).to_contain_text(sureness)


def test_nothing_in_an_article_becomes_markup(site: Site) -> None:
    site.open(f"#view=library&article={article_id(site, '夜市<script>')}")
    expect(site.side.locator("h2")).to_have_text(f"夜市{SCRIPT}开街")
    expect(site.side.locator(".article-text")).to_contain_text(SCRIPT)
    expect(site.page.locator(".articles h2").first).to_be_visible()
    assert site.page.locator("body script, img, .side a").count() == 0
    assert site.page.title() == "报道 · newsdesk"
