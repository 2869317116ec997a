"""Characters at any places to lines: none is lost, none comes twice, and their order of drawing
doesn't count."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.reading.boxes import Box, Glyph
from rag.reading.pieces import pieces_of
from rag.reading.printed_lines import PrintedLine, lines_in_order

HEIGHT = 400.0
places = st.tuples(
    st.floats(0, 300),
    st.floats(0, HEIGHT - 30),
    st.sampled_from([6.0, 8.0, 8.0, 8.0, 9.5, 14.0, 30.0]),
)


def glyphs_at(spots: list[tuple[float, float, float]]) -> list[Glyph]:
    """A character of its own at each place."""
    return [
        Glyph(chr(0x4E00 + number), Box(x, y, x + size, y + size), size)
        for number, (x, y, size) in enumerate(spots)
    ]


def lines_of(glyphs: list[Glyph]) -> list[PrintedLine]:
    return lines_in_order(pieces_of(glyphs), HEIGHT)


@settings(max_examples=80, deadline=None)
@given(spots=st.lists(places, min_size=1, max_size=60), chance=st.randoms())
def test_every_character_is_in_one_line(spots: list[tuple[float, float, float]], chance) -> None:  # type: ignore[no-untyped-def]
    glyphs = glyphs_at(spots)
    lines = lines_of(glyphs)
    found = Counter(character for line in lines for character in line.text if character.strip())
    assert found == Counter(glyph.text for glyph in glyphs)
    chance.shuffle(glyphs)
    assert lines_of(glyphs) == lines
