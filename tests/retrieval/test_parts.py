import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.parts import MOST_PARTS, split_question

BENCH = Path(__file__).parents[2] / ".." / "shared" / "bench"

PIECES = st.sampled_from(
    [
        "谁",
        "何时",
        "新河大桥",
        "通车",
        "，",
        "？",
        "；",
        "。",
        "以及",
        "分别",
        "和",
        "、",
        "“",
        "”",
        "《",
        "》",
        "（",
        "多少",
        "人口",
        "的",
        "他",
        "呢",
        "who",
        "when",
        "did",
        "and",
        ",",
        "?",
        "respectively",
        "the",
        "Xinhe",
        "bridge",
        "it",
        "\n",
        "12",
        "3,",
        "!",
        "2022年",
        "3月5日",
        "去年",
        "张群环",
        " and ",
        " did ",
    ]
)
QUESTIONS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "新河大桥何时通车？临江开发区投资多少？",
            ("新河大桥何时通车？", "临江开发区投资多少？"),
        ),
        (
            "青石镇的粮仓存粮多少吨；临江港去年吞吐量多少?",
            ("青石镇的粮仓存粮多少吨；", "临江港去年吞吐量多少?"),
        ),
        (
            "新河大桥由谁设计，另外，临江港何时扩建？",
            ("新河大桥由谁设计", "临江港何时扩建？"),
        ),
        (
            "新河镇种了多少亩水稻以及哪些企业收购了临江的稻谷？",
            ("新河镇种了多少亩水稻", "哪些企业收购了临江的稻谷？"),
        ),
        (
            "When did the Xinhe bridge open? How many berths does Linjiang port have?",
            ("When did the Xinhe bridge open?", "How many berths does Linjiang port have?"),
        ),
        (
            "Who designed the Xinhe bridge and how many berths does Linjiang port have?",
            ("Who designed the Xinhe bridge", "how many berths does Linjiang port have?"),
        ),
    ],
)
def test_each_question_becomes_a_part(question: str, parts: tuple[str, ...]) -> None:
    assert split_question(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "新河大桥何时通车？",
        "当新河大桥通车时，谁剪了彩？",
        "早稻的病害如何以及何时传入青石镇？",
        "哪些城市、哪些企业参加了青石镇的展会？",
        "《谁来？何时？》的作者是谁？",
        "“什么叫振兴？怎样振兴？”出自谁的讲话？",
        "新河镇（何时？何地？）的展会由谁主办？",
        "无论谁报名，什么时候都可以吗？",
        "你好！新河大桥何时通车？谢谢！",
        "How and when did the blight reach Xinhe?",
        "Who made peace between Xinhe and Linjiang?",
        "Which town has a bridge, which was built in 1990?",
        "When the river rose, who closed the gates?",
        "Who knew when the bridge opened and what it cost?",
        "What did the mayor say about who pays and who decides?",
        "What did the mayor, who built it, say and do?",
        "Who was the man, who built the bridge?",
        'How long are "Xinhe and Linjiang" respectively?',
        "新河和临江的人口和面积分别是多少？",
        "新河市、临江市和青石市2021年和2022年的产值分别是多少？",
        "新河大桥长度、宽度分别是多少？",
        "李明去新河和青石分别花了多少钱？",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert split_question(question) == (question,)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "新河大桥何时开工，由谁承建？总投资是多少？",
            ("新河大桥何时开工", "新河大桥，由谁承建？", "新河大桥，总投资是多少？"),
        ),
        (
            "谁主持了临江港扩建的开工仪式？何时举行？",
            ("谁主持了临江港扩建的开工仪式？", "主持了临江港扩建的开工仪式，何时举行？"),
        ),
        (
            "青石镇小学何时建成？它的操场有多少平方米的跑道？",
            ("青石镇小学何时建成？", "青石镇小学，它的操场有多少平方米的跑道？"),
        ),
        ("新河镇人口多少？青石镇呢？", ("新河镇人口多少？", "新河镇人口，青石镇呢？")),
        (
            "When did the Xinhe bridge open, and who built it?",
            ("When did the Xinhe bridge open", "the Xinhe bridge open, who built it?"),
        ),
        (
            "When did the Xinhe bridge open, who built it and how much did it cost?",
            (
                "When did the Xinhe bridge open",
                "the Xinhe bridge open, who built it",
                "the Xinhe bridge open, how much did it cost?",
            ),
        ),
        ("谁反对，谁支持，谁弃权？", ("谁反对", "谁支持", "谁弃权？")),
        ("何时开工，何时竣工？", ("何时开工", "何时竣工？")),
    ],
)
def test_a_part_without_its_subject_takes_it_along(question: str, parts: tuple[str, ...]) -> None:
    assert split_question(question) == parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("新河镇和青石镇分别有多少人口？", ("新河镇有多少人口？", "青石镇有多少人口？")),
        ("新河鎮和青石鎮分別有多少人口？", ("新河镇有多少人口？", "青石镇有多少人口？")),
        ("新河镇的人口和面积分别是多少？", ("新河镇的人口是多少？", "新河镇的面积是多少？")),
        (
            "临江港2021年和2022年的吞吐量分别是多少？",
            ("临江港2021年的吞吐量是多少？", "临江港2022年的吞吐量是多少？"),
        ),
        (
            "2022年新河镇、青石镇和临江镇的产值分别是多少？",
            (
                "2022年新河镇的产值是多少？",
                "2022年青石镇的产值是多少？",
                "2022年临江镇的产值是多少？",
            ),
        ),
        (
            "How many people live in Xinhe and Qingshi respectively?",
            ("How many people live in Xinhe?", "How many people live in Qingshi?"),
        ),
        (
            "How many people live in Xinhe, Old Linjiang and Qingshi, respectively?",
            (
                "How many people live in Xinhe?",
                "How many people live in Old Linjiang?",
                "How many people live in Qingshi?",
            ),
        ),
        (
            "How many games did Xinhe and Old Linjiang lose respectively?",
            ("How many games did Xinhe lose?", "How many games did Old Linjiang lose?"),
        ),
        (
            "2021年、2022年和2023年新河的财政收入分别是多少？",
            (
                "2021年新河的财政收入是多少？",
                "2022年新河的财政收入是多少？",
                "2023年新河的财政收入是多少？",
            ),
        ),
        (
            "新河、临河和青石去年的产值分别是多少？",
            ("新河去年的产值是多少？", "临河去年的产值是多少？", "青石去年的产值是多少？"),
        ),
        (
            "2022年3月和4月新河的产值分别是多少？",
            ("2022年3月新河的产值是多少？", "2022年4月新河的产值是多少？"),
        ),
        (
            "3月5日和6日的报纸分别登了什么？",
            ("3月5日的报纸登了什么？", "3月6日的报纸登了什么？"),
        ),
        (
            "2022年3月5日和2020年12月18日的报纸分别登了什么？",
            ("2022年3月5日的报纸登了什么？", "2020年12月18日的报纸登了什么？"),
        ),
        ("去年和今年的产值分别是多少？", ("去年的产值是多少？", "今年的产值是多少？")),
        ("张群环和李明分别说了什么？", ("张群环说了什么？", "李明说了什么？")),
        ("王小明和李大山分别在哪里工作？", ("王小明在哪里工作？", "李大山在哪里工作？")),
    ],
)
def test_what_is_asked_of_several_is_asked_of_each(question: str, parts: tuple[str, ...]) -> None:
    assert split_question(question) == parts


