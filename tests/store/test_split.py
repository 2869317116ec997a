"""How sure a page's split is, and what of it is in no article, come back as they were given."""

from dataclasses import replace

from rag.faces.shapes import article_shape
from rag.types import LeftOut, Split
from store.library import Library
from tests.store.samples import indexed, page_of, sentence


def test_a_pages_split_and_what_it_leaves_out_come_back(library: Library) -> None:
    page = page_of("/page.txt", sentence(1))
    split = Split(0.42, ("50% of its articles end within a sentence",), (("open_end", 0.5),))
    (article,) = page.articles
    page = replace(
        page,
        split=split,
        left_out=(LeftOut("caption", 0, 2), LeftOut("advert", 3, 5)),
        articles=(replace(article, split_confidence=0.42),),
    )
    library.put([indexed(page, library)])
    assert library.page(page.id) == page
    assert article_shape(library.article(article.id))["split_confidence"] == 0.42
    (listed,) = library.articles()
    assert listed.split_confidence == 0.42


def test_a_page_that_marks_its_articles_has_no_confidence(library: Library) -> None:
    page = page_of("/rows.jsonl#1", sentence(1))
    library.put([indexed(page, library)])
    assert library.page(page.id).split == Split()
    assert library.articles()[0].split_confidence is None
