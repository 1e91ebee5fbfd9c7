"""``wsk`` as a process: start-up, signals, pipes, terminals."""

import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.waiting import DEADLINE_S, wait_for
from whisk_cli.version import __version__

PROGRAM = [sys.executable, "-m", "whisk_cli"]
ROOT = Path(__file__).parents[3]


def _environment(controller: Controller, tmp_path: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "WHISK_APIHOST": controller.address,
        "WHISK_AUTH": KEY,
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        **more,
    }


def _start(environment: dict[str, str], *tokens: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, *tokens],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _finished(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=DEADLINE_S)
    return process.returncode, out.decode(), err.decode()


def test_the_version_comes_from_the_process(controller: Controller, tmp_path: Path) -> None:
    process = _start(_environment(controller, tmp_path), "--version")
    assert _finished(process) == (0, f"wsk {__version__}\n", "")


def test_exit_codes_above_125_reach_the_shell(controller: Controller, tmp_path: Path) -> None:
    controller.refuse("DELETE namespaces/_/rules/r", 404, "gone")
    process = _start(_environment(controller, tmp_path), "rule", "delete", "r")
    assert _finished(process) == (
        148,
        "",
        "error: Unable to delete rule 'r': gone (code tid)\n",
    )


def test_text_is_utf_8_whatever_the_locale(controller: Controller, tmp_path: Path) -> None:
    controller.answer("GET namespaces", ["gäst"])
    environment = _environment(controller, tmp_path, LC_ALL="C", PYTHONUTF8="0")
    assert _finished(_start(environment, "namespace", "list"))[1] == "namespaces\ngäst\n"


def test_bytes_of_the_command_line_come_back_as_they_were(
    controller: Controller, tmp_path: Path
) -> None:
    controller.answer("DELETE namespaces/_/rules/%FF", {})
    process = subprocess.Popen(
        [*(each.encode() for each in PROGRAM), b"rule", b"delete", b"\xff"],
        env=_environment(controller, tmp_path),
        stdout=subprocess.PIPE,
    )
    assert process.communicate(timeout=DEADLINE_S)[0] == b"ok: deleted rule \xff\n"


def test_a_reader_that_goes_away_ends_the_program_quietly(
    controller: Controller, tmp_path: Path
) -> None:
    lines = [f"line {number} " + "x" * 100 for number in range(20_000)]
    controller.answer("GET namespaces/_/activations/a/logs", {"logs": lines})
    process = _start(_environment(controller, tmp_path), "activation", "logs", "a")
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stderr:
        assert process.stdout.readline().startswith(b"line 0 ")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(DEADLINE_S) == 141


@pytest.mark.parametrize("tokens", ["--version", "namespace list"])
def test_a_closed_stdout_is_no_crash(controller: Controller, tmp_path: Path, tokens: str) -> None:
    command = f'exec "{sys.executable}" -m whisk_cli {tokens} >&-'
    environment = _environment(controller, tmp_path)
    process = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, stderr=subprocess.PIPE, check=False
    )
    assert (process.returncode, process.stderr) == (141, b"")


def test_ctrl_c_while_waiting_exits_130_without_a_word(
    controller: Controller, tmp_path: Path
) -> None:
    over = threading.Event()
    controller.answer("GET namespaces", [], after=over)
    process = _start(_environment(controller, tmp_path), "namespace", "list")
    wait_for(lambda: bool(controller.asked), "the question")
    process.send_signal(signal.SIGINT)
    assert _finished(process) == (130, "", "")
    over.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_poll_ends_with_a_word_and_exit_1(
    controller: Controller, tmp_path: Path, number: signal.Signals
) -> None:
    question = "GET namespaces/_/activations?docs=true&limit=0&skip=0"
    controller.answer("GET namespaces/_/activations?limit=1&skip=0", [])
    controller.answer(question, [{"activationId": "a1", "name": "n", "start": 5, "logs": ["x"]}])
    process = _start(_environment(controller, tmp_path), "activation", "poll", "--interval", "60")
    assert process.stdout is not None
    shown = b""
    while not shown.endswith(b"]\n"):
        line = process.stdout.readline()
        assert line, shown
        shown += line
    assert shown.decode() == (
        "Enter Ctrl-c to exit.\nPolling for activation logs\n\n"
        "Activation: 'n' (a1)\n[\n    \"x\"\n]\n"
    )
    process.send_signal(number)
    assert _finished(process) == (1, "Poll terminated\n", "")


def _on_a_terminal(environment: dict[str, str], *tokens: str) -> str:
    """Run a program whose stdout is a terminal, and return what it showed."""
    leader, follower = pty.openpty()
    try:
        process = subprocess.Popen([*PROGRAM, *tokens], env=environment, stdout=follower)
        assert process.wait(DEADLINE_S) == 0
        return os.read(leader, 65536).decode().replace("\r\n", "\n")
    finally:
        os.close(leader)
        os.close(follower)


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, "\x1b[1mnamespaces\x1b[0m\nguest\n"),
        ({"NO_COLOR": "1"}, "namespaces\nguest\n"),
        ({"TERM": "dumb"}, "namespaces\nguest\n"),
    ],
)
def test_colors_are_for_terminals_that_want_them(
    controller: Controller, tmp_path: Path, more: dict[str, str], shown: str
) -> None:
    controller.answer("GET namespaces", ["guest"])
    environment = _environment(controller, tmp_path, **more)
    assert _on_a_terminal(environment, "namespace", "list") == shown


