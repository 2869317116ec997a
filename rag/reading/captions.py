"""Captions of pictures and the credits of those who took them, where they stand alone."""

import re
from collections.abc import Sequence

from rag.reading import bylines
from rag.reading.characters import HAN, ends_sentence
from rag.reading.layout import Column, Line, is_full

_NAMES = rf"[{HAN}·]{{2,8}}(?:[\s、/]+[{HAN}·]{{2,4}}){{0,3}}"
_TAKER = (
    rf"(?:[{HAN}]{{0,8}}(?:记者|通讯员|实习生|摄影师)\s*[：:/]?\s*)?{_NAMES}\s*[/／]?\s*"
    r"(?:摄(?:影)?|供图|图)"
)
_GIVER = (
    rf"(?:[{HAN}]{{2,10}}(?:社|网|中国)(?:记者)?\s*(?:发|图|{_NAMES}\s*摄)(?:\s*[（(]{_TAKER}[）)])?"
    rf"|(?:图片?|照片|摄影)(?:来源|提供|源)?\s*[：:/／丨|]\s*[{HAN}A-Za-z·\s、]{{2,14}}"
    rf"|(?:本版|本组|以上|文内|文中)?(?:图片|照片|配图|图)(?:均)?(?:由|为)[{HAN}\s、]{{2,20}}?(?:摄|提供|供图)"
    rf"|[{HAN}]{{0,8}}(?:资料(?:图片?|照片)|供图|效果图|示意图|视频截图))"
)
_CREDIT = rf"(?:{_GIVER}|{_TAKER})"
_CREDIT_ALONE = re.compile(rf"[（(【]?\s*(?:图|文图)?\s*{_CREDIT}\s*[）)】]?")
_ENDS_WITH_TAKER = re.compile(rf"{_NAMES}\s*[/／]?\s*摄(?:影)?\s*[）)]?$")
_ENDS_WITH_CREDIT = re.compile(rf"(?:[。！？”’」』；]\s*[（(]?|[（(]|\s)\s*{_CREDIT}\s*[）)]?$")
# A reporter who wrote too, and a story told in pictures, are a byline.
_WROTE = re.compile(r"文\s*[/、／]|[/、／]\s*文|摄影报道|图文|文图")
_OPENING = re.compile(
    r"(?:(?:上|下|左|右|本|题)图|图[一二三四五六七八九十\d①-⑩]{0,2})\s*(?:为|[：:/])"
    r"|[△▲▽▼↑↓←→⬆⬇]\s*(?=\S)|[（(](?:上|下|左|右)图[）)]"
)
_SIGNS = "△▲▽▼↑↓←→⬆⬇"
# A word that ends with 图 may break before it: 蓝|图为 opens no caption.
_BEFORE_PICTURE = "蓝地意企试版宏构制绘插截力附略拼贪希谋妄草挂导如上下左右此看画"
_MOST_LINES = 5
_LONGEST, _LONGEST_UNOPENED, _LONGEST_UNSIGNED = 160, 30, 70
_MOST_SENTENCES = 3


def caption_end(lines: Sequence[Line], start: int, column: Column) -> int:
    """Where a caption that begins at a line ends; `start` where none begins there.

    A caption opens as one does (图为, 上图, a sign that points to the picture) and ends with the
    credit of its picture, or with a sentence on a line that isn't full; or it is a credit alone.
    Signs before several paragraphs in a row make a list.
    """
    if _is_credit_alone(lines, start, column):
        return start + 1
    if not _opens(lines, start, column):
        return start
    return _end(lines, start, column)


def signed_end(lines: Sequence[Line], start: int, column: Column) -> int:
    """Where a short paragraph ends that opens as text does, and ends with the name of who took its
    picture; `start` where the line begins none, or the paragraph tells a story of its own.

    What names who gave the pictures (供图, 图片来源) closes a text as well as a caption.
    """
    if not _begins_paragraph(lines, start, column) or _starts_story(lines[start]):
        return start
    length = 0
    for i in range(start, min(start + _MOST_LINES, len(lines))):
        length += len(lines[i].compact)
        if length > _LONGEST_UNOPENED or (i > start and _starts_story(lines[i])):
            return start
        if is_signed(lines[i].text) and _ENDS_WITH_TAKER.search(lines[i].text):
            return i + 1
        if i + 1 == len(lines) or not is_full(lines[i], lines[i + 1], column):
            return start
    return start


