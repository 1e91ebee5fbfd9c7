"""Where PostgreSQL's programs are, whom they run as, and what their configuration says."""

from pathlib import Path

import pytest

from whisk_platform.supervisor.postgres import programs
from whisk_platform.supervisor.postgres.configuration import ServerPlan, properties, rules


def _programs(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).touch(mode=0o755)
    return folder


def test_the_newest_version_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for version in ("9.6", "15", "16"):
        _programs(tmp_path / version / "bin")
    (tmp_path / "17" / "bin").mkdir(parents=True)
    assert programs.find(places=(str(tmp_path),)) == tmp_path / "16" / "bin"


def test_without_programs_the_sentence_has_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(programs.PostgresMissingError, match="apt-get install postgresql, or name"):
        programs.find(places=(str(tmp_path),))
    with pytest.raises(
        programs.PostgresMissingError, match=f"There is no PostgreSQL in {tmp_path}"
    ):
        programs.find(tmp_path)


def test_a_named_directory_is_taken_as_it_is(tmp_path: Path) -> None:
    home = _programs(tmp_path / "bin")
    assert programs.find(tmp_path) == programs.find(home) == home


def test_only_root_needs_another_user() -> None:
    assert programs.account(1_000) is None


def test_only_named_peers_get_in() -> None:
    hba, ident = rules(["root", "postgres"])
    assert hba == "local all whisk peer map=whisk\n"
    assert ident == 'whisk "root" whisk\nwhisk "postgres" whisk\n'


def test_a_server_is_durable_unless_it_is_for_tests() -> None:
    plan = ServerPlan(directory=Path("/it's"))
    assert "fsync" not in properties(plan)
    assert "unix_socket_directories = '/it''s/run'" in properties(plan)
    assert "fsync = 'off'" in properties(ServerPlan(directory=Path("/x"), fast=True))
