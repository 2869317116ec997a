"""The README tells of every command, and of settings as they are."""

import re
from pathlib import Path

from rag.faces.cli.app import app
from rag.settings import ENV_PREFIX, Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SETTING_ROW = re.compile(rf"^\| `{ENV_PREFIX}([A-Z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_the_settings_in_the_table_are_there_with_their_defaults() -> None:
    told = {name.lower(): default.strip("`") for name, default, _ in SETTING_ROW.findall(README)}
    assert {"home", "mode"} <= told.keys()
    for name, default in told.items():
        field = Settings.model_fields[name]
        if name != "home":
            assert default == ("none" if field.default is None else str(field.default))


def test_every_command_is_told_of() -> None:
    commands = [
        command.callback.__name__ for command in app.registered_commands if command.callback
    ]
    commands += [str(group.name) for group in app.registered_groups]
    assert commands
    for command in commands:
        assert re.search(rf"`[^`]*\b{command}\b[^`]*`", README), command
