"""What we depend on: pinned, declared with a reason, and imported only through its door."""

import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import PACKAGES, ROOT, SHIPPED, imported, modules, project, relative

IMPORT_NAMES = {
    "confluent-kafka": "confluent_kafka",
    "prometheus-client": "prometheus_client",
    "swagger-ui-bundle": "swagger_ui_bundle",
}
"""Distributions whose import name is not simply their own name."""

DECLARATION = re.compile(
    r"""^\s+"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?[^"]*",\s*(?:\#\s*(?P<comment>.*))?$"""
)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict((_canonical(name), version) for name, _, version in (_cut(line) for line in lines))


def _cut(line: str) -> tuple[str, str, str]:
    return line.partition("==")


def _declared() -> dict[str, str]:
    """Return each dependency named in pyproject.toml with the comment beside it."""
    groups = project()["project"]
    wanted = [*groups["dependencies"]]
    for extra in groups["optional-dependencies"].values():
        wanted.extend(extra)
    names = {_canonical(re.split(r"[\[<>=!~; ]", entry)[0]) for entry in wanted}
    comments = {}
    for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines():
        found = DECLARATION.match(line)
        if found and _canonical(found["name"]) in names:
            comments[_canonical(found["name"])] = found["comment"] or ""
    assert comments.keys() == names
    return comments


def _doors() -> dict[str, tuple[str, ...]]:
    """Return, for each library of the product by its import name, the paths that may use it."""
    shipped = project()["project"]
    entries = [*shipped["dependencies"]]
    for name, extra in shipped["optional-dependencies"].items():
        if name != "dev":
            entries.extend(extra)
    comments = _declared()
    doors = {}
    for entry in entries:
        name = _canonical(re.split(r"[\[<>=!~; ]", entry)[0])
        _, found, door = comments[name].partition("door: ")
        paths = tuple(part.strip() for part in door.split(",")) if found else ()
        doors[IMPORT_NAMES.get(name, name)] = paths
    return doors


def test_every_constraint_pins_one_version_and_says_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)]
    assert wrong == []
    assert lines == sorted(lines, key=str.lower)
    assert len(_pins()) == len(lines)


def test_every_declared_dependency_is_pinned() -> None:
    assert sorted(set(_declared()) - set(_pins())) == []


def test_every_installed_package_is_the_pinned_one() -> None:
    """Otherwise the environment is older than the constraints; `make setup` renews it."""
    ignored = {"whisk", "pip", "setuptools", "wheel"}
    installed = {
        _canonical(found.metadata["Name"]): found.version
        for found in importlib.metadata.distributions()
    }
    pins = _pins()
    wrong = {
        name: (version, pins.get(name))
        for name, version in installed.items()
        if name not in ignored and pins.get(name) != version
    }
    assert wrong == {}


def test_every_dependency_says_why_it_is_there() -> None:
    assert [name for name, comment in _declared().items() if not comment] == []


def test_every_dependency_of_the_product_names_its_door_or_that_it_has_none() -> None:
    dev = {
        _canonical(re.split(r"[\[<>=!~; ]", entry)[0])
        for entry in project()["project"]["optional-dependencies"]["dev"]
    }
    wrong = [
        name
        for name, comment in _declared().items()
        if name not in dev and not re.search(r"door: \S|no door of ours", comment)
    ]
    assert wrong == []


def test_every_door_exists() -> None:
    missing = [door for paths in _doors().values() for door in paths if not _place(door).exists()]
    assert missing == []


def _place(door: str) -> Path:
    package, _, rest = door.partition("/")
    return PACKAGES[package] / rest


def _foreign_imports() -> Iterator[tuple[Path, int, str]]:
    ours = {*PACKAGES, "whisk_composer", "whisk_shell"}
    for path in modules(*SHIPPED):
        for line, name in imported(path):
            top = name.partition(".")[0]
            if top not in ours and top not in sys.stdlib_module_names:
                yield path, line, top


def test_each_foreign_library_is_imported_only_through_its_door() -> None:
    """The comment beside a dependency in pyproject.toml is the table of doors."""
    doors = _doors()
    wrong = [
        f"{relative(path)}:{line} imports {top}, whose door is {doors.get(top, 'not declared')}"
        for path, line, top in _foreign_imports()
        if not any(
            path == _place(door) or _place(door) in path.parents for door in doors.get(top, ())
        )
    ]
    assert wrong == []


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    outcome = subprocess.run(
        [program, "--no-cache", "--config", ROOT / "pyproject.toml"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
