"""Every setting as it is told: what it may be, what it is, and where that was set."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from rag.server_secrets import HIDDEN, shown
from rag.settings import (
    CONFIG_NAME,
    ENV_PREFIX,
    INDEX_SETTINGS,
    Settings,
    load_settings,
    source_of,
)

_KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "folder"}
_ADDRESSES = ("chroma_url",)  # what may hold a user name and password


@dataclass(frozen=True, slots=True)
class DescribedSetting:
    """A setting. variable: in the environment; in newsdesk.toml it goes by `name`. allowed: what it
    may be, in words. default: as text; empty for none. of_index: an index depends on it."""

    name: str
    variable: str
    allowed: str
    default: str
    description: str
    of_index: bool


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """A setting as it is now. source: where it was set: a variable, a file, `--home` or
    `default`."""

    name: str
    value: str | int | float | bool | None
    source: str
    description: str


def described_settings() -> tuple[DescribedSetting, ...]:
    """All settings, in the order in which they are declared."""
    return tuple(
        DescribedSetting(
            name,
            f"{ENV_PREFIX}{name.upper()}",
            _allowed(field),
            _default(field),
            field.description or "",
            name in INDEX_SETTINGS,
        )
        for name, field in Settings.model_fields.items()
    )


def settings_in_force(
    home: Path | None = None, folder: Path | None = None
) -> tuple[SettingInForce, ...]:
    """All settings as `load_settings` gives them, and the key and server of a language model; no
    secret is among them. Raises SettingsError as that does."""
    settings = load_settings(home, folder)
    config = (folder or Path.cwd()) / CONFIG_NAME
    return (
        *(
            SettingInForce(
                name,
                _value(name, getattr(settings, name)),
                source_of(name, config, home),
                field.description or "",
            )
            for name, field in Settings.model_fields.items()
        ),
        *_of_the_library(),
    )


def _of_the_library() -> Iterator[SettingInForce]:
    server = os.environ.get("OPENAI_BASE_URL", "").strip()
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    for name, value, what in (
        ("OPENAI_BASE_URL", shown(server), "The server of the language model."),
        ("OPENAI_API_KEY", key and HIDDEN, "The key that it is asked with."),
    ):
        yield SettingInForce(name, value or None, name if value else "default", what)


def _value(name: str, value: object) -> str | int | float | bool | None:
    if name in _ADDRESSES and isinstance(value, str):
        return shown(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "the platform's data folder"
    return "" if field.default is None else str(field.default)


def _allowed(field: FieldInfo) -> str:
    kinds = [kind for kind in _alternatives(field.annotation) if kind is not NoneType]
    words = " or ".join(_kind(kind) for kind in kinds)
    if bounds := _bounds(field.metadata):
        words += f", {bounds}"
    return words


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is UnionType else (annotation,)


def _kind(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(map(str, get_args(annotation)))
    return _KINDS[annotation]


def _bounds(metadata: list[Any]) -> str:
    least = next((f"{one.ge}" for one in metadata if isinstance(one, Ge)), "")
    above = next((f"above {one.gt}" for one in metadata if isinstance(one, Gt)), "")
    most = next((f"{one.le}" for one in metadata if isinstance(one, Le)), "")
    below = next((f"below {one.lt}" for one in metadata if isinstance(one, Lt)), "")
    if least and most:
        return f"{least} to {most}"
    words = (least and f"{least} or more", above, most and f"at most {most}", below)
    return ", ".join(word for word in words if word)
