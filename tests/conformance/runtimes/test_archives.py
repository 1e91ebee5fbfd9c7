"""Archived actions: contract §8.5, the column "Archive"."""

import gzip
import struct
import sys
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conformance.runtimes.bundles import (
    Content,
    Executable,
    HardLink,
    Link,
    tarred,
    zipped,
)
from tests.conformance.runtimes.launcher import Answer, Launcher

Pack = Callable[[Mapping[str, Content]], bytes]

GOOD: dict[str, dict[str, Content]] = {
    "python": {
        "__main__.py": (
            "import os\nfrom greetings import polite\n"
            "def main(args):\n"
            "    with open('data/name.txt') as file:\n"
            "        return {'text': polite.greet(file.read())}\n"
        ),
        "greetings/__init__.py": "",
        "greetings/polite.py": "def greet(name):\n    return f'Good day, {name}'\n",
        "data/name.txt": "Zoë",
    },
    "nodejs": {
        "package.json": '{"name": "greeter", "main": "src/start.js"}',
        "src/start.js": (
            "const { greet } = require('polite'); const fs = require('fs');"
            "exports.main = () => ({ text: greet(fs.readFileSync('data/name.txt', 'utf8')) });"
        ),
        "node_modules/polite/package.json": '{"name": "polite", "version": "1.0.0"}',
        "node_modules/polite/index.js": "exports.greet = (name) => `Good day, ${name}`;",
        "data/name.txt": "Zoë",
    },
}
REFUSED = {
    "python": "The action's archive cannot be unpacked: {}.",
    "nodejs": (
        "Initialization has failed due to: There was an error uncompressing the action archive. {}."
    ),
}


@pytest.fixture(params=[zipped, tarred], ids=["zip", "tar.gz"])
def pack(request: pytest.FixtureRequest) -> Pack:
    """Both kinds of archive."""
    maker: Pack = request.param
    return maker


def _refused(answer: Answer, kind: str, reason: str) -> bool:
    assert answer.status == 502
    before, after = REFUSED[kind].split("{}")
    error: str = answer.error
    assert error.startswith(before), error
    assert error.endswith(after), error
    assert ".." not in after
    return reason.lower() in error.lower()


def test_an_archive_with_a_dependency_and_data(launcher: Launcher, pack: Pack) -> None:
    answer = launcher.init_archive(pack(GOOD[launcher.kind]))
    assert (answer.status, answer.output) == (200, ())
    assert launcher.run().json == {"text": "Good day, Zoë"}


def test_a_directory_that_the_platform_unpacked(launcher: Launcher, tmp_path: Path) -> None:
    for name, content in GOOD[launcher.kind].items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(content))
    answer = launcher.init(None, binary=True, path=str(tmp_path / "unpacked"))
    assert answer.status == 200
    assert launcher.run().json == {"text": "Good day, Zoë"}


def test_each_archive_gets_a_fresh_directory_under_tmpdir(python: Launcher, tmp_path: Path) -> None:
    python.init_archive(zipped(GOOD["python"]))
    (place,) = tmp_path.glob("action-*")
    assert (place / "data/name.txt").read_text() == "Zoë"
    assert not list(place.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"#!/bin/sh\necho no archive\n", "neither a zip nor a tar.gz file"),
        (b"", "Missing main/no code to execute."),
        (b"PK", ""),
        (b"PK\x03\x04" + b"\0" * 100, ""),
        (b"\x1f\x8b\x08\x00 not gzip", ""),
    ],
)
def test_what_is_no_archive_is_refused(launcher: Launcher, archive: bytes, reason: str) -> None:
    answer = launcher.init_archive(archive)
    if not archive:
        assert (answer.status, answer.error) == (403, reason)
    else:
        assert _refused(answer, launcher.kind, reason)


def test_text_that_is_no_base64_is_refused(launcher: Launcher) -> None:
    assert _refused(launcher.init("%%%", binary=True), launcher.kind, "neither a zip nor")


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_an_archive_that_is_cut_short_is_refused(
    launcher: Launcher, pack: Pack, part: float
) -> None:
    archive = pack({"big.bin": bytes(range(256)) * 100, **GOOD[launcher.kind]})
    answer = launcher.init_archive(archive[: int(len(archive) * part)])
    assert _refused(answer, launcher.kind, "")


