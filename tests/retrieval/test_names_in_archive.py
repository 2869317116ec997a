"""Names in pinyin, found in the lexical index of archives of invented places and people."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin
from pypinyin.constants import PINYIN_DICT

from rag.reading.surnames import SURNAMES
from rag.retrieval.folding import fold
from rag.retrieval.glossary import Glossary
from rag.retrieval.hybrid import NAMES_READ, Retriever
from rag.retrieval.method import Method
from rag.retrieval.names_in_archive import CERTAIN, MOST_FORMS, find_name
from rag.types import Filters
from store.library import Library
from tests.store.samples import HashingEmbedder, indexed, open_library, page_of, settings_for


@contextmanager
def archive_of(*texts: str) -> Iterator[Library]:
    # A thread of tantivy may still tidy the folder up.
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        library = open_library(settings_for(Path(home)))
        try:
            library.put([indexed(page_of("page.txt", *texts), library)])
            yield library
        finally:
            library.close()


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    with archive_of(
        "县委书记沈明川主持会议。副书记欧阳若兰出席。",
        "青石镇春茶上市，茶农向镇里请示何时开园。",
        "他在那里刚刚看到松河涨水，工作人员已经赶到。",
        "平安镇的集市昨天开张，摊位三百个。",
        "我们弄清了水库的情况，河堤没有危险。",
        "记者吕绿洲报道，松岭的稻田已经收割。",
        "医生方的说法不同。茶农方德华说，今年价格不错。",
    ) as library:
        yield library


def forms(library: Library, name: str) -> set[str]:
    return {hanzi for hanzi, _ in find_name(library, name)}


@pytest.mark.parametrize(
    ("name", "hanzi"),
    [
        ("Shen Mingchuan", "沈明川"),
        ("Mingchuan Shen", "沈明川"),
        ("Shen Ming-chuan", "沈明川"),
        ("Shen Ming Chuan", "沈明川"),
        ("Ouyang Ruolan", "欧阳若兰"),
        ("Ruolan Ouyang", "欧阳若兰"),
        ("Lü Lvzhou", "吕绿洲"),
        ("Lyu Luzhou", "吕绿洲"),
        ("Qingshi", "青石"),
        ("Ping'an", "平安"),
        ("Pingan", "平安"),
        ("Fang Dehua", "方德华"),
    ],
)
def test_a_name_is_found_however_it_is_written(library: Library, name: str, hanzi: str) -> None:
    assert forms(library, name) == {hanzi}


@pytest.mark.parametrize(
    "name",
    [
        "Li Gang",  # 那里|刚刚
        "He Di",  # 河堤 is a word, and nobody's surname
        "Women Nong",  # 我们弄
        "Zhao Zheng",  # nothing reads so
        "Pin'gan",  # 平安 divides elsewhere
        "Shen",  # a syllable is no name
        "Shen Mingchuan Ouyang Ruolan",
        "A" * 200,
        "Jacksonville",
        "",
    ],
)
def test_what_does_not_stand_as_a_name_is_not_found(library: Library, name: str) -> None:
    assert find_name(library, name) == ()


def test_a_verb_that_reads_so_is_not_the_place(library: Library) -> None:
    assert "请示" not in forms(library, "Qingshi")


def test_a_name_that_the_segmenter_cuts_is_less_sure() -> None:
    # 环说 stands in no dictionary, but the segmenter makes it a word.
    with archive_of("书记张群环说，工程已经完工。") as library:
        [(hanzi, weight)] = find_name(library, "Zhang Qunhuan")
    assert hanzi == "张群环"
    assert 0 < weight < CERTAIN


def test_two_people_whose_names_sound_alike_are_both_found() -> None:
    with archive_of("镇长黄诗原介绍情况。", "教师黄诗媛参加。村民黄诗媛也去了。") as library:
        assert forms(library, "Huang Shiyuan") == {"黄诗原", "黄诗媛"}


def test_names_of_an_article_that_is_replaced_are_gone() -> None:
    with archive_of("县长沈明川主持会议。") as library:
        assert forms(library, "Shen Mingchuan")
        library.put([indexed(page_of("page.txt", "县长方德华主持会议。"), library)])
        assert not forms(library, "Shen Mingchuan")
        assert forms(library, "Fang Dehua")


def test_an_empty_archive_holds_no_name(tmp_path: Path) -> None:
    with open_library(settings_for(tmp_path)) as library:
        assert find_name(library, "Shen Mingchuan") == ()


def _readings(character: str) -> list[str]:
    [sounds] = pinyin(character, style=Style.NORMAL, heteronym=True)
    return [sound for sound in sounds if set(sound) & set("aeiouv")]


_TABLE = [
    character
    for code in PINYIN_DICT
    if 0x4E00 <= code <= 0x9FFF
    for character in [chr(code)]
    if fold(character) == character and _readings(character)
]
_IN_TABLE = frozenset(_TABLE)
_GIVEN = st.lists(st.sampled_from(_TABLE), min_size=2, max_size=2).map("".join)
_NAMES = st.builds(str.__add__, st.sampled_from(sorted(SURNAMES & _IN_TABLE)), _GIVEN).filter(
    lambda name: fold(name) == name
)


@given(
    st.lists(_NAMES, min_size=8, max_size=12, unique_by=lambda name: name[0]),
    st.data(),
)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_name_of_the_archive_is_found_by_its_romanisation(
    names: list[str], data: st.DataObject
) -> None:
    with archive_of(*(f"昨天，书记{name}，在会上讲话。" for name in names)) as library:
        for name in names:
            surname, *given = [data.draw(st.sampled_from(_readings(one))) for one in name]
            between = data.draw(st.sampled_from(["", "-", "'"]))
            if given[1][0] in "aoe" and not between:
                between = "'"
            words = [surname.title(), between.join(given).capitalize()]
            if data.draw(st.booleans()):
                words.reverse()
            found = find_name(library, " ".join(words))
            assert len(found) <= MOST_FORMS
            assert name in dict(found), (name, words, found)


def test_a_question_finds_a_name_that_stands_far_from_it(
    tmp_path: Path, glossary: Glossary
) -> None:
    embedder = HashingEmbedder()
    nearer = [f"What did they say? 第{number}号水库完工。" for number in range(NAMES_READ * 2)]
    asked = "松岭的水渠由陆云帆设计，全长三公里，浇灌稻田八百亩。"
    with open_library(settings_for(tmp_path), embedder) as library:
        library.put([indexed(page_of("page.txt", *nearer, asked), library)])
        retriever = Retriever(library, embedder, glossary, 60, None, lambda: date(2024, 5, 20))
        for question in ("What did Lu Yunfan say?", "What did Yunfan Lu say?"):
            hits = retriever.retrieve(question, 60, Filters()).hits
            [hit] = [hit for hit in hits if hit.article.text == asked]
            assert hit.dense_rank is not None
            assert hit.dense_rank > NAMES_READ
            assert hit.lexical_rank == 1


@pytest.mark.parametrize(
    ("question", "people"),
    [
        ("What did SHEN Mingchuan say?", {"SHEN Mingchuan": ("沈明川",)}),
        ("what did shen mingchuan's deputy say?", {"shen mingchuan": ("沈明川",)}),
        ("Who is Gao Yu?", {"Gao Yu": ()}),  # 公告|预计
        (
            "When did Shen Mingchuan arrive and who met Gao Yu?",
            {"Shen Mingchuan": ("沈明川",), "Gao Yu": ()},
        ),
        ("沈明川说了什么？", {"沈明川": ()}),
    ],
)
def test_the_people_of_a_question_are_those_that_the_archive_names(
    tmp_path: Path, glossary: Glossary, question: str, people: dict[str, tuple[str, ...]]
) -> None:
    embedder = HashingEmbedder()
    texts = ("公告预计水库明年完工。", "县委书记沈明川到会。", "大桥已经通车。")
    with open_library(settings_for(tmp_path), embedder) as library:
        library.put([indexed(page_of("page.txt", *texts), library)])
        retriever = Retriever(library, embedder, glossary, 60, None, lambda: date(2024, 5, 20))
        retrieved = retriever.retrieve(question, 60, Filters())
        assert retrieved.hints.people == people
        if any(people.values()):
            plain = Retriever(
                library,
                embedder,
                glossary,
                60,
                None,
                lambda: date(2024, 5, 20),
                Method(hints=False),
            )
            scores = {hit.article.text: hit.score for hit in retrieved.hits}
            unlifted = plain.retrieve(question, 60, Filters()).hits
            lifted = {hit.article.text for hit in unlifted if scores[hit.article.text] > hit.score}
            assert lifted == {texts[1]}
