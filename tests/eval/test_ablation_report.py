"""What is told of an ablation beside its figures."""

from io import StringIO

from rich.console import Console

from eval.ablation import Ablation
from eval.ablation_report import print_ablation
from eval.comparison import compare
from eval.records import QuestionRecord
from tests.eval.samples import record, run_of


def printed(*second: QuestionRecord) -> str:
    whole = run_of(record("q1"), record("q2"))
    found = Ablation(whole, {"lexical": compare(whole, run_of(*second, name="run-2"))})
    console = Console(file=StringIO(), width=160)
    with console.capture() as capture:
        print_ablation(found, console=console)
    return capture.get()


def test_questions_that_failed_are_said_to_spoil_the_figures() -> None:
    assert "failed" not in printed(record("q1"), record("q2"))
    spoilt = printed(record("q1"), record("q2", failure="the server is gone"))
    assert "failed, of all runs together: 1, which spoils the figures" in spoilt
