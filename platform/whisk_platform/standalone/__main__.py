"""``python -m whisk_platform.standalone``: controller and invoker on this machine."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import signal
import sys
from pathlib import Path

import uvloop

from whisk_platform.common import logging, settings
from whisk_platform.common.errors import WhiskError
from whisk_platform.standalone.assembly import run
from whisk_platform.standalone.settings import StandaloneSettings


def main() -> None:
    """Read the settings, run the platform, and turn what goes wrong into one sentence."""
    arguments = _parser().parse_args()
    # Whatever any part writes belongs to this user alone.
    os.umask(0o077)
    logging.configure()
    try:
        chosen, directory = _settings(arguments)
        uvloop.run(_until_signal(chosen, directory))
    except WhiskError as error:
        sys.exit(f"error: {error.message}")
    except OSError as error:
        sys.exit(f"error: {_of_the_machine(error)}")


def _of_the_machine(error: OSError) -> str:
    """What the machine refused, as a sentence with the remedy."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk that holds the state directory is full. Free some space and start again."
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "Too many files are open. Raise the limit (ulimit -n) and start again."
    where = f" ({error.filename})" if error.filename else ""
    return f"The platform cannot go on: {error.strerror or error}{where}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="whisk_platform.standalone", description=__doc__)
    parser.add_argument("--port", type=int)
    parser.add_argument("--host")
    parser.add_argument("--state-dir", default=None)
    parser.add_argument("--settings", type=Path, help="TOML file, by default settings.toml there")
    parser.add_argument("--development-keys", action="store_const", const=True)
    parser.add_argument("--insecure-http", action="store_const", const=True)
    parser.add_argument("--tls", metavar="self-signed")
    for name in ("cert", "key", "ca"):
        parser.add_argument(f"--tls-{name}", metavar="FILE")
    parser.add_argument("--http-port", type=int)
    parser.add_argument("--api-host-name")
    return parser


def _settings(arguments: argparse.Namespace) -> tuple[StandaloneSettings, Path]:
    """The settings, and the state directory that they name."""
    flags = {
        "server": {
            "port": arguments.port,
            "host": arguments.host,
            "insecure_http": arguments.insecure_http,
            "tls": arguments.tls,
            "tls_cert": arguments.tls_cert,
            "tls_key": arguments.tls_key,
            "tls_ca": arguments.tls_ca,
            "http_port": arguments.http_port,
            "api_host_name": arguments.api_host_name,
        },
        "state": {"directory": arguments.state_dir},
        "keys": {"development": arguments.development_keys},
    }
    environment = dict(os.environ)
    named = settings.load(StandaloneSettings, flags=flags, environment=environment)
    directory = settings.state_directory(named.state.directory, environment)
    file = arguments.settings or directory / "settings.toml"
    if arguments.settings is None and not file.is_file():
        return named, directory
    chosen = settings.load(StandaloneSettings, flags=flags, environment=environment, file=file)
    return chosen, directory


async def _until_signal(chosen: StandaloneSettings, directory: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(chosen, directory, stop)


if __name__ == "__main__":
    main()
