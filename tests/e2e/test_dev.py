"""``wsk dev``: a folder is deployed as it changes, and its logs are followed."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.machine import Machine
from tests.waiting import wait_for

GREET = "def main(args):\n    print('{0}')\n    return {{'said': '{0}'}}\n"


class Loop:
    """A running ``wsk dev``, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(stream,))
            for stream in (process.stdout, process.stderr)
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Iterator[str]) -> None:
        for line in stream:
            self.lines.append(line.rstrip("\n"))

    def count(self, text: str) -> int:
        return sum(text in line for line in self.lines)

    def wait_for(self, text: str, times: int = 1) -> None:
        wait_for(lambda: self.count(text) >= times, f"{text!r} in {self.lines}")

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return code


@contextmanager
def _developing(platform: Machine, folder: Path, *flags: str) -> Iterator[Loop]:
    loop = Loop(platform.begin("dev", str(folder), *flags))
    try:
        loop.wait_for("Watching;")
        yield loop
    finally:
        if loop.process.poll() is None:
            loop.end()


def test_what_changes_is_deployed_and_logs_come_while_actions_run(
    platform: Machine, tmp_path: Path
) -> None:
    (tmp_path / "dev-a.py").write_text(GREET.format("one"))
    (tmp_path / "dev-pkg").mkdir()
    (tmp_path / "dev-pkg" / "b.py").write_text(GREET.format("inner"))
    with _developing(platform, tmp_path, "--strip") as loop:
        assert loop.count("ok: created package dev-pkg") == 1
        assert loop.count("ok: deployed") == 2
        platform.wsk("action", "invoke", "dev-a", "-r")
        platform.wsk("action", "invoke", "dev-pkg/b", "-r")
        loop.wait_for("dev-a one")
        loop.wait_for("dev-pkg/b inner")
        (tmp_path / "dev-a.py").write_text(GREET.format("two"))
        loop.wait_for("ok: deployed dev-a (", 2)
        assert platform.wsk("action", "invoke", "dev-a", "-r").json() == {"said": "two"}
        loop.wait_for("dev-a two")
        assert loop.count("ok: deployed dev-pkg/b (") == 1, "only what changed is sent"
        (tmp_path / "dev-new.py").write_text(GREET.format("new"))
        loop.wait_for("ok: deployed dev-new (")
        (tmp_path / "dev-new.py").unlink()
        loop.wait_for("dev-new is gone from the folder, and stays deployed")
        assert loop.end() == 130
        assert loop.lines[-1] == "Stopped. What was deployed stays deployed."


def test_code_that_is_wrong_is_told_at_once_and_not_deployed(
    platform: Machine, tmp_path: Path
) -> None:
    path = tmp_path / "dev-wrong.py"
    path.write_text(GREET.format("good"))
    with _developing(platform, tmp_path) as loop:
        path.write_text("def main(:\n")
        loop.wait_for("dev-wrong is not deployed")
        loop.wait_for("dev-wrong.py:1: invalid syntax")
        assert platform.wsk("action", "invoke", "dev-wrong", "-r").json() == {"said": "good"}
        path.write_text(GREET.format("mended"))
        loop.wait_for("ok: deployed dev-wrong (", 2)
        assert platform.wsk("action", "invoke", "dev-wrong", "-r").json() == {"said": "mended"}


def test_a_file_inside_a_folder_sends_the_folder_anew(platform: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "dev-zip"
    folder.mkdir()
    (folder / "__main__.py").write_text("import say\ndef main(a): return {'said': say.WORD}\n")
    (folder / "say.py").write_text("WORD = 'one'\n")
    with _developing(platform, tmp_path) as loop:
        assert platform.wsk("action", "invoke", "dev-zip", "-r").json() == {"said": "one"}
        (folder / "say.py").write_text("WORD = 'two'\n")
        loop.wait_for("ok: deployed dev-zip (", 2)
        assert platform.wsk("action", "invoke", "dev-zip", "-r").json() == {"said": "two"}


def test_once_deploys_and_ends(platform: Machine, tmp_path: Path) -> None:
    (tmp_path / "dev-once.py").write_text(GREET.format("once"))
    answer = platform.wsk("dev", str(tmp_path), "--once")
    assert answer.out.startswith("ok: deployed dev-once (python:default, ")
    (tmp_path / "dev-once.py").write_text("def main(\n")
    failed = platform.wsk("dev", str(tmp_path), "--once", check=False)
    assert (failed.code, failed.out) == (1, "")
    assert "dev-once is not deployed" in failed.err


def test_a_folder_without_actions_names_the_remedy(platform: Machine, tmp_path: Path) -> None:
    answer = platform.wsk("dev", str(tmp_path), "--once", check=False)
    assert answer.code == 1
    assert f"There is no action in '{tmp_path}': make one with 'wsk init" in answer.err
    nowhere = platform.wsk("dev", str(tmp_path / "no"), "--once", check=False)
    assert (nowhere.code, "is not a folder" in nowhere.err) == (2, True)


def test_a_server_that_cannot_be_reached_exits_3(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(GREET.format("x"))
    flags = ("--apihost", "http://127.0.0.1:1", "--auth", "a:b")
    assert machine.wsk("dev", str(tmp_path), "--once", *flags, check=False).code == 3
    assert machine.wsk("dev", str(tmp_path), *flags, check=False).code == 3
