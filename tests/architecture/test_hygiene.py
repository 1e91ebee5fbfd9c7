"""What must not stand in any file: secrets of machines, unfinished work, naps in tests."""

import ast
import re
from pathlib import Path

from tests.architecture.tree import ROOT, imported, modules, relative, syntax, texts

# Spelled in pieces, so that this file does not contain what it looks for.
REGISTRIES = (
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.(?:org|com)",
    r"registry\." + "yarnpkg",
    "repo1?" + r"\.maven\.",
    "maven" + r"\.org",
    r"crates\." + "io",
    "ruby" + r"gems\.org",
    r"packagist\." + "org",
    r"proxy\.golang" + r"\.org",
    r"deb\." + r"debian\.org",
    r"(?:archive|ports)\." + r"ubuntu\.com",
    r"(?:registry-1|hub|index)\." + r"docker\.",
    r"\bquay\." + "io",
    r"\bghcr\." + "io",
)
MACHINE_PATHS = (
    r"(?<![\w.$}-])/" + r"work/",
    r"(?<![\w.$}-])/" + r"root/",
    r"(?<![\w.$}-])/" + r"home/\w",
    r"(?<![\w.$}-])/" + r"Users/\w",
)
UNFINISHED = (r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b")


def _occurrences(patterns: tuple[str, ...]) -> list[str]:
    expression = re.compile("|".join(patterns))
    return [
        f"{relative(path)}:{number}: {line.strip()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if expression.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert _occurrences(REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert _occurrences(MACHINE_PATHS) == []


def test_no_file_speaks_of_unfinished_work() -> None:
    assert _occurrences(UNFINISHED) == []


def _naps(path: Path) -> list[int]:
    """Return the lines on which a test module sleeps for a fixed time."""
    names = {"sleep"}
    lines = []
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            # Yielding to the event loop once is not waiting.
            yields = len(node.args) == 1 and ast.unparse(node.args[0]) == "0"
            if name in names and not yields:
                lines.append(node.lineno)
    return lines


def test_no_test_sleeps() -> None:
    """A test waits on a condition with a deadline; only that door (tests/waiting.py) may nap.

    A benchmark may: letting a platform sit idle is what it measures.
    """
    door = ROOT / "tests" / "waiting.py"
    bench = ROOT / "tests" / "bench"
    wrong = [
        f"{relative(path)}:{line}"
        for path in modules("tests")
        if path != door and bench not in path.parents
        for line in _naps(path)
    ]
    assert wrong == []


def test_no_test_replaces_our_own_classes_with_mocks() -> None:
    wrong = [
        f"{relative(path)}:{line}"
        for path in modules("tests")
        for line, name in imported(path)
        if name.split(".")[:2] in (["unittest", "mock"], ["mock"], ["pytest_mock"])
    ]
    assert wrong == []


def test_no_module_prints_on_its_own() -> None:
    """Output goes through the command line's rendering or through the log."""
    wrong = [
        f"{relative(path)}:{node.lineno}"
        for path in modules("whisk_platform")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
        if path.name != "__main__.py"
    ]
    assert wrong == []


def _raises_or_exits(statements: list[ast.stmt]) -> bool:
    """Tell whether statements raise again, or end a forked child for good."""
    return any(
        isinstance(inner, ast.Raise)
        or (isinstance(inner, ast.Call) and ast.unparse(inner.func) == "os._exit")
        for statement in statements
        for inner in ast.walk(statement)
    )


def test_no_handler_is_bare_or_swallows_cancellation() -> None:
    """A handler of everything that does not raise again would eat cancellation."""
    wrong = [
        f"{relative(path)}:{handler.lineno}"
        for path in modules("whisk_cli", "whisk_platform", "tests")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Try)
        for handler in node.handlers
        if (handler.type is None or ast.unparse(handler.type) == "BaseException")
        and not _raises_or_exits([*handler.body, *node.finalbody])
    ]
    assert wrong == []
