"""News that two papers print is found once, and said to stand in both."""

from collections.abc import Iterator
from datetime import date

import pytest

from rag import Desk
from rag.types import Filters
from tests.store.test_copies import STORY, TRADITIONAL

pytestmark = pytest.mark.slow

OTHER = "青禾县首条乡村公交环线日前开通，连接9个村庄，全长46公里，每天发车14班，票价1元。"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("pages")
    papers = (("青禾日报", STORY), ("白榆晚報", TRADITIONAL))
    for number, (paper, text) in enumerate(papers):
        front = f"---\ntitle: 柳湾水库除险加固工程完工\ndate: 2021-06-1{number + 3}\n"
        (folder / f"{number}.md").write_text(f"{front}source: {paper}\n---\n{text}\n", "utf-8")
    (folder / "bus.md").write_text(f"---\ntitle: 公交\ndate: 2021-06-13\n---\n{OTHER}\n", "utf-8")
    with Desk.open(tmp_path_factory.mktemp("home")) as desk:
        assert desk.ingest([folder]).new == 3
        yield desk


def test_a_search_shows_one_and_names_the_other(desk: Desk) -> None:
    hits = desk.search("柳湾水库除险加固投资多少")
    found = {hit.article.headline: hit for hit in hits}
    assert len({hit.article_id for hit in hits if hit.article.headline != "公交"}) == 1
    [other] = found["柳湾水库除险加固工程完工"].article.also_in
    papers = {other.publication, found["柳湾水库除险加固工程完工"].article.publication}
    assert papers == {"青禾日报", "白榆晚報"}


def test_an_answer_cites_one_and_names_the_other(desk: Desk) -> None:
    answer = desk.ask("柳湾水库除险加固工程总投资多少？")
    assert not answer.refused
    cited = {citation.article_id: citation.also_in for citation in answer.citations}
    assert len(cited) == 1
    assert [len(copies) for copies in cited.values()] == [1]


@pytest.mark.parametrize("paper", ["青禾日报", "白榆晚報"])
def test_a_filter_by_paper_finds_its_own(desk: Desk, paper: str) -> None:
    hits = desk.search("柳湾水库除险加固", filters=Filters(publication=paper))
    assert {hit.article.publication for hit in hits} == {paper}


def test_either_script_finds_what_is_kept_as_printed(desk: Desk) -> None:
    """Folded for the search, and the text as its paper prints it."""
    asked = [desk.search(words) for words in ("柳湾水库防洪标准", "柳灣水庫防洪標準")]
    assert [hit.chunk.id for hit in asked[0]] == [hit.chunk.id for hit in asked[1]]
    texts = {article.text for article in desk.articles()}
    assert {STORY, TRADITIONAL} <= texts


def test_a_briefing_counts_the_papers_of_copies(desk: Desk) -> None:
    """The other paper prints it a day later, outside the briefing's period."""
    briefing = desk.brief(on=date(2021, 6, 13))
    papers = {story.headline: story.papers for story in briefing.stories}
    assert papers["柳湾水库除险加固工程完工"] == ("青禾日报", "白榆晚報")
    ranks = {story.headline: story.rank for story in briefing.stories}
    values = {
        headline: next(one.value for one in rank.reasons if one.feature == "papers")
        for headline, rank in ranks.items()
        if rank is not None
    }
    assert values["柳湾水库除险加固工程完工"] == pytest.approx(0.5)
    assert values["公交"] == 0.0
