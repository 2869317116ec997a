"""An article beside the raw lines that it was read from."""

from itertools import pairwise

from rag.types import Article, RawLine


def raw_lines(article: Article, raw: str) -> tuple[RawLine, ...]:
    """Every line of the raw source from the first to the last that the article's text stands on,
    with the part of the text that comes from it; together the parts are the whole text. Lines in
    between that nothing comes from are among them."""
    runs = article.source_map.runs
    if not runs:
        return ()
    starts = [0]
    for line in raw.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    first, last = runs[0][1], runs[-1][1] + runs[-1][2] - 1
    found: list[RawLine] = []
    run, clean = 0, 0
    for number, (start, end) in enumerate(pairwise(starts), start=1):
        if end <= first or start > last:
            continue
        begin = clean
        while run < len(runs) and runs[run][1] < end:
            clean_start, raw_start, length = runs[run]
            clean = clean_start + min(length, end - raw_start)
            if raw_start + length > end:
                break
            run += 1
        found.append(
            RawLine(
                number=number,
                raw_start=start,
                raw=raw[start:end].rstrip("\r\n"),
                start=begin,
                end=clean,
                text=article.text[begin:clean],
            )
        )
    return tuple(found)
