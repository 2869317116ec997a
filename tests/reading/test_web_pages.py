"""Saved web pages: the article's text and what the page says of it, by rules for Chinese pages."""

import email.message
import email.policy
from datetime import date
from pathlib import Path

import pytest

from tests.reading.files import HTML, LEVEE, PATROL, RESERVOIR, failures, one

TEXT = f"{LEVEE}\n{PATROL}\n{RESERVOIR}"


def saved(tmp_path: Path, html: str | bytes, name: str = "page.html") -> Path:
    path = tmp_path / name
    path.write_bytes(html.encode() if isinstance(html, str) else html)
    return path


def test_the_article_is_found_among_what_a_page_shows_around_it(tmp_path: Path) -> None:
    page = one(saved(tmp_path, HTML))
    (article,) = page.articles
    assert article.headline == "守住堤岸保安澜"
    assert article.text == TEXT
    assert article.byline == ("林甲",)
    assert article.issue_date == date(2024, 6, 4)
    assert article.publication == "云汀日报"
    assert page.raw == TEXT + "\n"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        *(("gb2312", "gb18030"), ("gbk", "gb18030"), ("big5", "gb18030"), ("utf-8", "utf-8")),
        *(("iso-8859-1", "gb18030"), ("windows-1252", "gb18030"), ("koi8-r", "gb18030")),
        ("unicode_escape", "gb18030"),
    ],
)
def test_the_encoding_is_what_the_bytes_are(tmp_path: Path, declared: str, encoding: str) -> None:
    html = HTML.replace('charset="utf-8"', f'charset="{declared}"')
    page = one(saved(tmp_path, html.encode(encoding)))
    assert page.articles[0].text == TEXT
    assert page.encoding == encoding


def test_a_declared_encoding_counts_where_the_bytes_leave_it_open(tmp_path: Path) -> None:
    html = HTML.replace('charset="utf-8"', 'charset="big5"')
    traditional = html.replace(LEVEE, "六月三日上午，雲汀市召開防汛工作會議，部署主汛期河道巡查。")
    for simple, full in zip(
        "会议决从险时内值岁两个街处库库处动备备报",
        "會議決從險時內值歲兩個街處庫庫處動備備報",
        strict=True,
    ):
        traditional = traditional.replace(simple, full)
    page = one(saved(tmp_path, traditional.encode("big5", "ignore")))
    assert "雲汀市召開防汛工作會議" in page.articles[0].text
    assert page.encoding == "big5"


@pytest.mark.parametrize(
    ("old", "new", "day"),
    [
        ("2024年6月4日 08:30", "2020年12月24日", date(2020, 12, 24)),
        ("2024年6月4日 08:30", "二〇二〇年十二月二十四日", date(2020, 12, 24)),
        ("2024年6月4日 08:30", "2020-12-24 08:30:00", date(2020, 12, 24)),
        (
            "</title>",
            '</title><meta property="article:published_time" content="2024-06-05T08:00:00+08:00">',
            date(2024, 6, 5),
        ),
        ("</title>", '</title><meta name="pubdate" content="2024年6月5日">', date(2024, 6, 5)),
        (
            "</title>",
            '</title><script type="application/ld+json">{"datePublished": "2024-06-05"}</script>',
            date(2024, 6, 5),
        ),
    ],
)
def test_the_day_is_that_of_the_metadata_or_the_one_printed(
    tmp_path: Path, old: str, new: str, day: date
) -> None:
    assert one(saved(tmp_path, HTML.replace(old, new))).issue_date == day


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("作者：林甲", ("林甲",)),
        ("作者: 林甲 周乙文　编辑：陈丙", ("林甲", "周乙文")),
        ("本报记者 林甲 周乙文", ("林甲", "周乙文")),
        ("责任编辑：陈丙", ()),
        ("文/林甲", ("林甲",)),
    ],
)
def test_the_author_is_found_by_rules_for_chinese(
    tmp_path: Path, credit: str, names: tuple[str, ...]
) -> None:
    html = HTML.replace("　作者：林甲", f"</div><div>{credit}")
    assert one(saved(tmp_path, html)).articles[0].byline == names


def test_a_papers_own_electronic_page_is_read(tmp_path: Path) -> None:
    html = f"""<html><head><meta charset="utf-8">
<title>云汀日报 2024年06月04日 第01版</title></head><body>
<div class="list"><a href="1.html">第01版：要闻</a><a href="2.html">第02版：社会</a></div>
<div class="article"><h3>全市防汛工作会议召开</h3><h1>守住堤岸保安澜</h1><h2></h2>
<p class="sec">本报记者　林甲　周乙文　<span>《云汀日报》（2024年06月04日　第 01 版）</span></p>
<div id="zoom"><p>　　{LEVEE}</p><p>　　{PATROL}</p><p>　　{RESERVOIR}</p></div></div>
</body></html>"""
    (article,) = one(saved(tmp_path, html)).articles
    assert article.headline == "守住堤岸保安澜"
    assert article.text == TEXT
    assert article.byline == ("林甲", "周乙文")
    assert (article.publication, article.issue_date) == ("云汀日报", date(2024, 6, 4))


def test_another_advert_beside_the_same_article_is_no_other_page(tmp_path: Path) -> None:
    first = one(saved(tmp_path, HTML))
    second = one(saved(tmp_path, HTML.replace("沿河路1号", "沿河路2号"), "b.html"))
    changed = one(saved(tmp_path, HTML.replace("24小时", "23小时"), "c.html"))
    assert first.id == second.id
    assert changed.id != first.id


def test_a_page_saved_whole_is_read(tmp_path: Path) -> None:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "page"
    message.set_content("云汀")
    message.add_alternative(HTML, subtype="html", charset="utf-8")
    page = one(saved(tmp_path, message.as_bytes(), "page.mhtml"))
    assert page.articles[0].text == TEXT


def test_html_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    assert one(saved(tmp_path, HTML, "page.txt")).articles[0].text == TEXT


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><body></body></html>", "no article"),
        ("<html><body><p>短</p></body></html>", "no article"),
        ("<html>" + "<br>" * 210_000, "elements"),
        (f"<html><body {' '.join(f'a{i}=1' for i in range(100_000))}>" + "字" * 30, "attributes"),
        (b"<html>" + bytes(range(128, 256)) * 40, "no text"),
    ],
)
def test_a_page_without_an_article_is_a_failure_in_one_line(
    tmp_path: Path, html: str | bytes, words: str
) -> None:
    (failure,) = failures(saved(tmp_path, html))
    assert words in failure.reason
    assert "\n" not in failure.reason
