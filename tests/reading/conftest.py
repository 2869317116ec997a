"""Sample pages of an invented town, set as a press sets them."""

import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from rag.intake_types import IngestFailure
from rag.reading import ocr
from rag.reading.reader import ReadOptions, read
from rag.types import Page


@dataclass(frozen=True, slots=True)
class Story:
    """What a page prints of a story, and what reading it must give back."""

    kicker: str
    headline: str
    names: tuple[str, ...]
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


STORIES = (
    Story(
        "云汀市部署汛期河道巡查，沿河十二个街道参加",
        "守住堤岸保安澜 备足物资迎汛期",
        ("林甲", "周乙文"),
        (
            "本报讯 6月3日上午，云汀市召开防汛工作会议，部署主汛期河道巡查。会议决定，从6月5日起，"
            "沿河12个街道每天巡查两次，险工险段24小时有人值守。",
            "会议指出，今年入汛以来，云汀河流域降雨量比常年多31.5%，上游三座水库已按预案腾出库容。"
            "“宁可十防九空，不可失防万一。”市防汛办公室负责人说。",
            "会议要求，各街道要在6月10日前备足编织袋、水泵和照明设备，并向低洼地段的居民讲清转移路线。",
        ),
    ),
    Story(
        "",
        "青禾县首条乡村公交环线开通，票价一元",
        ("陈丙",),
        (
            "本报讯 青禾县首条乡村公交环线日前开通，连接9个村庄，全长46公里。环线每天发车14班，"
            "票价1元，65岁以上老人免费。",
            "“以前去县城看病要转两趟车，现在家门口就能坐。”家住柳湾村的一位老人说。县交通运输局介绍，"
            "环线采用纯电动客车，年底前还将再开两条。",
        ),
    ),
    Story(
        "全市中小学课后服务实现全覆盖",
        "放学以后有书读 有球打",
        ("何丁",),
        (
            "本报讯 6月2日，记者从云汀市教育局获悉，全市78所中小学已全部开设课后服务，参加学生"
            "5.2万人，占在校学生的91%。",
            "课后服务分为作业辅导和兴趣课程两段，学校可以请图书馆、体育馆和社会组织的专业人员来校授课，"
            "费用由财政和家长共同承担。家庭经济困难的学生免费。",
        ),
    ),
)


def folded(text: str) -> str:
    return "".join(text.split())


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` squares, figures and Latin words unbroken, no line starting with a
    full stop or comma."""
    lines, line, used = [], "", 0.0
    for piece in re.findall(r"[A-Za-z0-9.%]+|.", text):
        squares = sum(0.5 if c < "\x7f" else 1.0 for c in piece)
        if line and used + squares > width and piece not in "，。、；：！？”）》":
            lines.append(line.strip())
            line, used = "", 0.0
        line, used = line + piece, used + squares
    return [*lines, line.strip()]


def letter_spaced(line: str) -> str:
    return " ".join(line.replace(" ", ""))


@pytest.fixture
def stories() -> tuple[Story, ...]:
    return STORIES


@pytest.fixture
def print_page() -> Callable[..., str]:
    """Sets stories as a page: headings first or last, at a width, with chance blank lines and
    letter-spaced lines."""

    def set_page(
        stories: Sequence[Story],
        *,
        headings_first: bool,
        width: int = 18,
        furniture: Sequence[str] = (),
        byline: str = "□首席记者 {names}",
        blank: float = 0.0,
        spaced: float = 0.0,
        air: bool = False,
        seed: int = 0,
    ) -> str:
        chance = random.Random(seed)
        page = list(furniture)
        for story in stories:
            heading = [line for line in (story.kicker, story.headline) if line]
            above = [byline.format(names=" ".join(story.names))] if byline else []
            body = []
            for paragraph in story.paragraphs:
                aired = re.sub(r"(?<=[^\s\d.])(?=\d)|(?<=[\d%])(?=[^\s\d.%，。])", " ", paragraph)
                lines = wrap(aired if air else paragraph, width)
                for line in lines[:-1]:
                    body.append(letter_spaced(line) if chance.random() < spaced else line)
                body.append(lines[-1])
            page += [*heading, *above, *body] if headings_first else [*above, *body, *heading]
        return "".join(line + "\n" * (1 + (chance.random() < blank)) for line in page)

    return set_page


@pytest.fixture
def read_text(tmp_path: Path) -> Callable[..., Page]:
    """Reads a text as the one page of a file."""

    def read_one(
        text: str | bytes,
        name: str = "page.txt",
        options: ReadOptions | None = None,
    ) -> Page:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        (page,) = read(path, options or ReadOptions(today=date(2024, 6, 20)))
        assert not isinstance(page, IngestFailure), page
        return page

    return read_one


@pytest.fixture
def without_recognition(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ocr._engine.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    yield
    ocr._engine.cache_clear()
