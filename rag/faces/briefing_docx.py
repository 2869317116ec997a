"""A briefing as a Word document: headings, points whose citations lead to the quotes, a table."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from rag.briefing_types import Briefing, Story
from rag.faces.briefing_frame import CONTENTS_FROM, Frame, frame_of
from rag.faces.printable import visible
from rag.types import Language, QuoteContext

TEXT_FONT, TEXT_FONT_CHINESE = "Calibri", "宋体"
HEADING_FONT_CHINESE = "黑体"
_ACCENT, _SOFT = RGBColor(0x9A, 0x2B, 0x1F), RGBColor(0x6B, 0x65, 0x5C)
# Characters that XML 1.0 holds in no form; `visible` leaves tab and line feed.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def briefing_docx(
    briefing: Briefing,
    contexts: Mapping[int, QuoteContext],
    language: Language | None = None,
    made_at: datetime | None = None,
) -> bytes:
    """The whole document. contexts: what stands around the quotes, by citation number. language: of
    all but the articles' words. made_at: the time that its properties say."""
    frame = frame_of(briefing, language)
    document = docx.Document()
    _set_fonts(document)
    if made_at is not None:
        document.core_properties.created = made_at.replace(tzinfo=None)
        document.core_properties.modified = made_at.replace(tzinfo=None)
    document.core_properties.title = _safe(frame.title(briefing))
    document.core_properties.author = "newsdesk"
    document.core_properties.language = "zh-CN" if frame.language == "zh" else "en-GB"
    document.add_heading(_safe(frame.title(briefing)), level=0)
    if briefing.stories:
        _soft(document.add_paragraph(), " · ".join(frame.about(briefing)))
    for said in () if briefing.stories else frame.nothing(briefing):
        document.add_paragraph(_safe(said))
    bookmarks = _Bookmarks()
    if len(briefing.stories) >= CONTENTS_FROM:
        document.add_heading(frame.word("contents"), level=1)
        for number, story in enumerate(briefing.stories, start=1):
            line = document.add_paragraph()
            _link(line, f"s{number}", f"{number}. {story.headline}")
    for number, story in enumerate(briefing.stories, start=1):
        _add_story(document, number, story, briefing, frame, bookmarks)
    _add_table(document, briefing, frame)
    _add_quotes(document, briefing, frame, contexts, bookmarks)
    if briefing.notes:
        document.add_heading(frame.word("notes"), level=1)
        for note in briefing.notes:
            document.add_paragraph(_safe(note), style="List Bullet")
    written = BytesIO()
    document.save(written)
    return written.getvalue()


class _Bookmarks:
    """Places that links lead to; each needs a number of its own."""

    def __init__(self) -> None:
        self._last = 0

    def add(self, paragraph: Any, name: str) -> None:
        self._last += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(self._last))
        start.set(qn("w:name"), name)
        paragraph._p.append(start)
        paragraph._p.append(end)


def _set_fonts(document: Any) -> None:
    for name, chinese in (
        ("Normal", TEXT_FONT_CHINESE),
        ("Title", HEADING_FONT_CHINESE),
        ("Heading 1", HEADING_FONT_CHINESE),
        ("Heading 2", HEADING_FONT_CHINESE),
    ):
        style = document.styles[name]
        style.font.name = TEXT_FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), chinese)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1F, 0x1D, 0x1A)
    document.styles["Normal"].font.size = Pt(10.5)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)


def _add_story(
    document: Any,
    number: int,
    story: Story,
    briefing: Briefing,
    frame: Frame,
    bookmarks: _Bookmarks,
) -> None:
    if story.kicker:
        kicker = document.add_paragraph()
        kicker.paragraph_format.keep_with_next = True
        _soft(kicker, story.kicker)
    heading = document.add_heading(_safe(f"{number}. {story.headline}"), level=2)
    bookmarks.add(heading, f"s{number}")
    if about := frame.story_about(story, briefing):
        _soft(document.add_paragraph(), " · ".join(about))
    if story.update:
        document.add_paragraph().add_run(_safe(frame.update(story.update))).bold = True
    for point in story.points:
        line = document.add_paragraph(style="List Bullet")
        if point.new:
            line.add_run(f"{frame.word('new')} ").bold = True
        line.add_run(_safe(point.text))
        _add_citations(line, point.citations)
        if not point.supported:
            _soft(line, f" ({frame.word('unsupported')})")


def _add_table(document: Any, briefing: Briefing, frame: Frame) -> None:
    if not briefing.table:
        return
    document.add_heading(frame.word("table"), level=1)
    names = ("kind", "value", "what", "story", "source")
    table = document.add_table(rows=1, cols=len(names))
    table.style = "Table Grid"
    table.autofit = False
    widths = (Cm(1.6), Cm(3.2), Cm(8.8), Cm(1.5), Cm(1.5))
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.paragraphs[0].add_run(frame.word(name)).bold = True
    for row in briefing.table:
        cells = table.add_row().cells
        for cell, text in zip(cells, (frame.word(row.kind), row.value, row.what), strict=False):
            cell.text = _safe(text)
        _link(cells[3].paragraphs[0], f"s{row.story}", str(row.story))
        _add_citations(cells[4].paragraphs[0], (row.citation,))
    for line in table.rows:
        for cell, width in zip(line.cells, widths, strict=True):
            cell.width = width


def _add_quotes(
    document: Any,
    briefing: Briefing,
    frame: Frame,
    contexts: Mapping[int, QuoteContext],
    bookmarks: _Bookmarks,
) -> None:
    if not briefing.citations:
        return
    heading = document.add_heading(frame.word("quotes"), level=1)
    heading.paragraph_format.page_break_before = True
    for citation in briefing.citations:
        around = contexts.get(citation.number, QuoteContext("", ""))
        quote = document.add_paragraph()
        quote.paragraph_format.keep_with_next = True
        bookmarks.add(quote, f"q{citation.number}")
        quote.add_run(f"[{citation.number}] ").bold = True
        _soft(quote, around.before)
        lit = quote.add_run(_safe(citation.quote))
        lit.font.highlight_color = WD_COLOR_INDEX.YELLOW
        _soft(quote, around.after)
        _soft(document.add_paragraph(), frame.place(citation), size=9)


def _add_citations(paragraph: Any, numbers: Sequence[int]) -> None:
    for number in numbers:
        _link(paragraph, f"q{number}", f"[{number}]")


def _link(paragraph: Any, anchor: str, text: str) -> None:
    """A link to a bookmark of the document."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), anchor)
    link.set(qn("w:history"), "1")
    run = paragraph.add_run(_safe(text))
    run.font.color.rgb = _ACCENT
    link.append(run._r)
    paragraph._p.append(link)


def _soft(paragraph: Any, text: str, size: float = 10.5) -> None:
    if not text:
        return
    run = paragraph.add_run(_safe(text))
    run.font.color.rgb = _SOFT
    run.font.size = Pt(size)


def _safe(text: str) -> str:
    return _NOT_XML.sub("\ufffd", visible(text))
