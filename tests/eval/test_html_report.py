"""The page of a run: what stands on it, and that no text of others becomes part of it."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import EvalError
from eval.html import html
from eval.html.meanings import MEANINGS
from eval.html.questions import entry, pieces
from eval.html.report import MOST_CHARACTERS, MOST_RIGHT
from eval.measures import MEASURES
from eval.records import CitedQuote, QuestionRecord, SaidSentence
from tests.eval.made_runs import (
    HOSTILE,
    LENGTH,
    TURNED,
    record_of,
    refusal,
    run_of,
    scores,
    varied_run,
)


class Page(HTMLParser):
    """The elements and the text of a page."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(html(varied_run(questions=9)))


def test_the_page_runs_nothing_and_reaches_for_nothing(page: Page) -> None:
    names = {name for name, _ in page.tags}
    assert not names & {"script", "img", "iframe", "object", "link", "base", "form"}
    for name, attributes in page.tags:
        assert "style" not in attributes, name
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("href", "src"):
            assert (attributes.get(key) or "#").startswith("#")
    policy = page.attributes("meta")[1]["content"] or ""
    assert "default-src 'none'" in policy
    assert re.search(r"style-src 'sha256-[\w+/]+=*'", policy)


def test_every_element_is_closed_and_every_id_is_its_own(page: Page) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [link["href"] for link in page.attributes("a")]
    assert {f"#{one}" for one in ids} >= set(links)
    assert "#q1-2" in links


def test_hostile_text_stands_there_as_text(page: Page) -> None:
    assert HOSTILE in page.text
    assert "\u202e" not in page.text
    assert "\\u202eeht" in page.text


def test_a_miss_is_listed_with_its_reason_and_a_right_answer_is_folded(page: Page) -> None:
    assert "Not right (5)" in page.text
    assert "Right (3)" in page.text
    assert "refused, but the archive holds the answer" in page.text
    assert "failed: the server is gone" in page.text
    assert "not the article’s own text" in page.text
    folded = [one for one in page.attributes("details") if one.get("class") == "entry"]
    assert len(folded) == 8
    assert not any("open" in one for one in folded)


def test_what_the_figures_are_of_is_told(page: Page) -> None:
    assert "Unfinished: 8 of 9 questions were asked." in page.text
    assert "1 of the questions were drafted by a program" in page.text
    assert "draft, not confirmed" in page.text
    assert "By language" in page.text
    assert "By tag" in page.text
    assert "By archive" in page.text
    for table in ("Answers", "Citations", "Refusals", "Retrieval", "Cost"):
        assert f"\n{table}\n" in page.text
    rows = [one.get("scope") for one in page.attributes("th")]
    assert set(rows) == {"row", "col"}


def test_a_setting_that_is_not_as_it_comes_is_named() -> None:
    plain = html(run_of(settings={"mode": "auto"}))
    assert "Settings that are not as they come" not in plain
    changed = Page(html(run_of(settings={"mode": "llm", "candidates": 60})))
    text = changed.text.partition("Settings that are not as they come")[2]
    assert re.search(r"mode\s*llm\s*auto", text)
    assert not re.search(r"^candidates\s*60\s*60", text, re.MULTILINE)


def test_the_same_run_makes_the_same_page() -> None:
    assert html(varied_run()) == html(varied_run())


def test_a_run_of_nothing_is_shown() -> None:
    page = Page(html(run_of(questions=3)))
    assert "Unfinished: 0 of 3" in page.text
    assert page.attributes("svg") == []


def test_plots_take_the_colours_and_letters_of_the_page(page: Page) -> None:
    drawn = page.attributes("svg")
    assert len(drawn) == 3
    for one in drawn:
        assert one["role"] == "img"
    ids = [attributes.get("id") for _, attributes in page.tags]
    for one in drawn:
        assert one["aria-labelledby"] in ids
        assert one["aria-describedby"] in ids
    text = page.text
    assert "人物 (2)" in text
    assert "人事 (1)" in text
    assert "$x$ (1)" in text
    assert "WWW… (1)" in text
    colors = {
        attributes.get(key)
        for _, attributes in page.tags
        for key in ("fill", "stroke")
        if key in attributes
    }
    assert colors <= {"none"}


def test_the_area_under_the_risk_curve_is_told() -> None:
    confidences = ((0.9, 1.0), (0.8, 0.0), (0.7, 1.0))
    records = [
        record_of(f"q{place}", confidence=confidence, scores=scores(score), tags=())
        for place, (confidence, score) in enumerate(confidences)
    ]
    text = Page(html(run_of(*records))).text
    # (0/1 + 1/2 + 1/3) / 3; the best order has 0, 0, 1/3.
    assert "all: area 0.278, of which 0.167 is the cost of the order" in text
    assert "1.000 answered, 0.333 of the answers wrong" in text


def test_answers_without_a_confidence_make_no_risk_curve() -> None:
    page = Page(html(run_of(record_of("q", confidence=None, tags=()))))
    assert "Risk against coverage" not in page.text
    assert "Recall against k" in page.text


def test_two_runs_are_held_against_each_other() -> None:
    before = run_of(record_of("a"), record_of("b", scores=scores(0.0)), id="before")
    after = run_of(
        record_of("a", scores=scores(0.0)),
        record_of("b"),
        id="after",
        settings={"mode": "extractive", "candidates": 30},
    )
    text = Page(html(after, before)).text
    assert "Compared with before" in text
    assert re.search(r"setting candidates\s*60\s*30", text)
    assert re.search(r"a 大桥有多长、多宽？worse\s*right\s*first citation", text)
    assert re.search(r"b 大桥有多长、多宽？better\s*first citation[^\n]*right", text)
    with pytest.raises(EvalError, match="different questions"):
        html(after, run_of(record_of("a"), dataset_sha256="00" * 32))


