"""A run as one HTML file that needs nothing beside it."""

from eval.html.report import html

__all__ = ["html"]