PLUG_INS = """
from typing import Annotated
import typer
from whisk_cli import errors, invocation

greet = typer.Typer()
@greet.command(help="say hello")
def hello(
    ctx: typer.Context,
    name: str,
    times: Annotated[int, typer.Option("--times", "-t", help="how often", max=3)] = 1,
    loud: Annotated[bool, typer.Option("--loud/--quiet")] = False,
) -> None:
    text = f"hello {name} at {invocation.current(ctx).settings.api_host}"
    for _ in range(times):
        invocation.current(ctx).console.line(text.upper() if loud else text)

def build():
    tools = typer.Typer(help="work with tools")
    @tools.callback()
    def begin(ctx: typer.Context, box: str = "red") -> None:
        invocation.current(ctx).console.line(f"box {box}")
    @tools.command("use", help="use a tool")
    def use(kind: Annotated[list[str] | None, typer.Option()] = None) -> None:
        raise typer.Exit(len(kind or ()))
    @tools.command("lose", help="lose a tool")
    def lose() -> None:
        raise errors.CliError("It is lost.", 7)
    return tools

wide = typer.Typer()
@wide.command()
def pair(both: Annotated[tuple[str, str], typer.Option()]) -> None: ...
"""


@pytest.fixture
def strangers(controller: Controller, tmp_path: Path) -> dict[str, str]:
    """An environment in which another distribution is installed that adds nouns."""
    (tmp_path / "demo_plugin.py").write_text(PLUG_INS)
    info = tmp_path / "demo_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: demo-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[wsk.commands]\ngreet = demo_plugin:greet\nrule = demo_plugin:build\n"
        "tool = demo_plugin:build\nbroken = demo_plugin:nothing\nodd = demo_plugin:typer\n"
        "wide = demo_plugin:wide\n"
    )
    return _environment(controller, tmp_path, PYTHONPATH=f"{ROOT}:{tmp_path}")


def test_other_distributions_may_add_a_noun_as_a_typer_application(
    strangers: dict[str, str],
) -> None:
    """Flags stand anywhere, global ones too, and Typer converts and checks what is the noun's."""
    assert _wsk(strangers, "greet", "Ann", "-t", "2", "--apihost", "there", "--loud") == (
        0,
        "HELLO ANN AT THERE\n" * 2,
        "",
    )
    assert _wsk(strangers, "--apihost", "h", "greet", "--quiet", "--", "-t")[1] == "hello -t at h\n"
    code, _, err = _wsk(strangers, "greet", "Ann", "--times", "4")
    assert (code, err.startswith("error: Invalid value for")) == (2, True)
    code, _, err = _wsk(strangers, "greet")
    assert (code, err) == (2, "error: Missing argument 'name'.\n")
    assert _wsk(strangers, "greet", "--tims")[::2] == (
        1,
        "unknown flag: --tims\n\nDid you mean this?\n\t--times\n",
    )


def test_a_group_of_another_distribution_runs_with_its_own_flags(strangers: dict[str, str]) -> None:
    used = _wsk(strangers, "tool", "--box=blue", "use", "--kind", "a", "--kind", "-b")
    assert used == (2, "box blue\n", "")
    assert _wsk(strangers, "tool", "lose") == (7, "box red\n", "error: It is lost.\n")


def test_a_noun_of_another_distribution_has_a_page_like_all(strangers: dict[str, str]) -> None:
    assert "\n  greet " in _wsk(strangers, "--help")[1]
    page = _wsk(strangers, "greet", "--help")[1]
    assert page.startswith("say hello\n\nUsage:\n  wsk greet NAME [flags]\n")
    assert "\n  -t, --times VALUE   how often\n" in page
    assert "--install-completion" not in page
    assert "\n  use    use a tool\n" in _wsk(strangers, "tool", "--help")[1]
    assert _wsk(strangers, "rule", "--help")[1].startswith("work with rules\n")
    assert _wsk(strangers, "__complete", "tool", "--box", "red", "")[1] == "lose\nuse\n"
    assert "--box\n" in _wsk(strangers, "__complete", "tool", "--b")[1]


@pytest.mark.parametrize(
    ("noun", "reason"),
    [
        ("broken", "demo_plugin:nothing: module 'demo_plugin' has no attribute 'nothing'."),
        ("odd", "demo_plugin:typer: it gives a module, not a typer.Typer."),
        ("wide", "demo_plugin:wide: --both takes 2 words, and one is possible."),
    ],
)
def test_a_noun_that_cannot_be_loaded_is_named_with_the_reason(
    strangers: dict[str, str], noun: str, reason: str
) -> None:
    told = f"error: The command '{noun}' cannot be loaded from {reason}\n"
    assert _wsk(strangers, noun) == (1, "", told)


def _wsk(environment: dict[str, str], *tokens: str) -> tuple[int, str, str]:
    return _finished(_start(environment, *tokens))


def test_a_noun_that_has_no_table_yet_goes_through_typer(
    controller: Controller, tmp_path: Path
) -> None:
    """A command works while it is being written; the table is made when it is done."""
    controller.answer("GET namespaces", ["guest"])
    code = (
        "import sys; from pathlib import Path; from whisk_cli import registry; "
        "registry.table_of = lambda name: Path('missing'); "
        "from whisk_cli.main import main; sys.exit(main())"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code, "namespace", "list", "-u", "a:b"],
        env=_environment(controller, tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "namespaces\nguest\n", "")
