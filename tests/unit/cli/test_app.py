"""What Typer says of the commands, and what the table makes of it."""

import dataclasses
from typing import Annotated

import pytest
import typer

from whisk_cli import app, tree
from whisk_cli.jsonvalue import JSONObject, members
from whisk_cli.registry import BUILT_IN


def _row_of(application: typer.Typer) -> dict[str, object]:
    return dict(app.described(app.command_of(application)))


def test_the_application_is_one_that_typer_itself_can_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        app.application()(["action", "invoke", "--help"])
    assert ended.value.code == 0
    assert "--blocking" in capsys.readouterr().out


def test_every_noun_is_in_the_application() -> None:
    row = app.described(app.command_of(app.application()))
    assert set(members(row["commands"])) == set(BUILT_IN)


def test_a_command_is_described_by_what_is_not_as_usual() -> None:
    plain = typer.Typer(add_completion=False)

    @plain.command(help="say it")
    def say(
        ctx: typer.Context,
        words: Annotated[list[str] | None, typer.Argument(metavar="WORD...")] = None,
        loud: Annotated[bool, typer.Option("--loud/--quiet", "-l", help="how")] = False,
        more: Annotated[int, typer.Option("--more", "-m", count=True, hidden=True)] = 0,
    ) -> None: ...

    assert _row_of(plain) == {
        "help": "say it",
        "run": f"{__name__}:{say.__qualname__}",
        "context": "ctx",
        "params": [
            {"name": "words", "kind": "list[str]", "metavar": "WORD..."},
            {
                "name": "loud",
                "kind": "bool",
                "opts": ["--loud", "-l"],
                "negative": ["--quiet"],
                "help": "how",
            },
            {"name": "more", "kind": "count", "opts": ["--more", "-m"], "hidden": True},
        ],
    }


def test_every_spelling_of_a_flag_is_known() -> None:
    row: JSONObject = {
        "help": "",
        "params": [
            {"name": "a", "kind": "bool", "opts": ["-a", "--all", "--every"], "negative": ["--no"]},
            {"name": "b", "kind": "str", "opts": ["-b"]},
        ],
    }
    verb = tree.read("x", row)
    found = [tuple(dataclasses.asdict(flag).values()) for flag in tree.flags_of(verb)]
    assert found == [
        ("--all", "-a", False),
        ("--every", "", False),
        ("--no", "", False),
        ("-b", "", True),
    ]
