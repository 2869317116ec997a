"""The cross-encoder as a setting opens it, over real models made here, with random weights."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag.errors import RerankingError, SettingsError
from rag.retrieval.fusion import scaled
from rag.retrieval.query import Query
from rag.retrieval.reranking.base import Asked, Candidate, Reranker
from rag.retrieval.reranking.cross_encoder import READ
from rag.retrieval.reranking.providers import open_reranker
from rag.settings import Settings, load_settings
from rag.types import Chunk
from tests.indexing.embedding.models import WINDOW, cache_of_hub, make_scorer
from tests.store.samples import open_library, settings_for

TEXTS = ("堤坝", "铁路 abc 公路", "苹果" * 40, "公路", "abc")

# A folder with a model of so many classes; 0 for one that only embeds.
Make = Callable[[int], Path]
Open = Callable[..., Reranker]


@pytest.fixture(scope="module")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Make:
    return lambda classes: make_scorer(tmp_path_factory.mktemp("model"), classes)


@pytest.fixture(scope="module")
def scorer(make_model: Make) -> Path:
    return make_model(1)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    with open_library(settings_for(tmp_path_factory.mktemp("home"))) as library:

        def open_named(name: str, **values: object) -> Reranker:
            reranker = open_reranker(Settings.model_validate({"reranker": name, **values}), library)
            assert reranker is not None
            assert reranker.name == name
            return reranker

        yield open_named


def asked(question: str) -> Asked:
    return Asked(Query(question, "zh", frozenset(), ()))


def candidates(texts: Sequence[str], context: str = "") -> list[Candidate]:
    return [
        Candidate(Chunk(f"c{at}", "a", at, 0, len(text), text, context), 1 - at / 100, None, None)
        for at, text in enumerate(texts)
    ]


def logits(folder: Path, question: str, passage: str) -> list[float]:
    """What the model itself gives for one pair, without the sentence-transformers library."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    pair = tokenizer(
        question, passage, truncation="longest_first", max_length=WINDOW, return_tensors="pt"
    )
    with torch.inference_mode():
        return [float(logit) for logit in model(**pair).logits[0]]


def test_the_search_order_stands_where_no_reranker_is_set(tmp_path: Path) -> None:
    with open_library(settings_for(tmp_path)) as library:
        assert open_reranker(Settings(reranker="none"), library) is None


@pytest.mark.parametrize(
    "name", ["cross-encoder", "cross-encoder:", "best", "none:x", "bundled:x", ""]
)
def test_an_unknown_reranker_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_RERANKER", name)
    with pytest.raises(SettingsError, match="NEWSDESK_RERANKER: use bundled"):
        load_settings()


@pytest.mark.slow
def test_each_candidate_gets_the_models_own_score_in_its_place(scorer: Path, opened: Open) -> None:
    """Scaled, so that the least is 0 and the best 1."""
    found = opened(f"cross-encoder:{scorer}").rerank(asked("铁路"), candidates(TEXTS))
    expected = [logits(scorer, "铁路", text)[0] for text in TEXTS]
    assert found == pytest.approx(scaled(expected), abs=1e-4)
    assert len({round(score, 3) for score in found}) == len(TEXTS)


@pytest.mark.slow
def test_the_headline_is_read_with_the_passage(scorer: Path, opened: Open) -> None:
    reranker = opened(f"cross-encoder:{scorer}")
    texts = ("abc", "公路", "苹果")
    found = reranker.rerank(asked("铁路"), candidates(texts, "苹果公路"))
    expected = [logits(scorer, "铁路", f"苹果公路\n{text}")[0] for text in texts]
    assert found == pytest.approx(scaled(expected), abs=1e-4)
    bare = scaled([logits(scorer, "铁路", text)[0] for text in texts])
    assert bare != pytest.approx(scaled(expected), abs=1e-3)


