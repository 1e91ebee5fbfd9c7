"""One action run by the platform's own process ``whisk_platform.local``, without a platform."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping

from whisk_cli.jsonvalue import JSONObject, members, parse
from whisk_cli.machine.process import require_platform
from whisk_cli.render import jsontext

_INTERRUPTED = 130


def run(
    job: JSONObject,
    environment: Mapping[str, str],
    *,
    terminal: bool = False,
    captured: bool = False,
) -> tuple[JSONObject | None, str]:
    """Run a job; its log goes to our standard error while it runs.

    Args:
        job: What ``whisk_platform.local.job.Job`` says.
        environment: Of the process.
        terminal: Whether it may read from our standard input, as a debugger does.
        captured: Whether the log is given back instead.

    Returns:
        How it ended, ``None`` if it could not be run; and its log, if that was captured.

    Raises:
        CliError: The platform is not installed.
        KeyboardInterrupt: Somebody interrupted it; the sandbox is gone.
    """
    require_platform()
    with tempfile.TemporaryFile() as file:
        file.write(jsontext.compact(job).encode("utf-8", "surrogatepass"))
        file.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "whisk_platform.local", "--job-fd", str(file.fileno())],
            stdin=None if terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if captured else None,
            env=dict(environment),
            pass_fds=(file.fileno(),),
        )
    try:
        answer, log = child.communicate()
    except KeyboardInterrupt:
        # Ctrl-C has reached it too; it removes its sandbox and ends.
        child.communicate()
        raise
    if child.returncode == _INTERRUPTED:
        raise KeyboardInterrupt
    words = (log or b"").decode("utf-8", "replace")
    return (members(parse(answer.decode())) if child.returncode == 0 else None), words
