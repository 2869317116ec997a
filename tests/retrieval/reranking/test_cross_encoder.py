"""The cross-encoder as a setting opens it, over real models made here, with random weights."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag.errors import RerankingError, SettingsError
from rag.retrieval.query import Query
from rag.retrieval.reranking.base import Asked, Candidate, Reranker
from rag.retrieval.reranking.providers import open_reranker
from rag.settings import Settings, load_settings
from rag.types import Chunk
from tests.store.samples import open_library, settings_for

TEXTS = ("堤坝", "铁路 abc 公路", "苹果" * 40, "公路", "abc")
WINDOW = 64

# A folder with a model of so many classes; 0 for one that only embeds.
MakeModel = Callable[[int], Path]
Open = Callable[..., Reranker]


@pytest.fixture(scope="module")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> MakeModel:
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    def make(classes: int) -> Path:
        import torch

        torch.manual_seed(classes)
        folder = tmp_path_factory.mktemp(f"model-{classes}")
        letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"堤坝铁路苹果公", *letters]
        words += [f"##{letter}" for letter in letters]
        (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=WINDOW,
            # Weights far from zero, so that scores are far from each other.
            initializer_range=0.5,
        )
        config.num_labels = max(classes, 1)
        model = BertForSequenceClassification(config) if classes else BertModel(config)
        model.save_pretrained(folder)
        BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="module")
def scorer(make_model: MakeModel) -> Path:
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
    found = opened(f"cross-encoder:{scorer}").rerank(asked("铁路"), candidates(TEXTS))
    expected = [logits(scorer, "铁路", text)[0] for text in TEXTS]
    assert found == pytest.approx(expected, abs=1e-4)
    assert len({round(score, 3) for score in found}) == len(TEXTS)


@pytest.mark.slow
def test_the_headline_is_read_with_the_passage(scorer: Path, opened: Open) -> None:
    found = opened(f"cross-encoder:{scorer}").rerank(asked("铁路"), candidates(["abc"], "苹果公路"))
    assert found == pytest.approx(logits(scorer, "铁路", "苹果公路\nabc"), abs=1e-4)


@pytest.mark.slow
def test_candidates_past_the_depth_keep_their_order_behind_the_rest(
    scorer: Path, opened: Open
) -> None:
    reranker = opened(f"cross-encoder:{scorer}", rerank_depth=3)
    found = reranker.rerank(asked("铁路"), candidates(TEXTS))
    assert found[:3] == pytest.approx(
        reranker.rerank(asked("铁路"), candidates(TEXTS[:3])), abs=1e-4
    )
    assert min(found[:3]) > found[3] > found[4]


@pytest.mark.slow
def test_of_two_classes_the_second_counts_as_relevant(make_model: MakeModel, opened: Open) -> None:
    folder = make_model(2)
    found = opened(f"cross-encoder:{folder}").rerank(asked("铁路"), candidates(TEXTS))
    pairs = [logits(folder, "铁路", text) for text in TEXTS]
    assert found == pytest.approx([relevant - other for other, relevant in pairs], abs=1e-4)


@pytest.mark.slow
def test_nothing_to_rank_and_text_that_is_no_text(scorer: Path, opened: Open) -> None:
    reranker = opened(f"cross-encoder:{scorer}")
    assert reranker.rerank(asked("铁路"), []) == []
    found = reranker.rerank(asked("\ud800"), candidates(["", "\ud800", "长" * 900]))
    assert len(found) == 3
    assert all(math.isfinite(score) for score in found)


@pytest.mark.slow
@pytest.mark.parametrize("classes", [0, 3])
def test_a_model_that_scores_no_pairs_is_refused(
    make_model: MakeModel, classes: int, opened: Open
) -> None:
    with pytest.raises(RerankingError, match="NEWSDESK_RERANKER") as caught:
        opened(f"cross-encoder:{make_model(classes)}").rerank(asked("铁路"), candidates(TEXTS))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_an_embedding_model_of_the_library_is_refused(
    make_model: MakeModel, tmp_path: Path, opened: Open
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    parts = [Transformer(str(make_model(0))), Pooling(16, "mean")]
    SentenceTransformer(modules=parts, device="cpu").save(str(tmp_path / "embedder"))
    with pytest.raises(RerankingError, match="NEWSDESK_RERANKER"):
        opened(f"cross-encoder:{tmp_path / 'embedder'}").rerank(asked("铁路"), candidates(TEXTS))


@pytest.mark.slow
def test_a_model_whose_scores_are_no_numbers_is_refused(
    make_model: MakeModel, opened: Open
) -> None:
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
@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "a b/c/d", "."])
def test_a_model_that_is_not_there_is_one_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Open
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RerankingError, match="NEWSDESK_RERANKER") as caught:
        opened(f"cross-encoder:{name}").rerank(asked("铁路"), candidates(TEXTS))
    assert "\n" not in str(caught.value)
