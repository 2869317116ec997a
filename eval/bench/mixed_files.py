"""Made-up files in every format that newsdesk reads, whole ones and ones that nothing can read."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

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


def write_mixed(folder: Path, files: int, bad: int, seed: int = 0) -> int:
    """Files of every format in turn, `bad` of them unreadable, each in its own way as far as the
    ways reach. Returns how many ways there are. The folder is made."""
    folder.mkdir(parents=True)
    writer = Writer(seed)
    kinds = list(_WHOLE.items())
    for number in range(files - bad):
        suffix, make = kinds[number % len(kinds)]
        path = folder / f"{number % 20:02}" / f"{number:05}{suffix.partition(' ')[0]}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(make(*writer.story()))
    ways = list(_broken(writer))
    for number in range(bad):
        name, data = ways[number % len(ways)]
        (folder / f"bad-{number:03}-{name}").write_bytes(data)
    return len(ways)


def _page(headline: str, paragraphs: Sequence[str], day: date) -> str:
    printed = f"{day.year}年{day.month}月{day.day}日 星期一\n白榆日报 第1版 要闻\n"
    return f"{printed}{headline}\n□记者 云霁\n本报讯 " + "\n".join(paragraphs) + "\n"


def _text(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _page(headline, paragraphs, day).encode("utf-8")


def _text_gb18030(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _page(headline, paragraphs, day).encode("gb18030")


def _text_utf16(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _page(headline, paragraphs, day).encode("utf-16")


def _row(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    fields = {"headline": headline, "text": "\n".join(paragraphs), "date": day.isoformat()}
    return (json.dumps(fields, ensure_ascii=False) + "\n").encode()


def _markdown(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    front = f"---\ntitle: {headline}\ndate: {day}\nauthor: 云霁\n---\n\n"
    return (front + "\n\n".join(paragraphs) + "\n").encode()


def _html(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _html_text(headline, paragraphs, day, "utf-8").encode()


def _html_gbk(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _html_text(headline, paragraphs, day, "gbk").encode("gb18030")


def _html_text(headline: str, paragraphs: Sequence[str], day: date, charset: str) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{headline}_白榆网</title>'
        f'</head><body><ul><li><a href="/">首页</a></li></ul><h1>{headline}</h1>'
        f"<div>{day.year}年{day.month}月{day.day}日　来源：白榆日报　作者：云霁</div>"
        f"<div>{text}</div><div>版权所有 白榆日报社</div></body></html>"
    )


def _mhtml(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    head = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
    return f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n".encode() + _html(
        headline, paragraphs, day
    )


def _word(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    import docx  # heavy: loaded on first use

    document = docx.Document()
    document.add_heading(headline, 1)
    document.add_paragraph(f"{day.year}年{day.month}月{day.day}日 记者 云霁")
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _zip(headline: str, paragraphs: Sequence[str], day: date) -> bytes:
    return _packed({"报/page.md": _markdown(headline, paragraphs, day)})


def _packed(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


# By type; what follows a space tells two of one type apart.
_WHOLE: dict[str, Callable[[str, Sequence[str], date], bytes]] = {
    ".txt": _text,
    ".txt gb18030": _text_gb18030,
    ".txt utf-16": _text_utf16,
    ".jsonl": _row,
    ".md": _markdown,
    ".html": _html,
    ".htm gbk": _html_gbk,
    ".mhtml": _mhtml,
    ".docx": _word,
    ".zip": _zip,
}


def _broken(writer: Writer) -> Iterator[tuple[str, bytes]]:
    """Every way in which a file can't be read: its name and its bytes."""
    noise = random.Random(1).randbytes(4000)
    story = writer.story()
    word, packed = _word(*story), _zip(*story)
    locked = bytearray(packed)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    yield "empty.txt", b""
    yield "blank.txt", b" \n\t\n"
    yield "noise.txt", noise
    yield "utf-32.txt", _page(*story).encode("utf-32")
    yield "headline-alone.txt", "一个标题\n".encode()
    yield "large.txt", "云".encode() * 3_000_000
    yield "empty.jsonl", b""
    yield "no-json.jsonl", b"no JSON\n"
    yield "no-text.jsonl", b'{"headline": "a"}\n'
    yield "no-day.jsonl", '{"text": "云汀", "date": "某日"}\n'.encode()
    yield "headings.md", "# 一\n\n# 二\n".encode()
    yield "no-day.md", "---\ntitle: 一\ndate: someday\n---\n正文。\n".encode()
    yield "noise.html", b"<html>" + noise
    yield "no-article.html", b"<html><body><p>404</p></body></html>"
    yield "no-html.mhtml", b"MIME-Version: 1.0\nContent-Type: image/png\n\nx"
    yield "noise.docx", noise
    yield "cut.docx", word[: len(word) // 2]
    yield "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise
    yield "noise.zip", noise
    yield "cut.zip", packed[: len(packed) // 2]
    yield "empty.zip", _packed({})
    yield "locked.zip", bytes(locked)
    yield "bomb.zip", _packed({"a.txt": bytes(50_000_000)})
    yield "path.zip", _packed({"../../a.md": _markdown(*story)})
    yield "deep.zip", _packed({"a.zip": _packed({"b.zip": packed})})
    yield "broken.pdf", b"%PDF-1.7\nbroken"
