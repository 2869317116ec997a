"""Claims out of an answer that is still being written."""

import json
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.answering.claims import Claim
from rag.answering.generative_reply import Reply, ReplyReader, read_reply
from rag.errors import UnusableAnswerError

SENTENCE = st.text(
    st.sampled_from('甲乙丙市长1 .。！”“《》"\\{}[]S\n') | st.characters(), max_size=30
)
ID = st.sampled_from(["S1.1", "S2", "S9.9", "[S1.2]", "whatever", ""])
MARK = st.lists(ID, max_size=2).map(lambda ids: f"[{', '.join(ids)}]" if ids else "")
MARKED = st.lists(
    st.tuples(
        SENTENCE, st.sampled_from(["", "。", ".", "！"]), MARK, st.sampled_from(["", "\n", " "])
    )
).map(lambda parts: "".join("".join(part) for part in parts))
ITEM = st.fixed_dictionaries({"text": SENTENCE, "sources": st.lists(ID, max_size=2)})
ODD = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
ANSWER = st.fixed_dictionaries(
    {"answerable": st.booleans() | ODD, "sentences": st.lists(ITEM | ODD, max_size=4) | ODD}
)


@st.composite
def objects(draw: st.DrawFn) -> str:
    """JSON of an answer or nearly so, its keys in any order, perhaps wrapped or cut."""
    answer = list(draw(ANSWER).items())
    if draw(st.booleans()):
        answer.reverse()
    text = json.dumps(
        dict(answer), ensure_ascii=draw(st.booleans()), indent=draw(st.none() | st.just(1))
    )
    if draw(st.booleans()):
        text = (
            draw(st.sampled_from(['{"a": 1} %s', '{"reply": %s}', "```json\n%s\n```", "说明：%s"]))
            % text
        )
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


REPLY = (
    objects()
    | MARKED
    | st.tuples(MARKED, objects()).map("".join)
    | st.tuples(
        st.sampled_from(["<think>", " <think>x</think>", "NO_ANSWER", "<html>"]), MARKED
    ).map("".join)
    | st.text()
)


def pieces(text: str, places: Sequence[int]) -> list[str]:
    """The text cut at these places, counted modulo its length."""
    cuts = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in pairwise(cuts)]


def streamed(parts: Sequence[str], *, cut_short: bool = False) -> tuple[list[Claim], Reply | str]:
    """What a reader gives while it is fed, and how it ends: a reply, or an error's words."""
    reader = ReplyReader()
    given: list[Claim] = []
    for part in parts:
        given += reader.feed(part)
    try:
        return given, reader.finish(cut_short=cut_short)
    except UnusableAnswerError as error:
        return given, str(error)


@settings(deadline=None)
@given(REPLY, st.lists(st.integers(0, 400), max_size=12), st.booleans())
@example("甲。[S1.1]乙。", [3, 5], False)
@example('说明{ "sentences": [] }', [3], False)
@example(" " * 12 + "<html>甲。[S1]乙", [15], False)
def test_however_a_reply_is_cut_into_pieces_its_claims_are_the_same(
    text: str, places: list[int], cut_short: bool
) -> None:
    given, outcome = streamed(pieces(text, places), cut_short=cut_short)
    assert outcome == streamed([text], cut_short=cut_short)[1]
    if isinstance(outcome, Reply):
        assert tuple(given) == outcome.claims[: len(given)]
    else:
        assert not given


@settings(deadline=None)
@given(REPLY)
def test_a_character_at_a_time_gives_the_claims_of_the_whole(text: str) -> None:
    assert streamed(list(text))[1] == streamed([text])[1]


@settings(deadline=None)
@given(REPLY, REPLY)
def test_no_claim_that_was_given_is_taken_back_by_what_follows(text: str, more: str) -> None:
    reader = ReplyReader()
    given = reader.feed(text)
    reader.feed(more)
    if given:
        assert reader.finish().claims[: len(given)] == given


@settings(deadline=None)
@given(REPLY)
def test_a_claim_shows_all_that_is_compared_with_the_sources(text: str) -> None:
    try:
        claims = read_reply(text).claims
    except UnusableAnswerError:
        return
    for claim in claims:
        assert claim.text.isprintable()
        claim.text.encode("utf-8")


def test_json_gives_each_sentence_as_soon_as_its_object_closes() -> None:
    text = json.dumps(
        {
            "answerable": True,
            "sentences": [
                {"text": "甲。", "sources": ["S1.1"]},
                {"text": '乙“丙"]”。', "sources": ["S1.2"]},
            ],
        }
    )
    reader = ReplyReader()
    ends = [place for place, sign in enumerate(text, 1) if reader.feed(sign)]
    assert [text[:end].count("}") for end in ends] == [1, 2]
    assert all(text[end - 1] == "}" for end in ends)


