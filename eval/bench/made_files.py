"""One made-up article after another, in every format that newsdesk reads."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from eval.bench.drawn_pages import LAYOUTS, pdf

_TOWNS = ("云汀", "青禾", "白榆", "柳湾", "霜坪", "霁川")
_BODIES = ("水利局", "教育局", "图书馆", "公交公司", "农技站", "卫生院", "体育馆", "林场")
_DEEDS = (
    "疏浚水渠",
    "新开课程",
    "添置图书",
    "加密班次",
    "推广良种",
    "下乡义诊",
    "翻修看台",
    "补植树苗",
)
_UNITS = ("公里", "门", "册", "班", "亩", "人次", "平方米", "株")
_FIRST_DAY = date(2021, 1, 1)


class Writer:
    """Writes one article after another, no two alike, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def story(self) -> tuple[str, list[str], date]:
        """A headline, three paragraphs and a day."""
        town, other = self._chance.sample(_TOWNS, 2)
        body = self._chance.choice(_BODIES)
        number = self._chance.randrange(len(_DEEDS))
        deed, unit = _DEEDS[number], _UNITS[number]
        day = _FIRST_DAY + timedelta(self._chance.randrange(1200))
        many, more = self._chance.randrange(10, 9999), self._chance.randrange(10, 9999)
        paragraphs = [
            f"{day.month}月{day.day}日，{town}{body}{deed}{many}{unit}，比去年同期多{more}{unit}。",
            f"{town}{body}负责人说，这项工作分{many % 7 + 2}个阶段，今年投入{more}万元。",
            f"{other}{body}派{many % 90 + 10}人到{town}学习，双方约定明年再办{more % 5 + 1}次。",
        ]
        return f"{town}{body}{deed}{many}{unit}", paragraphs, day


def page(headline: str, paragraphs: Sequence[str], day: date) -> str:
    printed = f"{day.year}年{day.month}月{day.day}日 星期一\n白榆日报 第1版 要闻\n"
    return f"{printed}{headline}\n□记者 云霁\n本报讯 " + "\n".join(paragraphs) + "\n"


def text(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return page(headline, paragraphs, day).encode("utf-8")


def text_gb18030(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return page(headline, paragraphs, day).encode("gb18030")


def text_utf16(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return page(headline, paragraphs, day).encode("utf-16")


def row(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    fields = {"headline": headline, "text": "\n".join(paragraphs), "date": day.isoformat()}
    return (json.dumps(fields, ensure_ascii=False) + "\n").encode()


def markdown(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    front = f"---\ntitle: {headline}\ndate: {day}\nauthor: 云霁\n---\n\n"
    return (front + "\n\n".join(paragraphs) + "\n").encode()


def html(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _html_text(headline, paragraphs, day, "utf-8").encode()


def html_gbk(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _html_text(headline, paragraphs, day, "gbk").encode("gb18030")


def _html_text(headline: str, paragraphs: Sequence[str], day: date, charset: str) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{headline}_白榆网</title>'
        f'</head><body><ul><li><a href="/">首页</a></li></ul><h1>{headline}</h1>'
        f"<div>{day.year}年{day.month}月{day.day}日　来源：白榆日报　作者：云霁</div>"
        f"<div>{text}</div><div>版权所有 白榆日报社</div></body></html>"
    )


def mhtml(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    head = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
    return f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n".encode() + html(
        headline, paragraphs, day
    )


def word(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    import docx  # heavy: loaded on first use

    document = docx.Document()
    document.add_heading(headline, 1)
    document.add_paragraph(f"{day.year}年{day.month}月{day.day}日 记者 云霁")
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def zipped(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return packed({"报/page.md": markdown(headline, paragraphs, day)})


def packed(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


def pdf_sheet(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    """In another layout for each headline."""
    layout = LAYOUTS[sum(map(ord, headline)) % len(LAYOUTS)]
    return pdf([[(headline, paragraphs, day)]], layout)


def feed(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    text = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in paragraphs)
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>白榆网</title><entry><id>urn:{day}:{headline}</id><title>{headline}</title>"
        f'<updated>{day}T08:00:00Z</updated><content type="html">{text}</content></entry></feed>'
    ).encode()


# By type; what follows a space tells two of one type apart.
FORMATS: dict[str, Callable[[str, Sequence[str], date], bytes]] = {
    ".txt": text,
    ".txt gb18030": text_gb18030,
    ".txt utf-16": text_utf16,
    ".jsonl": row,
    ".md": markdown,
    ".html": html,
    ".htm gbk": html_gbk,
    ".mhtml": mhtml,
    ".docx": word,
    ".zip": zipped,
    ".pdf": pdf_sheet,
    ".atom": feed,
}
