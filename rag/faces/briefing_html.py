"""A briefing as one HTML file: citations lead to the quoted words in their context, and back."""

from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined

from rag.briefing_types import Briefing
from rag.faces.briefing_frame import CONTENTS_FROM, frame_of
from rag.faces.printable import visible
from rag.types import Language, QuoteContext

_TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}


def briefing_html(
    briefing: Briefing,
    contexts: Mapping[int, QuoteContext],
    language: Language | None = None,
) -> str:
    """The whole page, which loads nothing and runs no script. contexts: what stands around the
    quotes, by citation number; a quote without any is shown alone. language: of all but the
    articles' words."""
    environment = Environment(
        loader=PackageLoader("rag.faces", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    frame = frame_of(briefing, language)
    return environment.get_template("briefing.html").render(
        briefing=briefing,
        frame=frame,
        word=frame.word,
        tag=_TAGS[frame.language],
        told=_TAGS[frame_of(briefing).language],
        contexts=contexts,
        contents=len(briefing.stories) >= CONTENTS_FROM,
        back=_back(briefing),
    )


def _shown(value: object) -> object:
    """What no page may turn the direction of, or hide."""
    return visible(value) if type(value) is str else value


def _back(briefing: Briefing) -> dict[int, list[str]]:
    """The anchors of the places that cite each citation, in order."""
    places: dict[int, list[str]] = {one.number: [] for one in briefing.citations}
    for number, story in enumerate(briefing.stories, start=1):
        for place, point in enumerate(story.points, start=1):
            for cited in point.citations:
                places[cited].append(f"p{number}-{place}-{cited}")
    for row_number, row in enumerate(briefing.table, start=1):
        places[row.citation].append(f"t{row_number}")
    return places
