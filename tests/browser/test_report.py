"""The page of a run in a browser: it is read, opened by keyboard, and fits the screen."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eval.html import html
from tests.eval.made_runs import HOSTILE, record_of, run_of, scores, varied_run

pytestmark = pytest.mark.slow

# Colours as drawn, with what is behind them, up to the first that is not see-through.
CONTRASTS = """
selectors => {
  const part = value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const numbers = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [red, green, blue] = numbers(color).map(value => part(value / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (numbers(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  return selectors.map(([selector, property]) => {
    const element = document.querySelector(selector);
    const both = [getComputedStyle(element)[property], behind(element)].map(light);
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  });
}
"""
# Everything open and laid out, what is off the screen too.
UNFOLD = """() => document.querySelectorAll("details").forEach(one => {
  one.open = true;
  one.style.contentVisibility = "visible";
})"""
TEXTS = ["p", ".soft", ".why", ".draft", ".fault", ".name", "a", "figcaption", "dt", "td", ".good"]
LINES = [".stroke-series-1", ".stroke-series-2", ".stroke-series-3"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with something of everything, held against one that did worse."""
    before = run_of(record_of("right-1", scores=scores(0.0)), id="before")
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html(varied_run(), before), encoding="utf-8")
    return path


def opened(page: Page, report: Path) -> None:
    page.goto(report.as_uri())


def test_hostile_text_is_read_as_text(page: Page, report: Path) -> None:
    opened(page, report)
    assert page.title() == "Accuracy of answers: questions.jsonl"
    page.locator("#q5").scroll_into_view_if_needed()
    expect(page.locator("#q5 .asked")).to_contain_text(HOSTILE, use_inner_text=True)
    assert page.locator("script, img").count() == 0


def test_each_plot_is_drawn_and_says_what_it_shows(page: Page, report: Path) -> None:
    opened(page, report)
    drawn = page.locator("svg.plot")
    expect(drawn).to_have_count(3)
    for place, name in enumerate(("Risk against coverage", "Recall against k", "Score by tag")):
        plot = drawn.nth(place)
        box = plot.bounding_box()
        assert box is not None
        assert box["width"] > 250
        assert box["height"] > 80
        expect(page.get_by_role("img", name=name)).to_be_visible()
        assert re.search(r"\d\.\d{3}", plot.locator("desc").text_content() or "")
    expect(drawn.nth(2).get_by_text("人物 (2)")).to_be_visible()
    expect(drawn.nth(0).get_by_text("coverage: questions answered")).to_be_visible()


def test_labels_stay_inside_their_plot(page: Page, report: Path) -> None:
    opened(page, report)
    outside = page.evaluate(
        """() => [...document.querySelectorAll("svg.plot text")].filter(text => {
          const [own, all] = [text, text.closest("svg")].map(one => one.getBoundingClientRect());
          return own.left < all.left - 1 || own.right > all.right + 1;
        }).map(text => text.textContent)"""
    )
    assert outside == []


def test_a_miss_opens_by_keyboard_and_its_mark_leads_to_its_quote(page: Page, report: Path) -> None:
    opened(page, report)
    entry = page.locator("#q3")
    expect(entry.get_by_text("Expected")).to_be_hidden()
    entry.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(entry.get_by_text("Expected")).to_be_visible()
    expect(entry.locator("blockquote").nth(1)).to_contain_text("桥面宽24.5米")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#q3-1:target")).to_be_visible()


def test_right_answers_are_folded_away_until_asked_for(page: Page, report: Path) -> None:
    opened(page, report)
    expect(page.locator("#q1")).to_be_hidden()
    page.locator("#right-ones > summary").click()
    page.locator("#q1 > summary").click()
    expect(page.locator("#q1").get_by_text("大桥合龙", exact=True)).to_be_visible()


def test_long_names_leave_room_for_what_they_name(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "long.html"
    run = run_of(record_of("a"), settings={"mode": "extractive", "W" * 120: "value"})
    path.write_text(html(run), encoding="utf-8")
    page.set_viewport_size({"width": 390, "height": 800})
    opened(page, path)
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    widths = page.locator("dl.pairs dd").evaluate_all("all => all.map(one => one.clientWidth)")
    assert min(width for width in widths if width) > 150


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, report: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, report)
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wider = page.evaluate(
        """width => [...document.querySelectorAll("body *")].filter(one =>
          !one.closest(".scroll, svg") && one.getBoundingClientRect().right > width + 1
        ).map(one => one.outerHTML.slice(0, 80))""",
        width,
    )
    assert wider == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lines_stand_out(page: Page, report: Path, scheme: str) -> None:
    """By WCAG 2.2: 4.5 to 1 for text, 3 to 1 for the lines of plots."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened(page, report)
    page.evaluate(UNFOLD)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    asked = [[one, "color"] for one in TEXTS] + [[one, "stroke"] for one in LINES]
    asked += [["svg.plot text", "fill"]]
    ratios = page.evaluate(CONTRASTS, asked)
    least = dict(zip(map(tuple, asked), ratios, strict=True))
    assert [one for one in TEXTS if least[one, "color"] < 4.5] == []
    assert [one for one in LINES if least[one, "stroke"] < 3] == []
    assert least["svg.plot text", "fill"] >= 4.5


def test_headings_come_in_order(page: Page, report: Path) -> None:
    opened(page, report)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_paper_gets_dark_text_on_white(page: Page, report: Path) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    opened(page, report)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    expect(page.locator("nav")).to_be_hidden()
