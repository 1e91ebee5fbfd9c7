"""``wsk local invoke``: actions in a real sandbox, without a platform."""

import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests import parts
from tests.machine import Machine
from tests.waiting import wait_for

HELLO = "def main(args):\n    print('working')\n    return {'twice': args['n'] * 2}\n"
NODE = "function main({ n }) {\n  const twice = n * 2;\n  return { twice };\n}\n"


def test_the_result_is_on_stdout_and_the_log_on_stderr(machine: Machine) -> None:
    path = machine.write("hello.py", HELLO)
    answer = machine.wsk("local", "invoke", path, "-p", "n", "21")
    assert answer.json() == {"twice": 42}
    assert answer.err == "working\n"


def test_numbers_variables_and_whole_documents_reach_the_action(machine: Machine) -> None:
    code = "import os\ndef main(args):\n    return {'mode': os.environ['MODE'], **args}\n"
    path = machine.write("env.py", code)
    answer = machine.wsk(
        "local", "invoke", path, "--env", "MODE", "fast", "--data", "-", "-o", "json",
        stdin='{"n": 123456789012345678901234567890}',
    )  # fmt: skip
    assert answer.json() == {"mode": "fast", "n": 123456789012345678901234567890}


def test_a_folder_and_an_archive_run_as_one_action(machine: Machine) -> None:
    folder = machine.home / "stats"
    folder.mkdir()
    (folder / "__main__.py").write_text("import lib\ndef main(a): return {'said': lib.say()}\n")
    (folder / "lib.py").write_text("def say(): return 'hi'\n")
    assert machine.wsk("local", "invoke", str(folder)).json() == {"said": "hi"}
    packed = machine.home / "stats.zip"
    subprocess.run(
        ["python3", "-m", "zipfile", "-c", packed, f"{folder}/."], check=True, cwd=machine.home
    )
    assert machine.wsk("local", "invoke", str(packed)).json() == {"said": "hi"}


@pytest.mark.parametrize(
    ("code", "flags", "result", "log"),
    [
        ("def main(a): return {'error': 'no'}\n", (), {"error": "no"}, "application error"),
        ("def main(a):\n    return 1 / 0\n", (), {"error": "division by zero"}, "ZeroDivision"),
        ("def main(:\n", (), None, "SyntaxError"),
        ("while True: pass\n", ("-t", "300"), None, "action developer error"),
    ],
)
def test_an_action_that_fails_exits_1_and_says_why(
    machine: Machine, code: str, flags: tuple[str, ...], result: object, log: str
) -> None:
    answer = machine.wsk("local", "invoke", machine.write("a.py", code), *flags, check=False)
    assert answer.code == 1
    assert log in answer.err
    if result is not None:
        assert answer.json() == result
    assert "error" in answer.json()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("nothing.py",), 2, "File 'nothing.py' is not a valid file"),
        (("a.txt",), 2, "The kind of 'a.txt' cannot be told: name it with --kind"),
        (("a.txt", "--kind", "cobol:1"), 1, "The kind 'cobol:1' has no toolchain on this machine."),
        (("a.txt", "--kind", "python", "-t", "0"), 1, "--timeout is 0"),
        (("a.txt", "--kind", "python", "-m", "1"), 1, "--memory is 1"),
        (("a.txt", "--kind", "python", "--inspect-port", "0"), 1, "--inspect-port is 0"),
        (("a.txt", "--native"), 1, "unknown flag: --native"),
        ((), 1, "A source file, a folder or an archive is required."),
    ],
)
def test_what_cannot_be_run_is_told_in_one_sentence(
    machine: Machine, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    machine.write("a.txt", "")
    answer = machine.wsk("local", "invoke", *arguments, check=False)
    assert answer.code == code
    assert sentence in answer.err
    assert "Traceback" not in answer.err


def test_pythons_debugger_talks_over_the_terminal(machine: Machine) -> None:
    path = machine.write("hello.py", HELLO)
    typed = "n\np args\nn\np 1000 + 1\nc\n"
    answer = machine.wsk("local", "invoke", path, "-p", "n", "21", "--inspect", stdin=typed)
    assert answer.json() == {"twice": 42}
    # The log comes on its own way, and may stand between a prompt and what was asked.
    assert "{'n': 21}" in answer.err
    assert "1001" in answer.err


def test_leaving_the_debugger_ends_the_run(machine: Machine) -> None:
    path = machine.write("hello.py", HELLO)
    answer = machine.wsk("local", "invoke", path, "--inspect", stdin="q\n", check=False)
    assert (answer.code, answer.json()) == (1, {"error": "The run was ended in the debugger."})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_nodes_debugger_is_waited_for_and_stops_in_the_code(machine: Machine) -> None:
    node = parts.node()
    port = _free_port()
    path = machine.write("twice.js", NODE)
    run = machine.begin("local", "invoke", path, "-p", "n", "21", "--inspect-port", str(port))
    assert run.stderr is not None
    told = run.stderr.readline()
    assert f"127.0.0.1:{port}" in told
    wait_for(lambda: _answers(port), "Node to listen")
    commands = "sb(2)\nc\nexec n\nc\n"
    debugger = subprocess.Popen(
        [node, "inspect", f"127.0.0.1:{port}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert debugger.stdin is not None
    assert debugger.stdout is not None
    seen = _until(debugger, r"break in")
    for command, expected in (("sb(2)", r"2 "), ("c", r"break in \S*:2"), ("exec n", r"\b21\b")):
        debugger.stdin.write(f"{command}\n")
        debugger.stdin.flush()
        seen += _until(debugger, expected)
    debugger.stdin.write("c\n")
    debugger.stdin.close()
    out, _ = run.communicate(timeout=30)
    debugger.stdout.close()
    debugger.wait(30)
    assert '"twice": 42' in out, (seen, commands)
    assert run.returncode == 0


def _until(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout is not None
    seen = ""
    while not re.search(pattern, seen):
        character = process.stdout.read(1)
        assert character, seen
        seen += character
    return seen


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_taken_port_is_told(machine: Machine) -> None:
    parts.node()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        path = machine.write("twice.js", NODE)
        answer = machine.wsk("local", "invoke", path, "--inspect-port", port, check=False)
    assert answer.code == 1
    assert f"error: The port {port} for the debugger is in use" in answer.err


def test_ctrl_c_ends_it_and_leaves_nothing(machine: Machine) -> None:
    code = "import time\ndef main(a):\n    print('begun')\n    time.sleep(60)\n    return {}\n"
    run = machine.begin("local", "invoke", machine.write("long.py", code))
    assert run.stderr is not None
    assert run.stdout is not None
    assert run.stderr.readline() == "begun\n"
    lives = machine.home / ".local" / "state" / "whisk" / "local" / "lives"
    for child in _children(run.pid):
        child.send(signal.SIGINT)
    run.send_signal(signal.SIGINT)
    assert run.wait(30) == 130
    run.stdout.close()
    run.stderr.close()
    assert not lives.exists() or list(lives.iterdir()) == []


class _Process:
    def __init__(self, pid: int) -> None:
        self._pid = pid

    def send(self, number: signal.Signals) -> None:
        import os

        os.kill(self._pid, number)


def _children(pid: int) -> list[_Process]:
    """What Ctrl-C at a terminal reaches beside the process itself."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [_Process(int(each)) for each in found]
