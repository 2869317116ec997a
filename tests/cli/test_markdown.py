"""A briefing as Markdown: headings, cited points, quotes; marks in the text stay text."""

from datetime import date

from rag.briefing_types import Briefing, BriefingPoint, Story
from rag.faces.briefing_markdown import briefing_markdown
from rag.types import Citation

CITATION = Citation(
    number=1,
    article_id="a1",
    headline="水厂扩建",
    publication="霁川日报",
    issue_date=date(2024, 5, 16),
    event_date=None,
    page="1",
    source="page_1.txt",
    source_id=None,
    start=0,
    end=10,
    quote="水厂*今年*扩建。\n工期一年。",
)


def briefing(date_to: date, topic: str | None = None) -> Briefing:
    story = Story("水厂扩建", ("a1",), (BriefingPoint("水厂今年扩建。", (1,)),))
    return Briefing(date(2024, 5, 16), date_to, topic, (story,), (CITATION,), "extractive")


def test_a_briefing_names_its_day_its_stories_and_its_quotes() -> None:
    assert briefing_markdown(briefing(date(2024, 5, 16))) == (
        "# 2024-05-16\n"
        "\n"
        "## 水厂扩建\n"
        "\n"
        "- 水厂今年扩建。[1]\n"
        "\n"
        "---\n"
        "\n"
        "[1] 水厂扩建 · 霁川日报 · 2024-05-16 · p. 1 · page\\_1.txt  \n"
        "> 水厂\\*今年\\*扩建。\n"
        "> 工期一年。\n"
    )


def test_a_period_and_a_topic_stand_in_the_title() -> None:
    text = briefing_markdown(briefing(date(2024, 5, 18), topic="供水"))
    assert text.startswith("# 2024-05-16 – 2024-05-18 · 供水\n")
