"""`newsdesk settings`: what is set, where, and no secret."""

from pathlib import Path

import pytest

from rag.settings import Settings
from tests.cli.conftest import Newsdesk, run


def test_each_setting_tells_where_it_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsdesk.toml").write_text("candidates = 50\nmodel = 'm'\n", encoding="utf-8")
    monkeypatch.setenv("NEWSDESK_CANDIDATES", "70")
    outcome = run("settings", "--home", tmp_path / "home", "--json")
    assert outcome.status == 0
    told = {one["name"]: (one["value"], one["source"]) for one in outcome.value}
    assert told["candidates"] == (70, "NEWSDESK_CANDIDATES")
    assert told["model"] == ("m", str(tmp_path / "newsdesk.toml"))
    assert told["home"] == (str(tmp_path / "home"), "--home")
    assert told["fusion"] == ("convex", "default")
    assert told["refusal_bar"] == (None, "default")
    assert told.keys() == {*Settings.model_fields, "OPENAI_BASE_URL", "OPENAI_API_KEY"}
    assert not (tmp_path / "home").exists()


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, fresh: Newsdesk) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-geheim")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://someone:geheim@models.example/v1?key=geheim")
    monkeypatch.setenv("NEWSDESK_CHROMA_URL", "http://someone:geheim@127.0.0.1:9")
    for words in (("settings",), ("settings", "--json")):
        outcome = fresh(*words)
        assert outcome.status == 0
        assert "geheim" not in outcome.output
        assert "https://models.example/v1" in outcome.output
        assert "***" in outcome.output


def test_a_setting_that_cannot_be_used_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, fresh: Newsdesk
) -> None:
    monkeypatch.setenv("NEWSDESK_CANDIDATES", "many")
    outcome = fresh("settings")
    assert outcome.status == 2
    assert outcome.complaint.startswith("newsdesk: NEWSDESK_CANDIDATES: ")
    assert outcome.complaint.count("\n") == 1