@pytest.mark.slow
def test_candidates_past_the_depth_keep_their_order_behind_the_rest(
    scorer: Path, opened: Open
) -> None:
    reranker = opened(f"cross-encoder:{scorer}", rerank_depth=3)
    found = reranker.rerank(asked("铁路"), candidates(TEXTS))
    alone = reranker.rerank(asked("铁路"), candidates(TEXTS[:3]))
    assert found[:3] == pytest.approx([READ + (1 - READ) * score for score in alone], abs=1e-4)
    assert max(found) == 1
    assert READ == min(found[:3]) > found[3] > found[4] > 0


@pytest.mark.slow
def test_of_two_classes_the_second_counts_as_relevant(make_model: Make, opened: Open) -> None:
    folder = make_model(2)
    found = opened(f"cross-encoder:{folder}").rerank(asked("铁路"), candidates(TEXTS))
    pairs = [logits(folder, "铁路", text) for text in TEXTS]
    odds = [relevant - other for other, relevant in pairs]
    assert found == pytest.approx(scaled(odds), abs=1e-4)


@pytest.mark.slow
def test_nothing_to_rank_and_text_that_is_no_text(scorer: Path, opened: Open) -> None:
    reranker = opened(f"cross-encoder:{scorer}")
    assert reranker.rerank(asked("铁路"), []) == []
    found = reranker.rerank(asked("\ud800"), candidates(["", "\ud800", "长" * 900]))
    assert len(found) == 3
    assert all(0 <= score <= 1 for score in found)


@pytest.mark.slow
@pytest.mark.parametrize("classes", [0, 3])
def test_a_model_that_scores_no_pairs_is_refused(
    make_model: Make, classes: int, opened: Open
) -> None:
    with pytest.raises(RerankingError, match="NEWSDESK_RERANKER") as caught:
        opened(f"cross-encoder:{make_model(classes)}").rerank(asked("铁路"), candidates(TEXTS))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_an_embedding_model_of_the_library_is_refused(
    make_model: Make, tmp_path: Path, opened: Open
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    parts = [Transformer(str(make_model(0))), Pooling(16, "mean")]
    SentenceTransformer(modules=parts, device="cpu").save(str(tmp_path / "embedder"))
    with pytest.raises(RerankingError, match="NEWSDESK_RERANKER"):
        opened(f"cross-encoder:{tmp_path / 'embedder'}").rerank(asked("铁路"), candidates(TEXTS))


@pytest.mark.slow
def test_a_model_whose_scores_are_no_numbers_is_refused(make_model: Make, opened: Open) -> None:
    import torch
    from transformers import BertForSequenceClassification

    folder = make_model(1)
    model = BertForSequenceClassification.from_pretrained(folder)
    with torch.no_grad():
        model.classifier.bias.fill_(math.nan)
    model.save_pretrained(folder)
    with pytest.raises(RerankingError, match="no numbers"):
        opened(f"cross-encoder:{folder}").rerank(asked("铁路"), candidates(TEXTS))


@pytest.mark.slow
def test_a_model_without_a_scoring_head_of_its_own_is_refused(
    make_model: Make, opened: Open
) -> None:
    """It says that it has one, and the library would fill it at random."""
    from safetensors.torch import load_file, save_file

    folder = make_model(1)
    weights = load_file(folder / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(RerankingError, match=r"hold no weights for classifier\.weight,"):
        opened(f"cross-encoder:{folder}").rerank(asked("铁路"), candidates(TEXTS))


@pytest.mark.slow
def test_a_model_in_the_hubs_cache_works(
    scorer: Path, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_of_hub(scorer, "some/scorer", tmp_path)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    found = opened("cross-encoder:some/scorer").rerank(asked("铁路"), candidates(TEXTS))
    of_folder = opened(f"cross-encoder:{scorer}").rerank(asked("铁路"), candidates(TEXTS))
    assert found == pytest.approx(of_folder, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "a b/c/d", "."])
def test_a_model_that_is_not_there_is_one_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Open
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RerankingError, match="NEWSDESK_RERANKER") as caught:
        opened(f"cross-encoder:{name}").rerank(asked("铁路"), candidates(TEXTS))
    assert "\n" not in str(caught.value)
