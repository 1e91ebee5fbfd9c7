"""The archive of the docker skeleton (contract rest-api §1.2, cli §4.2)."""

import io
import subprocess
import tarfile
from pathlib import Path

from tests import parts
from tests.contract.rest.caller import Caller


async def test_the_docker_skeleton_is_served_to_anybody(anonymous: Caller) -> None:
    reply = await anonymous.get("/blackbox.tar.gz")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/gzip")
    with tarfile.open(fileobj=io.BytesIO(reply.body), mode="r:gz") as tar:
        modes = {entry.name: entry.mode for entry in tar}
        assert {(entry.uid, entry.uname, entry.mtime) for entry in tar} == {(0, "", 0)}
    assert modes == {
        "dockerSkeleton": 0o755,
        "dockerSkeleton/Dockerfile": 0o644,
        "dockerSkeleton/README.md": 0o644,
        "dockerSkeleton/buildAndPush.sh": 0o755,
        "dockerSkeleton/example.c": 0o644,
    }
    assert (await anonymous.get("/blackbox.tar.gz")).body == reply.body


async def test_the_sample_in_it_keeps_the_protocol(anonymous: Caller, tmp_path: Path) -> None:
    reply = await anonymous.get("/blackbox.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(reply.body), mode="r:gz") as tar:
        tar.extractall(tmp_path, filter="data")
    folder = tmp_path / "dockerSkeleton"
    usage = _run(folder / "buildAndPush.sh")
    assert (usage.returncode, usage.stderr.startswith("usage: ")) == (2, True)
    program = tmp_path / "exec"
    compiled = _run(parts.program("cc", "apt-get install gcc"), "-Wall", "-Werror", "-o", program,
                    folder / "example.c")  # fmt: skip
    assert compiled.returncode == 0, compiled.stderr
    said = _run(program, '{"a":1}').stdout.splitlines()
    assert said[-1] == '{"message": "Hello from C.", "arguments": {"a":1}}'


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
