"""Processes of the platform: started with this interpreter, waited for, stopped."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from whisk_cli.errors import CliError
from whisk_cli.machine.statedir import Running, StateDir

START_SECONDS = 60.0
"""How long a platform may take to get ready."""
STOP_SECONDS = 40.0
"""How long it may take to end its work; more than its own drain time."""
_POLL_SECONDS = 0.02


def require_platform() -> None:
    """Check that the platform is installed beside this command line.

    Raises:
        CliError: it is not; the sentence names the extra.
    """
    for module in ("whisk_platform", "msgspec", "starlette", "sqlalchemy", "uvicorn"):
        if importlib.util.find_spec(module) is None:
            raise CliError(
                f"The platform is not installed (no module '{module}'). Install the extra"
                " [platform]: pip install 'whisk[platform]'."
            )


def command(state: StateDir, flags: Sequence[str]) -> list[str]:
    """The command line of the standalone platform."""
    module = ["-m", "whisk_platform.standalone"]
    return [sys.executable, *module, "--state-dir", str(state.path), *flags]


def spawn_background(
    state: StateDir, flags: Sequence[str], environment: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the platform in a session of its own, its log appended to the state directory.

    Returns:
        The process, and the offset in the log file where its own lines begin.

    Raises:
        CliError: the state directory cannot be written.
    """
    try:
        state.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = os.open(state.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise CliError(
            f"The state directory {state.path} cannot be used: {problem.strerror}."
            " Choose one that this user may write with --state-dir."
        ) from problem
    try:
        offset = os.fstat(log).st_size
        process = subprocess.Popen(
            command(state, flags),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=dict(environment),
            start_new_session=True,
        )
    finally:
        os.close(log)
    return process, offset


def wait_ready(
    state: StateDir, process: subprocess.Popen[bytes], tick: Callable[[float], None]
) -> Running | None:
    """Wait until the platform answers; None when it ended or the time was over first.

    Args:
        state: its state directory.
        process: the platform.
        tick: called again and again with the seconds waited so far.
    """
    begin = time.monotonic()
    while (waited := time.monotonic() - begin) < START_SECONDS:
        running = state.running()
        if running is not None and running.pid == process.pid:
            return running
        if process.poll() is not None:
            return None
        tick(waited)
        time.sleep(_POLL_SECONDS)
    return None


def last_words(log_file: Path, offset: int) -> str:
    """The reason that a platform gave before it ended: its last line that is no log event."""
    try:
        with log_file.open("rb") as file:
            file.seek(offset)
            lines = file.read(1 << 20).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    plain = [line for line in lines if line.strip() and not line.startswith("{")]
    return plain[-1].removeprefix("error: ") if plain else ""


def terminate(state: StateDir, pid: int, *, force: bool) -> bool:
    """Stop a platform and wait until it has let go of its state directory.

    Args:
        state: its state directory.
        pid: the process.
        force: kill it instead of letting it end its work.

    Returns:
        False if it is still there after the time it may take.
    """
    try:
        os.kill(pid, signal.SIGKILL if force else signal.SIGTERM)
    except ProcessLookupError:
        return True
    except PermissionError as problem:
        raise CliError(f"The platform (pid {pid}) belongs to another user.") from problem
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if not state.is_held() and not _is_running(pid):
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _is_running(pid: int) -> bool:
    """Whether the process is there; one that only waits for its parent to notice is not."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return not Path("/proc/self").exists()
    return not stat.rpartition(")")[2].lstrip().startswith("Z")


def keys(state: StateDir) -> dict[str, str]:
    """The keys of ``guest`` and ``whisk.system``, from the sealed store of a state directory.

    Raises:
        CliError: they cannot be read; the platform's own sentence.
    """
    return {str(k): str(v) for k, v in run_json(state, "whisk_platform.standalone.keys").items()}


def run_json(state: StateDir, module: str, *arguments: str) -> dict[str, object]:
    """Run a program of the platform on a state directory and read the object that it prints.

    Raises:
        CliError: it failed; its own sentence.
    """
    require_platform()
    finished = subprocess.run(
        [sys.executable, "-m", module, "--state-dir", str(state.path), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        cwd="/",
    )
    if finished.returncode != 0:
        words = finished.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CliError(words[-1] if words else f"{module} failed.")
    answer = json.loads(finished.stdout)
    assert isinstance(answer, dict)
    return answer


def diagnose(state: StateDir) -> list[dict[str, str]]:
    """What ``whisk_platform.doctor`` finds: ``name``, ``state``, ``detail``, ``remedy`` each.

    Raises:
        CliError: the examination itself failed.
    """
    checks = run_json(state, "whisk_platform.doctor")["checks"]
    assert isinstance(checks, list)
    return [{str(k): str(v) for k, v in check.items()} for check in checks]
