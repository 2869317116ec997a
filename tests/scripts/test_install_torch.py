"""Which packages mark a torch build as one for a GPU."""

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "install_torch.py"
GPU_PACKAGE = runpy.run_path(str(SCRIPT))["GPU_PACKAGE"]


@pytest.mark.parametrize(
    "name",
    ["nvidia-cublas-cu12", "nvidia-cudnn-cu13", "cuda-bindings", "triton", "pytorch-triton-rocm"],
)
def test_gpu_packages_are_known(name: str) -> None:
    assert GPU_PACKAGE.match(name)


@pytest.mark.parametrize("name", ["torch", "sympy", "networkx", "typing-extensions", "filelock"])
def test_what_a_cpu_build_needs_is_no_gpu_package(name: str) -> None:
    assert not GPU_PACKAGE.match(name)
