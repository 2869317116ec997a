"""Page labels as papers print them (第03版, 三, Ａ３), in one form each."""

import re
import unicodedata

_LABEL = re.compile(r"([A-Z]?)0*(\d{1,3})")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS["〇"] = 0


def page_label(printed: str) -> str:
    """A label without 第, 版, leading zeros and Chinese numerals: 第A03版 is A3, 十二 is 12. What
    is no label stays as it is, without white space."""
    bare = "".join(unicodedata.normalize("NFKC", printed).upper().split())
    bare = bare.removeprefix("第").removesuffix("版")
    letter = bare[0] if bare[:1].isascii() and bare[:1].isalpha() else ""
    number = _chinese_number(bare[len(letter) :])
    match = _LABEL.fullmatch(bare if number is None else f"{letter}{number}")
    return "".join(match.groups()) if match else bare


def names_page(said: str, page: str, seen_on: str) -> bool:
    """Whether the page that is spoken of on another page is this one. A label without a letter may
    mean the page of that number in the section that it is printed in. All as `page_label` gives
    them."""
    section = seen_on[:1] if seen_on[:1].isalpha() else ""
    return page in (said, f"{section}{said}")


def _chinese_number(text: str) -> int | None:
    tens, ten, ones = text.rpartition("十")
    if not text or any(character not in _DIGITS for character in tens + ones):
        return None
    if not ten:
        return int("".join(str(_DIGITS[character]) for character in ones))
    if len(tens) > 1 or len(ones) > 1:
        return None
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
