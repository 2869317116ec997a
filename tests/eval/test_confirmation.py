"""Decisions on drafted questions: each saved at once, nothing else touched."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.confirmation import QuestionFile
from eval.datasets import load_dataset
from eval.errors import DatasetError

DRAFT = {
    "id": "d-1",
    "question": "霁澜大桥总投资多少亿元？",
    "lang": "zh",
    "answerable": True,
    "facts": [["3.6亿元"]],
    "answers": ["3.6亿元"],
    "gold": ["a0"],
    "confirmed": False,
    "note": "kept by the author",
}
NEAR = {
    "id": "d-2",
    "question": "石溪大桥有多长？",
    "lang": "zh",
    "answerable": False,
    "confirmed": False,
}
DONE = {**DRAFT, "id": "d-3", "confirmed": True}
# Spaced unlike what newsdesk writes: lines that nothing is decided about stay so.
LINES = [
    json.dumps(DONE, ensure_ascii=True, indent=None, separators=(" ,  ", ":")).encode() + b"  \r\n",
    b"\n",
    json.dumps(DRAFT, ensure_ascii=False).encode() + b"\r\n",
    json.dumps(NEAR, ensure_ascii=False).encode(),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "drafts.jsonl"
    file.write_bytes(b"".join(LINES))
    return file


def test_the_unconfirmed_are_given_in_order(path: Path) -> None:
    assert [one.id for one in QuestionFile(path).unconfirmed()] == ["d-1", "d-2"]


def test_accepting_changes_one_line(path: Path) -> None:
    QuestionFile(path).accept("d-1")
    lines = path.read_bytes().splitlines(keepends=True)
    assert [lines[0], lines[1], lines[3]] == [LINES[0], LINES[1], LINES[3]]
    assert json.loads(lines[2]) == {**DRAFT, "confirmed": True}
    assert lines[2].endswith(b"\r\n")


def test_rejecting_takes_one_line_out(path: Path) -> None:
    held = QuestionFile(path)
    held.reject("d-1")
    assert path.read_bytes() == LINES[0] + LINES[1] + LINES[3]
    held.reject("d-2")
    assert path.read_bytes() == LINES[0] + LINES[1]
    assert held.unconfirmed() == []


def test_edits_are_saved_and_stay_to_be_confirmed(path: Path) -> None:
    held = QuestionFile(path)
    assert held.edit_question("d-1", "霁澜大桥投资多少？").question == "霁澜大桥投资多少？"
    held.edit_facts("d-1", "3.6亿元 | 3.6亿；县交通局｜交通局 ;")
    question = next(one for one in load_dataset(path).questions if one.id == "d-1")
    assert question.question == "霁澜大桥投资多少？"
    assert question.facts == (("3.6亿元", "3.6亿"), ("县交通局", "交通局"))
    assert (question.answers, question.confirmed) == ((), False)
    held.edit_facts("d-1", "3.6亿元|3.6亿")
    assert QuestionFile(path).unconfirmed()[0].answers == ("3.6亿元", "3.6亿")


@pytest.mark.parametrize(("name", "written"), [("d-1", " ; | "), ("d-2", "3.6亿元")])
def test_an_edit_that_breaks_the_shape_changes_nothing(path: Path, name: str, written: str) -> None:
    with pytest.raises(DatasetError, match=r"drafts\.jsonl:[34]: "):
        QuestionFile(path).edit_facts(name, written)
    assert path.read_bytes() == b"".join(LINES)


def test_what_another_program_wrote_is_not_lost(path: Path) -> None:
    held = QuestionFile(path)
    path.write_bytes(LINES[2])
    with pytest.raises(DatasetError, match="changed by another program"):
        held.accept("d-1")
    assert path.read_bytes() == LINES[2]


def test_a_byte_order_mark_and_the_rights_of_the_file_stay(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + LINES[2])
    path.chmod(0o640)
    QuestionFile(path).accept("d-1")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf{")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_link_stays_one_and_what_it_leads_to_is_changed(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    QuestionFile(link).accept("d-1")
    assert link.is_symlink()
    assert "d-1" not in [one.id for one in QuestionFile(path).unconfirmed()]


def test_what_is_to_be_read_only_is_left_alone(path: Path) -> None:
    path.chmod(0o440)
    before = path.read_bytes()
    with pytest.raises(DatasetError, match="read-only; make it writable first"):
        QuestionFile(path).accept("d-1")
    assert path.read_bytes() == before


def test_a_bad_line_and_a_repeated_id_are_named(path: Path) -> None:
    path.write_bytes(LINES[2] + b"{}\n")
    with pytest.raises(DatasetError, match=r"drafts\.jsonl:2: "):
        QuestionFile(path)
    path.write_bytes(LINES[2] + LINES[2])
    with pytest.raises(DatasetError, match="two questions have the id 'd-1'"):
        QuestionFile(path)


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.tuples(st.booleans(), st.sampled_from([b"\n", b"\r\n", b" \n\n"])),
        min_size=1,
        max_size=6,
    ),
    data=st.data(),
)
def test_any_run_of_decisions_leaves_the_other_lines_as_they_are(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[bool, bytes]],
    data: st.DataObject,
) -> None:
    path = tmp_path_factory.mktemp("runs") / "drafts.jsonl"
    lines = {
        f"q{at}": json.dumps({**DRAFT, "id": f"q{at}", "confirmed": done}).encode() + ending
        for at, (done, ending) in enumerate(rows)
    }
    path.write_bytes(b"".join(lines.values()))
    held = QuestionFile(path)
    touched = set()
    for question in held.unconfirmed():
        decision = data.draw(st.sampled_from(["accept", "reject", "skip"]))
        if decision != "skip":
            getattr(held, decision)(question.id)
            touched.add(question.id)
    left = path.read_bytes()
    for name, line in lines.items():
        assert (line in left) is (name not in touched)
