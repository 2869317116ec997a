"""The bundled model as a user has it."""

import numpy as np

from rag.indexing.embedding.bundled import BundledEmbedder
from tests.indexing.embedding.opening import check_unit_rows, opened


def test_bundled_brings_question_and_passage_together_across_languages() -> None:
    embedder = opened("bundled", embedding_batch=2)
    passages = ["水库的堤坝加固完成。", "中学生的歌咏比赛昨天举行。", "苹果今年丰收。"]
    vectors = embedder.embed_passages(passages)
    check_unit_rows(vectors, 3)
    assert vectors.shape[1] == embedder.dimension == 384
    questions = embedder.embed_queries(["堤坝修好了吗？", "Which students sang in the contest?"])
    assert (questions @ vectors.T).argmax(axis=1).tolist() == [0, 1]


def test_bundled_reads_past_a_nul_and_takes_what_is_no_text() -> None:
    embedder = opened("bundled")
    with_nul, plain = embedder.embed_passages(["堤坝\0加固完成", "堤坝 加固完成"])
    assert np.allclose(with_nul, plain, atol=1e-4)
    check_unit_rows(embedder.embed_passages(["", "\ud800", "长" * 700]), 3)
    assert embedder.embed_passages([]).shape == (0, 384)


def test_bundled_finds_each_words_translation_nearest() -> None:
    embedder = BundledEmbedder(2)
    passage = "会议研究了土地利用和科技创新。"
    found = dict(embedder.word_similarities("land use, innovation and tractors", passage))
    assert list(found) == ["land", "use,", "innovation", "and", "tractors"]
    assert min(found["land"], found["innovation"]) > found["tractors"] + 0.2
    assert embedder.word_similarities("land", "……") == []
    assert embedder.word_similarities("", passage) == []
