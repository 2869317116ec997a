"""The web page's files as they are served, and the words in them."""

import re
from importlib.resources import files
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.faces.api.web_page import mount_web

WEB = files("rag.faces.api") / "web"
MODULES = {
    entry.name: entry.read_text(encoding="utf-8")
    for entry in (WEB / "js").iterdir()
    if entry.name.endswith(".js")
}
TABLES = ("strings_zh.js", "strings_en.js")


@pytest.fixture(scope="module")
def client() -> Any:
    app = FastAPI()
    mount_web(app)
    return TestClient(app)


def test_the_page_allows_its_own_scripts_and_styles_alone(client: Any) -> None:
    page = client.get("/")
    policy = dict(
        part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<style|<script(?![^>]* src=)| style=| on\w+=|https?://", page.text)


def test_each_file_that_the_page_names_is_there(client: Any) -> None:
    named = re.findall(r'(?:href|src)="([^"]+)"', client.get("/").text)
    assert len(named) > 5
    for name in named:
        assert client.get(f"/{name}").status_code == 200, name
    for module, text in MODULES.items():
        for name in re.findall(r'from "\./([^"]+)"', text):
            assert name in MODULES, (module, name)


def test_a_file_is_sent_again_only_where_it_changed(client: Any) -> None:
    first = client.get("/static/js/main.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    again = client.get("/static/js/main.js", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert client.get("/static/js/main.js", headers={"If-None-Match": '"other"'}).content


@pytest.mark.parametrize(
    "name",
    ["../web_page.py", "%2e%2e/web_page.py", "js/../../web_page.py", "js", "", "/etc/passwd", "x"],
)
def test_no_other_file_is_served(client: Any, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (re.findall(r"^  (\w+): ", MODULES[name], re.MULTILINE) for name in TABLES)
    assert chinese == english
    assert len(chinese) == len(set(chinese)) > 100


def test_every_word_that_is_asked_for_exists_and_none_is_idle() -> None:
    there = set(re.findall(r"^  (\w+): ", MODULES[TABLES[0]], re.MULTILINE))
    text = "\n".join(words for name, words in MODULES.items() if name not in TABLES)
    asked = set(re.findall(r'\bt\(\s*"(\w+)"', text))
    assert asked <= there
    stems = tuple(re.findall(r"`(\w+_)\$\{", text))
    idle = {
        key for key in there if f'"{key}"' not in text and not (stems and key.startswith(stems))
    }
    assert idle == set()


def test_no_module_makes_markup_of_text() -> None:
    text = "\n".join(MODULES.values())
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)


def test_files_stay_short_enough_to_read() -> None:
    assert max(len(text.splitlines()) for text in MODULES.values()) < 300