def test_marked_text_gives_each_sentence_once_the_next_begins() -> None:
    reader = ReplyReader()
    given = [
        (sign, claim.text)
        for sign in "甲甲。[S1.1] 乙乙[S1.2]。丙。"
        for claim in reader.feed(sign)
    ]
    assert given == [("乙", "甲甲。"), ("丙", "乙乙。")]
    assert [claim.text for claim in reader.finish().claims] == ["甲甲。", "乙乙。", "丙。"]


def test_a_sentence_without_a_mark_waits_as_it_may_lead_up_to_json() -> None:
    reader = ReplyReader()
    assert reader.feed("答案如下。请看：") == ()
    assert reader.feed('{"answerable": true, "sentences": [{"text": "甲。", "sources": []}')
    assert [claim.text for claim in reader.finish().claims] == ["甲。"]


def test_sentences_before_answerable_wait_for_it() -> None:
    reader = ReplyReader()
    assert reader.feed('{"sentences": [{"text": "甲。", "sources": []}], ') == ()
    assert reader.feed('"answerable": false}') == ()
    assert reader.finish().refused


@pytest.mark.parametrize(
    ("text", "texts", "unread"),
    [
        ('{"answerable": true, "sentences": [{"text": "甲。"}, {"text": "乙', ["甲。"], 0),
        ('{"answerable": true, "sentences": [{"text": "甲。"}] "x"', ["甲。"], 0),
        ('{"answerable": true, "sentences": [{"text": "他说"好"。"}, "乙。"]}', ["乙。"], 1),
        ('{"answerable": true, "sentences": [3, {"text": "甲。", "sources": null}]}', ["甲。"], 1),
        ('{"sentences": [{"text": "甲。", "sources": "S1"}], "answerable": "yes"}', ["甲。"], 0),
        ('{"type": "object"} {"sentences": [{"text": "甲。"}]}', ["甲。"], 0),
        ('{"sentences": [{"text": "答案如下："}, {"text": "甲。"}]}', ["甲。"], 1),
    ],
)
def test_json_that_is_not_quite_right_gives_what_can_be_read(
    text: str, texts: list[str], unread: int
) -> None:
    reply = read_reply(text)
    assert [claim.text for claim in reply.claims] == texts
    assert reply.unread == unread


def test_what_leads_up_to_plain_sentences_and_pieces_of_json_are_none() -> None:
    reply = read_reply('答案如下：\n"text": "乙。", { // }\n甲。[S1.1]')
    assert [claim.text for claim in reply.claims] == ["甲。"]
    assert reply.unread == 2


def test_of_a_text_that_is_broken_off_the_last_half_sentence_is_left_out() -> None:
    given, reply = streamed(["甲甲。[S1.1]乙乙没有[S1.2]"], cut_short=True)
    assert isinstance(reply, Reply)
    assert reply.cut_off
    assert [claim.text for claim in reply.claims] == ["甲甲。"]
    assert given == [Claim("甲甲。", ("S1.1",))]


@pytest.mark.parametrize("end", ["", ' "S1', ' "S1.2",', ' "S1.2", "S1'])
def test_a_sentence_cut_off_in_its_sources_counts_with_those_that_are_whole(end: str) -> None:
    text = '{"answerable": true, "sentences": [{"text": "甲乙丙丁。", "sources": ["S1.1",' + end
    given, reply = streamed([text], cut_short=True)
    assert isinstance(reply, Reply)
    assert reply.cut_off
    sources = ("S1.1", "S1.2") if '"S1.2"' in end else ("S1.1",)
    assert (given, reply.claims) == ([], (Claim("甲乙丙丁。", sources),))


@pytest.mark.parametrize(
    ("end", "texts"),
    [
        (r'{"text": "甲\q乙。", "sources": ["S1.1"', ["甲甲。"]),
        (r'{"text": "甲\u12乙。", "sources": ["S1.1"', ["甲甲。"]),
        ('{"text": "甲乙。", "sources": ["S1\n.1", "S1', ["甲甲。", "甲乙。"]),
        ('{"text": "甲乙。", "sources": ["S1.1" "S1.2", "S1', ["甲甲。", "甲乙。"]),
    ],
)
def test_what_cannot_be_read_of_a_sentence_cut_off_in_its_sources_breaks_nothing(
    end: str, texts: list[str]
) -> None:
    text = '{"answerable": true, "sentences": [{"text": "甲甲。", "sources": ["S1.1"]}, ' + end
    _, reply = streamed([*text], cut_short=True)
    assert isinstance(reply, Reply)
    assert reply == read_reply(text)
    assert [claim.text for claim in reply.claims] == texts


@pytest.mark.parametrize(
    "end", ['{"text": "甲乙丙', '{"text": "甲乙丙丁。"', '{"sources": ["S1.1"']
)
def test_a_sentence_cut_off_before_them_does_not(end: str) -> None:
    text = '{"answerable": true, "sentences": [{"text": "甲甲。", "sources": ["S1.1"]}, ' + end
    _, reply = streamed([text], cut_short=True)
    assert isinstance(reply, Reply)
    assert [claim.text for claim in reply.claims] == ["甲甲。"]
