"""Whatever a language-model server sends: an answer, nothing unverified in it, within the time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Desk
from rag.answering.verification import verify
from rag.settings import Settings
from rag.types import Answer, Article, Citation, Found, Settled
from tests.answering.hostile_outputs import POISON, Hostile, hostile_outputs
from tests.fake_openai.server import FakeOpenAI, says
from tests.test_desk_with_language_model import PAGES, QUESTION, TRUE

OUTPUTS = list(hostile_outputs())
SLOW_SECONDS = 0.5
KEY = "sk-not-a-key"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(says("")) as server:
        yield server


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        desk.ingest([PAGES])
    return home


@pytest.fixture(scope="module")
def desks(home: Path, server: FakeOpenAI) -> Iterator[dict[bool, Desk]]:
    """An archive with a language model that has time, and with one that has little, by `slow`."""
    settings = Settings(home=home, model_tokens=400, model_timeout=30, response_cache=0)
    hasty = settings.model_copy(update={"model_timeout": SLOW_SECONDS})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("OPENAI_API_KEY", KEY)
        with Desk.open(settings=settings) as patient, Desk.open(settings=hasty) as impatient:
            yield {False: patient, True: impatient}


@pytest.fixture(scope="module")
def without_model(home: Path) -> Answer:
    """What the archive answers by itself."""
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        return desk.ask(QUESTION)


def test_there_are_more_than_two_hundred_all_different() -> None:
    assert len({output.name for output in OUTPUTS}) == len(OUTPUTS)
    assert len(OUTPUTS) > 200


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_nothing_but_a_true_answer_comes_of_it(
    server: FakeOpenAI,
    desks: dict[bool, Desk],
    without_model: Answer,
    output: Hostile,
    streamed: bool,
) -> None:
    server.plays(output.reply)
    desk = desks[output.slow]
    answer = told(desk) if streamed else desk.ask(QUESTION)
    assert_verified(desk, answer)
    assert KEY not in "".join(answer.notes)
    assert len(server.received) <= 12
    if output.slow:
        # The deadline's own words: nothing else may have ended the wait.
        assert any(f"within {SLOW_SECONDS:g} s" in note for note in answer.notes), answer.notes
    if answer.mode == "extractive":
        assert answer.notes[0].startswith("answered without the language model: ")
        assert answer.sentences == without_model.sentences
    else:
        assert output.keeps
        assert {sentence.text for sentence in answer.sentences} == {TRUE}


def told(desk: Desk) -> Answer:
    """The answer at the end of a stream, after nothing but what it holds."""
    found, *settled, answer = desk.ask_stream(QUESTION)
    assert isinstance(found, Found)
    assert isinstance(answer, Answer)
    assert [one.sentence for one in settled if isinstance(one, Settled)] == [*answer.sentences]
    return answer


def assert_verified(desk: Desk, answer: Answer) -> None:
    """Each sentence shows words of the archive that hold it, and nothing false is anywhere."""
    assert not answer.refused
    assert not any(poison in answer.answer for poison in POISON)
    numbered = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        cited = [numbered[number] for number in sentence.citations]
        articles = [desk.article(citation.article_id) for citation in cited]
        assert all(map(is_verbatim, cited, articles))
        assert verify(
            sentence.text,
            [citation.quote for citation in cited],
            dates=[day for one in articles for day in (one.issue_date, one.event_date) if day],
            topic="\n".join(one.headline for one in articles),
            context="\n".join(f"{one.publication}\n{one.text}" for one in articles),
        ).supported


def is_verbatim(citation: Citation, article: Article) -> bool:
    return article.text[citation.start : citation.end] == citation.quote != ""