@given(QUESTIONS)
def test_any_text_gives_parts_with_something_in_them(question: str) -> None:
    parts = split_question(question)
    assert 1 <= len(parts) <= MOST_PARTS
    assert parts == (question,) or all(part.strip() for part in parts)


@given(st.lists(st.integers(1, 99), min_size=2, max_size=MOST_PARTS, unique=True))
def test_every_question_put_down_comes_back(numbers: list[int]) -> None:
    asked = tuple(f"青石镇第{number}小学有多少名教师？" for number in numbers)
    assert split_question("".join(asked)) == asked


def test_what_comes_after_the_last_part_stays_with_it() -> None:
    asked = [f"青石镇第{number}小学有多少名教师？" for number in range(1, MOST_PARTS + 3)]
    parts = split_question("".join(asked))
    assert len(parts) == MOST_PARTS
    assert all(question in parts[-1] for question in asked[MOST_PARTS - 1 :])


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("xquad_zh", "question_zh"),
        ("xquad_zh", "question_en"),
        ("cmrc", "question"),
        ("crud_news", "question"),
    ],
)
def test_real_questions_fall_into_as_many_parts_as_they_have(name: str, field: str) -> None:
    path = BENCH / f"{name}.questions.jsonl"
    if not path.exists():
        pytest.skip("the benchmark sets are not here")
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        parts = split_question(row[field])
        assert len(parts) == len(row["gold"]), parts


PROSE = "the river rose and the people of the town moved to the hills as the bridge was closed "


@pytest.mark.parametrize(
    "piece",
    [
        PROSE,
        *("did a and b ", "did a and b respectively ", "who is it, and who is she, ", "a, and b "),
        *("甲和乙分别有多少，", "谁来，", "分别", "甲和", "谁？"),
    ],
)
def test_the_time_grows_with_the_length_alone(piece: str) -> None:
    question = piece * (10_000 // len(piece))
    started = time.perf_counter()
    split_question(question)
    assert time.perf_counter() - started < 5  # it takes 0.3 s at the most
