"""Tables and cited text as a terminal shows them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rag.faces.cli.output import citations_text, sentences_text, short_text, table
from rag.types import AnswerSentence, Citation, ShortAnswer

WORDS = st.text(st.sampled_from("abc 县委常委会。，[]/"), min_size=1, max_size=12).map(str.strip)


@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5))
def test_second_columns_start_at_the_same_display_column(rows: list[tuple[str, str]]) -> None:
    marked = [(left or "-", f"|{right}") for left, right in rows]
    lines = table(("name", "|value"), marked).splitlines()
    assert len(lines) == len(rows) + 1
    assert len({cell_len(line[: line.index("|")]) for line in lines}) == 1


def test_a_table_on_a_pipe_keeps_long_headlines_whole() -> None:
    headline = "防汛" * 100
    assert headline in table(("id", "headline"), [("1", headline)])


def test_what_verification_found_stands_beside_the_sentence() -> None:
    sentences = (
        AnswerSentence("会议决定扩建水厂。", (1, 2), supported=True),
        AnswerSentence("总投资9亿元。", (1,), supported=False, problem="9亿 is not in the source"),
    )
    good, bad = sentences_text(sentences).splitlines()
    assert good == "会议决定扩建水厂。[1][2]"
    assert bad == "总投资9亿元。[1] (not supported: 9亿 is not in the source)"


def test_what_a_quote_leaves_open_stands_behind_it() -> None:
    sentence = AnswerSentence("昨天开工。", (1,), supported=True, remark="〔昨天：2024年5月15日〕")
    assert sentences_text([sentence]) == "昨天开工。[1]〔昨天：2024年5月15日〕"
    short = ShortAnswer("when", "昨天", 0, 2, 1, "〔昨天：2024年5月15日〕")
    assert short_text(short) == "昨天[1]〔昨天：2024年5月15日〕\n"
    assert short_text(None) == ""


def test_a_citation_shows_its_place_and_every_line_of_its_quote() -> None:
    citation = Citation(
        number=1,
        article_id="a" * 64,
        headline="水厂扩建",
        publication="",
        issue_date=date(2024, 5, 16),
        event_date=None,
        page="3",
        source="page.txt",
        source_id=None,
        start=0,
        end=9,
        quote="第一段。\n第二段。",
    )
    assert citations_text([citation]).splitlines() == [
        "[1] 水厂扩建 · 2024-05-16 · p. 3 · page.txt (aaaaaaaaaaaa)",
        "    第一段。",
        "    第二段。",
    ]
