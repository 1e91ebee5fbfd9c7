"""Every template of ``wsk init`` becomes an action that answers and logs on a real platform."""

import os
from pathlib import Path

import pytest

from tests import parts
from tests.machine import Machine
from tests.waiting import wait_for
from whisk_cli.commands.init.template import TEMPLATES

FAMILIES = {
    "python": "python",
    "python-package": "python",
    "nodejs": "nodejs",
    "nodejs-package": "nodejs",
    "go": "go",
    "java": "java",
    "php": "php",
    "ruby": "ruby",
    "rust": "rust",
    "shell": "",
}
"""Which kinds of the platform each needs; a shell is always there."""

REMEDIES = {
    "nodejs": "apt-get install nodejs",
    "go": "apt-get install golang-go",
    "java": "apt-get install default-jdk-headless libgoogle-gson-java",
    "php": "apt-get install php-cli",
    "ruby": "apt-get install ruby",
    "rust": "install Rust with Cargo, a linker and the crates that docs/runtimes.md names",
}


def test_every_template_is_proved_here() -> None:
    assert FAMILIES.keys() == TEMPLATES.keys()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_created_deployed_and_answers(
    platform: Machine, template: str, tmp_path: Path
) -> None:
    family = FAMILIES[template]
    kinds = {kind.partition(":")[0] for kind in platform.run_file()["kinds"]}
    parts.require(not family or family in kinds, family, REMEDIES.get(family, ""))
    folder, name = tmp_path / "made", f"say-{template}"
    made = platform.wsk("init", str(folder), "--language", template, "--name", name)
    action = made.out.rstrip().splitlines()[-1].split()[3]
    assert platform.wsk("dev", str(folder), "--once").out.startswith(f"ok: deployed {action} (")
    answer = platform.wsk("action", "invoke", action, "-b", "-p", "name", "Ada").json()
    assert answer["response"]["result"] == {"greeting": "Hello, Ada!"}
    logs = ("activation", "logs", answer["activationId"], "--strip")
    assert (
        wait_for(lambda: platform.wsk(*logs, check=False).out.strip(), "the log") == "greeting Ada"
    )
    nobody = platform.wsk("action", "invoke", action, "-r").json()
    assert nobody == {"greeting": "Hello, stranger!"}


def test_nothing_is_written_over(platform: Machine, tmp_path: Path) -> None:
    made = ("init", str(tmp_path), "--language", "python")
    platform.wsk(*made)
    (tmp_path / "hello.py").write_text("mine")
    (tmp_path / "README.md").write_text("mine too")
    again = platform.wsk(*made, check=False)
    assert (again.code, again.out) == (2, "")
    assert f"'{tmp_path / 'hello.py'}' exists already" in again.err
    platform.wsk(*made, "--name", "other")
    assert (tmp_path / "hello.py").read_text() == "mine"
    assert (tmp_path / "README.md").read_text() == "mine too"
    assert sorted(os.listdir(tmp_path)) == ["README.md", "hello.py", "other.py"]
