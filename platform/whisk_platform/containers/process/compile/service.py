"""Gives every init of a compiled kind its program: from the store, or built now, once for all."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from whisk_platform.common.errors import ContainerError
from whisk_platform.common.logging import get_logger
from whisk_platform.common.metrics import Family, counter
from whisk_platform.containers.process.compile import images, request
from whisk_platform.containers.process.compile.folders import Folders, make_readable
from whisk_platform.containers.process.compile.request import InitRequest
from whisk_platform.containers.process.compile.store import ProgramStore
from whisk_platform.containers.process.compile.workshop import Adopt, Failed, Workshop
from whisk_platform.containers.process.container import Prepared, ProcessLog
from whisk_platform.containers.process.languages.language import Compiler, Toolchain
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.containers.process.starter import Premises
from whisk_platform.entities.exec import CodeExec
from whisk_platform.spi.containers import Reply

log = get_logger("compile")

THREAD_BYTES: Final = 64 << 10
"""Longer inits are read in a thread."""
_FAILURES: Final = 256
_MOST_AHEAD: Final = 16
"""Builds ahead of their need that may wait; more are built when they are needed."""
_IMAGE_BYTES: Final = 64 << 20


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the service has done since its start."""

    builds: int = 0
    failures: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A program on disk."""

    path: Path
    protocol: str


class CompileService:
    """Compiles for one factory."""

    def __init__(self, settings: ProcessSettings, premises: Premises, adopt: Adopt) -> None:
        """Get ready; nothing is started before it is needed.

        Args:
            settings: of the factory.
            premises: what all sandboxes share.
            adopt: tells the factory of a container that it has to watch and to end.
        """
        self._settings = settings
        self._premises = premises
        self._adopt = adopt
        self._folders = Folders(settings.prepared_dir or settings.state_dir / "prepared")
        self._store = ProgramStore(settings.state_dir / "compiled", settings.compile_cache_mb << 20)
        self._images = images.Images(_IMAGE_BYTES)
        self._workshops: dict[str, Workshop] = {}
        self._building: dict[str, asyncio.Task[Found | Failed]] = {}
        self._failures: OrderedDict[str, Failed] = OrderedDict()
        self._extended: set[str] = set()
        self._ahead: set[asyncio.Task[None]] = set()
        self._benches = asyncio.Semaphore(max(1, (os.cpu_count() or 2) // 2))
        self.tally = Tally()

    async def ready(self, toolchain: Toolchain) -> None:
        """Wait until a kind can start: some have a launcher that is compiled too.

        Raises:
            ContainerError: it cannot be made.
        """
        compiler = toolchain.compiler
        if compiler is not None and compiler.starts_prepared:
            folder = await self._ensure(toolchain, compiler)
            if self._premises.scratch is not None:
                copy = self._premises.scratch / "runtimes" / folder.name
                await asyncio.to_thread(_refresh, folder, copy)
            elif compiler.rehearsal is not None:
                self._later(toolchain, self._rehearse(toolchain, compiler, folder))

    async def prepare(
        self, toolchain: Toolchain, body: bytes, into: ProcessLog
    ) -> Prepared | Reply:
        """Turn an init with source into one with the program.

        Args:
            toolchain: of the container.
            body: of the init.
            into: the activation's log; gets the compiler's words when the code is wrong.

        Returns:
            What to send, or the answer where nothing is to be sent.

        Raises:
            ContainerError: the platform could not compile.
        """
        compiler = toolchain.compiler
        if compiler is None:
            return Prepared(body=body)
        if len(body) > THREAD_BYTES:
            examined = await asyncio.to_thread(_examine, compiler, body)
        else:
            examined = _examine(compiler, body)
        asked, key = examined
        if not key:
            return Prepared(body=body)
        found = await self._find(toolchain, compiler, asked, key)
        if isinstance(found, Failed):
            text = "".join(f"{line}\n" for line in found.words)
            into.lines.feed("stderr", text.encode("utf-8", "surrogatepass"))
            into.complete = True
            answer = msgspec.json.encode({"error": found.error})
            return Reply(status=502, body=answer, size=len(answer))
        try:
            return await self._hand_over(asked, found)
        except OSError as error:
            raise ContainerError(f"A compiled program cannot be read: {error}.") from error

    def foresee(self, toolchain: Toolchain, executable: CodeExec, code: str) -> None:
        """Begin to build code that will be needed; what comes of it is told at init.

        Args:
            toolchain: of its kind.
            executable: of the action.
            code: source, or an archive in base64.
        """
        compiler = toolchain.compiler
        if compiler is None or len(self._ahead) >= _MOST_AHEAD:
            return
        value = {"main": executable.main or "main", "binary": executable.binary, "code": code}
        work = self._build_ahead(toolchain, compiler, InitRequest(value=value))
        task = asyncio.create_task(work, name=f"compile ahead {toolchain.kind}")
        self._ahead.add(task)
        task.add_done_callback(self._ahead.discard)

    def metrics(self) -> Iterator[Family]:
        """What has been compiled since the start."""
        name = "whisk_compile"
        yield counter(f"{name}_builds", "Builds of actions' code.", self.tally.builds)
        yield counter(
            f"{name}_failures",
            "Builds that the code's own faults ended.",
            self.tally.failures,
        )
        yield counter(f"{name}_hits", "Starts that found their program built.", self.tally.hits)

    async def _build_ahead(
        self, toolchain: Toolchain, compiler: Compiler, asked: InitRequest
    ) -> None:
        try:
            key = await asyncio.to_thread(_key_of, compiler, asked)
            if not key:
                await self.ready(toolchain)
            elif self._stored(key) is None:
                await self._find(toolchain, compiler, asked, key)
        except ContainerError as error:
            log.warning("compile_ahead_failed", kind=toolchain.kind, error=error.message)

    async def close(self) -> None:
        """Stop building and let go of everything. Never raises."""
        self._folders.stop()
        tasks = [*self._ahead, *self._building.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(workshop.close() for workshop in self._workshops.values()))
        await self._folders.close()
        self._images.close()

    async def _hand_over(self, asked: InitRequest, found: Found) -> Prepared:
        if found.protocol == "archive":
            content = await asyncio.to_thread(found.path.read_bytes)
            return Prepared(body=asked.holding(base64.b64encode(content).decode()))
        handle = self._images.known(found.path)
        if handle is None:
            image = await asyncio.to_thread(images.load, found.path)
            handle = self._images.keep(found.path, image)
        return Prepared(body=asked.ready(found.protocol), handle=handle)

    async def _find(
        self, toolchain: Toolchain, compiler: Compiler, asked: InitRequest, key: str
    ) -> Found | Failed:
        known = self._failures.get(key) or self._stored(key)
        if known is not None:
            self.tally.hits += 1
            return known
        task = self._building.get(key)
        if task is None:
            work = self._build(toolchain, compiler, asked, key)
            task = asyncio.create_task(work, name=f"compile {toolchain.kind} {key[:12]}")
            self._building[key] = task
            task.add_done_callback(lambda _: self._building.pop(key, None))
        return await asyncio.shield(task)

    def _stored(self, key: str) -> Found | None:
        found = self._store.find(key)
        return None if found is None else Found(path=found[0], protocol=found[1])

    async def _build(
        self, toolchain: Toolchain, compiler: Compiler, asked: InitRequest, key: str
    ) -> Found | Failed:
        folder = await self._ensure(toolchain, compiler)
        async with self._benches:
            self.tally.builds += 1
            built = await self._workshop(toolchain, compiler, folder).build(asked)
        if compiler.extend is not None:  # not before: somebody waits for the first build
            self._later(toolchain, self._folders.extend(folder, compiler.extend))
        if isinstance(built, Failed):
            self.tally.failures += 1
            self._failures[key] = built
            if len(self._failures) > _FAILURES:
                self._failures.popitem(last=False)
            return built
        try:
            path = await asyncio.to_thread(self._store.put, key, built.protocol, built.content)
        except OSError as error:
            raise ContainerError(f"A compiled program cannot be kept: {error}.") from error
        return Found(path=path, protocol=built.protocol)

    async def _ensure(self, toolchain: Toolchain, compiler: Compiler) -> Path:
        folder = self._folders.place(toolchain.family, compiler.prepares)
        await self._folders.ensure(folder, compiler.fill)
        return folder

    def _workshop(self, toolchain: Toolchain, compiler: Compiler, folder: Path) -> Workshop:
        workshop = self._workshops.get(toolchain.kind)
        if workshop is None:
            workshop = self._workshops[toolchain.kind] = Workshop(
                toolchain,
                compiler,
                folder,
                settings=self._settings,
                premises=self._premises,
                adopt=self._adopt,
            )
        return workshop

    def _later(self, toolchain: Toolchain, work: Coroutine[Any, Any, None]) -> None:
        """Do once in our life, in the background, what nobody waits for."""
        if toolchain.kind in self._extended:
            work.close()
            return
        self._extended.add(toolchain.kind)
        task = asyncio.create_task(_watched(toolchain, work), name=f"extend {toolchain.kind}")
        self._ahead.add(task)
        task.add_done_callback(self._ahead.discard)

    async def _rehearse(self, toolchain: Toolchain, compiler: Compiler, folder: Path) -> None:
        """Make what lets the launcher start quicker, where nobody has yet."""
        workshop = self._workshop(toolchain, compiler, folder)
        if compiler.rehearsal is None or self._folders.is_extended(folder):
            return
        async with self._benches:
            built = await workshop.build(InitRequest(value={}), rehearsal=True)
        if isinstance(built, Failed):
            words = " ".join((built.error, *built.words))
            raise ContainerError(f"The launcher cannot be rehearsed: {words}")
        name = compiler.rehearsal(workshop.launcher)
        await self._folders.extend(folder, partial(_put, name, built.content))


async def _watched(toolchain: Toolchain, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except ContainerError as error:
        log.warning("compiler_not_extended", kind=toolchain.kind, error=error.message)


def _put(name: str, content: bytes, folder: Path, _stop: threading.Event) -> None:
    """Write a file of which readers see all or nothing."""
    fresh = folder / f"{name}.new"
    fresh.write_bytes(content)
    fresh.rename(folder / name)


def _refresh(folder: Path, copy: Path) -> None:
    """Bring the copy of a launcher's folder, made before it was filled, up to date.

    In place: the fences of sandboxes know the directory by itself, not by its name.
    """
    if not any(copy.iterdir()):
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        make_readable(copy)


def _examine(compiler: Compiler, body: bytes) -> tuple[InitRequest, str]:
    asked = request.read(body)
    return asked, _key_of(compiler, asked)


def _key_of(compiler: Compiler, asked: InitRequest) -> str:
    """The key of code that needs compiling; empty for everything else."""
    if not request.needs_compiling(asked, archives=compiler.archives):
        return ""
    return request.key(compiler.identity, asked)
