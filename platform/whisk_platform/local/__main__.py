"""``python -m whisk_platform.local``: run the job in a file descriptor, print how it ended."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

import msgspec

from whisk_platform.common import logging, settings
from whisk_platform.common.errors import WhiskError
from whisk_platform.containers.process import toolchains
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.local import inspecting
from whisk_platform.local.job import Ended, Job
from whisk_platform.local.performance import perform, resolve
from whisk_platform.spi.containers import ContainerFactory
from whisk_platform.spi.loader import load


def main() -> None:
    """Run the job; the log goes to standard error, the outcome to standard output as JSON."""
    parser = argparse.ArgumentParser(prog="whisk_platform.local", description=__doc__)
    parser.add_argument("--job-fd", type=int, required=True, help="where the job is read from")
    parser.add_argument("--state-dir", default="", help="where compiled programs are kept")
    arguments = parser.parse_args()
    os.umask(0o077)
    logging.configure("error")
    try:
        with open(arguments.job_fd, "rb") as file:
            job = msgspec.json.decode(file.read(), type=Job)
        directory = settings.state_directory(arguments.state_dir, os.environ) / "local"
        ended = asyncio.run(_until_interrupted(job, directory))
    except WhiskError as error:
        sys.exit(f"error: {error.message}")
    except OSError as error:
        sys.exit(f"error: The action cannot be run here: {error.strerror or error}.")
    if ended is None:
        sys.exit(128 + signal.SIGINT)
    sys.stdout.buffer.write(msgspec.json.encode(ended) + b"\n")


async def _until_interrupted(job: Job, directory: Path) -> Ended | None:
    """Run the job; None if somebody interrupted it."""
    work = asyncio.create_task(_run(job, directory), name="local-run")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    await asyncio.wait([work])
    return None if work.cancelled() else work.result()


async def _run(job: Job, directory: Path) -> Ended:
    if not job.inspect_port:
        async with _Factory(directory, {}) as factory:
            return await perform(factory, job, uuid.uuid4().hex, _tell)
    async with _Factory(directory, inspecting.environment(job.inspect_port)) as factory:
        kind = resolve(factory, job.kind)
        async with inspecting.debugger(kind, job, _tell) as (prepared, ready):
            return await perform(factory, prepared, uuid.uuid4().hex, _tell, ready)


class _Factory:
    """The container factory, with no sandbox waiting."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        idle = {language.family: 0 for language in toolchains.LANGUAGES}
        chosen = ProcessSettings(state_dir=directory, stem_cells=idle, environment=environment)
        self._factory: ContainerFactory = load("containers", "process")(chosen)

    async def __aenter__(self) -> ContainerFactory:
        await self._factory.start()
        return self._factory

    async def __aexit__(self, *_: object) -> None:
        await self._factory.close()


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
