"""The measurement of verification: its labels hold by how they are made, and it runs as shown."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bench.verification import Share
from eval.bench.verification_bars import COSINES, SHARES
from eval.bench.verification_changes import CHANGES, Pool
from eval.bench.verification_claims import Claim
from eval.bench.verification_names import names_in
from eval.bench.verification_numerals import hanzi_numeral
from eval.bench.verification_pairs import Pair, pairs
from eval.bench.verification_questions import in_english, statement
from eval.bench.verification_rewrites import REWRITES
from eval.bench.verification_sets import LabelledSet, Source, load_labelled
from eval.bench.verification_wordings import WORDINGS
from rag.answering.verification_numbers import numeral, quantities
from rag.answering.verification_text import fold
from tests.eval.bench.samples import run

DAY = date(2023, 3, 16)
ALL_CHANGES = {**CHANGES, **WORDINGS}
SENTENCES = [
    "云溪市政府3月14日召开常务会议，市长沈明川主持会议，会议决定投入1.2万元改造36个社区食堂。",
    "会议指出，苹果、梨树、葡萄、石榴等果树的种植面积已经达到820亩，比去年增加5.5%。",
    "清河大桥全长1860米，双向六车道，总投资3亿元，预计2024年建成通车。",
    "白石镇卫生院新来的医生在乡镇为老人看病，深受欢迎，目前全镇共有三家这样的卫生院。",
    "青川县教练何慧敏表示，合唱团在比赛中得了第一名，学生们唱了三首歌。",
    "云溪市图书馆没有公布开馆时间，读者可以在网上预约，由于名额有限，需要提前两天登记。",
    "杭州市的代表队在决赛中领先于宁波市，全队有男选手36名，另外还有女选手24名。",
    "白石镇的夜校已经开办三年，学员完成了36门课程，居民表示满意。",
]
ELSEWHERE = Pool(
    names_in("市长陆远征表示，在南京市的活动由东湖大学主办。"), ("本次活动受到当地居民欢迎",)
)
sentences = st.sampled_from(SENTENCES)
seeds = st.integers(0, 1000).map(Random)


def source(text: str, name: str = "town/1") -> Source:
    return Source(name, name, text, "", DAY)


def values(text: str) -> set[tuple[object, str]]:
    return {(quantity.value, quantity.unit) for quantity in quantities(fold(text))}


# Supported sentences


@settings(deadline=None)  # the first call reads the dictionary
@given(sentences, st.sampled_from(sorted(REWRITES)), seeds)
def test_a_rewritten_sentence_says_no_other_number_and_no_other_name(
    sentence: str, kind: str, random: Random
) -> None:
    text = REWRITES[kind](sentence, DAY, random)
    if text is None:
        return
    assert values(text) <= values(f"{DAY.year}年{sentence}")
    assert {name.text for name in names_in(fold(text))} <= {fold(sentence), *_runs(fold(sentence))}
    if kind == "another order":
        assert sorted(text) == sorted(sentence)
    if kind == "a clause left out":
        assert set(text.rstrip("。").split("，")) < set(sentence.rstrip("。").split("，"))


def _runs(text: str) -> set[str]:
    return {text[a:b] for a in range(len(text)) for b in range(a + 2, min(a + 16, len(text)) + 1)}


@pytest.mark.parametrize(
    ("kind", "sentence", "text"),
    [
        ("numbers written otherwise", "投入1.2万元，完成65%。", "投入12,000元，完成百分之六十五。"),
        ("numbers written otherwise", "3月14日有2个人、三家店。", "三月十四日有两个人、3家店。"),
        ("the year completed", "会议3月14日召开。", "会议2023年3月14日召开。"),
        ("the year completed", "会议12月25日召开。", None),
        ("the year completed", "会议2022年3月14日召开。", None),
        (
            "another order",
            "书记强调，会议应当节俭务实、不走过场。",
            "会议应当节俭务实、不走过场，书记强调。",
        ),
        ("a clause left out", "如果下雨，比赛改期，门票可退。", None),
    ],
)
def test_rewrites_worked_out_by_hand(kind: str, sentence: str, text: str | None) -> None:
    assert REWRITES[kind](sentence, DAY, Random(0)) == text


@given(st.integers(0, 9999), st.booleans())
def test_numbers_in_hanzi_are_read_back(number: int, counting: bool) -> None:
    assert numeral(fold(hanzi_numeral(number, counting))) == number


@pytest.mark.parametrize(
    ("question", "answer", "text"),
    [
        ("堤坝什么时候完工？", "8月底", "堤坝8月底完工。"),
        ("合唱团唱了多少首歌？", "三首", "合唱团唱了三首歌。"),
        ("苹果的总产量是多少？", "32万吨", "苹果的总产量是32万吨。"),
        ("主持会议的是谁？", "沈明川", "主持会议的是沈明川。"),
        ("谁主持了会议？", "沈明川", "沈明川主持了会议。"),
        ("会议为什么推迟？", "下雨", ""),
        ("谁在什么时候主持了会议？", "沈明川", ""),
        ("会议开始了吗？", "开始了", ""),
    ],
)
def test_a_question_becomes_a_statement_where_its_word_has_a_place(
    question: str, answer: str, text: str
) -> None:
    assert statement(question, answer) == text


@pytest.mark.parametrize(
    ("question", "answer", "text"),
    [
        (
            "Who chaired the meeting?",
            "Shen Mingchuan",
            "Shen Mingchuan (沈明川) chaired the meeting.",
        ),
        ("Who did the mayor meet?", "Shen Mingchuan", ""),
        ("Who spoke in Yunxi?", "Shen Mingchuan", ""),
        ("How many new trees were planted?", "36", "36 new trees were planted."),
        ("How many trees did the town plant?", "36", ""),
        ("Why was it built?", "floods", ""),
    ],
)
def test_an_english_question_becomes_a_statement_where_it_asks_about_its_subject(
    question: str, answer: str, text: str
) -> None:
    assert in_english(question, answer, "沈明川") == text


# False sentences


@settings(deadline=None)
@given(sentences, st.sampled_from(sorted(ALL_CHANGES)), seeds)
def test_a_change_puts_in_what_the_article_does_not_hold(
    sentence: str, kind: str, random: Random
) -> None:
    claim = Claim("supported", sentence, source(sentence), (sentence,))
    text = ALL_CHANGES[kind](claim, ELSEWHERE, random)
    if text is None:
        return
    assert text != sentence
    if kind in {"number changed", "date changed"}:
        assert {value for value, _ in values(text)} - {value for value, _ in values(sentence)}
    elif kind == "unit changed":
        assert values(text) - values(sentence)
    elif kind == "name changed":
        assert any(name.text in text and name.text not in sentence for name in ELSEWHERE.names)
    elif kind.endswith("swapped"):
        assert sorted(text) == sorted(sentence)
    elif kind in WORDINGS:
        assert values(text) == values(sentence)


@pytest.mark.parametrize(
    ("kind", "sentence", "texts"),
    [
        ("opposite put in", "门票价格上涨5.5%。", {"门票价格下跌5.5%。"}),
        ("opposite put in", "门票价格没有上涨。", {None}),
        ("opposite put in", "他读了《上涨》。", {None}),
        (
            "plan or possibility told as a fact",
            "大桥将于九月开工。",
            {"大桥于九月开工。", "大桥已于九月开工。"},
        ),
        ("plan or possibility told as a fact", "大桥可能将在九月开工。", {None}),
        ("fact told as a plan", "大桥完成了验收。", {"大桥将完成验收。"}),
        ("fact told as a plan", "如果大桥完成了验收，可以通车。", {None}),
        ("number's bound changed", "到场的超过300人。", {"到场的不足300人。"}),
        ("number's bound changed", "近300人到场。", {"超过300人到场。"}),
        ("number's bound changed", "大桥约300米。", {None}),
    ],
)
def test_wordings_worked_out_by_hand(kind: str, sentence: str, texts: set[str | None]) -> None:
    claim = Claim("supported", sentence, source(sentence), (sentence,))
    made = {WORDINGS[kind](claim, ELSEWHERE, Random(seed)) for seed in range(20)}
    assert made == texts


def test_each_change_can_be_made() -> None:
    for kind, change in ALL_CHANGES.items():
        assert any(
            change(Claim("", sentence, source(sentence), (sentence,)), ELSEWHERE, Random(0))
            for sentence in SENTENCES
        ), kind


# Pairs of whole sets


@pytest.fixture
def sets(tmp_path: Path) -> list[Path]:
    """A file of summaries and a set with questions, on disk."""
    summaries = [
        {
            "id": str(at),
            "title": f"第{at}号新闻",
            "time": "2023-03-16",
            "text": f"{sentence}活动在第{at}会场举行，居民表示满意。",
            "event": sentence.split("，")[0] + "。",
            "summary": f"{sentence.replace('，', '、')}居民对活动表示满意。",
        }
        for at, sentence in enumerate(SENTENCES * 4)
    ]
    documents = [
        {"id": str(at), "title": f"第{at}页", "text": f"{sentence}当天共有{at + 3000}名居民到场。"}
        for at, sentence in enumerate(SENTENCES * 4)
    ]
    questions = [
        {
            "question_zh": "当天共有多少名居民到场？",
            "answer_zh": str(at + 3000),
            "question_en": "How many residents were present?",
            "answer_en": str(at + 3000),
            "gold": [str(at)],
        }
        for at in range(len(documents))
    ]
    return [
        _lines(tmp_path / "town.jsonl", summaries),
        _lines(tmp_path / "asked.docs.jsonl", documents).with_name("asked"),
        _lines(tmp_path / "asked.questions.jsonl", questions).with_name("asked"),
    ][:2]


def _lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def both_halves(sets: list[Path]) -> list[Pair]:
    return _both(load_labelled(sets))


def _both(data: list[LabelledSet]) -> list[Pair]:
    return [pair for one in data for half in (False, True) for pair in pairs(one, half)]


def test_pairs_are_the_same_again_and_no_article_is_in_both_halves(
    sets: list[Path], both_halves: list[Pair]
) -> None:
    assert _both(load_labelled(sets)) == both_halves
    halves = {
        half: {pair.article.group for pair in both_halves if pair.held_out is half}
        for half in (False, True)
    }
    assert halves[False]
    assert halves[True]
    assert halves[False].isdisjoint(halves[True])


def test_every_pair_quotes_its_article_and_is_labelled_by_its_kind(
    both_halves: list[Pair],
) -> None:
    kinds = {pair.kind for pair in both_halves}
    assert {"summary", "answered question", "answered question, English"} <= kinds
    assert {"number changed", "number changed, English", "another article's words"} <= kinds
    assert {"opposite put in", "number's bound changed"} <= kinds
    for pair in both_halves:
        assert pair.quotes
        assert all(quote in pair.article.text for quote in pair.quotes)
        assert pair.supported == (pair.made_from is None)
        assert pair.sentence not in pair.article.text or pair.supported


def test_a_summary_with_a_year_that_its_article_has_not_is_left_out(tmp_path: Path) -> None:
    row = {
        "text": "云溪市政府召开常务会议。",
        "time": "2023-03-16",
        "event": "2022年，云溪市政府召开常务会议。",
        "summary": "2023年，云溪市政府召开常务会议。",
    }
    (data,) = load_labelled([_lines(tmp_path / "one.jsonl", [row])])
    found = [pair for half in (False, True) for pair in pairs(data, half)]
    assert [pair.sentence for pair in found if pair.kind == "summary"] == [row["summary"]]


def test_an_interval_worked_out_by_hand() -> None:
    assert Share(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Share(0, 0).interval == (0.0, 1.0)


# Whole runs


@pytest.mark.slow
def test_a_run_prints_each_kind_and_lists_what_is_wrong(sets: list[Path], tmp_path: Path) -> None:
    results = tmp_path / "all.json"
    done = run("verification", *map(str, sets), "--misses", "--json", str(results))
    assert done.returncode == 0, done.stderr
    assert "| supported sentences | pairs | false alarms |" in done.stdout
    assert "| numbers and dates changed | " in done.stdout
    written = json.loads(results.read_text("utf-8"))
    false = [pair for pair in written["pairs"] if not pair["supported"]]
    assert written["shares"]["all false"] == {
        "count": sum(pair["caught"] for pair in false),
        "of": len(false),
    }
    assert not any(pair["held_out"] for pair in written["pairs"])
    wrong = [pair for pair in written["pairs"] if pair["caught"] == pair["supported"]]
    assert done.stdout.count("  sentence  ") == len(wrong)
    other = run("verification", *map(str, sets), "--half", "held-out", "--json", str(results))
    assert other.returncode == 0, other.stderr
    assert all(pair["held_out"] for pair in json.loads(results.read_text("utf-8"))["pairs"])


@pytest.mark.slow
def test_the_bars_are_shown_with_what_lies_on_either_side(sets: list[Path]) -> None:
    done = run("verification_bars", *map(str, sets))
    assert done.returncode == 0, done.stderr
    chinese, english = done.stdout.strip().split("\n\n")
    for table, bars in ((chinese, SHARES), (english, COSINES)):
        cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
        assert [float(row[0]) for row in cells] == list(bars)
        for before, after in pairwise(cells):
            assert float(before[1]) <= float(after[1])
            assert float(before[-2]) >= float(after[-2])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.jsonl", None, "no such file"),
        ("bare.jsonl", '{"text": "会议结束。"}\n', "neither `summary` nor `event`"),
        ("bad.jsonl", "{\n", "bad.jsonl:1"),
        ("few.jsonl", '{"text": "会议。", "event": "无关的话。"}\n', "no pair can be made"),
    ],
)
def test_a_set_that_cannot_be_used_ends_in_one_line(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    done = run("verification", str(tmp_path / name))
    assert done.returncode == 1
    assert done.stderr.startswith("verification: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
