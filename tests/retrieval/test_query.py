import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.retrieval.glossary import Glossary
from rag.retrieval.kinds import asked_kinds, holds_kind, lacks_figure
from rag.retrieval.query import language_of, understand, with_translation


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("市委常委会做了什么决定？", "zh"),
        ("what did the standing committee decide?", "en"),
        ("GDP目标是多少？", "zh"),
        ("What is 五水共治 about, and who leads it in the county?", "en"),
        ("who chairs 县委常委会会议？", "en"),
        ("WHO的总干事是谁？", "zh"),
        ("縣委常委會作了什麼決定？", "zh"),
        ("a股2023年涨了多少？", "zh"),
        ("t恤多少钱一件", "zh"),
        ("i茅台是什么", "zh"),
        ("s级轿车", "zh"),
        ("本地the voice比赛何时举行？", "zh"),
        ("what", "en"),
    ],
)
def test_language_is_that_of_the_question(question: str, language: str) -> None:
    assert language_of(question) == language


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("会议是哪天召开的？", "when"),
        ("When did the council meet?", "when"),
        ("大桥通车时间", "when"),
        ("大桥的通车时间和长度？", "when"),
        ("大桥全年客运总量？", "number"),
        ("谁主持了会议？", "who"),
        ("Who chaired the meeting?", "who"),
        ("建了几座桥？", "number"),
        ("How many bridges were built?", "number"),
        ("增长了百分之几？", "percent"),
        ("总投资多少亿元？", "money"),
        ("在什么地方举行？", "where"),
        ("提出了哪些措施？", "list"),
        ("常委会做了什么决定？", "decision"),
        ("What did the committee decide?", "decision"),
    ],
)
def test_the_kind_of_answer_wanted_is_seen(question: str, kind: str) -> None:
    assert kind in asked_kinds(question)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("如何提高粮食产量？", "推广良种。"),
        ("为什么限制参观人数？", "为保护文物，避免拥挤。"),
        ("为什么推迟开馆时间？", "因为装修。"),
        ("怎样减少上网时间？", "多参加运动。"),
        ("哪些因素影响粮食产量？", "干旱和虫害。"),
        ("什么影响了粮食产量？", "干旱和虫害。"),
        ("谁公布了票房？", "沈明川公布了票房。"),
        ("他业余时间和谁下棋？", "他和沈明川下棋。"),
    ],
)
def test_a_figure_in_a_question_of_another_kind_is_not_asked_for(question: str, text: str) -> None:
    assert not lacks_figure(question, asked_kinds(question), text)


@pytest.mark.parametrize("run", ["桥" + "1" * 200_000, "桥" + "一" * 200_000])
def test_a_long_run_of_figures_is_read_through(run: str) -> None:
    question = "修建了多少座桥？"
    assert lacks_figure(question, asked_kinds(question), run)
    assert not lacks_figure(question, asked_kinds(question), run + "座")


@pytest.mark.parametrize("question", ["需要多长时间？", "还剩多少时间？"])
def test_a_length_of_time_is_no_date(question: str) -> None:
    assert asked_kinds(question) == {"number"}


def test_a_question_that_wants_nothing_in_particular_is_open() -> None:
    kinds = asked_kinds("介绍一下水库")
    assert kinds == {"other"}
    assert holds_kind(kinds, "随便什么") == 0.5


def test_a_figure_asked_for_and_absent_is_noticed() -> None:
    question = "总投资是多少亿元？"
    kinds = asked_kinds(question)
    assert lacks_figure(question, kinds, "项目正在推进。")
    assert not lacks_figure(question, kinds, "项目总投资3.2亿元。")
    question = "谁主持会议？"
    assert not lacks_figure(question, asked_kinds(question), "项目正在推进。")


@pytest.mark.parametrize(
    ("question", "holding", "lacking"),
    [
        ("表彰了多少名个人？", "表彰了32人。", "12月23日召开大会。"),
        ("论坛在哪一天举行？", "论坛于5月3日举行。", "听取2020年论坛筹备汇报。"),
        ("大桥是哪一年建成的？", "大桥2019年建成。", "大桥于5月3日通车。"),
        ("修了几座桥？", "修建三座桥。", "投资5亿元。"),
    ],
)
def test_a_figure_must_have_the_unit_asked_for(question: str, holding: str, lacking: str) -> None:
    kinds = asked_kinds(question)
    assert not lacks_figure(question, kinds, holding)
    assert lacks_figure(question, kinds, lacking)


def test_terms_leave_out_the_frame_of_the_question(glossary: Glossary) -> None:
    terms = [term.text for term in understand("水库是什么时候建成的？", glossary).terms]
    assert terms == ["水库", "建成"]


def test_verbs_that_papers_use_for_one_another_are_accepted(glossary: Glossary) -> None:
    terms = understand("大桥何时建成？", glossary).terms
    built = next(term for term in terms if term.text == "建成")
    assert {"竣工", "完工"} <= {form for form, _ in built.forms}


