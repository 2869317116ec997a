from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.indexing.sentences import settled, split_sentences

# What the rules of splitting look at, more often than anything else.
NEWS = st.text(st.sampled_from("甲乙。！？.…“”‘’\"'《》（）()[]，、;1 \n\rS") | st.characters())


@settings(deadline=None)
@given(NEWS, NEWS)
@example("甲说：“乙。丙", "。”丁。")
@example("甲。", "”乙")
@example("Mr. ", "a")
@example("《甲。乙", "》丙。")
def test_a_settled_sentence_ends_there_however_the_text_goes_on(text: str, more: str) -> None:
    longer = split_sentences(text + more)
    for place, (start, end) in enumerate(split_sentences(text)):
        if not settled(text, end):
            break
        assert longer[place] == (start, end)


@settings(deadline=None)
@given(NEWS)
def test_every_sentence_before_a_line_break_and_a_word_is_settled(text: str) -> None:
    whole = f"{text}\n甲"
    assert all(settled(whole, end) for _, end in split_sentences(whole)[:-1])


def test_a_sentence_is_settled_by_the_first_sign_of_the_next() -> None:
    assert not settled("会议结束。", 5)
    assert settled("会议结束。他", 5)
    assert not settled("他说“好。那么", 5)
    assert settled("他说“好”。那么", 6)
