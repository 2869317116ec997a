"""Training the projection for late interaction, on a small set of its own."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from eval.errors import DatasetError
from eval.training.late_interaction import Figures, Fold, figures, folds_of, held_out, scores
from eval.training.projection import Projection, trained, untrained
from eval.training.token_states import Questions, QuestionSource, load_questions
from rag.indexing.embedding.e5_onnx import E5Onnx, open_e5

DOCUMENTS = {
    "bridge": "松河大桥昨天合龙。大桥全长一千二百米，总投资十二亿元，明年三月通车。",
    "tea": "青石镇的春茶今年增产两成。茶农说，每斤卖到三百二十元，运费没有上涨。",
    "school": "云岭县小学明年起每天上一节体育课。县里拨款八百万元修缮操场。",
    "ferry": "临江渡口的轮渡十一月停航。渡口的船员共有四十二名，将转到客运站工作。",
    "mill": "松河造纸厂关停了两座锅炉。厂方说，污水处理站要改建六个月。",
    "choir": "青石中学的合唱队获得一等奖。合唱队有五十六名队员，指挥是音乐教师。",
}
QUESTIONS = (
    ("松河大桥有多长？", "bridge", "一千二百米"),
    ("春茶一斤卖多少钱？", "tea", "三百二十元"),
    ("修缮操场拨款多少？", "school", "八百万元"),
    ("轮渡的船员有多少名？", "ferry", "四十二名"),
    ("污水处理站改建多久？", "mill", "六个月"),
    ("合唱队有多少队员？", "choir", "五十六名"),
)


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def encoder() -> E5Onnx:
    return open_e5()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> QuestionSource:
    folder = tmp_path_factory.mktemp("set")
    documents = [{"id": name, "text": text} for name, text in DOCUMENTS.items()]
    questions = [{"asked": q, "gold": [name], "answers": [a]} for q, name, a in QUESTIONS]
    return QuestionSource(
        write_rows(folder / "documents.jsonl", [dict(row) for row in documents]),
        write_rows(folder / "questions.jsonl", [dict(row) for row in questions]),
        "asked",
        "own (zh)",
    )


@pytest.fixture(scope="module")
def questions(encoder: E5Onnx, source: QuestionSource) -> Questions:
    (loaded,) = load_questions(encoder, [source])
    return loaded


@pytest.fixture(scope="module")
def start(questions: Questions) -> Projection:
    return untrained([questions], 16)


def test_a_set_is_read_with_the_passages_that_hold_the_answers(questions: Questions) -> None:
    assert questions.passages.documents == tuple(DOCUMENTS)
    assert questions.gold == tuple(frozenset({name}) for _, name, _ in QUESTIONS)
    assert questions.right == tuple((at,) for at in range(6))
    for states in (questions.states, questions.passages.states):
        lengths = np.linalg.norm(states.rows.astype(np.float32), axis=1)
        np.testing.assert_allclose(lengths, 1, atol=2e-3)
        assert states.rows.shape == (states.starts[-1], 768)


def test_documents_that_sets_share_are_encoded_once(
    encoder: E5Onnx, source: QuestionSource
) -> None:
    first, second = load_questions(encoder, [source, source._replace(name="again")])
    assert first.passages is second.passages
    assert second.name == "again"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"asked": "多长？", "gold": ["bridge"]}, "answer_zh"),
        ({"question": "多长？", "gold": ["bridge"], "answers": ["米"]}, "asked"),
        ({"asked": "多长？", "gold": ["road"], "answers": ["米"]}, "their own documents"),
    ],
)
def test_questions_that_cannot_be_used_are_told(
    encoder: E5Onnx,
    source: QuestionSource,
    tmp_path: Path,
    row: dict[str, object],
    message: str,
) -> None:
    path = write_rows(tmp_path / "questions.jsonl", [row])
    with pytest.raises(DatasetError, match=message) as caught:
        load_questions(encoder, [source._replace(questions=path)])
    assert str(path) in str(caught.value)


def test_documents_that_a_set_lacks_are_no_gold(
    encoder: E5Onnx, source: QuestionSource, tmp_path: Path
) -> None:
    """The first by name decides in which fold a question is asked."""
    rows = [{"asked": q, "gold": [name, "absent"], "answers": [a]} for q, name, a in QUESTIONS]
    path = write_rows(tmp_path / "questions.jsonl", [dict(row) for row in rows])
    (loaded,) = load_questions(encoder, [source._replace(questions=path)])
    assert loaded.gold == tuple(frozenset({name}) for _, name, _ in QUESTIONS)


def test_a_question_that_no_fold_asks_is_told(questions: Questions, start: Projection) -> None:
    some = Fold(start, (frozenset(list(DOCUMENTS)[:4]),))
    with pytest.raises(DatasetError, match=r"own \(zh\): 2 questions"):
        held_out([questions], [some])


def test_figures_count_documents(questions: Questions) -> None:
    found = np.full((6, 6), 0.1, dtype=np.float32)
    for question, ahead in enumerate((0, 0, 1, 2, 3, 5)):
        found[question, question] = 0.5
        found[question, [at for at in range(6) if at != question][:ahead]] = 0.9
    assert figures(questions, found) == Figures(
        6, round(2 / 6, 4), 1.0, round((1 + 1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 6) / 6, 4)
    )


def test_training_learns_the_same_each_time(questions: Questions, start: Projection) -> None:
    """At 4 numbers a vector the untrained projection mixes documents up."""
    narrow = untrained([questions], 4)
    first = scores(narrow, questions, range(6))
    projection = trained(narrow, [questions], [first], [frozenset()], epochs=30)
    before, after = (
        figures(questions, first),
        figures(questions, scores(projection, questions, range(6))),
    )
    assert after.reciprocal_rank > before.reciprocal_rank
    again = trained(narrow, [questions], [first], [frozenset()], epochs=30)
    assert again.stored() == projection.stored()


def test_what_is_left_out_teaches_nothing(
    encoder: E5Onnx, source: QuestionSource, questions: Questions, start: Projection, tmp_path: Path
) -> None:
    """With other questions about the document left out, the same projection comes out."""
    rows = [{"asked": q, "gold": [name], "answers": [a]} for q, name, a in QUESTIONS]
    rows[5]["asked"] = "合唱队得了几等奖？"
    path = write_rows(tmp_path / "questions.jsonl", [dict(row) for row in rows])
    (other,) = load_questions(encoder, [source._replace(questions=path)])
    out = frozenset({"choir"})
    made = [
        trained(start, [each], [scores(start, each, range(6))], [out], epochs=2)
        for each in (questions, other)
    ]
    whole = trained(start, [other], [scores(start, other, range(6))], [frozenset()], epochs=2)
    assert made[0].stored() == made[1].stored() != whole.stored()


def test_held_out_figures_are_of_all_questions(questions: Questions, start: Projection) -> None:
    first = [scores(start, questions, range(6))]
    folds = folds_of(start, [questions], first, 3, epochs=1)
    assert sorted(name for fold in folds for name in fold.left_out[0]) == sorted(DOCUMENTS)
    (found,) = held_out([questions], folds)
    assert found.questions == 6
    assert 0 < found.first <= found.first_ten <= 1
    with np.load(io.BytesIO(folds[1].stored())) as stored:
        assert json.loads(str(stored["record"])) == {"left_out": sorted(folds[1].left_out[0])}


def test_folds_share_out_the_documents_that_are_asked_about(
    encoder: E5Onnx, source: QuestionSource, tmp_path: Path
) -> None:
    """Where most documents of a set are asked nothing, no fold is left without questions."""
    rows = [{"asked": q, "gold": [name], "answers": [a]} for q, name, a in QUESTIONS[:2]]
    path = write_rows(tmp_path / "questions.jsonl", [dict(row) for row in rows])
    (two,) = load_questions(encoder, [source._replace(questions=path)])
    start = untrained([two], 16)
    folds = folds_of(start, [two], [scores(start, two, range(2))], 2, epochs=1)
    assert [fold.left_out[0] for fold in folds] == [{"bridge"}, {"tea"}]
