import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import load
from prompts.loader import parse

FILE = """+++
name = "t"
version = "2"
variables = ["a", "b"]
+++
## system
{{a}}
## user
{{b}}
"""


@pytest.mark.parametrize(
    "name", ["answer", "briefing", "followup", "story", "summary", "translate"]
)
def test_every_prompt_loads_and_says_what_it_needs(name: str) -> None:
    prompt = load(name)
    assert prompt.name == name
    assert re.fullmatch(r"[0-9a-f]{12}", prompt.hash)
    messages = prompt.render(**dict.fromkeys(prompt.variables, "x"))
    assert [message.role for message in messages] == ["system", "user"]
    assert "{{" not in "".join(message.content for message in messages)


def test_the_hash_follows_the_text() -> None:
    assert parse(FILE).hash != parse(FILE.replace("{{a}}", "{{a}}!")).hash


@given(st.text(), st.text())
def test_values_stand_verbatim_whatever_they_look_like(a: str, b: str) -> None:
    system, user = parse(FILE).render(a=a + "{{b}} {x} \\1", b=b)
    assert system.content == a + "{{b}} {x} \\1"
    assert user.content == b


@pytest.mark.parametrize("variables", [{"a": "1"}, {"a": "1", "b": "2", "c": "3"}, {}])
def test_a_missing_or_unknown_variable_is_an_error(variables: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="variables"):
        parse(FILE).render(**variables)


@pytest.mark.parametrize(
    "source",
    [
        "no front matter",
        FILE.replace('version = "2"\n', ""),
        FILE.replace('["a", "b"]', '["a"]'),
        FILE.replace('["a", "b"]', '["a", "b", "c"]'),
        FILE.replace("## system\n", ""),
    ],
)
def test_a_malformed_file_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match=r"front matter|declares|starts with"):
        parse(source)


@pytest.mark.parametrize("name", ["nothing", "../answer", ""])
def test_an_unknown_prompt_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="no prompt"):
        load(name)