def test_a_clear_difference_gets_a_verdict_and_time_gets_none() -> None:
    names = [f"q{number}" for number in range(20)]
    before = run_of(*(record_of(name, scores=scores(0.0), seconds=9.0) for name in names))
    after = run_of(*(record_of(name, seconds=1.0) for name in names))
    text = Page(html(after, before)).text
    assert re.search(r"right answers0\.0001\.000\+1\.000[^\n]*0\.001better", text)
    assert re.search(r"seconds a question ↓9\.0001\.000-8\.000[^\n]*\n", text)
    assert not re.search(r"seconds a question[^\n]*better", text)


def test_a_long_run_stays_small() -> None:
    """As many answers as fit, and no text without end."""
    long = record_of("q", answer="长" * 50_000, sentences=(), tags=(), confidence=None)
    right = [replace(long, id=f"r{number}") for number in range(MOST_RIGHT + 20)]
    wrong = [replace(long, id=f"w{number}", scores=scores(0.5)) for number in range(300)]
    source = html(run_of(*right, *wrong))
    assert "and 20 more, which the run’s records hold" in source
    assert "44,000 characters more" in source
    left_out = re.findall(r"and (\d+) more, which", source)
    shown = re.findall(r'<details class="entry"', source)
    assert len(shown) + sum(map(int, left_out)) == 420
    assert len(source) < 2 * MOST_CHARACTERS + 100_000


# What a file of questions or an article may hold: any text that can be written down.
texts = st.text(st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=30)
@given(question=texts, answer=texts, headline=texts, quote=texts, note=texts)
def test_no_text_becomes_part_of_the_page(
    question: str, answer: str, headline: str, quote: str, note: str
) -> None:
    def tags(*words: str) -> list[str]:
        one = record_of(
            "q",
            question=words[0],
            answer=f"said: {words[1]}",
            sentences=(),
            citations=(CitedQuote(1, "a", words[2], words[3], valid=True, right=None),),
            notes=(words[4],),
            gold=(),
            tags=(),
            confidence=None,
        )
        return [name for name, _ in Page(html(run_of(one))).tags if name != "a"]

    assert tags(question, answer, headline, quote, note) == tags("q", "a", "h", "q", "n")


@given(before=texts, sentences=st.lists(texts.filter(str.strip), max_size=4), after=texts)
def test_the_pieces_of_an_answer_are_the_answer(
    before: str, sentences: list[str], after: str
) -> None:
    said = tuple(SaidSentence(text, (1,), supported=True) for text in sentences)
    answer = before + "".join(f"{text}[1]" for text in sentences) + after
    record = record_of("q", answer=answer, sentences=said)
    found = list(pieces(record, {1}))
    if answer.strip():
        assert "".join(piece.text for piece in found) == answer
        assert sum(piece.kind == "sentence" for piece in found) == len(sentences)
    else:
        assert found == []


def test_sentences_that_the_answer_lacks_are_given_with_their_marks() -> None:
    record = record_of("q", answer="又短又好", sentences=(SaidSentence(LENGTH, (1, 2), False),))
    assert [(piece.kind, piece.text) for piece in pieces(record, {1})] == [
        ("unsupported", LENGTH),
        ("mark", "[1]"),
        ("text", "[2]"),
    ]


def test_an_entry_cuts_what_is_too_long() -> None:
    quotes = tuple(CitedQuote(n, "a1", "h", TURNED, valid=True, right=None) for n in range(1, 40))
    record: QuestionRecord = record_of("q", citations=quotes, expected=(("x",),) * 50)
    shown = entry(record, 7, {"a1": "大桥合龙"})
    assert (len(shown.quotes), shown.more_quotes) == (20, 19)
    assert shown.expected[-1] == "… and 30 more"
    assert shown.quotes[0].text.endswith("characters more)")
    assert shown.anchor == "q7"
    assert shown.gold == ("大桥合龙 (a1)",)
    assert shown.found[:2] == (("大桥合龙 (a1)", True), ("a2", False))


def test_every_figure_is_told_in_words() -> None:
    assert MEANINGS.keys() == MEASURES.keys()
    text = Page(html(varied_run())).text
    assert MEANINGS["right"] in text
    assert MEANINGS["false_refusals"] in text


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (1, 0, "100.0 % of 1 question answered right, or refused where there is no answer (all"),
        (10, 0, "of others like them up to 25.9 % may not"),
        (0, 10, "of others like them up to 25.9 % may not"),
        (9, 1, "(95 % interval 70.0 to 100.0 %)"),
    ],
)
def test_questions_that_all_came_out_alike_are_not_told_for_certain(
    right: int, wrong: int, said: str
) -> None:
    records = [record_of(f"r{n}") for n in range(right)]
    records += [record_of(f"w{n}", scores=scores(0.0)) for n in range(wrong)]
    assert said in Page(html(run_of(*records))).text


def test_less_is_better_is_told_wherever_a_measure_is_named() -> None:
    before = run_of(refusal("a", answerable=True), record_of("b", lang="en"), id="before")
    now = run_of(record_of("a"), record_of("b", lang="en"))
    text = Page(html(now, before)).text
    assert text.count("false refusals ↓") == 3
    assert text.count("right answers ↓") == 0
