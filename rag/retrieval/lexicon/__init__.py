"""Word lists that questions are read with, one file a list; `#` opens a comment line."""

from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a list, without comments and blank ones."""
    text = (resources.files(__name__) / name).read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list, which white space separates."""
    return frozenset(word for line in lines(name) for word in line.split())


@cache
def same_verbs() -> Mapping[str, frozenset[str]]:
    """Each verb that papers use for others, with those and itself."""
    groups = [frozenset(line.split()) for line in lines("chinese_same_verbs.txt")]
    return {verb: group for group in groups for verb in group}
