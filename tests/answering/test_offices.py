"""The office of somebody whom a sentence names without it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.offices import introductions, office_start
from rag.types import Span
from tests.answering.samples import article

CHAIRED = "会议由沈明川主持。"


def introduced(*sentences: str) -> dict[str, str]:
    """By name, the words that introduce whom the last of the sentences names."""
    text = "".join(sentences)
    start = len(text) - len(sentences[-1])
    found = introductions(article("a", text, "云溪新闻"), Span("a", start, len(text)))
    return {name: text[span.start : span.end] for name, span in found.items()}


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        ("3月14日，市长沈明川到白沙镇调研。", "市长沈明川"),
        ("3月14日下午，市委副书记、市长沈明川到白沙镇调研。", "市委副书记、市长沈明川"),
        ("3月14日，副省长陆远征、市长沈明川到白沙镇调研。", "市长沈明川"),
        ("云溪市图书馆馆长沈明川介绍情况。", "云溪市图书馆馆长沈明川"),
    ],
)
def test_the_words_that_introduce_somebody_say_the_office(opening: str, words: str) -> None:
    assert introduced(opening, CHAIRED) == {"沈明川": words}


def test_the_first_introduction_counts_and_a_shorter_one_agrees_with_it() -> None:
    opening = "市委副书记、市长沈明川到会。市长沈明川讲话。"
    assert introduced(opening, CHAIRED) == {"沈明川": "市委副书记、市长沈明川"}


@pytest.mark.parametrize(
    "sentences",
    [
        ("市长沈明川到会。", "市长沈明川主持会议。"),  # says it itself
        ("市长沈明川到会。", "沈明川市长主持会议。"),
        ("沈明川到会。", CHAIRED),  # introduced nowhere
        ("记者沈明川报道。", CHAIRED),  # no office
        ("村民沈明川到会。", CHAIRED),
        ("市长沈明川到会。镇长沈明川发言。", CHAIRED),  # two of one name
    ],
)
def test_nobody_is_introduced_where_it_is_not_plain(sentences: tuple[str, str]) -> None:
    assert introduced(*sentences) == {}


@pytest.mark.parametrize(
    "opening",
    ["原市长", "代市长", "代理市长", "退休教授", "名誉会长", "县委原书记", "执行院长", "免去市长"],
)
def test_an_office_no_longer_or_not_quite_held_is_none(opening: str) -> None:
    assert introduced(f"{opening}沈明川到会。", CHAIRED) == {}


@pytest.mark.parametrize("words", ["代理市长沈明川", "原市长沈明川"])
def test_what_qualifies_an_office_stands_with_it(words: str) -> None:
    assert office_start(f"昨天，{words}到会。", 3 + len(words) - 3) == 3


PIECES = st.sampled_from(
    [
        "市长",
        "市委副书记",
        "、",
        "沈明川",
        "陆远征",
        "主持",
        "，",
        "。",
        "云溪市",
        "教授",
        "a",
        "\n",
        "由",
    ]
)


@given(pieces=st.lists(PIECES, max_size=20), data=st.data())
def test_an_introduction_is_the_articles_own_words_and_ends_with_the_name(
    pieces: list[str], data: st.DataObject
) -> None:
    text = "".join(pieces)
    start = data.draw(st.integers(0, len(text)))
    found = introductions(article("a", text, "云溪新闻"), Span("a", start, len(text)))
    for name, span in found.items():
        words = text[span.start : span.end]
        assert words.endswith(name)
        assert len(words) > len(name)
        assert name in text[start:]
        assert office_start(text, span.end - len(name)) == span.start