def test_a_damaged_entry_is_refused(launcher: Launcher) -> None:
    archive = bytearray(zipped({"a.txt": "x" * 1000, **GOOD[launcher.kind]}))
    archive[40] ^= 0xFF
    assert _refused(launcher.init_archive(bytes(archive)), launcher.kind, "")


@pytest.mark.parametrize("name", ["../outside.txt", "a/../../outside.txt", "/outside.txt"])
def test_an_entry_outside_the_archive_is_refused(
    launcher: Launcher, pack: Pack, name: str, tmp_path: Path
) -> None:
    answer = launcher.init_archive(pack({name: "planted", **GOOD[launcher.kind]}))
    assert _refused(answer, launcher.kind, f"the entry '{name}' lies outside the archive")
    assert not list(tmp_path.rglob("outside.txt"))


def test_links_inside_the_archive_work(launcher: Launcher, pack: Pack) -> None:
    files = dict(GOOD[launcher.kind])
    del files["data/name.txt"]
    files["data/name.txt"] = Link("../names/first.txt")
    files["names/first.txt"] = "Ada"
    assert launcher.init_archive(pack(files)).status == 200
    assert launcher.run().json == {"text": "Good day, Ada"}


def test_hard_links_in_a_tar_work(launcher: Launcher) -> None:
    files = {"names/first.txt": "Ada", **GOOD[launcher.kind]}
    files["data/name.txt"] = HardLink("names/first.txt")
    assert launcher.init_archive(tarred(files)).status == 200
    assert launcher.run().json == {"text": "Good day, Ada"}


def test_links_that_leave_the_archive_are_left_out(
    launcher: Launcher, pack: Pack, tmp_path: Path
) -> None:
    (tmp_path / "secret").mkdir()
    files: dict[str, Content] = {
        "absolute": Link(str(tmp_path / "secret")),
        "relative": Link("../secret"),
        "deep/relative": Link("../../secret"),
        "relative/planted.txt": "planted",
        **GOOD[launcher.kind],
    }
    assert launcher.init_archive(pack(files)).status == 200
    (place,) = tmp_path.glob("action-*")
    assert not list((tmp_path / "secret").iterdir())
    assert not [path for path in place.rglob("*") if path.is_symlink()]


def test_too_many_entries_are_refused(launcher: Launcher) -> None:
    archive = zipped({f"d/{number:x}/": "" for number in range(100_001)})
    answer = launcher.init_archive(archive)
    assert _refused(answer, launcher.kind, "it has more than 100000 entries")


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused(launcher: Launcher) -> None:
    archive = bytearray(zipped({"a.bin": "x", **GOOD[launcher.kind]}))
    size_in_directory = archive.index(b"PK\x01\x02") + 24
    struct.pack_into("<I", archive, size_in_directory, 512 * 1024 * 1024 + 1)
    answer = launcher.init_archive(bytes(archive))
    assert _refused(answer, launcher.kind, "it unpacks to more than 512 MB")


def test_a_tar_that_unpacks_to_more_than_the_limit_is_refused(launcher: Launcher) -> None:
    header = tarfile.TarInfo("zeros")
    header.size = 600 * 1024 * 1024
    answer = launcher.init_archive(gzip.compress(header.tobuf() + bytes(1024)))
    assert _refused(answer, launcher.kind, "")


def test_a_large_name_survives_in_a_tar(launcher: Launcher) -> None:
    long = "/".join(["directory" * 5] * 6)
    files = {f"{long}/ü.txt": "", **GOOD[launcher.kind]}
    assert launcher.init_archive(tarred(files)).status == 200


def test_a_python_archive_without_an_entry_point(python: Launcher) -> None:
    answer = python.init_archive(zipped({"action.py": "def main(args):\n    return {}\n"}))
    assert answer.status == 502
    assert answer.error == (
        "The action failed to generate or locate a binary. See logs for details."
    )
    assert "__main__.py" in answer.stderr


