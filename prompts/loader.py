"""Reads prompt files: TOML front matter between `+++` lines, then a `## role` section a message."""

import hashlib
import importlib.resources
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Role = Literal["system", "user"]

_FRONT_MATTER = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", re.DOTALL)
_SECTION = re.compile(r"^## (system|user)\n", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as a language model is sent it. prompt: the `Prompt.label` of what it
    was rendered from."""

    role: Role
    content: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A task's prompt. `hash`: 12 hexadecimal digits of the file's SHA-256; `text`: its body."""

    name: str
    version: str
    hash: str
    text: str
    variables: frozenset[str]

    @property
    def label(self) -> str:
        """Name, version and hash."""
        return f"{self.name} {self.version} ({self.hash})"

    def render(self, **variables: str) -> tuple[Message, ...]:
        """The messages with every `{{variable}}` filled in, values verbatim: what looks like a
        placeholder inside a value stays. Raises ValueError for a missing or unknown variable."""
        missing, unknown = self.variables - variables.keys(), variables.keys() - self.variables
        if missing or unknown:
            raise ValueError(
                f"prompt {self.name}: missing variables {sorted(missing)},"
                f" unknown variables {sorted(unknown)}"
            )
        parts = _SECTION.split(self.text)
        return tuple(
            Message(
                "system" if role == "system" else "user",
                _PLACEHOLDER.sub(lambda found: variables[found[1]], content.strip()),
                self.label,
            )
            for role, content in zip(parts[1::2], parts[2::2], strict=True)
        )


@lru_cache(maxsize=32)
def load(name: str) -> Prompt:
    """The prompt in `<name>.md`. Raises ValueError where there is none or its file is malformed."""
    file = importlib.resources.files("prompts") / f"{name}.md"
    if not name.isidentifier() or not file.is_file():
        raise ValueError(f"no prompt is named {name!r}")
    return parse(file.read_text(encoding="utf-8"))


def names() -> tuple[str, ...]:
    """The names of all prompts, sorted."""
    files = importlib.resources.files("prompts").iterdir()
    return tuple(sorted(file.name[:-3] for file in files if file.name.endswith(".md")))


def parse(source: str) -> Prompt:
    """A prompt from the text of its file. Raises ValueError where the file breaks the format."""
    found = _FRONT_MATTER.fullmatch(source)
    if found is None:
        raise ValueError("a prompt file starts with front matter between two lines of +++")
    front = tomllib.loads(found[1])
    if front.keys() != {"name", "version", "variables"}:
        raise ValueError(f"front matter names name, version and variables, not {sorted(front)}")
    name, text, variables = str(front["name"]), found[2], frozenset(front["variables"])
    used = frozenset(_PLACEHOLDER.findall(text))
    if used != variables:
        raise ValueError(f"prompt {name}: declares {sorted(variables)} but uses {sorted(used)}")
    if _SECTION.match(text.lstrip()) is None:
        raise ValueError(f"prompt {name}: its text starts with ## system or ## user")
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    return Prompt(name, str(front["version"]), digest, text, variables)
