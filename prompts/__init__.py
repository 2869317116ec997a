"""The prompts that a language model is given: one Markdown file a task."""

from prompts.loader import Message, Prompt, load

__all__ = ["Message", "Prompt", "load"]