@pytest.mark.parametrize(
    "main",
    ["hello", "Greeter.hello", "greetings.polite.hello"],
    ids=["name", "attribute", "module"],
)
def test_a_python_main_may_be_dotted(python: Launcher, main: str) -> None:
    hello = "def hello(args):\n    return {'hello': True}\n"
    files: dict[str, Content] = {
        "__main__.py": f"{hello}class Greeter:\n    hello = staticmethod(hello)\n",
        "greetings/__init__.py": "",
        "greetings/polite.py": hello,
    }
    assert python.init_archive(zipped(files), main=main).status == 200
    assert python.run().json == {"hello": True}


def test_a_python_main_that_is_nowhere_is_explained(python: Launcher) -> None:
    answer = python.init_archive(zipped(GOOD["python"]), main="greetings.polite.bow")
    assert answer.error == "Cannot start action. Check logs for details."
    assert "The action has no function 'bow'" in answer.stderr


def test_a_python_trace_shows_the_archives_files(python: Launcher) -> None:
    files = {**GOOD["python"], "greetings/polite.py": "raise RuntimeError('hoarse')\n"}
    answer = python.init_archive(zipped(files))
    assert answer.error == "Cannot start action. Check logs for details."
    assert 'polite.py", line 1, in <module>\n    raise RuntimeError' in answer.stderr
    assert "launcher.py" not in answer.stderr


def _virtualenv(version: str) -> dict[str, Content]:
    packages = f"virtualenv/lib/python{version}/site-packages"
    return {
        "__main__.py": "import vendored, added\ndef main(args):\n    return vendored.VALUE\n",
        "requirements.txt": "vendored\n",
        f"{packages}/vendored.py": "VALUE = {'from': 'virtualenv'}\n",
        f"{packages}/extra.pth": "more\n",
        f"{packages}/more/added.py": "",
        "virtualenv/bin/python": Link("/usr/bin/python3"),
    }


def test_a_virtualenv_is_used_without_its_activate_this(python: Launcher, pack: Pack) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    answer = python.init_archive(pack(_virtualenv(version)))
    assert (answer.status, answer.stderr) == (200, "")
    assert python.run().json == {"from": "virtualenv"}


def test_a_virtualenv_of_another_python_serves_pure_packages(python: Launcher) -> None:
    assert python.init_archive(zipped(_virtualenv("3.9"))).status == 200


def test_the_virtualenv_of_this_python_comes_first(python: Launcher) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    files = {**_virtualenv("3.9"), **_virtualenv(version)}
    files["virtualenv/lib/python3.9/site-packages/vendored.py"] = "raise ImportError\n"
    assert python.init_archive(zipped(files)).status == 200


def test_a_module_of_requirements_that_is_not_there_names_the_remedy(python: Launcher) -> None:
    files: dict[str, Content] = {
        "__main__.py": "import vendored\ndef main(args):\n    return {}\n",
        "requirements.txt": "vendored\n",
    }
    answer = python.init_archive(zipped(files))
    assert answer.status == 502
    assert answer.error.startswith("Cannot start action. Check logs for details. Module 'vendored'")
    assert "pip install --target" in answer.error


def test_requirements_that_are_there_need_no_remedy(python: Launcher) -> None:
    files: dict[str, Content] = {**GOOD["python"], "requirements.txt": "greetings\n"}
    assert python.init_archive(zipped(files)).status == 200


LOOP = """#!/bin/sh
echo started >&2
while read -r line; do
  echo "run" >&2
  case "$line" in
    *stop*) exit 3 ;;
    *text*) echo '"text"' >&3 ;;
    *) printf '{"got":%s}\\n' "$line" >&3 ;;
  esac
done
"""


def test_an_archive_with_exec_speaks_actionloop(python: Launcher) -> None:
    assert python.init_archive(zipped({"exec": Executable(LOOP)})).status == 200
    assert python.run({"n": 1}, deadline="17").json == {
        "got": {"value": {"n": 1}, "deadline": "17"}
    }
    answer = python.run({"text": 1})
    assert answer.error == "The action did not return a dictionary or array."
    answer = python.run({"stop": 1})
    assert (answer.status, answer.error) == (400, "command exited")
    assert python.pipes()[1] == "started\n" + "run\n" * 3


@pytest.mark.parametrize("program", ["#!/bin/sh\nexit 1\n", "no program"])
def test_an_exec_that_does_not_start(python: Launcher, program: str) -> None:
    answer = python.init_archive(zipped({"exec": Executable(program)}))
    assert answer.status == 502
    assert answer.error == "Cannot start action. Check logs for details."


