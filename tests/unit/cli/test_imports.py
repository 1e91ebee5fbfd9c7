"""What commands may import, seen in a fresh interpreter."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REPORT = (
    "import sys; before = set(sys.modules); from whisk_cli.main import main; "
    "code = main(sys.argv[1:]); import json; "
    "print(json.dumps([code, sorted(set(sys.modules) - before)]))"
)

FOR_VERSION = {
    "__future__",
    "collections.abc",
    "contextlib",
    "enum",
    "os",
    "re",
    "sys",
    "types",
    "typing",
    "whisk_cli",
    "whisk_cli.errors",
    "whisk_cli.main",
    "whisk_cli.version",
}
"""What ``wsk --version`` may import, and with each what that imports itself."""


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


def test_completing_nouns_and_verbs_needs_no_typer() -> None:
    _, found = _after("__complete", "rule", "d")
    assert "typer" not in found


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
    assert not {"rich", "pydantic", "importlib.metadata", "markdown_it", "pygments"} & found


def test_one_noun_does_not_load_another(tmp_path: Path) -> None:
    _, found = _after("rule", "--help", HOME=str(tmp_path))
    nouns = {name.split(".")[2] for name in found if name.startswith("whisk_cli.commands.")}
    assert {"action", "platform", "activation", "admin", "trigger"} & nouns == set()
