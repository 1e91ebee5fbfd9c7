"""Where files stand and how large they are."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import PACKAGES, ROOT, files, modules, relative, syntax

MODULE_LINES = 600
FUNCTION_LINES = 60


def test_no_module_stands_directly_in_platform_or_shell() -> None:
    """A module there would turn the folder into a package that shadows the standard library's."""
    strays = [
        relative(path)
        for folder in ("platform", "shell")
        for path in (ROOT / folder).glob("*")
        if path.is_file()
    ]
    assert strays == []


def test_the_standard_platform_module_answers_from_the_repository_root() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import platform; print(platform.system())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert answer.stdout.strip() in {"Linux", "Darwin"}


def test_no_module_is_longer_than_its_ceiling() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_is_longer_than_its_ceiling() -> None:
    long = [
        f"{relative(path)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in modules()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_an_init_module_holds_a_charter_and_nothing_else() -> None:
    wrong = [
        relative(path)
        for path in modules()
        if path.name == "__init__.py"
        and not (ast.get_docstring(syntax(path)) and len(syntax(path).body) == 1)
    ]
    assert wrong == []


def test_every_folder_of_modules_is_a_package() -> None:
    """A folder without an __init__ would be a second, looser kind of package."""
    folders = {path.parent for path in modules()}
    wrong = [relative(folder) for folder in folders if not (folder / "__init__.py").is_file()]
    assert wrong == []


def test_no_module_is_named_after_nothing() -> None:
    vague = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common_stuff)(_|$)")
    wrong = [
        relative(path)
        for path in modules()
        for name in (path.stem, path.parent.name)
        if vague.search(name)
    ]
    assert wrong == []


def test_tests_stand_in_the_folders_of_their_kind() -> None:
    kinds = {"unit", "contract", "conformance", "integration", "e2e", "faults", "architecture"}
    wrong = [
        relative(path)
        for path in modules("tests")
        if path.name.startswith("test_")
        and path.relative_to(PACKAGES["tests"]).parts[0] not in kinds
    ]
    assert wrong == []


def test_shell_scripts_and_programs_can_be_executed() -> None:
    scripts = [path for path in files() if _first_line(path).startswith("#!")]
    assert scripts
    wrong = [relative(path) for path in scripts if not path.stat().st_mode & 0o100]
    assert wrong == []


def _first_line(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.readline(200).decode("utf-8", "replace")
