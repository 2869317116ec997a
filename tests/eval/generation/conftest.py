"""Small invented archives, read as the archive reads them."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from rag.reading.reader import ReadOptions, read
from rag.types import Article, Page

ArticlesOf = Callable[[Sequence[str]], list[Article]]

# What the names of places and people in here stand for is invented.
TEXTS = (
    "霁澜大桥总投资3.6亿元，由县交通局负责建设。",
    "6月3日，霁澜大桥正式通车。",
    "霁川县第三届茶文化节将于6月20日在霁川县体育馆开幕。",
    "霁川县县长桑禾川出席青岭水库扩建工程开工仪式。",
    "霁川县图书馆新增图书1.5万册。",
    "今年上半年，霁川县新增就业5600人。",
    "霁川县水利局副局长叶知微表示，霜坪水厂扩建后可满足霁川县二十万人用水。",
    "去年，青岭水库供水3200万立方米。",
    "本报讯（记者 云霁）6月5日，霁川县人民医院新门诊大楼正式启用。",
)


def articles_in(folder: Path, texts: Sequence[str]) -> list[Article]:
    path = folder / "articles.jsonl"
    rows = ({"id": f"a{at}", "text": text, "date": "2024-06-07"} for at, text in enumerate(texts))
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    pages = read(path, ReadOptions(None, None, date(2024, 6, 7)))
    return [article for page in pages if isinstance(page, Page) for article in page.articles]


@pytest.fixture
def articles_of(tmp_path: Path) -> ArticlesOf:
    """Articles of these texts, a JSONL row each, with the ids a0, a1 and so on."""
    return lambda texts: articles_in(tmp_path, texts)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> list[Article]:
    return articles_in(tmp_path_factory.mktemp("archive"), TEXTS)
