"""ONNX Runtime sessions as the bundled model needs them: one thread each, many side by side."""

from pathlib import Path
from typing import Any


def open_session(model: bytes | Path) -> Any:
    """A session for a serialised model or a file; `session_errors` names what it may raise."""
    import onnxruntime  # heavy: loaded on first use

    options = onnxruntime.SessionOptions()
    # Texts run side by side, each on one thread: nothing to hand over or to wait for inside one.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The graph is fused as it should be; the next level would fuse addition and normalisation.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # Texts have hundreds of lengths, and a memory plan would be kept for each.
    options.enable_mem_pattern = False
    # Errors are raised; its warnings go to stderr, past the program's own log.
    options.log_severity_level = 3
    source = str(model) if isinstance(model, Path) else model
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def session_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises for a model that is damaged or gone, or asks for what it lacks."""
    from onnxruntime.capi import onnxruntime_pybind11_state as ort  # heavy: loaded on first use

    return (
        ort.Fail,
        ort.InvalidArgument,
        ort.InvalidGraph,
        ort.InvalidProtobuf,
        ort.NoSuchFile,
        ort.NotImplemented,
        ort.RuntimeException,
    )
