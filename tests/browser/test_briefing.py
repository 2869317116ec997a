"""A briefing's page in a real browser: citations land on their quotes; light and dark; phone, desk
and paper."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from rag.briefing_types import Briefing
from rag.faces.briefing_html import briefing_html
from rag.faces.printable import visible
from tests.faces.briefing_samples import BRIEFING, CITATIONS, EMPTY, contexts, long_briefing

pytestmark = pytest.mark.slow

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)
LONG = long_briefing(10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, each in a file."""
    made = tmp_path_factory.mktemp("briefings")
    pages = {
        "day": briefing_html(BRIEFING, contexts()),
        "english": briefing_html(BRIEFING, contexts(), "en"),
        "long": briefing_html(LONG, contexts(LONG)),
        "empty": briefing_html(EMPTY, {}),
    }
    for name, text in pages.items():
        (made / f"{name}.html").write_text(text, encoding="utf-8")
    return made


def opened(page: Page, folder: Path, name: str, size: ViewportSize = DESK) -> None:
    page.set_viewport_size(size)
    page.goto((folder / f"{name}.html").as_uri())


@pytest.mark.parametrize(
    ("name", "briefing", "size"), [("long", LONG, PHONE), ("day", BRIEFING, DESK)]
)
def test_each_citation_lands_on_its_quote_and_leads_back(
    page: Page, folder: Path, name: str, briefing: Briefing, size: ViewportSize
) -> None:
    opened(page, folder, name, size)
    links = page.locator(".points a.cite")
    cited = {one.number: one for one in briefing.citations}
    numbers = [n for story in briefing.stories for point in story.points for n in point.citations]
    assert links.count() == len(numbers)
    for place, number in enumerate(numbers):
        citation = cited[number]
        link = links.nth(place)
        link.click()
        target = page.locator(":target")
        expect(target).to_have_id(f"q{citation.number}")
        lit = target.locator("mark")
        expect(lit).to_be_in_viewport(ratio=1)
        assert lit.text_content() == visible(citation.quote)
        target.locator(f"a.back[href='#{link.get_attribute('id')}']").click()
        expect(link).to_be_in_viewport(ratio=1)


def test_the_quote_stands_lit_in_its_article_s_sentences(page: Page, folder: Path) -> None:
    opened(page, folder, "day")
    first = page.locator("#q1 blockquote")
    said = first.text_content() or ""
    assert said.startswith("[1]市长沈明川主持会议。会议决定今年投入")
    assert said.endswith("会议没有通过停车收费办法。")
    plain, lit = (one.evaluate(COLOUR) for one in (first, first.locator("mark")))
    assert plain != lit


def test_nothing_in_an_article_becomes_markup(page: Page, folder: Path) -> None:
    opened(page, folder, "day")
    assert page.title() == "2023年3月16日要闻"
    assert page.locator("img, script, b, a[href^=http]").count() == 0
    assert page.locator("mark").count() == len(CITATIONS)
    expect(page.locator("#s3 h3")).to_have_text("3. <b>夜市</b> & “开街”")
    assert "\u202e" not in page.content()


COLOUR = "one => getComputedStyle(one).backgroundColor + getComputedStyle(one).color"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTRASTS = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number)
      .map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = one => {
    const colour = getComputedStyle(one).backgroundColor;
    return colour.startsWith('rgba(0, 0, 0, 0') ? behind(one.parentElement) : colour;
  };
  return [...document.querySelectorAll('h1, h3, p, li, td, mark, a, blockquote')].map(one => {
    const [a, b] = [getComputedStyle(one).color, behind(one)].map(light).sort((x, y) => y - x);
    return (a + .05) / (b + .05);
  });
}"""


def test_light_and_dark_differ_and_all_can_be_read(page: Page, folder: Path) -> None:
    """The contrast that WCAG 2.2 asks of text: 4.5 to 1."""
    opened(page, folder, "day")
    seen = set()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert min(page.evaluate(CONTRASTS)) >= 4.5
        seen.add(page.locator("body").evaluate(COLOUR))
    assert len(seen) == len(SCHEMES)


def test_on_paper_it_is_white_and_the_quotes_begin_a_page(page: Page, folder: Path) -> None:
    opened(page, folder, "day")
    page.emulate_media(color_scheme="dark", media="print")
    assert page.locator("body").evaluate(COLOUR).startswith("rgb(255, 255, 255)")
    expect(page.locator("a.back").first).to_be_hidden()
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(pages) == 2


def test_nothing_is_wider_than_the_screen(page: Page, folder: Path) -> None:
    for name in ("day", "english", "long", "empty"):
        for size in (PHONE, DESK):
            opened(page, folder, name, size)
            assert page.evaluate(WIDER) == 0, (name, size)


def test_a_long_one_has_contents_that_lead_to_its_stories(page: Page, folder: Path) -> None:
    opened(page, folder, "long")
    contents = page.locator(".contents a")
    assert contents.count() == 10
    contents.nth(9).click()
    expect(page.locator("#s10 h3")).to_be_in_viewport(ratio=1)
    opened(page, folder, "day")
    expect(page.locator(".contents")).to_have_count(0)


def test_an_empty_day_says_so(page: Page, folder: Path) -> None:
    opened(page, folder, "empty")
    said = page.locator("main").text_content() or ""
    assert "资料库中没有2023年3月17日的报道。" in said
    assert "2023年3月16日（4篇）、2023年3月20日（1篇）" in said
