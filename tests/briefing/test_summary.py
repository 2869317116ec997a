from rag.answering.response_cache import CachedModel
from rag.briefing.summary import summarize
from rag.types import Article
from tests.answering.samples import article
from tests.fake_openai import server as fake
from tests.fake_openai.server import Serve


def test_without_a_model_the_articles_own_news_in_its_order(council: Article) -> None:
    summary = summarize([council], None)
    assert (summary.mode, summary.model) == ("extractive", None)
    assert summary.sentences[0].text.startswith("3月14日上午")
    starts = [citation.start for citation in summary.citations]
    assert starts == sorted(starts)
    for citation in summary.citations:
        assert citation.quote == council.text[citation.start : citation.end]
    assert any("审议通过" in sentence.text for sentence in summary.sentences)
    assert all(sentence.supported for sentence in summary.sentences)


def test_a_model_sums_up_and_what_it_invents_is_left_out(serve: Serve, library: Article) -> None:
    _, model = serve(fake.cites(("新图书馆藏书48万册。", "S1.1"), ("图书馆耗资7亿元。", "S1.1")))
    summary = summarize([library], CachedModel(model))
    assert (summary.mode, summary.model) == ("llm", "fake-1")
    assert [sentence.text for sentence in summary.sentences] == ["新图书馆藏书48万册。"]
    assert "7亿" in summary.notes[0]


def test_a_failing_or_refusing_model_leaves_the_articles_own_words(
    serve: Serve, library: Article
) -> None:
    for reply, says in ((fake.fails(401), "OPENAI_API_KEY"), (fake.declines(), "no news")):
        _, model = serve(reply)
        summary = summarize([library], CachedModel(model))
        assert summary.mode == "extractive"
        assert summary.sentences == summarize([library], None).sentences
        assert says in summary.notes[0]


def test_an_article_without_text_has_no_sentences() -> None:
    assert summarize([article("x", "", "标题")], None).sentences == ()


def test_a_long_article_is_sent_up_to_the_end_of_a_sentence(serve: Serve) -> None:
    long = article("long", "云溪市举行了比赛。" * 2000, "比赛")
    server, model = serve(fake.cites(("云溪市举行了比赛。", "S1.1")))
    assert summarize([long], CachedModel(model)).mode == "llm"
    sent = server.received[0]["messages"][1]["content"]
    numbered = [line for line in sent.splitlines() if line.startswith("S1.")]
    assert all(line.endswith(" 云溪市举行了比赛。") for line in numbered)
    assert len(numbered) > 100
    assert len(sent) < 20_000
