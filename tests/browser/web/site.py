"""The web page of a running service, opened in a browser as a reader meets it."""

import json
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize, expect

from rag import Desk
from tests.api.serving import Service
from tests.reading.conftest import STORIES
from tests.reading.press import Frame, Printed, Style, draw, set_page

AXE = Axe()
RUN = "rules => axe.run({ resultTypes: ['violations'], ...(rules.length && { runOnly: rules }) })"
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)
SCRIPT = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">"
ASTRAL = "夜市里的𠮷字招牌🎉亮了。市民说：“好看。”本报讯6月5日，𠮷野街夜市开街，首日迎客3.2万人次。"
WEB = "https://paper.example/2024/06/05/night-market.html"
ROWS = (
    {
        "id": "astral",
        "headline": "𠮷野街夜市开街",
        "text": ASTRAL,
        "date": "2024-06-05",
        "url": WEB,
    },
    {
        "id": "hostile",
        "headline": f"夜市{SCRIPT}开街",
        "text": f"{SCRIPT}滨河夜市6月6日开街，首日迎客4.5万人次。",
        "date": "2024-06-06",
        "publication": f"霁川{SCRIPT}晚报",
        "url": "javascript:document.title='taken'",
    },
)

TO_PAGE_2 = """2024年6月9日 星期日
云汀日报
第01版
云汀河堤岸加固工程全线开工 总投资2.4亿元
□记者 林甲
本报讯 6月9日上午，云汀河堤岸加固工程在南坡段全线开工，总投资2.4亿元，全长18.6公里。\
工程分三个标段同时推进，参建单位当天进场机械四十余台，沿线三个乡镇的群众自发（下转第2版）
夜市开街迎客
□记者 周乙
本报讯 6月8日，滨河路夜市开街，首日迎客3.2万人次。
"""
FROM_PAGE_1 = """2024年6月9日 星期日
云汀日报
第02版
放学以后有书读
□记者 何丁
本报讯 6月2日，记者从县教育局获悉，全县78所中小学已全部开设课后服务，参加学生5.2万人。\
校内场馆也向学生（下转第4版）

·广告·
滨河花园盛大开盘
两居室三居室均有现房
售楼热线：0571-88123456

云汀河堤岸加固工程开工
（上接第1版）
送水送茶。按照计划，南坡段加固工程将于2025年4月底前完工，届时防洪标准由二十年一遇提高到五十年一遇。\
监理单位每周公布一次质量检测结果。
"""


@dataclass(frozen=True, slots=True)
class Site:
    """The page in a browser. service: what serves it."""

    service: Service
    page: Page

    @property
    def desk(self) -> Desk:
        return self.service.desk

    @property
    def side(self) -> Locator:
        """The article beside what is read."""
        return self.page.locator("dialog.side")

    def open(self, part: str = "", language: str = "zh", size: ViewportSize = DESK) -> "Site":
        """Opens a part of the page, what is after its #, in a language."""
        self.page.set_viewport_size(size)
        self.page.add_init_script(
            f"localStorage.getItem('newsdesk.language') ??"
            f" localStorage.setItem('newsdesk.language', '{language}')"
        )
        self.page.goto(f"{self.service.url}/{part}")
        return self

    def ask(self, question: str) -> Locator:
        """Types a question and waits for the end of its answer, which it gives."""
        self.page.locator("#question").fill(question)
        self.page.keyboard.press("Enter")
        turn = self.page.locator(".turn").last
        expect(turn.locator(".asked")).to_have_text(question)
        expect(turn).not_to_have_attribute("data-busy", "")
        return turn

    def lit(self) -> str:
        """The words that are lit strongly in the article."""
        expect(self.side.locator("mark.main").first).to_be_in_viewport()
        return "".join(self.side.locator("mark.main").all_text_contents())

    def faults(self, *rules: str) -> list[str]:
        """What axe finds that is serious or critical; rules: those asked for, by default all."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.axe_script)
        found = self.page.evaluate(RUN, list(rules))
        return [
            f"{one['id']}: {node['html'][:120]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    def wider_than_screen(self) -> int:
        """Pixels that can be scrolled to sideways."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return wider


def write_pages(folder: Path) -> list[Path]:
    """A PDF page of three stories, rows with what browsers stumble over, and two pages of which the
    first has an article that goes on on the second."""
    frames = (Frame(40, 110, 762, 3), Frame(40, 480, 370, 2), Frame(430, 480, 370, 2))
    heads = (Printed("云汀日报", 40, 1120, 30), Printed("2024年6月4日 第1版", 600, 1120, 12))
    printed = set_page(STORIES[:3], frames, Style(), *heads)
    rows = folder / "rows.jsonl"
    rows.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), "utf-8")
    jumps = [folder / "first.txt", folder / "second.txt"]
    for page, text in zip(jumps, (TO_PAGE_2, FROM_PAGE_1), strict=True):
        page.write_text(text, "utf-8")
    return [draw(folder / "page.pdf", [printed]), rows, *jumps]
