"""Answers in the archive's own words, over a small archive of an invented town."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering.extractive import (
    LEAST_COVERED,
    MOST_SENTENCES,
    QUOTED_MOST,
    Selection,
    evidence_models,
    select,
)
from rag.desk import Desk
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.retrieval.glossary import Glossary
from rag.retrieval.hybrid import Retriever
from rag.retrieval.reranking.providers import open_reranker
from rag.settings import Settings
from rag.types import Filters
from store.library import Library
from tests.answering.samples import COUNCIL, LIBRARY

BRIDGE = (
    "本报讯 云溪市青石大桥3月10日建成通车。大桥全长1.6公里，总投资3.2亿元，由市交通集团承建。"
    "大桥建成后，城东居民进城只需十分钟。市交通局负责人表示，年内还将改造两条乡村公路。"
)
TRADITIONAL = (
    "本報訊 3月12日，雲溪市舉行龍舟賽，共有二十四支隊伍參加。白沙鎮隊以四分零三秒奪得冠軍。"
    "賽事由市體育局主辦，吸引了上萬名觀眾。"
)
ENGLISH = (
    "Yunxi's new hospital opened on 14 March with 800 beds. The county health bureau said that"
    " it cost 560 million yuan. Patients from Baisha will be taken in first."
)
MEASURES = "镇里采取三项防汛措施：一是加固白沙河堤防；二是疏通十二条排水沟；三是备足沙袋和水泵。"
FLOODS = f"本报讯 3月13日，白沙镇部署防汛工作。{MEASURES}镇长要求各村安排专人值守。"
FERRY = "本报讯 白沙镇渡口3月9日恢复通航，每天往返十二班。"
FERRY_AGAIN = "白沙镇渡口3月9日恢复通航，每天往返十二班，记者在现场看到。"
FISH = "本报讯 云溪市统计局公布，2019年全市水产品总产量4.1万吨，比2018年增长3%。"
TEXTS = {
    "ferry": (FERRY, "渡口恢复通航"),
    "ferry again": (FERRY_AGAIN, "渡口通航"),
    "fish": (FISH, "水产品产量公布"),
    "floods": (FLOODS, "白沙镇部署防汛"),
    "council": (COUNCIL, "市政府常务会议研究老旧小区改造"),
    "library": (LIBRARY, "新图书馆开馆"),
    "bridge": (BRIDGE, "青石大桥建成通车"),
    "race": (TRADITIONAL, "雲溪市舉行龍舟賽"),
    "hospital": (ENGLISH, "New hospital opens in Yunxi"),
}

Ask = Callable[[str], Selection]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    rows = home / "articles.jsonl"
    lines = (
        json.dumps({"id": name, "text": text, "headline": headline}, ensure_ascii=False)
        for name, (text, headline) in TEXTS.items()
    )
    rows.write_text("\n".join(lines), encoding="utf-8")
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        assert desk.ingest([rows]).new == len(TEXTS)
    return home


@pytest.fixture(scope="module")
def library(home: Path) -> Iterator[Library]:
    settings = Settings(home=home)
    with Library.open(home, manifest_of(open_embedder(settings), settings)) as library:
        yield library


@pytest.fixture(scope="module")
def ask(library: Library, home: Path) -> Iterator[Ask]:
    embedder = open_embedder(Settings(home=home))
    glossary = Glossary(home / "glossary.sqlite")
    settings = Settings(home=home)
    retriever = Retriever(
        library, embedder, glossary, 60, open_reranker(settings, library), date.today
    )
    yield lambda question: select(retriever.retrieve(question, 60, Filters()), library, embedder)
    glossary.close()


def said(selection: Selection) -> str:
    return "".join(draft.text for draft in selection.drafts)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("图书馆藏书多少册？", "48万册"),
        ("谁主持了市政府常务会议？", "沈明川"),
        ("青石大桥全长多少公里？", "1.6公里"),
        ("How many books does the new library hold?", "48万册"),
        ("Who chaired the executive meeting of the city government?", "沈明川"),
    ],
)
def test_the_sentence_that_answers_is_given(ask: Ask, question: str, answer: str) -> None:
    assert answer in said(ask(question))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("圖書館藏書多少冊？", "48万册"),
        ("誰主持了市政府常務會議？", "沈明川"),
        ("龙舟赛有多少支队伍参加？", "二十四支隊伍"),
        ("龍舟賽由誰主辦？", "市體育局"),
    ],
)
def test_either_script_finds_the_other_and_quotes_it_as_printed(
    ask: Ask, question: str, answer: str
) -> None:
    assert answer in said(ask(question))


def test_a_question_in_either_script_weighs_the_same_evidence(ask: Ask) -> None:
    assert ask("圖書館藏書多少冊？").evidence == ask("图书馆藏书多少册？").evidence


def test_a_list_that_is_asked_for_is_quoted_whole(ask: Ask) -> None:
    drafts = ask("白沙镇采取了哪些防汛措施？").drafts
    assert any(draft.text == MEASURES for draft in drafts)


def test_what_another_article_repeats_is_quoted_once(ask: Ask) -> None:
    texts = [draft.text for draft in ask("白沙镇的渡口哪天恢复通航？").drafts]
    assert sum("恢复通航" in text for text in texts) == 1


def quoted_of(home: Path, question: str, *texts: tuple[str, str]) -> list[str]:
    """What an archive of these texts, each with its headline, is quoted with."""
    rows = home / "articles.jsonl"
    lines = [
        json.dumps({"id": str(at), "headline": headline, "text": text}, ensure_ascii=False)
        for at, (headline, text) in enumerate(texts)
    ]
    rows.write_text("\n".join(lines), encoding="utf-8")
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        desk.ingest([rows])
        return [citation.quote for citation in desk.ask(question).citations]


@pytest.mark.parametrize(
    ("question", "headline", "text", "held"),
    [
        (
            "2020年和2021年云溪市粮食产量分别是多少？",
            "云溪市粮食产量",
            "2020年云溪市粮食产量30万吨。2021年云溪市粮食产量35万吨。",
            ("30万吨", "35万吨"),
        ),
        (
            "白沙镇哪些学校获得市级奖？",
            "白沙镇获奖",
            "白沙镇小学获得市级一等奖。白沙镇中学获得市级二等奖。白沙镇幼儿园获得市级三等奖。",
            ("小学", "中学", "幼儿园"),
        ),
    ],
)
def test_sentences_that_differ_in_a_figure_say_different_things(
    tmp_path: Path, question: str, headline: str, text: str, held: tuple[str, ...]
) -> None:
    quoted = "".join(quoted_of(tmp_path, question, (headline, text)))
    assert all(item in quoted for item in held)


def test_an_english_article_answers_an_english_question(ask: Ask) -> None:
    assert "560 million yuan" in said(ask("How much did the new hospital in Yunxi cost?"))


@pytest.mark.parametrize(
    "question",
    [
        "谁获得了全国象棋锦标赛冠军？",
        "What is the boiling point of mercury?",
        "？？？",
        "😀😀",
        "what is the of it",
        "Zzyzx qwerty blorp",
        "的了吗",
    ],
)
def test_a_question_that_no_article_is_about_is_refused(ask: Ask, question: str) -> None:
    assert ask(question).drafts == ()


def test_a_figure_asked_for_is_in_every_sentence_given(ask: Ask) -> None:
    selection = ask("青石大桥总投资多少亿元？")
    assert selection.drafts
    assert all("元" in item.text for item in selection.evidence)


questions = st.lists(
    st.sampled_from(
        [
            *(
                "云溪市",
                "图书馆",
                "大桥",
                "会议",
                "决定",
                "投资",
                "多少",
                "谁",
                "主持",
                "哪天",
                "龍舟賽",
            ),
            *("the council ", "decide ", "library ", "who ", "bridge ", "cost ", "how many "),
        ]
    ),
    min_size=1,
    max_size=6,
).map(lambda words: "".join(words) + "？")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(questions)
def test_whatever_is_asked_sentences_are_verbatim_few_and_in_the_order_printed(
    ask: Ask, library: Library, question: str
) -> None:
    selection = ask(question)
    spans = [span for draft in selection.drafts for span in draft.spans]
    assert len(spans) == len(selection.drafts) <= MOST_SENTENCES
    for draft, span in zip(selection.drafts, spans, strict=True):
        assert draft.text == library.article(span.article_id).text[span.start : span.end]
    articles = list(dict.fromkeys(span.article_id for span in spans))
    assert spans == sorted(spans, key=lambda span: (articles.index(span.article_id), span.start))
    assert len(spans) == 1 or sum(span.end - span.start for span in spans) <= QUOTED_MOST

    chances = [item.probability for item in selection.evidence]
    assert chances == sorted(chances, reverse=True)
    assert bool(spans) == (bool(chances) and chances[0] >= selection.bar)
    if spans:
        best = selection.evidence[0].span
        assert spans[0].article_id == best.article_id
        assert any(span.start <= best.start and best.end <= span.end for span in spans)


def test_the_models_that_ship_refuse_between_nothing_and_certainty() -> None:
    models = evidence_models()
    assert set(models) == set(LEAST_COVERED) == {"zh", "en"}
    assert all(0 < model.bar < 1 for model in models.values())
