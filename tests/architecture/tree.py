"""What the architecture tests look at: the repository's files, with or without git around them."""

import ast
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = {
    "whisk_cli": ROOT / "whisk_cli",
    "whisk_platform": ROOT / "platform" / "whisk_platform",
    "whisk_runtimes": ROOT / "platform" / "whisk_runtimes",
    "tests": ROOT / "tests",
}
"""Import name of each package of ours, and where it stands."""

SHIPPED = ("whisk_cli", "whisk_platform", "whisk_runtimes")
"""The packages of the wheel."""

TOP_FOLDERS = (
    "whisk_cli",
    "shell",
    "platform",
    "tests",
    "docs",
    "examples",
    "charts",
    ".ci",
)

TEXT_SUFFIXES = frozenset(
    {"", ".py", ".md", ".toml", ".txt", ".sh", ".js", ".mjs", ".cjs", ".json", ".yaml", ".yml"}
    | {".html", ".css", ".ini", ".cfg"}
)


def _own(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    generated = {"__pycache__", "node_modules", ".venv", "bench-results", ".hypothesis"}
    return path.is_file() and not generated.intersection(parts)


@functools.cache
def files() -> tuple[Path, ...]:
    """Return every file of ours: those at the root and those in the folders of the house."""
    found = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    for folder in TOP_FOLDERS:
        found.extend((ROOT / folder).rglob("*"))
    return tuple(sorted(path for path in found if _own(path)))


def texts() -> Iterator[tuple[Path, str]]:
    """Yield each text file of ours with its content."""
    for path in files():
        if path.suffix in TEXT_SUFFIXES:
            yield path, path.read_text(encoding="utf-8", errors="replace")


def modules(*packages: str) -> Iterator[Path]:
    """Yield each Python module of the named packages (of all of them, if none is named)."""
    for package in packages or tuple(PACKAGES):
        yield from sorted(path for path in PACKAGES[package].rglob("*.py") if _own(path))


@functools.cache
def syntax(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def relative(path: Path) -> str:
    """Return a path as a person would write it, from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def project() -> dict[str, Any]:
    """Return ``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of every module that a module imports from, at any depth."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
