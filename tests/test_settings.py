"""Where settings come from, and how each that can't be used is told in one line."""

from pathlib import Path

import pytest

from rag import Desk
from rag.errors import SettingsError
from rag.settings import Settings, load_settings, with_home, with_values

NOBODY = "~nobody-of-this-name/archive"


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "newsdesk.toml").write_text("candidates = 50\nmodel = 'm'\n", encoding="utf-8")
    monkeypatch.setenv("NEWSDESK_CANDIDATES", "70")
    settings = load_settings(home=tmp_path / "home", folder=tmp_path)
    assert (settings.candidates, settings.model) == (70, "m")
    assert settings.home == tmp_path / "home"


def test_a_chunk_that_aims_over_its_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_CHUNK_CHARACTERS", "400")
    with pytest.raises(SettingsError, match=r"^NEWSDESK_CHUNK_CHARACTERS is 400.*CHUNK_CAP.* 360"):
        load_settings()
    monkeypatch.setenv("NEWSDESK_CHUNK_CAP", "400")
    assert load_settings().chunk_characters == 400


def test_an_answer_that_leaves_no_room_for_a_prompt_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSDESK_MODEL_WINDOW", "4096")
    with pytest.raises(SettingsError, match=r"MODEL_TOKENS is 4000.*MODEL_WINDOW, which is 4096"):
        load_settings()
    monkeypatch.setenv("NEWSDESK_MODEL_TOKENS", "1000")
    assert load_settings().model_window == 4096


def test_a_home_of_nobody_is_told_with_where_it_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=r"^home: there is no user by the name in ~nobody"):
        load_settings(home=Path(NOBODY))
    with pytest.raises(SettingsError, match=r"^home: there is no user"):
        with_home(Settings(), Path(NOBODY))
    monkeypatch.setenv("NEWSDESK_HOME", NOBODY)
    with pytest.raises(SettingsError, match=r"^NEWSDESK_HOME: there is no user"):
        load_settings()
    monkeypatch.delenv("NEWSDESK_HOME")
    (tmp_path / "newsdesk.toml").write_text(f"home = '{NOBODY}'", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"newsdesk\.toml: home: there is no user"):
        load_settings(folder=tmp_path)


def test_the_python_door_tells_of_a_home_of_nobody(tmp_path: Path) -> None:
    for settings in (None, Settings(home=tmp_path)):
        with pytest.raises(SettingsError, match="no user"):
            Desk.open(NOBODY, settings=settings)


def test_another_home_keeps_the_other_settings(tmp_path: Path) -> None:
    settings = with_home(Settings(candidates=70), tmp_path)
    assert (settings.home, settings.candidates) == (tmp_path, 70)


def test_an_unknown_setting_is_told_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSDESK_CANDIDATE", "70")
    with pytest.raises(SettingsError, match=r"^NEWSDESK_CANDIDATE: no such setting.*candidates"):
        load_settings()


@pytest.mark.parametrize("price", ["-1", "nan", "inf", "cheap", ""])
def test_a_price_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, price: str) -> None:
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", price)
    with pytest.raises(SettingsError, match=r"^NEWSDESK_MODEL_PROMPT_PRICE: "):
        load_settings()


def test_a_changed_setting_blames_no_variable_and_none_unsets_a_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSDESK_RETRIEVER", "dense")
    monkeypatch.setenv("NEWSDESK_REFUSAL_BAR", "0.5")
    settings = load_settings()
    assert (settings.retriever, settings.refusal_bar) == ("dense", 0.5)
    with pytest.raises(SettingsError, match=r"^retriever: "):
        with_values(settings, {"retriever": "psychic"})
    assert with_values(settings, {"refusal_bar": "none"}).refusal_bar is None
    with pytest.raises(SettingsError, match=r"^refusal_bar: "):
        with_values(settings, {"refusal_bar": "nan"})
