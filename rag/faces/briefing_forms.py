"""The forms that a briefing is written in, and the file endings that stand for them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from rag.briefing_types import Briefing
from rag.errors import UsageError
from rag.faces.briefing_markdown import briefing_markdown
from rag.types import Language, QuoteContext

Form = Literal["markdown", "html", "docx", "json"]
ENDINGS: Mapping[str, Form] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "markdown",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".json": "json",
}


def form_of(path: Path) -> Form:
    """The form that a file's ending stands for. Raises UsageError for one that stands for none."""
    form = ENDINGS.get(path.suffix.lower())
    if form is None:
        raise UsageError(
            f"{path}: its ending stands for no form; end it in .md, .html, .docx or .json, or name"
            " the form with --format"
        )
    return form


def briefing_text(
    briefing: Briefing,
    form: Literal["markdown", "html"],
    contexts: Mapping[int, QuoteContext],
    language: Language | None,
) -> str:
    """A briefing as text. contexts: what stands around its quotes, by number."""
    if form == "markdown":
        return briefing_markdown(briefing, language)
    from rag.faces.briefing_html import briefing_html  # heavy: loaded on first use

    return briefing_html(briefing, contexts, language)


def briefing_document(
    briefing: Briefing,
    contexts: Mapping[int, QuoteContext],
    language: Language | None,
    made_at: datetime,
) -> bytes:
    """A briefing as a Word document."""
    from rag.faces.briefing_docx import briefing_docx  # heavy: loaded on first use

    return briefing_docx(briefing, contexts, language, made_at)
