"""Lines to clean text: what goes, what stays, and where each character comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.layout import body_text, measure, read_lines
from rag.reading.spacing import close_up
from rag.reading.traced import source_map

PRINT = st.sampled_from("云汀市召开会议。，”（）年月日0123abc \u3000\n\r\t\u200b-@")


def clean(raw: str) -> str:
    lines = read_lines(raw)
    return body_text(raw, lines, measure(lines)).text


@given(st.one_of(st.text(max_size=120), st.text(PRINT, max_size=120)))
def test_every_clean_character_stands_in_the_raw_text(raw: str) -> None:
    lines = read_lines(raw)
    traced = body_text(raw, lines, measure(lines))
    offsets = source_map(traced)
    for i, character in enumerate(traced.text):
        origin = raw[offsets.raw_offset(i)]
        assert origin == character or (origin.isspace() and character in " \n")
    assert list(traced.offsets) == sorted(set(traced.offsets))


@given(st.text(PRINT, max_size=120))
def test_nothing_but_white_space_is_dropped(raw: str) -> None:
    kept = "".join(clean(raw).split())
    assert kept == "".join(raw.replace("\u200b", "").split())


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("发 展 开 展 了 大 量 调 查 ，形 成 了", "发展开展了大量调查，形成了"),
        ("起草小组参 考 了 各 部 门 单 位“ 十", "起草小组参考了各部门单位“十"),
        ("从 2019 年底开始，增长 27.3% ，", "从2019年底开始，增长27.3%，"),
        ("最 少 用 时 1 5 天 。 在 铁 路", "最少用时15天。在铁路"),
        ("气温 34 - 36 ℃，低温 23 ℃", "气温34-36℃，低温23℃"),
        ("（ Orit Strock ）表示", "（Orit Strock）表示"),
        ("( Make UK )的首席", "(Make UK)的首席"),
        ("（记者 林甲 陈丙文）", "（记者 林甲 陈丙文）"),
        ("本报讯 云汀市召开会议", "本报讯 云汀市召开会议"),
        ("本 报 讯 云 汀 市 召 开 会 议", "本报讯 云汀市召开会议"),
        ("市委 常务委员会召开会议", "市委常务委员会召开会议"),
    ],
)
def test_spaces_of_typesetting_go_and_spaces_of_words_stay(printed: str, read: str) -> None:
    assert close_up(printed, 0, len(printed), chinese=True).text == read


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("守住堤岸保安澜 备足物资迎汛期", "守住堤岸保安澜 备足物资迎汛期"),
        ("守住堤岸保安澜\u3000备足物资迎汛期", "守住堤岸保安澜 备足物资迎汛期"),
        ("守 住 堤 岸  备 足 物 资", "守住堤岸 备足物资"),
        ("535名选手角逐 2024年青少年举重赛", "535名选手角逐 2024年青少年举重赛"),
    ],
)
def test_a_headline_keeps_the_space_between_its_halves(printed: str, read: str) -> None:
    assert close_up(printed, 0, len(printed), chinese=True, heading=True).text == read


def test_english_words_keep_their_spaces_across_lines() -> None:
    raw = (
        "The footbridge over the river Yun\n"
        "opened on Monday, after two years\n"
        "of work on both banks.\n"
    )
    assert clean(raw) == raw.strip().replace("\n", " ")


def test_a_figure_or_word_is_not_parted_from_the_line_above() -> None:
    raw = (
        "记者从会议上获悉，去年全市共有\n"
        "3128户居民用上了管道天然气，覆\n"
        "盖率达到了百分之九十以上，比\n"
        "前年多一成。\n"
    )
    assert "共有3128户" in clean(raw)