def is_signed(text: str) -> bool:
    """Whether a text ends with a photographer's credit and not with that of one who wrote it."""
    return _ENDS_WITH_CREDIT.search(text) is not None and _WROTE.search(text[-24:]) is None


def _is_credit_alone(lines: Sequence[Line], number: int, column: Column) -> bool:
    text = lines[number].text
    if len(text) > 40 or _WROTE.search(text) or bylines.marked_byline(text):
        return False
    if _CREDIT_ALONE.fullmatch(text) is None or not _names_credit(text):
        return False
    above = lines[number - 1].text if number else ""
    if not ends_sentence(above) and any(sign in above for sign in "。，"):
        return False
    if number and _goes_on(lines[number - 1], lines[number], column):
        return False
    following = lines[number + 1 : number + 2]
    if following and text[-1] not in "）)】" and _goes_on(lines[number], following[0], column):
        return False
    # 记者 … 摄 right above a lead is the byline of its story.
    return not (following and bylines.plain_byline(text) and _opens_text(following[0]))


def _names_credit(text: str) -> bool:
    """Whether the short line can't be a headline that ends with 图."""
    bare = text.strip("（()）【】 ")
    return (
        not bare.endswith("图") or re.search(r"供图|资料图|[：:/]|社|视觉|中国", bare) is not None
    )


def _opens(lines: Sequence[Line], number: int, column: Column) -> bool:
    text = lines[number].text
    opening = _OPENING.match(text)
    if opening is None or bylines.marked_byline(text):
        return False
    if text[0] in _SIGNS:
        return not _is_list(lines, number)
    if not number:
        return True
    above = lines[number - 1]
    open_above = _goes_on(above, lines[number], column)
    return not (open_above and above.text[-1] in _BEFORE_PICTURE)


def _is_list(lines: Sequence[Line], number: int) -> bool:
    """Whether other paragraphs near the line begin with the same sign."""
    near = [*lines[max(number - 4, 0) : number], *lines[number + 1 : number + 5]]
    return any(line.text[0] == lines[number].text[0] for line in near)


def _end(lines: Sequence[Line], start: int, column: Column) -> int:
    length = sentences = 0
    for i in range(start, min(start + _MOST_LINES, len(lines))):
        line = lines[i]
        if i > start and _starts_story(line):
            return start
        length += len(line.compact)
        sentences += line.compact.count("。")
        if length > _LONGEST or sentences > _MOST_SENTENCES:
            return start
        if is_signed(line.text) or (i > start and _is_credit_alone(lines, i, column)):
            return i + 1
        last = i + 1 == len(lines)
        if last or _ends_paragraph(line, lines[i + 1], column):
            if not last and _is_credit_alone(lines, i + 1, column):
                return i + 2
            return i + 1 if length <= _LONGEST_UNSIGNED else start
        if not column.width or not is_full(line, lines[i + 1], column):
            # A caption need not be a sentence.
            return i + 1 if length <= _LONGEST_UNSIGNED else start
    return start


def _goes_on(line: Line, following: Line, column: Column) -> bool:
    """Whether a full line leaves its sentence open, so that the next one goes on with it."""
    return not ends_sentence(line.text) and is_full(line, following, column)


def _begins_paragraph(lines: Sequence[Line], number: int, column: Column) -> bool:
    return not number or _ends_paragraph(lines[number - 1], lines[number], column)


def _ends_paragraph(line: Line, following: Line, column: Column) -> bool:
    return ends_sentence(line.text) and not is_full(line, following, column)


def _starts_story(line: Line) -> bool:
    return bool(
        _opens_text(line) or bylines.marked_byline(line.text) or bylines.plain_byline(line.text)
    )


def _opens_text(line: Line) -> bool:
    return bylines.opens_story(line.compact) or bylines.opens_dispatch(line.compact)
