"""Files that nothing can read, each in its own way."""

import io
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from eval.bench.drawn_pages import Layout, images, pdf, saved
from eval.bench.made_files import Writer, markdown, packed, page, row, word, zipped

_MOST_NOISE = 4000


def broken_files(writer: Writer) -> list[tuple[str, bytes]]:
    """Every way in which a file can't be read: its name and its bytes."""
    noise = random.Random(1).randbytes(_MOST_NOISE)
    return [
        *_texts(writer, noise),
        *_rows(writer),
        *_web(noise),
        *_word_files(writer, noise),
        *_zip_files(writer, noise),
        *_sheets(writer, noise),
    ]


def _texts(writer: Writer, noise: bytes) -> Iterator[tuple[str, bytes]]:
    yield "empty.txt", b""
    yield "blank.txt", b" \n\t\n"
    yield "binary.txt", noise
    yield "utf-32.txt", page(*writer.story()).encode("utf-32")
    yield "headline-alone.txt", "一个标题\n".encode()
    yield "large.txt", "云".encode() * 3_000_000
    yield "headings.md", "# 一\n\n# 二\n".encode()
    yield "no-day.md", "---\ntitle: 一\ndate: someday\n---\n正文。\n".encode()


def _rows(writer: Writer) -> Iterator[tuple[str, bytes]]:
    yield "empty.jsonl", b""
    yield "no-json.jsonl", b"no JSON\n"
    yield "no-text.jsonl", b'{"headline": "a"}\n'
    yield "no-day.jsonl", '{"text": "云汀", "date": "某日"}\n'.encode()
    yield "half-written.jsonl", row(*writer.story())[:-20]
    yield "wrong-type.jsonl", b'{"text": ["a", "b"]}\n'


def _web(noise: bytes) -> Iterator[tuple[str, bytes]]:
    yield "noise.html", b"<html>" + noise
    yield "no-text.html", b"<html><body><script>run()</script><p>404</p></body></html>"
    yield "no-html.mhtml", b"MIME-Version: 1.0\nContent-Type: image/png\n\nx"
    yield "no-feed.xml", b'<?xml version="1.0"?><invoice><total>3</total></invoice>'
    item = b"<item><title>a</title><link>http://paper.example/1</link></item>"
    yield "links-alone.rss", b'<rss version="2.0"><channel>' + item + b"</channel></rss>"


def _word_files(writer: Writer, noise: bytes) -> Iterator[tuple[str, bytes]]:
    whole = word(*writer.story())
    yield "noise.docx", noise
    yield "half-written.docx", whole[: len(whole) // 2]
    yield "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise
    yield "plain-zip.docx", packed({"a.md": markdown(*writer.story())})
    yield "bomb.docx", _with_bomb(whole)


def _with_bomb(whole: bytes) -> bytes:
    """A Word file whose text unpacks to 200 MB."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as given,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            if name != "word/document.xml":
                made.writestr(name, given.read(name))
        with made.open("word/document.xml", "w") as entry:
            for _ in range(200):
                entry.write(b" " * 1_000_000)
    return stream.getvalue()


def _zip_files(writer: Writer, noise: bytes) -> Iterator[tuple[str, bytes]]:
    story = writer.story()
    whole = zipped(*story)
    locked = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    yield "noise.zip", noise
    yield "half-written.zip", whole[: len(whole) // 2]
    yield "empty.zip", packed({})
    yield "locked.zip", bytes(locked)
    yield "bomb.zip", packed({"a.txt": bytes(50_000_000)})
    yield "path.zip", packed({"../../a.md": markdown(*story)})
    yield "absolute-path.zip", packed({"/etc/a.md": markdown(*story)})
    yield "deep.zip", packed({"a.zip": packed({"b.zip": whole})})
    link = zipfile.ZipInfo("a.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    yield "link.zip", stream.getvalue()


def _sheets(writer: Writer, noise: bytes) -> Iterator[tuple[str, bytes]]:
    story = writer.story()
    whole = pdf([[story]], Layout())
    (image,) = images(whole, 72, 0)
    yield "encrypted.pdf", pdf([[story]], Layout(), password="a")
    yield "half-written.pdf", whole[: len(whole) // 2]
    yield "noise.pdf", b"%PDF-1.7\n" + noise
    yield "blank.pdf", _blank_pdf()
    for suffix, kind in ((".png", "PNG"), (".jpg", "JPEG"), (".tif", "TIFF")):
        data = saved([image], kind, 72)
        yield f"half-written{suffix}", data[: len(data) // 2]
    yield "noise.png", b"\x89PNG\r\n\x1a\n" + noise
    yield "bomb.png", _bomb_png()
    yield "blank.png", _blank_png()


def _blank_pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas  # heavy: loaded on first use

    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _bomb_png() -> bytes:
    """A PNG image of 50,000 by 50,000 pixels, all white, in 300 kB."""
    row = zlib.compress(b"\0" + b"\xff" * 6250)
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", row), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _blank_png() -> bytes:
    from PIL import Image  # heavy: loaded on first use

    stream = io.BytesIO()
    Image.new("L", (300, 400), 255).save(stream, "PNG")
    return stream.getvalue()
