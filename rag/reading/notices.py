"""What a page prints beside its news: index, weather, captions, adverts and notices."""

import re
from collections.abc import Sequence

from rag.reading.adverts import (
    advert_end,
    begins_story,
    is_advert_title,
    is_notice_title,
    notice_end,
)
from rag.reading.captions import caption_end, signed_end
from rag.reading.characters import ends_sentence
from rag.reading.layout import Column, Line
from rag.types import LeftOutKind

_INDEX = re.compile(r"(?:今日|本期|本版|本报|新闻)?(?:导读|要目|提要|目录|索引|内容提要)")
_PAGE_NAMED = re.compile(
    r"(?:第?[A-Z]?\d{1,3}版|第[一二三四五六七八九十]{1,3}版|(?<![A-Za-z\d])[A-Z]\d{1,2})[》）)]?$"
)
_ENTRIES_ALONE = 3  # lines in a row that name a page are an index without its title
_WEATHER = re.compile(
    r"(?:今日|今明|今明两天|本市|市区|全市|明日|一周|未来[一二三四五六七]天)?(?:天气|气象)(?:预报|信息|播报|服务)?"
)
_SKY = re.compile(
    r"晴|多云|阴|[小中大暴阵雷雨]雨|雷阵雨|雨夹雪|[小中大暴阵]雪|霾|[东南西北]风|微风|\d级|气温|℃|摄氏度|湿度|降水"
    r"|夜间|白天|最[高低]"
)
_SKY_WORDS = 2
_NEAR = 6


def find_notices(lines: Sequence[Line], column: Column) -> dict[int, LeftOutKind]:
    """What the lines that tell no news are, by their numbers.

    An index is its title and the entries below it, each ending with a page; without a title, three
    such lines in a row. The weather is its title and the lines below that speak of it, where no
    story above does. Captions,
    adverts and public notices are as their own rules say. A paragraph that ends with its picture's
    credit is a caption where a story stands before it: below a headline it is the story.
    """
    found: dict[int, LeftOutKind] = {}
    told = False
    i = 0
    while i < len(lines):
        ends: tuple[tuple[int, LeftOutKind], ...] = (
            (_index_end(lines, i), "index"),
            (_weather_end(lines, i), "weather"),
            (advert_end(lines, i, column), "advert"),
            (notice_end(lines, i, column), "notice"),
            (caption_end(lines, i, column), "caption"),
            (signed_end(lines, i, column) if told else i, "caption"),
        )
        end, kind = max(ends, key=lambda pair: pair[0])
        found.update((line.number, kind) for line in lines[i:end])
        told = ends_sentence(lines[i].text) if end == i else told
        i = max(end, i + 1)
    return found


def is_title_beside_news(compact: str) -> bool:
    """Whether a line is the title of an index, the weather, an advert or a notice."""
    index, weather = _INDEX.fullmatch(compact), _WEATHER.fullmatch(compact)
    return bool(index or weather) or is_advert_title(compact) or is_notice_title(compact)


def _index_end(lines: Sequence[Line], start: int) -> int:
    """Where an index that begins at `start` ends; `start` where none does."""
    titled = _INDEX.fullmatch(lines[start].compact) is not None
    end = start + titled
    while end < len(lines):
        if _names_page(lines[end]):
            end += 1
        elif (
            titled and end + 1 < len(lines) and _names_page(lines[end + 1]) and _runs_on(lines[end])
        ):
            end += 2
        else:
            break
    entries = end - start - titled
    return end if entries >= (1 if titled else _ENTRIES_ALONE) else start


def _names_page(line: Line) -> bool:
    return _PAGE_NAMED.search(line.compact) is not None and not begins_story(line)


def _runs_on(line: Line) -> bool:
    """Whether an entry may go on in the next line."""
    return not ends_sentence(line.text) and not begins_story(line)


def _weather_end(lines: Sequence[Line], start: int) -> int:
    if _WEATHER.fullmatch(lines[start].compact) is None:
        return start
    if any(map(_speaks_of_weather, lines[max(start - _NEAR, 0) : start])):
        return start
    end = start + 1
    while end < len(lines) and _speaks_of_weather(lines[end]):
        end += 1
    return end if end > start + 1 else start


def _speaks_of_weather(line: Line) -> bool:
    return len(_SKY.findall(line.compact)) >= _SKY_WORDS and not begins_story(line)