FAILED = "Initialization has failed due to: "


def test_a_node_archive_without_an_entry_point(nodejs: Launcher) -> None:
    answer = nodejs.init_archive(zipped({"hello.js": "exports.main = () => ({});"}))
    assert answer.status == 502
    assert answer.error == (
        FAILED + "Zipped actions must contain either package.json or index.js at the root."
    )


RETURNS = "=> ({ found: true });"
NODE_ARCHIVES: dict[str, tuple[str, dict[str, Content]]] = {
    "index.js alone": ("main", {"index.js": f"exports.main = () {RETURNS}"}),
    "function as module": ("main", {"index.js": f"module.exports = () {RETURNS}"}),
    "package without main": (
        "main",
        {"package.json": "{}", "index.js": f"exports.main = () {RETURNS}"},
    ),
    "type module": (
        "main",
        {
            "package.json": '{"type": "module", "main": "a.js"}',
            "a.js": "import { main } from './b.js'; export { main };",
            "b.js": f"export const main = () {RETURNS}",
        },
    ),
    "default export": (
        "main",
        {
            "package.json": '{"type": "module"}',
            "index.js": f"export default () {RETURNS}",
        },
    ),
    "mjs": (
        "main",
        {"package.json": '{"main": "a.mjs"}', "a.mjs": f"export const main = () {RETURNS}"},
    ),
    "module required by plain code": (
        "main",
        {
            "package.json": '{"main": "a.cjs", "type": "module"}',
            "a.cjs": f"exports.main = async () {RETURNS}",
        },
    ),
    "index.mjs": ("main", {"index.mjs": f"export const main = () {RETURNS}"}),
    "top-level await": (
        "main",
        {"index.mjs": f"await null; export const main = () {RETURNS}"},
    ),
    "imports a package": (
        "main",
        {
            "package.json": '{"type": "module"}',
            "index.js": "import found from 'found'; export const main = () => ({ found });",
            "node_modules/found/package.json": '{"exports": "./x.js", "type": "module"}',
            "node_modules/found/x.js": "export default true;",
        },
    ),
    "another function": ("go", {"index.js": f"exports.go = () {RETURNS}"}),
    "another file": ("other.go", {"index.js": "", "other.js": f"exports.go = () {RETURNS}"}),
    "another file without index": ("other.go", {"other.js": f"exports.go = () {RETURNS}"}),
    "an inner function": ("api.go", {"index.js": f"exports.api = {{ go: () {RETURNS[:-1]} }};"}),
}


@pytest.mark.parametrize("form", NODE_ARCHIVES)
def test_every_form_of_a_node_archive(nodejs: Launcher, form: str) -> None:
    main, files = NODE_ARCHIVES[form]
    answer = nodejs.init_archive(zipped(files), main=main)
    assert (answer.status, answer.stderr) == (200, ""), answer.json
    assert nodejs.run().json == {"found": True}


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"index.js": "exports.other = 1;"}, "Action entrypoint 'main' is not a function."),
        ({"index.js": "throw new TypeError('no');"}, "TypeError: no"),
        ({"index.js": "function ( {"}, "SyntaxError: "),
        ({"index.js": "require('./gone');"}, "Error: Cannot find module './gone'"),
        ({"package.json": "{"}, "package.json is not valid JSON: "),
        ({"package.json": "{}"}, "package.json names no 'main', and there is no index.js either."),
        (
            {"package.json": '{"main": "gone.js"}'},
            "package.json names the file 'gone.js', and there is no index.js either.",
        ),
        (
            {
                "package.json": '{"dependencies": {"left-pad": "1"}}',
                "index.js": "require('left-pad');",
            },
            "The package 'left-pad' is declared in package.json but is not in the archive",
        ),
        (
            {
                "package.json": '{"dependencies": {"left-pad": "1"}, "type": "module"}',
                "index.js": "import 'left-pad';",
            },
            "The package 'left-pad' is declared in package.json but is not in the archive",
        ),
    ],
)
def test_a_node_archive_that_does_not_load(
    nodejs: Launcher, files: dict[str, Content], error: str
) -> None:
    answer = nodejs.init_archive(zipped(files))
    assert answer.status == 502
    assert answer.error.startswith(FAILED + error), answer.error
    assert answer.stderr
