"""Sentences that are told in a place where they would be taken for something else."""

import pytest

from rag.answering.generative import GenerativeAnswer, answer
from rag.answering.passages import Passage
from rag.errors import UnusableAnswerError
from tests.answering.samples import article
from tests.fake_openai import server as fake
from tests.fake_openai.server import Serve

MATCH = (
    "青石队昨晚在主场击败了松河队。他们本赛季还没有输过球。"
    "松河队的球迷当晚坐火车回家。车站为此加开了两班车。"
    "尽管门将高远本赛季多次失误，但他昨晚没有丢球。解说员认为比赛十分精彩。"
)
WON, LOST_NONE = "青石队昨晚在主场击败了松河队。", "他们本赛季还没有输过球。"
FANS, TRAINS = "松河队的球迷当晚坐火车回家。", "车站为此加开了两班车。"


def written(serve: Serve, *claims: tuple[str, *tuple[str, ...]]) -> GenerativeAnswer:
    _, model = serve(fake.cites(*claims))
    about = article("match", MATCH, "青石队主场取胜")
    other = article("history", "松河队成立于1946年。他们夺得过两次冠军。", "松河队", position=1)
    passages = [Passage("S1", about, 0, len(MATCH)), Passage("S2", other, 0, len(other.text))]
    return answer("昨晚谁赢了？", "zh", passages, model)


def kept(answered: GenerativeAnswer) -> list[str]:
    return [draft.text for draft in answered.drafts]


def test_a_pronoun_that_follows_as_in_its_article_is_kept(serve: Serve) -> None:
    assert kept(written(serve, (WON, "S1.1"), (LOST_NONE, "S1.2"))) == [WON, LOST_NONE]


def test_a_pronoun_behind_another_articles_sentence_is_left_out(serve: Serve) -> None:
    answered = written(serve, (WON, "S1.1"), ("他们夺得过两次冠军。", "S2.2"))
    assert kept(answered) == [WON]
    assert "他们" in answered.notes[0]


def test_a_pronoun_behind_a_later_sentence_is_left_out(serve: Serve) -> None:
    assert kept(written(serve, (TRAINS, "S1.4"), (LOST_NONE, "S1.2"))) == [TRAINS]


def test_a_pronoun_behind_a_sentence_that_was_left_out_is_left_out(serve: Serve) -> None:
    answered = written(
        serve, (FANS, "S1.3"), ("高远丢了三个球。", "S1.5"), ("他昨晚没有丢球。", "S1.5")
    )
    assert kept(answered) == [FANS]


def test_a_pronoun_whose_name_was_cut_away_is_left_out(serve: Serve) -> None:
    with pytest.raises(UnusableAnswerError, match="他"):
        written(serve, ("他昨晚没有丢球。", "S1.5"))


@pytest.mark.parametrize("text", ["青石队昨晚在主场击败了谁？", "松河队", "Who won"])
def test_a_question_and_a_bare_name_tell_nothing(serve: Serve, text: str) -> None:
    with pytest.raises(UnusableAnswerError):
        written(serve, (text, "S1.1"))


def test_two_sentences_far_apart_are_not_pieced_together(serve: Serve) -> None:
    with pytest.raises(UnusableAnswerError):
        written(serve, ("松河队的球迷认为比赛十分精彩。", "S1.3", "S1.6"))


@pytest.mark.parametrize("text", ["他国游客可免签入境。", "他山之石美术馆新办画展三场。"])
def test_a_word_that_begins_like_a_pronoun_is_none(serve: Serve, text: str) -> None:
    about = article("news", f"本报讯。昨日起，{text}", "简讯")
    _, model = serve(fake.cites((FANS, "S1.1"), (text, "S1.2")))
    answered = answer("有什么新闻？", "zh", [Passage("S1", about, 0, len(about.text))], model)
    assert kept(answered) == [text]
