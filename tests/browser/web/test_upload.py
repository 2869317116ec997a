"""Adding pages in a browser: files by hand and by drop, what was read of them, what failed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag import Desk
from rag.settings import Settings
from tests.api.serving import Service, serving
from tests.browser.web.site import SCRIPT, Site
from tests.desk.flood_fund import PAGES

pytestmark = pytest.mark.slow

DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  const zone = document.querySelector(".drop");
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
NIGHT = "夜市开街\n\n本报讯（记者 林甲）2024年6月6日，滨河路夜市开街，首日迎客3.2万人次。\n"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over an archive that holds nothing yet."""
    home = tmp_path_factory.mktemp("upload") / "home"
    settings = Settings(home=home, mode="extractive")
    with Desk.open(settings=settings) as desk, serving(desk) as service:
        yield service


@pytest.fixture
def own(empty: Service, page: Page) -> Site:
    return Site(empty, page)


def test_an_empty_archive_leads_to_files_that_are_read(
    own: Site, pages: list[Path], tmp_path: Path
) -> None:
    page = own.open().page
    expect(page.get_by_role("link", name="先收录几页报纸")).to_be_visible()
    assert own.faults() == []
    own.ask("谁主持了会议？").get_by_role("link", name="先收录几页报纸").click()
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4\nno more of it")
    page.locator("#upload-files").set_input_files([pages[0], broken])
    job = page.locator(".job").first
    expect(job.locator(".job-state")).to_have_text("已读完")
    expect(job.locator(".read h3")).to_have_text("page.pdf：读到3篇")
    headlines = [one.headline for one in own.desk.articles()]
    assert sorted(job.locator(".read li > button").all_text_contents()) == sorted(headlines)
    expect(job.locator(".note.bad")).to_contain_text("broken.pdf")
    expect(job.locator(".note.bad")).to_contain_text("文件损坏或不是所说的格式")
    failure = own.desk.failures()[0]
    expect(page.locator(".failures li")).to_contain_text(failure.reason)
    job.locator(".read li > button").first.click()
    expect(own.side.locator("h2")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="重读 broken.pdf").click()
    expect(page.locator(".job")).to_have_count(2)
    expect(page.locator(".failures")).to_contain_text("试过2次")
    page.get_by_role("link", name="提问").click()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".example").first).to_be_visible()


def test_pages_in_doubt_and_what_is_in_no_article_are_told(own: Site, pages: list[Path]) -> None:
    page = own.open("#view=upload").page
    page.locator("#upload-files").set_input_files([pages[3], PAGES / "inline-byline.txt"])
    job = page.locator(".job").first
    expect(job.locator(".job-state")).to_have_text("已读完")
    expect(job).to_contain_text("2页可能分版有误，请核对")
    files = job.locator(".read")
    doubtful = files.filter(has_text="inline-byline.txt")
    expect(doubtful.locator("h3 .tag")).to_have_text("可能分版有误")
    article = next(one for one in own.desk.articles() if one.source == "inline-byline.txt")
    split = own.desk.page(article.page_id).split
    assert split is not None
    expect(doubtful).to_contain_text(f"分版把握{split.confidence:.0%}")
    expect(doubtful.locator(".page-doubt li [lang=en]")).to_have_text(list(split.reasons))
    expect(doubtful.locator(".page-doubt li").first).to_contain_text("上下行接不上")
    expect(files.filter(has_text="second.txt").locator(".left-kinds")).to_have_text(
        "未收入报道：广告1处"
    )
    expect(files).to_have_count(2)
    assert own.faults() == []


def test_a_dropped_file_with_a_hostile_name_is_text(own: Site) -> None:
    page = own.open("#view=upload", language="en").page
    page.evaluate(DROP, [f"{SCRIPT}.txt", f"{SCRIPT}{NIGHT}"])
    job = page.locator(".job").first
    expect(job).to_contain_text("onerror=")
    expect(job.locator(".job-state")).to_have_text("done")
    expect(job.locator(".read li > button")).to_contain_text("夜市开街")
    assert page.locator("main script, main img").count() == 0
    assert page.title() == "Add pages · newsdesk"


def test_an_address_in_one_s_own_network_is_refused_with_the_reason(own: Site) -> None:
    page = own.open("#view=upload", language="en").page
    page.get_by_label("Web addresses").fill(f"http://127.0.0.1:9/{SCRIPT.replace(' ', '')}")
    page.get_by_role("button", name="Add the addresses").click()
    job = page.locator(".job").first
    expect(job.locator(".note.bad").first).to_contain_text("127.0.0.1")
    expect(page.get_by_label("Web addresses")).to_have_value("")
