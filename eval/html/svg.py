"""Makes a matplotlib figure part of a web page: its text and its colours are the page's own."""

import xml.etree.ElementTree as ElementTree
from io import BytesIO
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from markupsafe import Markup
from rich.cells import cell_len, set_cell_size

from rag.faces.printable import visible

if TYPE_CHECKING:  # heavy: only its types are needed here
    from matplotlib.figure import Figure

# What matplotlib is given in place of the page's colours, each a class `stroke-…` or `fill-…` here.
INK, MUTED = "#010101", "#020202"
SERIES = ("#030301", "#030302", "#030303", "#030304", "#030305", "#030306")
_CLASSES = {INK: "ink", MUTED: "muted"} | {
    color: f"series-{number}" for number, color in enumerate(SERIES, start=1)
}
_XLINK = "{http://www.w3.org/1999/xlink}href"
_PLAIN = frozenset(ascii_letters + digits + " .,:()-")
_LONGEST = 24  # columns of a terminal that a label takes at most


class Labels:
    """Text of the user's own on a plot. matplotlib is given plain words of the same width: it has
    no Chinese letters to measure, and reads formulas between dollar signs."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def of(self, text: str, ending: str = "") -> str:
        """What to give matplotlib in place of a text, which is cut where it is long, and ending."""
        line = visible(" ".join(text.split()))
        if cell_len(line) > _LONGEST:
            line = set_cell_size(line, _LONGEST - 1).rstrip() + "…"
        line += ending
        word = "".join(one if one in _PLAIN else "x" * cell_len(one) for one in line)
        while self._texts.get(word, line) != line:
            word += "x"
        self._texts[word] = line
        return word

    def shown(self, word: str) -> str:
        """The text that a word stands for, or the word itself."""
        return self._texts.get(word, word)


def inline(figure: "Figure", name: str, title: str, description: str, labels: Labels) -> Markup:
    """The figure as an <svg> element for a page, with classes in place of colours and no style of
    its own. name: begins its ids, one a page. title, description: what it shows, in words."""
    drawn = BytesIO()
    figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    root = ElementTree.fromstring(drawn.getvalue())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {"metadata", "style"}:
                parent.remove(child)
    used = {_target(element) for element in root.iter()} - {""}
    for element in root.iter():
        _bare(element, name, used)
        if element.tag == "text":
            element.text = labels.shown(element.text or "")
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.attrib |= {
        "class": "plot",
        "role": "img",
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-description",
    }
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        child = ElementTree.Element(tag, {"id": f"{name}-{'description' if place else 'title'}"})
        child.text = visible(text)
        root.insert(place, child)
    return Markup(ElementTree.tostring(root, encoding="unicode", short_empty_elements=False))


def _target(element: ElementTree.Element) -> str:
    """The id that an element refers to, or nothing."""
    clip = element.get("clip-path", "").removeprefix("url(#").removesuffix(")")
    return clip or element.get(_XLINK, "").removeprefix("#")


def _bare(element: ElementTree.Element, name: str, used: set[str]) -> None:
    """Leaves an element the ids that are referred to, and attributes for its style."""
    if (own := element.attrib.pop("id", None)) in used:
        element.set("id", f"{name}-{own}")
    if (target := element.attrib.pop(_XLINK, None)) is not None:
        element.set("href", f"#{name}-{target.removeprefix('#')}")
    if "clip-path" in element.attrib:
        element.set("clip-path", f"url(#{name}-{_target(element)})")
    classes = []
    for declaration in element.attrib.pop("style", "").split(";"):
        key, value = (part.strip() for part in (declaration + ":").split(":")[:2])
        if key in {"fill", "stroke"} and value in _CLASSES:
            classes.append(f"{key}-{_CLASSES[value]}")
        elif key == "font":
            element.set("font-size", value.partition(" ")[0])
        elif key:
            element.set(key, value)
    if classes:
        element.set("class", " ".join(classes))
