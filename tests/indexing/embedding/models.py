"""Tiny models of the sentence-transformers library with random weights, and a cache of the hub."""

import shutil
from pathlib import Path

LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)]
WORDS = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *"堤坝铁路苹果公:",
    *LETTERS,
    *(f"##{letter}" for letter in LETTERS),
]
COMMIT = "0" * 40
WINDOW = 64


def make_model(folder: Path, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """A BERT of two tiny layers with a window of WINDOW tokens, saved as the library saves any."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(seed)
    base = folder / "base"
    base.mkdir(parents=True)
    (base / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=WINDOW,
    )
    BertModel(config).save_pretrained(base)
    BertTokenizer(str(base / "vocab.txt")).save_pretrained(base)
    model = SentenceTransformer(
        modules=[Transformer(str(base)), Pooling(16, "mean")], prompts=prompts, device="cpu"
    )
    saved = folder / "model"
    model.save(str(saved))
    return saved


def make_scorer(folder: Path, classes: int, bias: float = 0.0) -> Path:
    """The same kind of model with a head for so many classes; of 0 classes, without one.

    bias: what the head adds to every score.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    torch.manual_seed(classes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=WINDOW,
        # Weights far from zero, so that scores are far from each other.
        initializer_range=0.5,
    )
    config.num_labels = max(classes, 1)
    if classes:
        scorer = BertForSequenceClassification(config)
        with torch.no_grad():
            scorer.classifier.bias.fill_(bias)
        scorer.save_pretrained(folder)
    else:
        BertModel(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def cache_of_hub(model: Path, name: str, cache: Path) -> Path:
    """The folder of a model as the hub's client lays it into its cache; gives its snapshot."""
    of_model = cache / f"models--{name.replace('/', '--')}"
    snapshot = of_model / "snapshots" / COMMIT
    shutil.copytree(model, snapshot)
    (of_model / "refs").mkdir()
    (of_model / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    return snapshot
