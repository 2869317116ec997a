"""Pages as images: of the file that was read, as long as it is that."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.api.conftest import open_desk
from tests.api.serving import serving
from tests.reading.conftest import STORIES
from tests.reading.press import Frame, Printed, Style, draw, set_page

FRAMES = (Frame(40, 60, 760, 4), Frame(40, 300, 760, 4), Frame(40, 500, 760, 4))


@dataclass(frozen=True, slots=True)
class OfPrint:
    """A PDF file that was read, and one of its articles."""

    client: httpx2.Client
    path: Path
    article: dict[str, Any]

    def sheet(self, number: int = 2, **given: Any) -> httpx2.Response:
        place = f"/api/v1/articles/{self.article['id']}/sheets/{number}.png"
        return self.client.get(place, **given)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfPrint]:
    tmp_path = tmp_path_factory.mktemp("printed")
    sheet = set_page(STORIES, FRAMES, Style(), Printed("2024年6月4日 第03版", 40, 1161, 9))
    path = draw(tmp_path / "issue.pdf", [[], sheet])
    with open_desk(tmp_path / "home") as desk:
        desk.ingest([path])
        article_id = desk.articles()[0].id
        with serving(desk) as service, service.client() as client:
            article = client.get(f"/api/v1/articles/{article_id}").json()
            yield OfPrint(client, path, article)


def test_a_sheet_shows_what_stands_in_the_boxes_of_its_article(printed: OfPrint) -> None:
    assert printed.article["sheets"] == [2]
    response = printed.sheet(params={"width": 800})
    assert response.headers["content-type"] == "image/png"
    image = Image.open(BytesIO(response.content)).convert("L")
    assert image.width == 800
    box = printed.article["boxes"][0]
    inside = image.crop(
        (
            int(box["left"] * image.width),
            int(box["top"] * image.height),
            int(box["right"] * image.width) + 1,
            int(box["bottom"] * image.height) + 1,
        )
    )
    # The line is printed there; the corner of the page is bare.
    assert min(inside.tobytes()) < 100
    assert min(image.crop((0, 0, 20, 20)).tobytes()) == 255


def test_a_sheet_that_the_client_has_is_not_sent_again(printed: OfPrint) -> None:
    tag = printed.sheet().headers["etag"]
    again = printed.sheet(headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert printed.sheet(params={"width": 500}).headers["etag"] != tag


def test_nothing_is_shown_of_a_file_that_changed_or_is_gone(printed: OfPrint) -> None:
    assert printed.sheet().status_code == 200
    data = printed.path.read_bytes()
    printed.path.write_bytes(data + b"\n")
    assert printed.sheet().status_code == 404
    printed.path.write_bytes(data)
    assert printed.sheet().status_code == 200
    printed.path.unlink()
    assert printed.sheet().status_code == 404
    place = f"/api/v1/articles/{printed.article['id']}"
    assert printed.client.get(place).json()["sheets"] == []
    printed.path.write_bytes(data)


def test_other_sheets_and_widths_than_there_are_are_refused(printed: OfPrint) -> None:
    assert printed.sheet(1).status_code == 404
    assert printed.sheet(3).status_code == 404
    assert printed.sheet(0).status_code == 422
    assert printed.sheet(params={"width": 2401}).status_code == 422
    for name in ("..%2f..%2fetc%2fpasswd", "2.png%00", "-1"):
        place = f"/api/v1/articles/{printed.article['id']}/sheets/{name}.png"
        assert printed.client.get(place).status_code in (404, 422)


def test_a_text_page_has_no_sheets(client: httpx2.Client) -> None:
    article = client.get("/api/v1/articles").json()["items"][0]
    place = f"/api/v1/articles/{article['id']}"
    assert client.get(place).json()["sheets"] == []
    assert client.get(f"{place}/sheets/1.png").status_code == 404
