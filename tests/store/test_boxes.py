"""Where lines stand on their page, and what reading left in doubt, come back as they were given."""

from dataclasses import replace

from rag.answering.citations import cite
from rag.faces.shapes import article_shape, citation_shape
from rag.types import LineBox, Page, Span
from store.library import Library
from tests.store.samples import indexed, page_of, sentence


def page_with_boxes() -> Page:
    page = page_of("/issue.pdf#page=3", sentence(1))
    (article,) = page.articles
    middle = len(article.text) // 2
    boxes = (
        LineBox(0, middle, 3, 0.1, 0.2, 0.4, 0.21),
        LineBox(middle, len(article.text), 3, 0.1, 0.22, 0.35, 0.23, 0.61),
    )
    notes = ("1 of its 2 lines were recognised with low confidence",)
    return replace(page, articles=(replace(article, boxes=boxes, notes=notes),))


def test_boxes_and_notes_come_back(library: Library) -> None:
    page = page_with_boxes()
    library.put([indexed(page, library)])
    assert library.page(page.id) == page
    (article,) = library.page(page.id).articles
    shape = article_shape(article, with_text=True)
    assert shape["notes"] == list(article.notes)
    assert shape["boxes"][1]["confidence"] == 0.61
    assert "boxes" not in article_shape(article)


def test_a_citation_has_the_boxes_of_the_lines_that_it_quotes() -> None:
    (article,) = page_with_boxes().articles
    first, second = article.boxes
    articles = {article.id: article}

    def boxes(start: int, end: int) -> tuple[LineBox, ...]:
        return cite(1, Span(article.id, start, end), articles).boxes

    assert boxes(0, first.end) == (first,)
    assert boxes(second.start, second.end) == (second,)
    assert boxes(first.end - 1, second.start + 1) == (first, second)
    shape = citation_shape(cite(1, Span(article.id, 0, 1), articles))
    assert shape["boxes"] == [
        {
            "start": 0,
            "end": first.end,
            "sheet": 3,
            "left": 0.1,
            "top": 0.2,
            "right": 0.4,
            "bottom": 0.21,
            "confidence": None,
        }
    ]
