"""Parts of an article on several pages are joined by what their jump lines say, or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from rag.types import Article, Filters, Page
from store.holdings import NO_FILTERS
from store.library import Library
from tests.store.samples import indexed, open_library, page_of, sentence, settings_for

DAY = date(2021, 3, 4)
FLOOD, SHORTER = "守住堤岸保安澜 备足物资迎汛期", "守住堤岸保安澜"
BUS, SHORT = "青禾县首条乡村公交环线开通", "乡村公交环线开通"
TEXTS = {
    "flood": "云汀市召开防汛工作会议，部署主汛期河道巡查，险工险段",
    "rest": "24小时有人值守。市防汛办公室负责人说，各街道要备足物资迎汛期。",
    "bus": "青禾县首条乡村公交环线日前开通，连接9个村庄，每天发车",
    "bus rest": "14班，票价1元，65岁以上老人免费，年底前还将再开两条。",
    "blank": sentence(1),
}


def part(text: str, headline: str = "", to: str = "", come: str = "") -> tuple[str, ...]:
    return text, headline, to, come


def page(
    origin: str,
    label: str,
    *parts: Sequence[str],
    paper: str = "青禾日报",
    day: date | None = DAY,
    encoding: str = "utf-8",
) -> Page:
    """A page with a label and parts of articles: text, headline, jump to, jump from."""
    made_of = f"{label}{encoding}{parts}"
    blank = page_of(
        origin, *(one[0] for one in parts), issue_date=day, publication=paper, headline=made_of
    )
    articles = tuple(
        replace(article, page=label, headline=one[1], jump_to=one[2], jump_from=one[3])
        for article, one in zip(blank.articles, parts, strict=True)
    )
    return replace(blank, page=label, encoding=encoding, articles=articles)


FRONT = page("/1.txt", "1", part(TEXTS["flood"], FLOOD, "3"), part(TEXTS["bus"], BUS, "3"))
INSIDE = page(
    "/3.txt",
    "3",
    part(TEXTS["bus rest"], SHORT, come="1"),
    part(TEXTS["rest"], to="4", come="1"),
)
BACK = page("/4.txt", "4", part(TEXTS["blank"], FLOOD, come="3"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(settings_for(tmp_path / "home")) as library:
        yield library


def put(library: Library, *pages: Page) -> None:
    library.put([indexed(one, library) for one in pages])


def joined(library: Library, filters: Filters = NO_FILTERS) -> set[tuple[str, ...]]:
    """The texts of the parts of each joined article, in order."""
    return {
        tuple(found.text for found in library.parts(one.id))
        for one in library.articles(filters)
        if one.parts
    }


def remade(made: Page, days: int = 0, encoding: str = "utf-8") -> Page:
    """The page of another issue, so many days later, or in another format."""
    day = made.issue_date and made.issue_date + timedelta(days=days)
    paper = made.publication
    parts = [(one.text, one.headline, one.jump_to, one.jump_from) for one in made.articles]
    origin = f"{made.origin}.{days}.{encoding}"
    return page(origin, made.page, *parts, paper=paper, day=day, encoding=encoding)


def of(library: Library, page: Page, position: int = 0) -> Article:
    return library.article(page.articles[position].id)


def notes(library: Library, page: Page) -> list[str]:
    return [note for article in page.articles for note in library.article(article.id).notes]


WHOLE: set[tuple[str, ...]] = {
    (TEXTS["flood"], TEXTS["rest"], TEXTS["blank"]),
    (TEXTS["bus"], TEXTS["bus rest"]),
}


def test_any_order_of_ingest_joins_the_same_parts(library: Library) -> None:
    """Each order in an issue of its own."""
    orders = list(permutations((FRONT, INSIDE, BACK)))
    for turn in range(3):
        put(library, *(remade(order[turn], days) for days, order in enumerate(orders)))
    for days in range(len(orders)):
        day = DAY + timedelta(days=days)
        assert joined(library, Filters(day, day + timedelta(days=1))) == WHOLE
    listed = library.articles(joined=True)
    assert [one.text for one in listed] == [TEXTS["flood"], TEXTS["bus"]] * len(orders)
    assert library.verify().ok


def test_a_page_that_goes_unlinks_and_one_that_comes_links(library: Library) -> None:
    put(library, FRONT, INSIDE)
    assert of(library, INSIDE, 1).notes == (
        "it goes on on page 4; the archive doesn't hold that part",
    )
    put(library, BACK)
    assert joined(library) == WHOLE
    assert notes(library, INSIDE) == []
    put(library, page("/3.txt", "3", part(TEXTS["rest"], FLOOD, come="1")))
    assert joined(library) == {(TEXTS["flood"], TEXTS["rest"])}
    assert notes(library, FRONT) == ["it goes on on page 3; the archive doesn't hold that part"]
    assert notes(library, BACK) == ["it begins on page 3; the archive doesn't hold that part"]
    assert len(library.articles(joined=True)) == 3


def test_later_parts_carry_the_first_ones_headline_and_their_own_page(library: Library) -> None:
    put(library, FRONT, INSIDE, BACK)
    parts = library.parts(INSIDE.articles[1].id)
    assert [(one.headline, one.page) for one in parts] == [(FLOOD, "1"), (FLOOD, "3"), (FLOOD, "4")]
    assert [one.article_id for one in parts[1].parts] == [one.id for one in parts]
    assert parts[2].characters == sum(len(one.text) for one in parts)
    assert of(library, INSIDE).headline == BUS
    stored = library.page(INSIDE.id).articles
    assert [(one.headline, one.jump_from) for one in stored] == [(SHORT, "1"), ("", "1")]


FIRST = page("/1.txt", "1", part(TEXTS["flood"], FLOOD, "3"))
TWO = page("/1.txt", "1", part("甲乙丙丁", "甲乙", "3"), part(TEXTS["bus"], BUS, "3"))
ALONE: set[tuple[str, ...]] = {(TEXTS["flood"], TEXTS["rest"])}
REST = part(TEXTS["rest"], FLOOD, come="1")
BARE = part(TEXTS["rest"], come="1")
# Pages of an issue, and the texts of the parts that are joined.
ISSUES: dict[str, tuple[list[Page], set[tuple[str, ...]]]] = {
    "another paper": ([FIRST, page("/o.txt", "3", REST, paper="白榆晚报")], set()),
    "another day": ([FIRST, page("/o.txt", "3", REST, day=date(2021, 3, 5))], set()),
    "no day": ([FIRST, page("/o.txt", "3", REST, day=None)], set()),
    "from another page": (
        [FIRST, page("/o.txt", "3", part(TEXTS["rest"], FLOOD, come="2"))],
        set(),
    ),
    "on another page": ([FIRST, page("/o.txt", "4", REST)], set()),
    "no jump line": ([FIRST, page("/o.txt", "3", (*REST[:3], ""))], set()),
    "no paper and another headline": (
        [FIRST, page("/o.txt", "3", part(TEXTS["bus rest"], BUS, come="1"), paper="")],
        set(),
    ),
    "a label with a nought": ([FIRST, page("/o.txt", "03", BARE)], ALONE),
    "another headline": (
        [FIRST, page("/o.txt", "3", part(TEXTS["rest"], "另一个标题", come="1"))],
        ALONE,
    ),
    "no paper": (
        [FIRST, page("/o.txt", "3", part(TEXTS["rest"], "备足物资", come="1"), paper="")],
        ALONE,
    ),
    "no label": ([FIRST, page("/o.txt", "", part(TEXTS["rest"], SHORTER, come="1"))], ALONE),
    "no label and no headline": ([FIRST, page("/o.txt", "", BARE)], ALONE),
    "sections": (
        [
            page("/1.txt", "A1", part(TEXTS["flood"], FLOOD, "3")),
            page("/b.txt", "B3", part(TEXTS["bus rest"], come="1")),
            page("/a.txt", "A3", part(TEXTS["rest"], come="A1")),
        ],
        ALONE,
    ),
    "what is left when the clear ones are taken": (
        [
            TWO,
            page("/3.txt", "3", part("子丑寅卯", come="1"), part(TEXTS["bus rest"], BUS, come="1")),
        ],
        {("甲乙丙丁", "子丑寅卯"), (TEXTS["bus"], TEXTS["bus rest"])},
    ),
    "round in a circle": (
        [
            page("/1.txt", "1", part(TEXTS["flood"], FLOOD, "3", "3")),
            page("/3.txt", "3", part(TEXTS["rest"], "", "1", "1")),
        ],
        set(),
    ),
    "several that fit as well": ([TWO, page("/3.txt", "3", part("子丑寅卯", come="1"))], set()),
}


@pytest.fixture(scope="module")
def issues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """An archive of all the issues, ten days apart."""
    with open_library(settings_for(tmp_path_factory.mktemp("issues"))) as library:
        days = enumerate(ISSUES.values())
        put(library, *(remade(one, 10 * at) for at, (pages, _) in days for one in pages))
        yield library


@pytest.mark.parametrize("issue", ISSUES)
def test_parts_are_joined_by_page_and_headline(issues: Library, issue: str) -> None:
    day = DAY + timedelta(days=10 * list(ISSUES).index(issue))
    found = joined(issues, Filters(day, day + timedelta(days=10)))
    assert found == ISSUES[issue][1]


def test_of_what_is_not_clear_a_note_says_so(issues: Library) -> None:
    days = 10 * list(ISSUES).index("several that fit as well")
    front, inside = (remade(one, days) for one in ISSUES["several that fit as well"][0])
    assert notes(issues, inside) == [
        "it begins on page 1; it isn't clear which article is that part"
    ]
    assert set(notes(issues, front)) == {
        "it goes on on page 3; it isn't clear which article is that part"
    }


def test_a_page_in_two_formats_goes_with_its_like(library: Library) -> None:
    pages = (FRONT, INSIDE, BACK)
    put(library, *(remade(one, encoding=kind) for kind in ("utf-8", "pdf") for one in pages))
    assert joined(library) == WHOLE
    encodings = {
        tuple(library.page(part.page_id).encoding for part in library.parts(one.id))
        for one in library.articles(joined=True)
    }
    assert encodings == {("utf-8",) * 3, ("pdf",) * 3, ("utf-8",) * 2, ("pdf",) * 2}


def test_a_part_is_no_copy_of_another(library: Library) -> None:
    text = "".join(sentence(number) for number in range(4))
    first = page("/1.txt", "1", part(text, FLOOD, "3"))
    later = page("/3.txt", "3", part(text + "完。", come="1"))
    elsewhere = page("/x.txt", "1", part(text, FLOOD), paper="白榆晚报")
    put(library, first, later, elsewhere)
    assert [one.article_id for one in of(library, first).also_in] == [elsewhere.articles[0].id]
    assert [one.article_id for one in of(library, later).also_in] == [elsewhere.articles[0].id]
