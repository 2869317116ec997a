"""A briefing as a Word document, read back by the library: headings, links, fonts."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from rag.faces.briefing_docx import HEADING_FONT_CHINESE, TEXT_FONT_CHINESE, briefing_docx
from rag.faces.printable import visible
from tests.faces.briefing_samples import BRIEFING, CITATIONS, EMPTY, contexts, long_briefing

MADE = datetime(2023, 3, 16, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def document() -> Any:
    return docx.Document(BytesIO(briefing_docx(BRIEFING, contexts(), made_at=MADE)))


def headings(document: Any) -> list[str]:
    return [
        one.text for one in document.paragraphs if one.style.name.startswith(("Heading", "Title"))
    ]


def test_its_headings_are_the_title_the_stories_and_the_parts(document: Any) -> None:
    assert headings(document) == [
        "2023年3月16日要闻",
        "1. 市政府常务会议研究老旧小区改造",
        "2. 新图书馆开馆",
        "3. <b>夜市</b> & “开街”",
        "决定与数字",
        "引文",
        "说明",
    ]


def test_every_link_leads_to_a_bookmark_of_its_quote(document: Any) -> None:
    body = document.element.body
    bookmarks = {one.get(qn("w:name")): one for one in body.iter(qn("w:bookmarkStart"))}
    assert len({one.get(qn("w:id")) for one in bookmarks.values()}) == len(bookmarks)
    links = list(body.iter(qn("w:hyperlink")))
    quotes = {f"q{one.number}": visible(one.quote) for one in CITATIONS}
    cited = [one for one in links if one.get(qn("w:anchor")) in quotes]
    # Two points of the first story, one of the second, one of the third that cites two; three rows.
    assert len(cited) == 8
    for link in links:
        anchor = link.get(qn("w:anchor"))
        assert anchor in bookmarks
        if anchor in quotes:
            said = "".join(bookmarks[anchor].getparent().itertext())
            assert quotes[anchor].replace("\n", "") in said


def test_chinese_text_has_chinese_fonts(document: Any) -> None:
    for style, font in (("Normal", TEXT_FONT_CHINESE), ("Heading 2", HEADING_FONT_CHINESE)):
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_its_table_has_a_row_each(document: Any) -> None:
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows][:3] == [
        ["类别", "数值", "内容", "要闻", "出处"],
        ["决定", "《云溪市城区公园建设方案》", "审议通过了《云溪市城区公园建设方案》", "1", "[1]"],
        ["数字", "1.2万元", "今年投入1.2万元改造三个社区食堂", "1", "[1]"],
    ]


def test_its_properties_tell_what_and_when(document: Any) -> None:
    properties = document.core_properties
    assert (properties.title, properties.author) == ("2023年3月16日要闻", "newsdesk")
    assert properties.created.replace(tzinfo=UTC) == MADE


def test_a_long_one_has_contents_and_an_empty_one_says_so() -> None:
    long = long_briefing(9)
    opened = docx.Document(BytesIO(briefing_docx(long, contexts(long), "en")))
    assert headings(opened)[:2] == ["News of 16 March 2023", "Contents"]
    empty = docx.Document(BytesIO(briefing_docx(EMPTY, {})))
    assert "资料库中没有2023年3月17日的报道。" in [one.text for one in empty.paragraphs]
