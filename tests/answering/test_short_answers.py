"""Short answers: the one span of the kind asked for in the sentence that answers, or none."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.evidence import Features
from rag.answering.extractive import Evidence
from rag.answering.short_answers import Short, agreed, short_answer
from rag.answering.verification import Bilingual
from rag.retrieval.glossary import Glossary
from rag.retrieval.query import understand
from rag.types import Span

FEATURES = Features(1, 1, 1, 1, 1, 1, 0, 1)
START = 7  # where the sentence begins in its article

Give = Callable[[str, str], Short | None]


def evidence(text: str, probability: float = 0.9) -> Evidence:
    return Evidence(Span("a", START, START + len(text)), text, probability, FEATURES)


@pytest.fixture(scope="session")
def glossary(bilingual: Bilingual) -> Glossary:
    assert bilingual.glossary is not None
    return bilingual.glossary


@pytest.fixture
def short(glossary: Glossary) -> Callable[[str, str], str]:
    """The words of the short answer to a question in a sentence; "" for none."""

    def found(question: str, text: str) -> str:
        given = short_answer(understand(question, glossary), evidence(text))
        return text[given.span.start - START : given.span.end - START] if given else ""

    return found


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("常务会议是什么时候召开的？", "3月14日上午，云溪市政府召开常务会议。", "3月14日上午"),
        ("新图书馆哪天开放？", "3月15日，云溪市新图书馆开放，藏书48万册。", "3月15日"),
        ("水厂哪一年建成？", "水厂于2019年建成，投资3亿元。", "2019年"),
        ("When did the new library open?", "3月15日，云溪市新图书馆开放。", "3月15日"),
        ("谁主持了会议？", "市长沈明川主持会议。", "市长沈明川"),
        ("谁主持了会议？", "市长沈明川主持会议，副市长陆远征到会。", "市长沈明川"),
        ("云溪大桥位于哪里？", "云溪大桥位于云溪市白沙镇，全长1.6公里。", "云溪市白沙镇"),
        ("龙舟赛在哪里举行？", "昨天，龙舟赛在白沙河举行，观众上万。", "白沙河"),
        ("图书馆设有多少个阅览座位？", "图书馆藏书48万册，设有620个阅览座位。", "620个"),
        ("大桥全长多少公里？", "青石大桥全长1.6公里，引桥2.1公里。", "1.6公里"),
        ("云溪市人口有多少？", "云溪市面积820平方公里，人口约36万人。", "约36万人"),
        ("开馆当天有多少人到馆？", "开馆当天，共有2300多人到馆。", "2300多人"),
    ],
)
def test_the_one_span_of_the_kind_asked_for_answers(
    short: Callable[[str, str], str], question: str, text: str, words: str
) -> None:
    assert short(question, text) == words


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("常务会议是什么时候召开的？", "3月14日和5月2日，市政府召开常务会议，6月闭会。"),
        ("水厂什么时候完工？", "原定3月14日完工的水厂推迟了。"),
        ("水厂什么时候完工？", "3月14日，记者从水厂获悉，工程即将完工。"),  # of another doing
        ("水厂什么时候完工？", "水厂下午完工。"),  # no day
        ("水厂哪一年完工？", "水厂3月14日完工。"),  # no year
        ("2020年的会议是什么时候召开的？", "2019年12月3日召开会议。"),
        ("水厂什么时候完工？", "新华社云溪3月14日电 水厂完工。"),  # of the report
        ("水厂什么时候完工？", "水厂未于3月14日完工。"),
        ("去年的会议是什么时候召开的？", "3月14日召开会议。"),
        ("会议在哪里召开？", "会议在市长沈明川主持下召开。"),
        ("水厂用水量增加了多少吨？", "水厂用水量减少50吨。"),
        ("谁主持了会议？", "市长沈明川、副市长陆远征主持会议。"),
        ("谁主持了会议？", "市长沈明川没有主持会议。"),
        ("谁没有出席会议？", "市长沈明川出席会议。"),
        ("谁的讲话最长？", "市长沈明川讲话。"),
        ("会议是谁主持的，在哪里召开？", "市长沈明川主持会议。"),
        ("大桥全长多少公里？", "大桥全长1.6公里，旧桥全长2.1公里。"),
        ("图书馆有多少名馆员？", "图书馆有座位620个。"),
        ("两座水厂日供水多少吨？", "两座水厂日供水分别为6.5万吨、8.5万吨。"),
        ("云溪大桥位于哪里？", "云溪大桥位于白沙镇，旧桥位于上游。"),
        ("大桥有什么特点？", "大桥全长1.6公里。"),
        ("How many seats does the library have?", "图书馆设有620个阅览座位。"),
    ],
)
def test_where_it_is_not_plain_there_is_none(
    short: Callable[[str, str], str], question: str, text: str
) -> None:
    assert short(question, text) == ""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # denied, doubted, planned, one of two
        ("会议什么时候召开？", "有关负责人否认会议于3月14日召开。"),
        ("会议什么时候召开？", "網傳會議於3月14日召開。"),
        ("会议什么时候召开？", "會議沒有於3月14日召開。"),
        ("会议什么时候召开？", "会议拟于3月14日召开。"),
        ("会议什么时候召开？", "如果3月14日召开会议，代表都能到会。"),
        ("会议什么时候召开？", "会议于3月14日或15日召开。"),
        ("会议在哪里举行？", "会议不再在白沙镇举行。"),
        ("会议在哪里举行？", "会议可能在白沙镇举行。"),
        ("谁获得冠军？", "沈明川有望获得冠军。"),
        ("谁主持了会议？", "市长沈明川将主持会议。"),
        ("会议有多少人参加？", "会议预计有300人参加。"),
        ("有多少人死亡？", "是否有30人死亡，尚不清楚。"),
        # another thing of the kind
        ("首届茶博会什么时候举办？", "第二届茶博会于3月14日举办。"),
        ("水厂二期什么时候开工？", "水厂一期于3月14日开工。"),
        ("局长是谁？", "副局长沈明川到会。"),
        ("谁获得一等奖？", "沈明川获得二等奖。"),
        ("云溪大桥位于哪里？", "青石大桥位于白沙镇。"),
        ("会议在哪里举行？", "去年会议在白沙镇举行。"),
        ("全省有多少人参加考试？", "全市有2.3万人参加考试。"),
        ("会议什么时候召开？", "3月14日召开的预备会决定了会议召开的日期。"),
        ("大会什么时候举行？", "3月14日，大会举行筹备会。"),
        ("运动会什么时候举行？", "上一届运动会于2018年举行。"),
        ("年会在哪里举行？", "年会在白沙镇举行过三次。"),
        # not on that day
        ("会议什么时候召开？", "会议召开至3月14日。"),
        ("会议什么时候召开？", "会议最迟于3月14日召开。"),
        ("会议什么时候召开？", "会议于农历12月23日召开。"),
        # no place
        ("会议在哪里举行？", "会议在国庆节前夕举行。"),
        ("会议在哪里举行？", "会议在上周末举行。"),
        ("研讨会在哪里召开？", "研讨会在茶博会召开前夕落幕。"),
        ("画展在哪里展出？", "画展在省内巡回展出。"),
        # named, but not who does it
        ("谁主持了会议？", "市长沈明川委托秘书长主持会议。"),
        ("谁主持了会议？", "市长沈明川的秘书主持会议。"),
        ("谁主持了会议？", "主持会议的不是市长沈明川。"),
        ("谁主持了会议？", "会议由县政府主持，县长沈明川讲话。"),
        ("谁写了这封信？", "这封信写给沈明川。"),
        ("沈明川接替谁担任局长？", "陆远征接替沈明川担任局长。"),
        ("谁任命沈明川为局长？", "陆远征被沈明川任命为局长。"),
        # part, rate, change, or of something else
        ("会议有多少名代表参加？", "会议有许多代表参加，其中女代表120名。"),
        ("展厅有多少件展品？", "展厅每天更换10件展品。"),
        ("茶叶产量多少吨？", "茶叶产量比去年增加100吨。"),
        ("新增就业多少人？", "去年新增就业3200人，目标是3500名。"),
        ("几名学生获奖？", "5名学生参赛，均未获奖。"),
        ("老师多大年纪？", "老师教了30年书，学生7岁。"),
        ("沈明川任职多久？", "回顾沈明川任职的44天。"),
        ("今年产茶多少吨？", "今年产茶100吨。"),  # of whose year
        ("When did last year's meeting open?", "会议3月14日开幕。"),
    ],
)
def test_a_sentence_that_does_not_plainly_say_it_gives_none(
    short: Callable[[str, str], str], question: str, text: str
) -> None:
    assert short(question, text) == ""


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("會議什麼時候召開？", "會議於3月14日召開。", "3月14日"),
        ("会议什么时候召开？", "会议将于12月22日至24日召开。", "12月22日至24日"),
        ("会议什么时候召开？", "会议于3月14日晚8时许召开。", "3月14日晚8时许"),
        ("会议预计有多少人参加？", "会议预计有300人参加。", "300人"),
        ("谁主持了会议？", "会议由市长沈明川主持。", "市长沈明川"),
        ("局长是谁？", "局长沈明川到会。", "局长沈明川"),
        ("有多少名女学员？", "共有学员86人，其中女学员31名。", "31名"),
        ("图书馆位于哪里？", "图书馆位于人民路与建设路交叉口。", "人民路与建设路交叉口"),
    ],
)
def test_what_is_said_plainly_answers_still(
    short: Callable[[str, str], str], question: str, text: str, words: str
) -> None:
    assert short(question, text) == words


def test_sentences_that_answer_differently_give_none(glossary: Glossary) -> None:
    asked = understand("会议什么时候召开？", glossary)
    first, alike = evidence("3月14日上午，会议召开。"), evidence("会议3月14日召开。", 0.8)
    assert agreed(asked, [first, alike]) == short_answer(asked, first)
    assert agreed(asked, [first, evidence("会议3月15日召开。", 0.8)]) is None
    assert agreed(asked, [first, evidence("会议3月15日召开。", 0.1)]) is not None
    assert agreed(asked, []) is None


def test_a_sentence_that_hardly_answers_gives_none(glossary: Glossary) -> None:
    asked = understand("谁主持了会议？", glossary)
    assert short_answer(asked, evidence("市长沈明川主持会议。", 0.9)) is not None
    assert short_answer(asked, evidence("市长沈明川主持会议。", 0.3)) is None


QUESTIONS = ("什么时候召开？", "谁主持？", "在哪里召开？", "有多少人？", "When did it open?")
PIECES = st.sampled_from(
    (
        *(
            "3月14日",
            "2019年",
            "下午",
            "沈明川",
            "市长",
            "主持",
            "召开",
            "在",
            "位于",
            "白沙镇",
            "620",
        ),
        *("620", "多", "人", "１２", "、", "，", "。", "·", " ", "a", "𠮷", "約", "十", "年"),
    )
)


@given(question=st.sampled_from(QUESTIONS), pieces=st.lists(PIECES, min_size=1, max_size=15))
def test_a_short_answer_stands_in_its_sentence(
    glossary: Glossary, question: str, pieces: list[str]
) -> None:
    sentence = evidence("".join(pieces))
    found = short_answer(understand(question, glossary), sentence)
    if found is not None:
        assert found.span.article_id == sentence.span.article_id
        assert sentence.span.start <= found.span.start < found.span.end <= sentence.span.end
        words = sentence.text[found.span.start - START : found.span.end - START]
        assert words == words.strip()
