import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.retrieval.hints import Hints, boost, hints, with_people
from rag.retrieval.people import people_in
from rag.types import Article, SourceMap

TODAY = date(2021, 3, 10)
PAPERS = ("青石日报", "青石日报海外版", "临江晚报", "《新河时报》")


def article(
    text: str = "镇里开了会。",
    issue_date: date | None = None,
    event_date: date | None = None,
    publication: str = "",
) -> Article:
    return Article(
        id="a",
        page_id="p",
        position=0,
        headline="",
        kicker="",
        byline=(),
        dateline="",
        text=text,
        source_map=SourceMap(((0, 0, len(text)),)),
        issue_date=issue_date,
        event_date=event_date,
        date_inferred=False,
        publication=publication,
        page="",
        source="",
    )


def asked(question: str, today: date = TODAY, papers: Sequence[str] = PAPERS) -> Hints:
    said = hints(question, today, papers)
    return with_people(said, dict.fromkeys(people_in(question, said.publications), ()))


def fit(question: str, given_article: Article) -> float:
    return boost(asked(question), given_article)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("《青石日报》说了什么？", ("青石日报",)),
        ("据青石日報報道，谁来了？", ("青石日报",)),
        ("青石日报海外版说了什么？", ("青石日报海外版",)),
        ("青石日报和临江晚报都说了什么？", ("青石日报", "临江晚报")),
        ("《新河时报》说了什么？", ("《新河时报》",)),
        ("新河时报说了什么？", ("《新河时报》",)),
        ("What did the Qingshi Daily say?", ("青石日报",)),
        ("What did the Linjiang Evening News say?", ("临江晚报",)),
        ("What did the Xinhe Times say?", ("《新河时报》",)),
        ("《白塔日报》说了什么？", ()),
        ("What did the Baita Daily say?", ()),
        ("日报说了什么？", ()),
        ("What is the daily output?", ()),
    ],
)
def test_only_papers_of_the_archive_are_named(question: str, named: tuple[str, ...]) -> None:
    assert hints(question, TODAY, PAPERS).publications == named


def test_papers_are_found_in_a_long_text_in_a_time_that_grows_with_its_length_alone() -> None:
    papers = [f"{place}{kind}" for place in "甲乙丙丁戊" for kind in ("日报", "晚报", "时报", "报")]
    prose = "the river rose and the daily news of the times told the people of the town so " * 120
    started = time.perf_counter()
    said = hints(f"{prose}. What did the Qingshi Daily say?", TODAY, [*PAPERS, *papers])
    assert time.perf_counter() - started < 5  # it takes 0.1 s
    assert said.publications == ("青石日报",)


def test_the_article_of_the_day_fits_and_the_next_mornings_nearly() -> None:
    question = "2020年12月23日召开的会议由谁主持？"
    of_the_day = fit(question, article(event_date=date(2020, 12, 23)))
    next_morning = fit(question, article(issue_date=date(2020, 12, 24)))
    assert 1.0 == of_the_day > next_morning > 0
    assert fit(question, article(issue_date=date(2020, 12, 22))) == 0
    assert fit(question, article(issue_date=date(2021, 1, 23))) == 0


def test_news_of_a_day_is_that_of_its_issue() -> None:
    question = "2020年12月23日的新闻说了什么？"
    assert fit(question, article(issue_date=date(2020, 12, 23))) == 1
    assert fit(question, article(issue_date=date(2020, 12, 24), event_date=date(2020, 12, 23))) == 0


def test_a_date_without_its_year_fits_in_any() -> None:
    question = "12月23日召开的会议由谁主持？"
    assert fit(question, article(event_date=date(2017, 12, 23))) == 1
    assert fit(question, article(event_date=date(2017, 11, 23))) == 0


def test_figures_of_a_long_period_come_out_weeks_after_it() -> None:
    question = "2020年上半年产值增长多少？"
    assert fit(question, article(issue_date=date(2020, 8, 1))) > 0
    assert fit(question, article(issue_date=date(2020, 12, 1))) == 0


def test_the_date_of_a_plan_counts_little() -> None:
    plan = fit("到2020年的目标是什么？", article(issue_date=date(2020, 5, 1)))
    event = fit("2020年的会议是谁主持的？", article(issue_date=date(2020, 5, 1)))
    assert 0 < plan < event / 2


def test_papers_and_people_fit() -> None:
    assert fit("《青石日报》说了什么？", article(publication="青石日报")) == 1
    assert fit("《青石日报》说了什么？", article(publication="临江晚报")) == 0
    assert fit("王小明何时上任？", article("昨日，王小明到任。")) == 1
    assert fit("王小明何时上任？", article()) == 0


def test_a_person_fits_by_any_name_that_the_archive_has() -> None:
    said = with_people(Hints(), {"Wang Xiaoming": ("汪小明", "王小明")})
    assert boost(said, article("昨日，王小明到任。")) == 1
    assert boost(said, article("昨日，王曉明到任。")) == 0
    assert boost(said, article("昨日，汪小明到任。")) == 1
    assert boost(said, article("Wang Xiaoming arrived.")) == 1
    both = with_people(said, {"沈明川": ()})
    assert 0 < boost(both, article("昨日，王小明到任。")) < 1
    assert boost(both, article("昨日，王小明、沈明川到任。")) == 1


def test_what_fits_in_every_way_fits_best() -> None:
    question = "《青石日报》2020年12月23日报道王小明去了哪里？"
    whole = article("王小明到了青石。", date(2020, 12, 23), None, "青石日报")
    assert fit(question, whole) == 1
    for less in (replace(whole, publication=""), replace(whole, issue_date=None)):
        assert 0 < fit(question, less) < 1


def test_a_question_without_hints_is_neutral() -> None:
    said = asked("新河大桥有多长？", TODAY, PAPERS)
    assert said == Hints()
    assert said.empty
    assert boost(said, article(issue_date=TODAY, publication="青石日报")) == 0


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                [
                    "青石日报",
                    "12月23日",
                    "王小明",
                    "·",
                    "the",
                    " ",
                    "Qingshi Daily",
                    "《",
                    "去年",
                    "Li Na",
                ]
            ),
            max_size=8,
        ).map("".join),
    ),
    st.one_of(st.none(), st.dates()),
    st.one_of(st.none(), st.dates()),
    st.dates(),
    st.lists(st.one_of(st.sampled_from(PAPERS), st.text(max_size=5)), max_size=4),
)
@settings(deadline=None)  # the first example loads dictionaries
def test_any_question_and_article_give_a_boost_from_0_to_1(
    question: str, issue: date | None, event: date | None, today: date, papers: list[str]
) -> None:
    said = asked(question, today, papers)
    assert set(said.publications) <= set(papers)
    assert 0 <= boost(said, article(question, issue, event, "青石日报")) <= 1
    assert said.people or said.publications or boost(said, article(question)) == 0
