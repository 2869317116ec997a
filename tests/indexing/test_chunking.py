import unicodedata

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from rag.indexing.chunking import LONGEST_CONTEXT, chunk_article, passage_text, split_sentences
from rag.types import Article
from tests.store.samples import page_of, sentence

_NEWS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *"。！？；…，、“”《》（）\n ",
                *(". ", "! ", "? ", "Mr. ", "3.5", "县里修了桥", "The bridge is open"),
                *("e\u0301", "👩\u200d🚒"),
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=60,
).map("".join)


def article_with(text: str, headline: str = "") -> Article:
    return page_of("/a.txt", text, headline=headline).articles[0]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def width(text: str) -> float:
    """In hanzi, as `chunk_article` says."""
    total = 0
    for character in text:
        if character.isascii():
            total += 3 if character.isalpha() or character == " " else 5
        else:
            total += 10 if unicodedata.east_asian_width(character) in "WFA" else 5
    return total / 10


@given(_NEWS)
def test_sentences_cover_all_that_is_not_white_space(text: str) -> None:
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("桥修好了。路也通了！", ["桥修好了。", "路也通了！"]),
        ("他问：“桥修好了吗？”大家都笑。", ["他问：“桥修好了吗？”", "大家都笑。"]),
        ("“好。好。”他说。", ["“好。好。”", "他说。"]),
        ("那声“好！”的喊声很响。", ["那声“好！”的喊声很响。"]),
        ("会上学习了《水库。堤坝》一书。散会。", ["会上学习了《水库。堤坝》一书。", "散会。"]),
        ("（据县里消息。）桥通了。", ["（据县里消息。）", "桥通了。"]),
        ("增长3.5%。下降2.1%。", ["增长3.5%。", "下降2.1%。"]),
        ("第一条；第二条……第三条？！", ["第一条；", "第二条……", "第三条？！"]),
        ("没有句号\n另起一行", ["没有句号", "另起一行"]),
        ("It cost 3.5 million. Dr. Lin left.", ["It cost 3.5 million.", "Dr. Lin left."]),
        ('"Is it open?" he asked. "Yes."', ['"Is it open?" he asked.', '"Yes."']),
        ("It left the U.S. in Jan. 2020! See a.com/b?c=1.", None),
        ("Prices, e.g. rice, rose. Fuel fell.", ["Prices, e.g. rice, rose.", "Fuel fell."]),
    ],
)
def test_sentence_ends(text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["It left the U.S. in Jan. 2020!", "See a.com/b?c=1."]
    assert sentences(text) == expected


def test_a_long_quotation_is_split_at_its_sentences() -> None:
    quoted = "“" + sentence(1) + sentence(2) + "”"
    assert sentences(quoted) == ["“" + sentence(1), sentence(2) + "”"]


@given(_NEWS, st.integers(5, 60), st.integers(0, 60))
def test_chunks_cover_the_text_and_hold_the_cap(text: str, target: int, more: int) -> None:
    article = article_with(text)
    chunks = chunk_article(article, target, target + more)
    at = 0
    for ordinal, chunk in enumerate(chunks):
        assert chunk.ordinal == ordinal
        assert article.text[chunk.start : chunk.end] == chunk.text
        assert not article.text[at : chunk.start].strip()
        assert width(chunk.text) <= target + more
        at = chunk.end
    assert not article.text[at:].strip()
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert chunk_article(article, target, target + more) == chunks


@given(st.text(alphabet="e\u0301县👩\u200d🚒🇨🇳", max_size=200), st.integers(12, 40))
def test_no_character_is_cut_in_two(text: str, cap: int) -> None:
    article = article_with(text)
    graphemes = {match.start() for match in regex.finditer(r"\X", text)}
    widest = max((width(match.group()) for match in regex.finditer(r"\X", text)), default=0)
    if widest > cap:
        return
    for chunk in chunk_article(article, cap, cap):
        assert chunk.start in graphemes
        assert chunk.end in graphemes or chunk.end == len(text)


def test_news_is_cut_between_sentences_into_like_sizes() -> None:
    article = article_with("".join(sentence(number) for number in range(40)))
    ends = {end for _, end in split_sentences(article.text)}
    chunks = chunk_article(article, 240, 360)
    widths = [width(chunk.text) for chunk in chunks]
    assert all(chunk.end in ends for chunk in chunks)
    assert max(widths) - min(widths) < 60
    assert min(widths) >= 180


def test_a_sentence_over_the_cap_is_cut_at_clauses() -> None:
    article = article_with("，".join(f"{number}号堤坝加固完成" for number in range(40)) + "。")
    chunks = chunk_article(article, 60, 80)
    assert all(chunk.text.endswith(("，", "。")) for chunk in chunks)


def test_english_gets_more_characters_than_chinese() -> None:
    english = article_with("The reservoir above the town was repaired. " * 60)
    chinese = article_with(sentence(1) * 60)
    longest = [max(len(c.text) for c in chunk_article(a, 240, 360)) for a in (english, chinese)]
    assert longest[0] > 2 * longest[1]


def test_the_passage_begins_with_the_headline_within_bounds() -> None:
    [chunk] = chunk_article(article_with(sentence(1), headline="水库"), 240, 360)
    assert passage_text(chunk) == f"水库\n{sentence(1)}"
    [chunk] = chunk_article(article_with(sentence(1), headline="长" * 1000), 240, 360)
    assert len(passage_text(chunk)) == LONGEST_CONTEXT + 1 + len(sentence(1))
    [chunk] = chunk_article(article_with(sentence(1)), 240, 360)
    assert passage_text(chunk) == sentence(1)
    [bare] = chunk_article(article_with(sentence(1), headline="水库"), 240, 360, in_context=False)
    assert passage_text(bare) == sentence(1)


def test_blank_text_has_no_chunks() -> None:
    assert chunk_article(article_with(" \n\u3000 "), 240, 360) == ()
    with pytest.raises(ValueError, match="cap"):
        chunk_article(article_with("a"), 300, 200)
