"""How code is changed so that a debugger is waited for."""

import ast
import base64
import io
import json
import zipfile

import pytest

from whisk_platform.common.errors import BadRequestError
from whisk_platform.local import inspecting
from whisk_platform.local.job import Job


def _job(code: str, *, binary: bool = False, main: str = "") -> Job:
    return Job(kind="any", code=code, binary=binary, main=main)


def _packed(files: dict[str, str]) -> str:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return base64.b64encode(made.getvalue()).decode()


def _unpacked(code: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(code))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize(
    ("code", "modern"),
    [
        ("function main() {}", False),
        ("exports.main = 1", False),
        ("export function main() {}", True),
        ('import fs from "fs";\nexport default 1', True),
        ("importThings();", False),
        ('const x = "\\nexport it";', False),
    ],
)
def test_javascript_waits_on_its_first_line_in_its_own_way(code: str, modern: bool) -> None:
    changed = inspecting.with_node_waiting(_job(code)).code
    assert changed.endswith(code)
    assert changed.count("\n") == code.count("\n"), "the numbers of lines stay"
    assert ("require(" in changed) is not modern


def test_an_archive_of_javascript_waits_in_the_entry_it_names() -> None:
    description = json.dumps({"main": "./lib/a.js", "type": "module"})
    files = {"package.json": description, "lib/a.js": "export const x = 1", "b.js": "1"}
    changed = _unpacked(inspecting.with_node_waiting(_job(_packed(files), binary=True)).code)
    assert changed["lib/a.js"].startswith("import * as")
    assert changed["b.js"] == "1"


@pytest.mark.parametrize("code", ["no archive", base64.b64encode(b"no zip").decode()])
def test_what_is_no_archive_is_left_to_the_runtime_to_refuse(code: str) -> None:
    assert inspecting.with_node_waiting(_job(code, binary=True)).code == code


def test_python_keeps_its_lines_and_stays_readable() -> None:
    code = "from __future__ import annotations\ndef run(args):\n    return args"
    changed = inspecting.with_python_stopping(_job(code, main="run"), 4711, "secret").code
    assert changed.startswith(code)
    assert "run = __ow_inspect(run)" in changed
    ast.parse(changed)


def test_an_archive_of_python_stops_in_its_entry() -> None:
    files = {"__main__.py": "def main(a): return a\n", "b.py": "1"}
    changed = _unpacked(
        inspecting.with_python_stopping(_job(_packed(files), binary=True), 1, "t").code
    )
    assert "main = __ow_inspect(main)" in changed["__main__.py"]
    assert changed["b.py"] == "1"


def test_a_function_of_another_module_is_refused() -> None:
    with pytest.raises(BadRequestError, match=r"'lib\.run' is in a module"):
        inspecting.with_python_stopping(_job("", main="lib.run"), 1, "t")


async def test_a_language_without_a_debugger_is_told_so() -> None:
    told: list[str] = []
    with pytest.raises(BadRequestError, match="no debugger to open for 'go'"):
        async with inspecting.debugger("go:1.26", _job(""), told.append):
            pass
    assert told == []
