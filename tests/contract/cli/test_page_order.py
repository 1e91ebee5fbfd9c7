"""A list of 10,000 actions: its first rows are there before its second page is asked for."""

import io

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Wsk
from whisk_cli.program import run
from whisk_cli.render.console import Console

PAGE = 200
ALL = 10_000


class Watched(io.BytesIO):
    """A stream that remembers how many questions had been asked at every flush."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self.controller = controller
        self.flushed: list[tuple[int, int]] = []

    def flush(self) -> None:
        super().flush()
        self.flushed.append((len(self.controller.asked), self.getvalue().count(b"\n")))


@pytest.fixture
def watched(controller: Controller) -> Watched:
    actions = [
        {"namespace": "guest", "name": f"a{number}", "annotations": []} for number in range(ALL)
    ]
    for skip in range(0, ALL + PAGE, PAGE):
        target = f"GET namespaces/_/actions?limit={PAGE}&skip={skip}"
        controller.answer(target, actions[skip : skip + PAGE])
    return Watched(controller)


def test_each_page_is_written_before_the_next_is_asked_for(
    wsk: Wsk, controller: Controller, watched: Watched
) -> None:
    console = Console(watched, io.BytesIO())
    assert run(["action", "list", "--all"], wsk.variables(), console) == 0
    console.flush()
    rows = watched.getvalue().decode().splitlines()
    assert len(rows) == 1 + ALL
    assert rows[1].startswith("/guest/a0 ")
    assert rows[-1].startswith(f"/guest/a{ALL - 1} ")
    # After n questions the header and n pages had been handed on.
    first_at = {asked: lines for asked, lines in reversed(watched.flushed)}
    assert first_at[1] == 1 + PAGE
    assert all(first_at[n] == 1 + n * PAGE for n in range(1, ALL // PAGE))


def test_what_needs_all_of_it_waits(wsk: Wsk, controller: Controller, watched: Watched) -> None:
    console = Console(watched, io.BytesIO())
    assert run(["action", "list", "--all", "-n"], wsk.variables(), console) == 0
    console.flush()
    assert {asked for asked, lines in watched.flushed if lines} == {ALL // PAGE + 1}
    assert watched.getvalue().count(b"\n") == 1 + ALL
