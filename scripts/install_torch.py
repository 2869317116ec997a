"""Puts torch into the running environment without gigabytes of GPU packages.

usage: python scripts/install_torch.py [cpu|gpu]

cpu (the default): keeps a torch that is there; else takes the package index's own build where that
build is for the CPU, and otherwise has `uv`, which knows where PyTorch keeps its CPU builds, take
one. gpu: takes the package index's build, whatever it brings.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

TORCH = "torch==2.13.0"
# What torch's GPU builds depend on.
GPU_PACKAGE = re.compile(r"(nvidia|cuda|rocm|amd)[-_]|(pytorch[-_])?triton", re.IGNORECASE)
PIP = (sys.executable, "-m", "pip")


def installed() -> str | None:
    """The version of torch in this environment, or None; torch itself is not loaded."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return None


def gpu_packages() -> list[str] | None:
    """The GPU packages that pip would install with torch; None where pip can't tell."""
    report = subprocess.run(
        [*PIP, "install", "--dry-run", "--quiet", "--report", "-", TORCH],
        stdout=subprocess.PIPE,
        text=True,
    )
    if report.returncode != 0:
        return None
    names = [item["metadata"]["name"] for item in json.loads(report.stdout)["install"]]
    return [name for name in names if GPU_PACKAGE.match(name)]


def succeeds(*command: str) -> bool:
    """Whether a command ends with status 0; what it says goes to the terminal."""
    return subprocess.run(command).returncode == 0


def install_cpu() -> bool:
    """Installs the index's build where it is for the CPU, else a CPU build by way of uv."""
    gpu = gpu_packages()
    if gpu == []:
        return succeeds(*PIP, "install", TORCH)
    if gpu:
        print(f"{TORCH} from the package index brings {len(gpu)} GPU packages; taking a CPU build")
    uv = (sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable)
    return succeeds(*PIP, "install", "--quiet", "uv") and succeeds(
        *uv, "--torch-backend=cpu", TORCH
    )


def main(arguments: list[str]) -> int:
    """The command that the module's description shows; gives its exit status."""
    kind = arguments[0] if arguments else "cpu"
    if len(arguments) > 1 or kind not in {"cpu", "gpu"}:
        print("usage: python scripts/install_torch.py [cpu|gpu]", file=sys.stderr)
        return 2
    if present := installed():
        print(f"torch {present} is there already")
        return 0
    if install_cpu() if kind == "cpu" else succeeds(*PIP, "install", TORCH):
        return 0
    print(
        f"\nCould not install {TORCH} ({kind} build). Its reason stands above. To go on, either\n"
        "  make TORCH=gpu ...            takes the package index's build, on Linux with GPU\n"
        "                                packages of several gigabytes, or\n"
        f"  {sys.executable} -m pip install YOUR-TORCH\n"
        "                                puts in a build of your choice; make then keeps it.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