def test_quoted_words_are_one_term(glossary: Glossary) -> None:
    terms = [term.text for term in understand("“一张网”行动包括什么？", glossary).terms]
    assert "一张网" in terms


def test_english_terms_come_with_chinese_words(glossary: Glossary) -> None:
    query = understand("Which reservoir was completed by the county government?", glossary)
    forms = {form for term in query.terms for form, _ in term.forms}
    assert {"水库", "县政府"} <= forms


def test_irregular_verbs_find_their_base_form(glossary: Glossary) -> None:
    (term,) = [t for t in glossary.translate("who built it") if t.term == "built"]
    assert "建设" in dict(term.words)


def test_a_word_the_dictionary_lacks_is_kept_without_words(glossary: Glossary) -> None:
    (term,) = glossary.translate("Zzyzx")
    assert term.words == ()


@pytest.mark.parametrize(
    ("traditional", "same"),
    [
        ("縣委常委會會議由誰主持？", "县委常委会会议由谁主持？"),
        ("新建了幾座橋？總投資多少億元？", "新建了几座桥？总投资多少亿元？"),
        ("圖書館在什麼時候開館？", "图书馆在什么时候开馆？"),
    ],
)
def test_a_question_in_traditional_characters_is_the_same_question(
    glossary: Glossary, traditional: str, same: str
) -> None:
    query, simple = understand(traditional, glossary), understand(same, glossary)
    assert query.text == traditional
    assert (query.terms, query.bigrams, query.kinds) == (simple.terms, simple.bigrams, simple.kinds)


def test_chinese_names_in_an_english_question_are_terms_each_by_itself(glossary: Glossary) -> None:
    terms = [term.text for term in understand("what did 常委會 say about 水庫？", glossary).terms]
    assert {"常委会", "水库"} <= set(terms)


@pytest.mark.parametrize("title", ["Mr", "Mrs.", "Ms", "Dr"])
def test_a_form_of_address_is_no_term(glossary: Glossary, title: str) -> None:
    assert understand(f"Did {title} Zzyzx win?", glossary).terms == (
        *understand("Did Zzyzx win?", glossary).terms,
    )


def test_accents_part_no_words(glossary: Glossary) -> None:
    query = understand("Did Beyoncé sing in Zürich?", glossary)
    forms = {term.text: {form for form, _ in term.forms} for term in query.terms}
    assert set(forms) == {"beyonce", "sing", "zurich"}
    assert "苏黎世" in forms["zurich"]


def test_a_question_without_content_names_nothing(glossary: Glossary) -> None:
    for question in ("？？？", "😀😀", "的了吗", "what is the of it", "%"):
        assert understand(question, glossary).terms == ()


@given(st.text(max_size=60))
@settings(deadline=None)  # the first example loads dictionaries
def test_any_text_can_be_understood(glossary: Glossary, question: str) -> None:
    query = understand(question, glossary)
    assert query.text == question
    assert query.kinds
    assert all(0 < weight <= 1 for term in query.terms for _, weight in term.forms)


@pytest.mark.parametrize(
    ("name", "hanzi"), [("Jinhua", "金华"), ("Hubei", "湖北"), ("Spain", "西班牙")]
)
def test_places_are_translated_by_their_names(glossary: Glossary, name: str, hanzi: str) -> None:
    (term,) = glossary.translate(name)
    assert hanzi in dict(term.words)


def test_the_phrase_that_news_uses_is_preferred(glossary: Glossary) -> None:
    terms = [term.term for term in glossary.translate("the county party standing committee")]
    assert terms == ["county", "party standing committee"]


def test_a_phrase_keeps_its_words_by_themselves(glossary: Glossary) -> None:
    query = understand("the party standing committee", glossary)
    (phrase,) = [term for term in query.terms if term.text == "party standing committee"]
    assert [part.text for part in phrase.parts] == ["party", "standing", "committee"]


def test_a_number_written_as_a_word_keeps_the_words_of_the_dictionary(glossary: Glossary) -> None:
    (term,) = understand("the first", glossary).terms
    assert {"第一", "首次"} & dict(term.forms).keys() == {"第一", "首次"}


def test_a_translation_adds_its_words_once(glossary: Glossary) -> None:
    query = understand("Who built the reservoir?", glossary)
    joined = with_translation(query, "誰修建了雲溪水庫？")
    added = [term.text for term in joined.terms[len(query.terms) :]]
    assert "水库" in added
    assert "云溪" in "".join(added)
    assert "水库" in joined.bigrams
    assert with_translation(joined, "谁修建了云溪水库？") == joined


@pytest.mark.parametrize("nothing", ["", "?", "。，"])
def test_a_translation_without_content_changes_nothing(glossary: Glossary, nothing: str) -> None:
    query = understand("Who built the reservoir?", glossary)
    assert with_translation(query, nothing) == query
