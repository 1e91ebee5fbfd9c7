"""A scripted controller and a person who uses ``wsk`` against it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.cli.controller import Controller, running
from tests.contract.cli.driver import Wsk


@pytest.fixture
def controller() -> Iterator[Controller]:
    with running() as found:
        yield found


@pytest.fixture
def wsk(controller: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wsk:
    home = tmp_path / "home"
    home.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return Wsk(home=home, host=controller.address)
