"""The prompts that a language model is given: one Markdown file a task."""

from prompts.loader import Message, Prompt, load, names

__all__ = ["Message", "Prompt", "load", "names"]
