"""A PDF page through the Python door: answers say where on the page their quotes stand."""

from datetime import date
from pathlib import Path

from rag import Desk
from tests.reading.conftest import STORIES
from tests.reading.press import Frame, Printed, Style, draw, set_page

FRAMES = (Frame(40, 60, 760, 4), Frame(40, 300, 760, 4), Frame(40, 500, 760, 4))


def test_a_quote_comes_with_the_boxes_of_its_lines(tmp_path: Path) -> None:
    sheet = set_page(STORIES, FRAMES, Style(), Printed("2024年6月4日 第03版", 40, 1161, 9))
    path = draw(tmp_path / "issue.pdf", [[], sheet])
    with Desk.open(tmp_path / "home") as desk:
        report = desk.ingest([path])
        assert (report.new, report.articles, report.failed) == (1, 3, ())
        assert desk.ingest([path]).unchanged == 1
        answer = desk.ask("青禾县首条乡村公交环线票价多少？")
        assert desk.verify().ok
        page = desk.page(desk.article(answer.citations[0].article_id).page_id)
    assert page.origin == f"{path}#page=2"
    assert page.issue_date == date(2024, 6, 4)
    citation = answer.citations[0]
    assert citation.headline == STORIES[1].headline
    assert citation.page == "3"
    assert citation.boxes
    for box in citation.boxes:
        assert box.sheet == 2
        assert box.start < citation.end
        assert citation.start < box.end
        # The second article stands between a quarter and two fifths of the way down.
        assert 0.25 < box.top < box.bottom < 0.42
