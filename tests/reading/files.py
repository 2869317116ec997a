"""Files of an invented town in the formats that newsdesk reads, and what must hold of any page."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import docx

from rag.intake_types import IngestFailure
from rag.reading.reader import ReadOptions, read
from rag.types import Page

OPTIONS = ReadOptions(today=date(2026, 11, 24))

LEVEE = "6月3日上午，云汀市召开防汛工作会议，部署主汛期河道巡查。"
PATROL = "会议决定，从6月5日起，沿河12个街道每天巡查两次，险工险段24小时有人值守。"
RESERVOIR = "会议指出，今年入汛以来，云汀河流域降雨量比常年多31.5%，三座水库已腾出库容。"
BUS = "青禾县首条乡村公交环线日前开通，连接9个村庄，全长46公里，票价1元。"

MARKDOWN = f"""---
title: 守住堤岸保安澜
date: 2024-06-04
author: [林甲, 周乙文]
source: 云汀日报
---

{LEVEE}

{PATROL}
"""

HTML = f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>守住堤岸保安澜_云汀日报网</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/news">新闻</a></div>
<h1>守住堤岸保安澜</h1>
<div class="info">2024年6月4日 08:30　来源：云汀日报　作者：林甲</div>
<div class="content"><p>{LEVEE}</p><p>{PATROL}</p><p>{RESERVOIR}</p></div>
<div class="footer">版权所有 云汀日报社 地址：云汀市沿河路1号</div>
<script>var day = "2001年1月1日";</script></body></html>"""


def one(path: Path, options: ReadOptions = OPTIONS) -> Page:
    """The one page of a file; its map is checked."""
    (page,) = read(path, options)
    assert isinstance(page, Page), page
    check_map(page)
    return page


def check_map(page: Page) -> None:
    """Every character of every article stands in the raw text where the map says."""
    for article in page.articles:
        before = -1
        for i, character in enumerate(article.text):
            offset = article.source_map.raw_offset(i)
            raw = page.raw[offset]
            assert raw == character or (raw.isspace() and character in " \n")
            assert offset > before
            before = offset


def failures(path: Path) -> list[IngestFailure]:
    """What is wrong with a file and its parts; its pages are left out."""
    return [result for result in read(path, OPTIONS) if isinstance(result, IngestFailure)]


def word_file(*blocks: tuple[str, str]) -> bytes:
    """A Word file of (style, text) paragraphs; an empty style is running text."""
    document = docx.Document()
    for style, text in blocks:
        document.add_paragraph(text, style or None)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def zip_file(entries: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()
