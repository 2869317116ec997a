"""newsdesk mcp: what it prints for a client's configuration; tests/api/mcp talks to it."""

from pathlib import Path

from tests.cli.conftest import run


def test_a_clients_configuration_names_command_and_archive(tmp_path: Path) -> None:
    home = tmp_path / "home"
    outcome = run("mcp", "--home", home, "--json")
    assert outcome.status == 0, outcome.complaint
    server = outcome.value["mcpServers"]["newsdesk"]
    assert Path(server["command"]).is_absolute()
    assert server["args"][-3:] == ["mcp", "--home", str(home)]
    assert not home.exists()
