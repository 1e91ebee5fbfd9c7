"""Where a started platform notes its connection down."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from whisk_cli import contexts, profile
from whisk_cli.machine import ownprofile
from whisk_cli.machine.ownprofile import MARKER, Connection
from whisk_cli.machine.statedir import StateDir

FOREIGN = "APIHOST=https://elsewhere.example\nAUTH=a:b\n"
HERE = Connection(address="http://127.0.0.1:3233", auth="u:k")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / ".wskprops"


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path / "state")


@contextmanager
def _running(state: StateDir) -> Iterator[None]:
    state.path.mkdir(exist_ok=True)
    descriptor = os.open(state.path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def test_a_profile_without_a_connection_is_written(base: Path, state: StateDir) -> None:
    base.write_text("# my notes\nNAMESPACE=x\n")
    written = ownprofile.write(state, base, HERE)
    assert (written.path, written.context, written.export_needed) == (base, "default", False)
    lines = base.read_text().splitlines()
    assert lines[0] == f"{MARKER}{state.path}"
    assert {"# my notes", "NAMESPACE=x", f"APIHOST={HERE.address}", "AUTH=u:k"} <= set(lines)


def test_a_context_in_use_makes_room_and_is_named(base: Path, state: StateDir) -> None:
    base.write_text("CONTEXT=prod\n")
    contexts.save(base, "prod", {"APIHOST": "prod.example"})
    assert ownprofile.write(state, base, HERE).before == "prod"
    assert "CONTEXT" not in profile.read(base)
    assert contexts.read(base, "prod").properties == {"APIHOST": "prod.example"}


def test_a_foreign_profile_loses_nothing(base: Path, state: StateDir) -> None:
    base.write_text(FOREIGN)
    written = ownprofile.write(state, base, HERE)
    assert (written.context, written.host_before) == ("local", "https://elsewhere.example")
    assert base.read_text() == f"{FOREIGN}CONTEXT=local\n"
    assert contexts.read(base, "local").properties["AUTH"] == "u:k"
    assert ownprofile.write(state, base, HERE).before == "local"


def test_a_context_that_somebody_made_is_left_alone(base: Path, state: StateDir) -> None:
    base.write_text(FOREIGN)
    contexts.save(base, "local", {"APIHOST": "theirs.example"})
    assert ownprofile.write(state, base, HERE).context == "local-2"
    assert contexts.read(base, "local").properties == {"APIHOST": "theirs.example"}
    assert contexts.names(base) == ["local", "local-2"]


def test_platforms_that_run_keep_their_contexts(
    base: Path, state: StateDir, tmp_path: Path
) -> None:
    base.write_text(FOREIGN)
    other = StateDir(tmp_path / "other")
    with _running(state):
        assert ownprofile.write(state, base, HERE).context == "local"
        assert ownprofile.write(other, base, HERE).context == "local-2"
        assert ownprofile.write(state, base, HERE).context == "local"
    third = StateDir(tmp_path / "third")
    assert ownprofile.write(third, base, HERE).context == "local", "its platform is gone"


def test_an_authority_is_copied_and_is_no_context(
    base: Path, state: StateDir, tmp_path: Path
) -> None:
    base.write_text(FOREIGN)
    authority = tmp_path / "ca.pem"
    authority.write_text("certificate")
    connection = Connection(address="https://h", auth="u:k", authority=str(authority))
    ownprofile.write(state, base, connection)
    copy = Path(contexts.read(base, "local").properties["CACERT"])
    assert copy.read_text() == "certificate"
    assert contexts.names(base) == ["local"]


def test_where_nothing_can_be_written_the_platform_keeps_a_profile(
    base: Path, state: StateDir
) -> None:
    base.write_text(FOREIGN)
    contexts.directory(base).write_text("a file, where a directory has to be")
    written = ownprofile.write(state, base, HERE)
    assert written.export_needed
    assert written.path == state.own_profile
    assert str(contexts.directory(base)) in written.reason
    assert base.read_text() == FOREIGN
    assert profile.read(state.own_profile)["AUTH"] == "u:k"
