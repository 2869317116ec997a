"""What is in deploy/ fits newsdesk: its commands are there, and so is what it copies."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from rag.faces.cli.app import app
from rag.settings import ENV_PREFIX, Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
IGNORE = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def commands() -> list[list[str]]:
    """Every call of newsdesk in the units, the container file and the compose file."""
    found = []
    for unit in DEPLOY.glob("*.service"):
        for line in re.findall(r"^ExecStart=\S+/newsdesk (.+)$", unit.read_text(), re.MULTILINE):
            found.append([word for word in line.split() if not word.startswith("$")])
    found += [json.loads(line) for line in re.findall(r"^CMD (\[.+\])$", CONTAINER, re.MULTILINE)]
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    found += [json.loads(line) for line in re.findall(r"command: (\[.+\])$", compose, re.MULTILINE)]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_can_be_run_as_it_stands(words: list[str]) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    # Reads the words as a call does, and raises for one that it doesn't know.
    group.commands[words[0]].make_context(words[0], words[1:])


def test_the_container_file_copies_what_is_there_and_not_ignored() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", CONTAINER, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert {"pyproject.toml", "rag", "store", "prompts", "eval"} <= set(copied)
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in IGNORE
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(copied)


def test_the_environment_in_deploy_holds_known_settings_alone() -> None:
    for file in DEPLOY.iterdir():
        for name in re.findall(rf"\b{ENV_PREFIX}([A-Z_]+)=", file.read_text(encoding="utf-8")):
            assert name.lower() in Settings.model_fields
