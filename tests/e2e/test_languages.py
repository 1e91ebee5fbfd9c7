"""PHP, Ruby, native programs and an operator's own kinds, through ``wsk``."""

import json
import stat
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests import parts
from tests.architecture.tree import ROOT
from tests.machine import Machine
from tests.waiting import wait_for

EXAMPLES = ROOT / "examples"


def _log(platform: Machine, activation: str) -> str:
    return wait_for(
        lambda: platform.wsk("activation", "logs", activation, "--strip", check=False).out.strip(),
        "the log of the activation",
    )


@pytest.mark.parametrize(
    ("program", "package", "file", "flags"),
    [
        ("php", "php-cli", "hello.php", ()),
        ("ruby", "ruby", "hello.rb", ()),
        ("sh", "dash", "hello.sh", ("--native",)),
    ],
)
def test_the_sample_of_each_language_greets_and_logs(
    platform: Machine, program: str, package: str, file: str, flags: tuple[str, ...]
) -> None:
    parts.program(program, f"apt-get install {package}")
    name = file.replace(".", "-")
    platform.wsk("action", "create", name, str(EXAMPLES / file), *flags)
    answer = platform.wsk("action", "invoke", name, "-b", "-p", "name", "Ada").json()
    assert answer["response"]["result"] == {"greeting": "Hello, Ada!"}
    assert _log(platform, answer["activationId"]) == "greeting Ada"


def _native_zip(folder: Path, program: str) -> str:
    path = folder / "native.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        entry = zipfile.ZipInfo("exec")
        entry.external_attr = (stat.S_IFREG | 0o755) << 16
        bundle.writestr(entry, program)
        bundle.writestr("name.txt", "Zoë")
    return str(path)


def test_a_zip_with_exec_runs_as_a_loop_in_its_own_directory(
    platform: Machine, tmp_path: Path
) -> None:
    loop = (
        "#!/bin/sh\nn=0\nwhile read -r line; do n=$((n+1));"
        ' printf \'{"name":"%s","n":%s}\\n\' "$(cat name.txt)" $n >&3; done\n'
    )
    platform.wsk("action", "create", "loop", _native_zip(tmp_path, loop), "--native")
    first = platform.wsk("action", "invoke", "loop", "-r").json()
    assert first == {"name": "Zoë", "n": 1}
    assert platform.wsk("action", "invoke", "loop", "-r").json()["n"] == 2


def test_a_program_that_prints_no_result_is_a_developer_error(
    platform: Machine, tmp_path: Path
) -> None:
    path = _native_zip(tmp_path, "#!/bin/sh\nexit 3\n")
    platform.wsk("action", "create", "silent", path, "--native")
    record = platform.wsk("action", "invoke", "silent", "-b", check=False)
    document = json.loads(record.err[record.err.index("{") :])
    assert document["response"]["status"] == "action developer error"
    assert "ended with status 3" in _log(platform, document["activationId"])


def test_another_image_can_be_kept_but_not_run_and_the_log_names_the_remedy(
    platform: Machine,
) -> None:
    platform.wsk("action", "create", "boxed", "--docker", "example/private:1")
    assert platform.wsk("action", "get", "boxed").json()["exec"]["image"] == "example/private:1"
    answer = platform.wsk("action", "invoke", "boxed", "-b", check=False)
    assert "Failed to pull container image 'example/private:1'." in answer.err
    assert "wsk --native" in platform.last_log()


def test_php_that_exhausts_its_memory_is_told_so(platform: Machine) -> None:
    parts.program("php", "apt-get install php-cli")
    code = "<?php\nfunction main(array $args): array { return [str_repeat('x', 1 << 30)]; }\n"
    platform.wsk("action", "create", "greedy", platform.write("greedy.php", code))
    answer = platform.wsk("action", "invoke", "greedy", "-b", check=False)
    assert "The action exhausted its memory and was aborted." in answer.err


def test_an_operators_manifest_is_offered_and_what_it_lacks_is_said(machine: Machine) -> None:
    manifest = {
        "runtimes": {
            "python": [
                {"kind": "python:3.11", "image": {"prefix": "own", "name": "py"}, "default": True}
            ],
            "swift": [{"kind": "swift:5.3", "image": {"prefix": "own", "name": "sw", "tag": "1"}}],
        },
        "blackboxes": [{"prefix": "openwhisk", "name": "dockerskeleton"}],
    }
    machine.environment["WHISK_RUNTIMES__MANIFEST"] = machine.write(
        "runtimes.json", json.dumps(manifest)
    )
    machine.start()
    with urllib.request.urlopen(machine.address) as shown:
        kinds = json.load(shown)["runtimes"]
    assert {family: [one["image"] for one in kinds[family]] for family in kinds} == {
        "python": ["own/py:latest"],
        "swift": ["own/sw:1"],
    }
    machine.wsk("action", "create", "birds", machine.write("a.swift", "func main() {}"))
    assert machine.wsk("action", "invoke", "birds", "-b", check=False).code != 0
    result = wait_for(
        lambda: machine.wsk("activation", "result", "--last", check=False).out,
        "the record of the activation",
    )
    assert "The kind 'swift:5.3' has no toolchain on this machine." in result
    refused = machine.wsk(
        "action", "create", "x", machine.write("x.js", "0"), "--kind", "nodejs:20", check=False
    )
    assert "'nodejs:20'" in refused.err


def test_a_wrong_manifest_is_refused_at_start_with_its_place(machine: Machine) -> None:
    path = machine.write("runtimes.json", '{"runtimes": {"python": [{"kind": "ruby:3"}]}}')
    machine.environment["WHISK_RUNTIMES__MANIFEST"] = path
    answer = machine.start(check=False)
    assert answer.code != 0
    assert "runtimes.python[0].kind must be 'python:VERSION', but it is 'ruby:3'." in answer.err
    assert "Traceback" not in answer.out + answer.err
