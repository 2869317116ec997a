"""Names in English questions: told from the words around them, and put in an archive's hanzi."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.retrieval.glossary import Glossary
from rag.retrieval.names_found import people_asked, with_names_found
from rag.retrieval.pinyin_names import MOST_NAMES
from rag.retrieval.query import MOST_FOREIGN_NAMES, Query, understand


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Shen Mingchuan say?", ("Shen Mingchuan",)),
        ("Did Shen Mingchuan say so?", ("Shen Mingchuan",)),
        ("What is Mayor Shen Mingchuan's plan?", ("Shen Mingchuan",)),
        ("What is Mr. Shen Mingchuan’s plan?", ("Shen Mingchuan",)),
        ("Can Gu Xiaolan and Shen Mingchuan meet in Rui’an?", ("Gu Xiaolan", "Shen Mingchuan")),
        ("Shen Mingchuan是谁", ("Shen Mingchuan",)),
        ("What did SHEN Mingchuan say?", ("SHEN Mingchuan",)),
        ("What is Mingchuan SHEN's plan?", ("Mingchuan SHEN",)),
        ("WHAT DID SHEN MINGCHUAN SAY?", ("SHEN MINGCHUAN",)),
        ("What did SUN Yufei say?", ("SUN Yufei",)),
        ("what did shen mingchuan say?", ("shen mingchuan",)),
        ("what is shen ming-chuan's plan?", ("shen ming-chuan",)),
        ("What did Shěn Míngchuān say?", ("Shen Mingchuan",)),
        ("What did Shen Ming-chuan say?", ("Shen Ming-chuan",)),
        ("What did Xinhe-based Gu Xiaolan make?", ("Gu Xiaolan",)),
        ("Who is Lü Ming'an?", ("Lü Ming'an",)),
        ("Who is Lǚ Ming'an?", ("Lü Ming'an",)),
        ("Did Sun Wukong live here?", ("Sun Wukong",)),
    ],
)
def test_names_in_pinyin_are_told_from_the_words_around_them(
    glossary: Glossary, question: str, names: tuple[str, ...]
) -> None:
    assert understand(question, glossary).names[: len(names)] == names


@pytest.mark.parametrize(
    "question",
    [
        "Can women sing long songs?",
        "He Can Long For Women",
        "Why Did Women Get Long Leave?",
        "Did the Song dynasty ban a dance?",
        "Who runs Hong Kong?",
        "What is China to Panama?",
        "WHO BAN WOMEN AND MEN?",
        "DID NASA LAUNCH IT?",
        "did the song long men sing change?",
        "what did the mayor of hangzhou say?",
    ],
)
def test_english_words_that_could_be_pinyin_are_no_names(glossary: Glossary, question: str) -> None:
    assert understand(question, glossary).names == ()


@given(st.text(alphabet="ShenMgchua LIÜǚāé'’-. 张", max_size=40))
@settings(deadline=None)  # the first example loads dictionaries
def test_names_stand_in_any_question_each_once(glossary: Glossary, question: str) -> None:
    names = understand(question, glossary).names
    assert len(set(names)) == len(names) <= MOST_NAMES
    assert all(name == name.strip(" '-") for name in names)


def test_only_so_many_names_are_looked_for(glossary: Glossary) -> None:
    people = " and ".join(f"Shen {one}{two}" for one in ("Ming", "Xiao", "Dong") for two in _SOUNDS)
    places = ", ".join(f"{one}{two}ville" for one in ("Jack", "Peter", "Mart") for two in "nsrlt")
    query = understand(f"Did {people} go to {places}?", glossary)
    assert len(query.names) == MOST_NAMES
    assert len(query.foreign_names) == MOST_FOREIGN_NAMES


_SOUNDS = ("chuan", "lan", "hua", "fei", "ping", "qiang")


def terms_of(query: Query) -> dict[str, dict[str, float]]:
    return {term.text: dict(term.forms) for term in query.terms}


@pytest.mark.parametrize(
    "written", ["Shen Ming-chuan", "SHEN Mingchuan", "shen mingchuan", "Shěn Míngchuān"]
)
def test_a_name_is_a_term_of_its_hanzi(glossary: Glossary, written: str) -> None:
    query = understand(f"What did {written} say?", glossary)
    found = with_names_found(query, {query.names[0]: (("沈明川", 0.7),)}, [])
    assert set(terms_of(found)) == {"say", query.names[0].lower()}
    assert terms_of(found)[query.names[0].lower()] == {"沈明川": 0.7}


def test_a_name_with_an_umlaut_leaves_none_of_its_parts(glossary: Glossary) -> None:
    query = understand("Who is Lǚ Ming'an?", glossary)
    found = with_names_found(query, {"Lü Ming'an": (("吕明安", 1.0),)}, [])
    assert terms_of(found) == {"lü ming'an": {"吕明安": 1.0}}


@pytest.mark.parametrize("question", ["Who is Li Ming?", "who is li ming?"])
def test_a_name_that_the_archive_lacks_is_not_looked_for_in_other_words(
    glossary: Glossary, question: str
) -> None:
    query = understand(question, glossary)
    texts = ["市里明确提出任务。", "镇里明确水库责任。"]
    found = with_names_found(query, {query.names[0]: ()}, texts)
    assert terms_of(found) == {"li ming": {"li ming": 1.0}}


def test_english_words_that_the_archive_has_as_no_name_keep_their_meaning(
    glossary: Glossary,
) -> None:
    query = understand("Who sang Song Long?", glossary)
    assert query.names == ("Song Long",)
    found = with_names_found(query, {"Song Long": ()}, [])
    assert "歌曲" in terms_of(found)["song"]


def test_a_name_that_the_glossary_holds_keeps_its_hanzi(glossary: Glossary) -> None:
    query = understand("Did Sun Wukong live here?", glossary)
    found = with_names_found(query, {"Sun Wukong": (("孙武空", 1.0),)}, [])
    assert {"孙悟空", "孙武空"} <= terms_of(found)["sun wukong"].keys()


def test_a_foreign_name_is_found_by_its_sound(glossary: Glossary) -> None:
    query = understand("Who opened Jacksonville's harbour?", glossary)
    assert query.foreign_names == ("Jacksonville",)
    found = with_names_found(query, {}, ["杰克逊维尔的港口昨天开放。"])
    assert "杰克逊维尔" in terms_of(found)["jacksonville"]


def test_a_foreign_name_printed_in_latin_letters_is_not_looked_for(glossary: Glossary) -> None:
    query = understand("Who opened Jacksonville's harbour?", glossary)
    texts = ["Jacksonville的港口昨天开放。", "杰克逊维尔"]
    assert with_names_found(query, {}, texts).terms == query.terms


def test_people_asked_for_have_the_hanzi_that_were_found(glossary: Glossary) -> None:
    query = understand("Did Shen Mingchuan and Xiaolan GU visit Xinhe?", glossary)
    forms = {"Shen Mingchuan": (("沈明川", 1.0), ("沈明传", 1.0)), "Xinhe": (("新河", 1.0),)}
    found = with_names_found(query, forms, [])
    assert people_asked([found]) == {
        "Shen Mingchuan": ("沈明川", "沈明传"),
        "Xiaolan GU": (),
    }
