"""Writes docs/configuration.md from the settings and from the options of `newsdesk serve`.

usage: python scripts/configuration.py [--check]

--check: writes nothing; the exit status is 1 where the page isn't what it should be.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer.main

from rag.faces.cli.app import app
from rag.settings_told import described_settings

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
COMMAND = "python scripts/configuration.py"

_HEAD = f"""\
# Configuration

<!-- Written by `{COMMAND}`: change rag/settings.py or the command, not this page. -->

A setting comes from the environment, by its variable; else from `newsdesk.toml` in the folder that
newsdesk is started in, by its name; else it is the default. An unknown name, or a value that isn't
allowed, is an error that says where it was set. `newsdesk settings` shows every setting, its value
and where that was set, with keys and passwords hidden.

    # newsdesk.toml
    home = "/var/lib/newsdesk/archive"
    candidates = 90
    mode = "extractive"

The settings marked * decide how an archive is indexed: one that is there opens with those that it
was made by, until `newsdesk reindex` makes it anew.
"""

_LIBRARY = """\
## Beside the settings

| variable | |
| --- | --- |
| `OPENAI_API_KEY` | The key of the language model's server, and of an embedding server. |
| `OPENAI_BASE_URL` | Their address, where it isn't OpenAI's own. |
| `HF_HUB_OFFLINE` | 1: no model is downloaded from the Hugging Face hub. |
| `HF_HOME` | Where models from there are kept. |
"""

_SERVE = """\
## Options of `newsdesk serve`

| option | default | |
| --- | --- | --- |
"""


def page() -> str:
    """The page as it should be."""
    return "\n".join((_HEAD, _settings(), _LIBRARY, _SERVE + "\n".join(_options()) + "\n"))


def _settings() -> str:
    lines = ["| variable | name in newsdesk.toml | allowed | default | |", "| --- " * 5 + "|"]
    for one in described_settings():
        mark = "*" if one.of_index else ""
        default = f"`{one.default}`" if one.default else "none"
        if one.name == "home":
            default = one.default
        lines.append(
            _row(
                (f"`{one.variable}`{mark}", f"`{one.name}`", one.allowed, default, one.description)
            )
        )
    return "\n".join(lines) + "\n"


def _options() -> Iterator[str]:
    command = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    for option in command.params:
        if option.name in {"help", "as_json"}:
            continue
        default = option.default
        shown = "off" if default is False else "none" if default in (None, ()) else f"`{default}`"
        yield _row((" ".join(f"`{word}`" for word in option.opts), shown, option.help or ""))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(arguments: Sequence[str]) -> int:
    """The command that the module's description shows; gives its exit status."""
    if arguments not in ([], ["--check"]):
        print(f"usage: {COMMAND} [--check]", file=sys.stderr)
        return 2
    wanted = page()
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    if arguments:
        print(f"{PAGE}: isn't up to date; run {COMMAND}", file=sys.stderr)
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    print(f"{PAGE}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
