"""A small archive that the command line made: one printed page and three JSONL articles."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.faces.cli import main

PAGE = """2024 年 5 月 21 日 星期二
白榆日报 第 1 版 要闻
县政府研究夏季灌溉用水
疏浚水渠十二条 保障夏灌用水
□记者 云霁
本报讯 5 月 20 日上午，县政府召开
常务会议，研究夏季灌溉用水工作。
会议决定，今年汛期前疏浚灌溉水渠十
二条，总长 86 公里，由县水利局负责
实施，经费 430 万元列入本级预算。
会议要求，各乡镇要在 6 月 10 日前
完成泵站检修，保证水稻移栽用水。
老桥换新颜 夜市添烟火
□记者 柳溪
本报讯 5 月 19 日晚，修缮一新的听
雨桥夜市开街，首批 64 个摊位迎客。
夜市每晚 6 时开市， 11 时收市，摊位
费前三个月全免。
"""

ROWS = (
    {
        "id": "wheat-1",
        "headline": "全县小麦开镰收割",
        "text": "5月23日，全县小麦开镰收割。今年小麦种植面积21万亩，投入联合收割机380台。",
        "date": "2024-05-23",
        "publication": "白榆日报",
    },
    {
        "id": "library-1",
        "headline": "流动图书车下乡",
        "text": "流动图书车5月24日开进云岭村小学，带来图书1500册。图书车每两周来一次。",
        "date": "2024-05-24",
        "publication": "白榆日报",
    },
    {
        "id": "clinic-1",
        "headline": "村卫生室添置心电图机",
        "text": "县卫生健康局为45个村卫生室添置心电图机，检查结果可上传县医院诊断。",
        "date": "2024-05-24",
        "publication": "白榆晚报",
    },
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its exit status, stdout and stderr."""

    status: int
    output: str
    complaint: str

    @property
    def value(self) -> Any:
        return json.loads(self.output)


Newsdesk = Callable[..., Outcome]


def run(*words: object) -> Outcome:
    """One command in this process."""
    output, complaint = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(complaint):
        status = main([str(word) for word in words])
    return Outcome(status, output.getvalue(), complaint.getvalue())


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of source files."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "page-1.txt").write_text(PAGE, encoding="utf-8")
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def archive(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an archive that holds every source file; tests only read it."""
    home = tmp_path_factory.mktemp("archive") / "home"
    outcome = run("--home", home, "ingest", pages, "--json")
    assert outcome.status == 0, outcome.complaint
    assert outcome.value["new"] == 4
    return home


@pytest.fixture
def newsdesk(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Newsdesk:
    """Runs a command on the shared archive: newsdesk("ask", "…")."""
    monkeypatch.setenv("NEWSDESK_HOME", str(archive))
    return run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder for one test, not made yet."""
    return tmp_path / "home"


@pytest.fixture
def fresh(home: Path, monkeypatch: pytest.MonkeyPatch) -> Newsdesk:
    """Runs a command on an archive of the test's own, in `home`."""
    monkeypatch.setenv("NEWSDESK_HOME", str(home))
    return run
