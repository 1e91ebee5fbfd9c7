"""What commands may import, seen in a fresh interpreter."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.cli.controller import KEY, Controller, running

ROOT = Path(__file__).parents[3]
REPORT = (
    "import sys; before = set(sys.modules); from whisk_cli.main import main; "
    "code = main(sys.argv[1:]); import json; "
    "print(json.dumps([code, sorted(set(sys.modules) - before)]))"
)

FOR_VERSION = {"__future__", "gc", "whisk_cli", "whisk_cli.main", "whisk_cli.version"}
"""What ``wsk --version`` may import, and with each what that imports itself."""

FOR_COMPLETION = FOR_VERSION | {
    "__future__",
    "collections.abc",
    "contextlib",
    "dataclasses",
    "enum",
    "importlib",
    "json",
    "os",
    "pathlib",
    "re",
    "types",
    "typing",
    "whisk_cli",
    "whisk_cli.argv",
    "whisk_cli.completion",
    "whisk_cli.config",
    "whisk_cli.dispatch",
    "whisk_cli.errors",
    "whisk_cli.inputs",
    "whisk_cli.invocation",
    "whisk_cli.jsonvalue",
    "whisk_cli.main",
    "whisk_cli.profile",
    "whisk_cli.program",
    "whisk_cli.registry",
    "whisk_cli.render",
    "whisk_cli.render.console",
    "whisk_cli.render.jsontext",
    "whisk_cli.streams",
    "whisk_cli.suggestions",
    "whisk_cli.convert",
    "whisk_cli.tree",
    "whisk_cli.version",
}
"""What the completion of nouns and verbs may import."""

FOR_ACTION_LIST = FOR_COMPLETION | {
    "base64",
    "encodings.idna",
    "http.client",
    "select",
    "ssl",
    "urllib.parse",
    "whisk_cli.arguments",
    "whisk_cli.client",
    "whisk_cli.client.api",
    "whisk_cli.client.endpoint",
    "whisk_cli.client.entities",
    "whisk_cli.client.http",
    "whisk_cli.client.narration",
    "whisk_cli.client.paths",
    "whisk_cli.client.retrying",
    "whisk_cli.commands",
    "whisk_cli.commands.action",
    "whisk_cli.commands.action.list",
    "whisk_cli.commands.listing",
    "whisk_cli.commands.narrowing",
    "whisk_cli.commands.page",
    "whisk_cli.names",
    "whisk_cli.render.lists",
}
"""What ``wsk action list`` may import: of the commands only itself, of libraries none."""


@pytest.fixture
def controller() -> Iterator[Controller]:
    with running() as found:
        yield found


def _after(*arguments: str, **environment: str) -> tuple[int, set[str]]:
    answer = subprocess.run(
        [sys.executable, "-c", REPORT, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
    )
    code, names = json.loads(answer.stdout.splitlines()[-1])
    return code, set(names)


def _closure(names: set[str]) -> set[str]:
    lines = [f"import {name}" for name in sorted(names) if not name.startswith("whisk_cli")]
    code = "\n".join(["import sys", *lines, "import json", "print(json.dumps([*sys.modules]))"])
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return names | set(json.loads(answer.stdout))


def test_the_version_imports_only_what_is_allowed() -> None:
    code, found = _after("--version")
    assert code == 0
    assert found - _closure(FOR_VERSION) == set()


def test_the_version_needs_neither_typer_nor_rich() -> None:
    _, found = _after("--version")
    assert not {"typer", "rich", "http.client", "ssl"} & found


def test_completing_nouns_and_verbs_imports_only_what_is_allowed() -> None:
    code, found = _after("__complete", "rule", "d")
    assert code == 0
    assert found - _closure(FOR_COMPLETION) == set()


def test_a_plain_list_imports_only_what_is_allowed(controller: Controller, tmp_path: Path) -> None:
    controller.answer("GET namespaces/_/actions?limit=30&skip=0", [])
    code, found = _after(
        "action", "list", HOME=str(tmp_path), WHISK_APIHOST=controller.address, WHISK_AUTH=KEY
    )
    assert code == 0
    assert found - _closure(FOR_ACTION_LIST) == set()


@pytest.mark.parametrize(
    "arguments",
    [("action", "list"), ("property", "get", "--cliversion"), ("action", "create", "--help")],
)
def test_ordinary_commands_do_without_rich_pydantic_and_plug_in_search(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    _, found = _after(
        *arguments, HOME=str(tmp_path), WHISK_APIHOST="http://127.0.0.1:1", WHISK_AUTH="a:b"
    )
    assert (
        not {"typer", "rich", "pydantic", "importlib.metadata", "markdown_it", "pygments"} & found
    )


def test_one_noun_does_not_load_another(tmp_path: Path) -> None:
    _, found = _after("rule", "--help", HOME=str(tmp_path))
    nouns = {name.split(".")[2] for name in found if name.startswith("whisk_cli.commands.")}
    assert {"action", "platform", "activation", "admin", "trigger"} & nouns == set()


def test_no_built_in_command_needs_typer_to_run() -> None:
    code = (
        "import sys; from whisk_cli import registry, tree\n"
        "def load(command):\n"
        "    if isinstance(command, tree.Group):\n"
        "        for child in command.commands.values(): load(child)\n"
        "    else:\n"
        "        command.callback\n"
        "        assert 'typer' not in sys.modules, command.name\n"
        "for name in registry.BUILT_IN: load(registry.load(name, '').command)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
