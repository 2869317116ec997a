"""What stands on a cross-encoder's scores, wherever its logits lie: hints, parts and topics."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from rag import Desk
from rag.retrieval.hybrid import HINT_WEIGHT
from rag.settings import Settings
from tests.indexing.embedding.models import make_scorer

PAGES = Path(__file__).parents[3] / "eval" / "golden" / "pages"
PARTS = "谁主持了县委常委会会议？防汛应急周转资金用在哪里？"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with Desk.open(home) as desk:
        desk.ingest([PAGES])
    return home


@contextmanager
def reranked(home: Path, folder: Path, bias: float, depth: int = 40) -> Iterator[Desk]:
    """The archive behind a model whose logits all lie near `bias`."""
    model = make_scorer(folder / f"scorer{bias}", 1, bias)
    settings = Settings(home=home, reranker=f"cross-encoder:{model}", rerank_depth=depth)
    with Desk.open(settings=settings) as desk:
        yield desk


@pytest.mark.parametrize("depth", [40, 3])
def test_logits_below_zero_find_what_those_above_find(
    home: Path, tmp_path: Path, depth: int
) -> None:
    with (
        reranked(home, tmp_path, -50.0, depth) as below,
        reranked(home, tmp_path, 50.0, depth) as above,
    ):
        for desk in (below, above):
            scores = [hit.score for hit in desk.search(PARTS, limit=50)]
            assert scores == sorted(scores, reverse=True)
            assert all(0 <= score <= 1 + HINT_WEIGHT for score in scores)
        for question in (PARTS, "12月23日的会议由谁主持？"):
            found, same = below.search(question, limit=50), above.search(question, limit=50)
            assert [hit.chunk.id for hit in found] == [hit.chunk.id for hit in same]
        answer, other = below.ask(PARTS), above.ask(PARTS)
        assert (answer.refused, answer.citations) == (other.refused, other.citations)


def test_a_briefing_on_a_topic_has_stories_where_logits_lie_below_zero(
    home: Path, tmp_path: Path
) -> None:
    with reranked(home, tmp_path, -5.0) as desk:
        briefing = desk.brief(
            date_from=date(2020, 1, 1), date_to=date(2025, 12, 31), topic="县委常委会"
        )
    assert briefing.stories
