"""What a toolchain prepares once for all builds: compiled packages, crates, a launcher.

Made from installed and shipped files alone, never from an action's, by the platform itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import tempfile
import threading
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.languages import probing
from whisk_platform.containers.process.languages.language import Fill

_DONE = ".done"
_EXTENDED = ".extended"


class Folders:
    """The prepared folders of one state directory."""

    def __init__(self, directory: Path) -> None:
        """Use a directory, which is made when it is first needed."""
        self._directory = directory
        self._filling: dict[str, asyncio.Task[None]] = {}
        self._stop = threading.Event()

    def place(self, family: str, identity: str) -> Path:
        """Where the folder of a toolchain is; exists, though perhaps empty.

        Raises:
            ContainerError: it cannot be made.
        """
        place = probing.prepared(self._directory, family, identity)
        try:
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
            place.chmod(0o755)  # whatever our umask: sandboxes read it as other users
        except OSError as error:
            raise ContainerError(f"The directory '{place}' cannot be made: {error}.") from error
        return place

    async def ensure(self, place: Path, fill: Fill) -> None:
        """Fill a folder, once however many ask, also from several processes.

        Raises:
            ContainerError: it cannot be filled; the sentence has the remedy.
        """
        if (place / _DONE).exists():
            return
        task = self._filling.get(place.name)
        if task is None:
            work = asyncio.to_thread(_fill, place, fill, self._stop)
            task = asyncio.create_task(work, name=f"prepare {place.name}")
            self._filling[place.name] = task
            task.add_done_callback(lambda _: self._filling.pop(place.name, None))
        await asyncio.shield(task)

    def is_extended(self, place: Path) -> bool:
        """Whether a folder has what ``extend`` adds."""
        return (place / _EXTENDED).exists()

    async def extend(self, place: Path, extend: Fill) -> None:
        """Add to a filled folder what builds can do without, once, and by one process at a time.

        Raises:
            ContainerError: it cannot be added.
        """
        if not self.is_extended(place):
            await asyncio.to_thread(_extend, place, extend, self._stop)

    def stop(self) -> None:
        """Let nothing go on that would take long."""
        self._stop.set()

    async def close(self) -> None:
        """Stop, and wait until everything has. Never raises."""
        self.stop()
        await asyncio.gather(*self._filling.values(), return_exceptions=True)


def _extend(place: Path, extend: Fill, stop: threading.Event) -> None:
    try:
        with open(f"{place}.lock", "w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not (place / _EXTENDED).exists():
                extend(place, stop)
                make_readable(place)
                (place / _EXTENDED).touch()
    except BlockingIOError:
        return  # somebody else is at it
    except OSError as error:
        raise ContainerError(f"'{place}' cannot be extended: {error}.") from error


def _fill(place: Path, fill: Fill, stop: threading.Event) -> None:
    try:
        with open(f"{place}.lock", "w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            if (place / _DONE).exists():
                return
            for leftover in place.iterdir():
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            # The place itself stays: sandboxes may show it already.
            fresh = Path(tempfile.mkdtemp(dir=place.parent, prefix="new-"))
            try:
                fill(fresh, stop)
                make_readable(fresh)
                for one in list(fresh.iterdir()):
                    one.rename(place / one.name)
                (place / _DONE).touch()
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise ContainerError(f"'{place}' cannot be prepared: {error}.") from error


def make_readable(directory: Path) -> None:
    """Let users without rights read a tree, and nobody but us write it."""
    for folder, _, names in os.walk(directory):
        os.chmod(folder, 0o755)
        for name in names:
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                executable = os.stat(path).st_mode & 0o100
                os.chmod(path, 0o755 if executable else 0o644)
