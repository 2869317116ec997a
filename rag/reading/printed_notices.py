"""What stands on a printed page beside its news, section by section."""

from collections import Counter
from collections.abc import Sequence

from rag.reading.adverts import begins_story, is_advert_title, is_notice_title, offers
from rag.reading.layout import Line, measure
from rag.reading.notices import find_notices
from rag.reading.printed_lines import PrintedLine
from rag.types import LeftOutKind

# Smaller type than that share of an article's own is a caption's.
_CAPTION = 0.87
_OFFERING = 0.5


def section_notices(
    heading: Sequence[Line], text: Sequence[Line], printed: Sequence[PrintedLine], *, labelled: bool
) -> dict[int, LeftOutKind]:
    """What the lines of a section that tell no news are, by their numbers.

    heading: its large lines, text: those below them. A section is an advert where a line that says
    so stands over it (labelled: at the end of the section before) or where half of its lines offer
    something and none is a sentence; a notice where its heading is the title of one. Not one that
    opens as a story does. Lines in smaller type than the others are captions; so is what
    `find_notices` says.
    """
    if heading and not any(map(begins_story, text)):
        label = labelled or is_advert_title(heading[0].compact)
        if label or _is_offer(text):
            return {line.number: "advert" for line in (*heading, *text)}
        if is_notice_title("".join(line.compact for line in heading)):
            return {line.number: "notice" for line in (*heading, *text)}
    small = _small(text, printed)
    usual = [line for line in text if line.number not in small]
    column = measure(usual)
    # Type tells a heading from what stands below it; no line of it is a caption.
    titled = find_notices([*heading, *usual], column)
    found = titled if _whole(heading, titled) else find_notices(usual, column)
    captions: dict[int, LeftOutKind] = dict.fromkeys(small, "caption")
    return captions | found


def ends_with_label(text: Sequence[Line]) -> bool:
    """Whether a section's last line says that what follows is an advert."""
    return bool(text) and is_advert_title(text[-1].compact)


def _whole(heading: Sequence[Line], found: dict[int, LeftOutKind]) -> bool:
    return bool(heading) and all(line.number in found for line in heading)


def _is_offer(text: Sequence[Line]) -> bool:
    offering = sum(map(offers, text))
    sentences = any("。" in line.text for line in text)
    return bool(text) and not sentences and offering >= _OFFERING * len(text)


def _small(lines: Sequence[Line], printed: Sequence[PrintedLine]) -> set[int]:
    """The lines in smaller type than most of them; recognised type has no sure size."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[round(printed[line.number].size * 2) / 2] += len(line.text)
    if not counts:
        return set()
    usual = max(counts, key=lambda size: counts[size])
    return {
        line.number
        for line in lines
        if printed[line.number].confidence is None and printed[line.number].size < _CAPTION * usual
    }
