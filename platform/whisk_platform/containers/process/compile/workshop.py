"""One build in a sandbox of its own: how it is started, limited, and what its end means."""

from __future__ import annotations

import asyncio
import binascii
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from whisk_platform.common.errors import ContainerError
from whisk_platform.common.jsontext import dumps
from whisk_platform.containers.process import levels
from whisk_platform.containers.process.compile.request import InitRequest
from whisk_platform.containers.process.compile.store import PROTOCOLS
from whisk_platform.containers.process.container import ProcessContainer
from whisk_platform.containers.process.languages.language import Compiler, Forked, Toolchain
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.containers.process.starter import Premises, Starter
from whisk_platform.host.sandbox import view
from whisk_platform.spi.containers import ContainerSpec, Outcome, Reply, TimedOut

INNER_FOLDER: Final = "/opt/whisk/prepared"
"""Where a build finds what its toolchain has prepared."""
_PREPARED: Final = "{prepared}"
"""Stands for that place in a compiler's facts."""
_LAUNCHER: Final = "{launcher}"
"""Stands for the launcher's path in a sandbox of an action."""
_ANSWER_LIMIT: Final = 64 << 20
_LOG_LIMIT: Final = 256 << 10
_NO_BINARY: Final = "The action failed to generate or locate a binary. See logs for details."

Adopt = Callable[[ProcessContainer], ProcessContainer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A program."""

    protocol: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The code could not be built, and that is the code's fault."""

    error: str
    """For the init's answer."""
    words: tuple[str, ...] = ()
    """The compiler's, line by line."""


class Workshop:
    """Builds code of one toolchain."""

    def __init__(
        self,
        toolchain: Toolchain,
        compiler: Compiler,
        folder: Path,
        *,
        settings: ProcessSettings,
        premises: Premises,
        adopt: Adopt,
    ) -> None:
        """Get ready; nothing is started before the first build.

        Args:
            toolchain: of the actions.
            compiler: how they are built.
            folder: what was prepared for it, filled before the first build.
            settings: of the factory.
            premises: what all sandboxes share.
            adopt: tells the factory of a container that it has to watch and to end.
        """
        self._settings = settings
        self._premises = premises
        self._adopt = adopt
        self._folder = folder
        self._compiler = compiler
        self._toolchain = dataclasses.replace(
            toolchain,
            kind=f"compile-{toolchain.kind}",
            trees=compiler.trees,
            launcher=compiler.builder,
            start=Forked(interpreter=compiler.interpreter),
            compiler=None,
        )
        self._starter: Starter | None = None
        runtime = levels.inner_folder(toolchain.launcher.parent.name, premises.scratch)
        self.launcher = f"{runtime}/{toolchain.launcher.name}"
        """Its path in a sandbox of an action."""

    async def build(self, request: InitRequest, *, rehearsal: bool = False) -> Built | Failed:
        """Build one action's code.

        Args:
            request: with the code.
            rehearsal: build instead what makes the launcher start quicker; the code counts for
                nothing.

        Raises:
            ContainerError: no sandbox can be had for it.
        """
        if self._starter is None:
            self._starter = await asyncio.to_thread(self._make_starter)
        spec = ContainerSpec(
            kind=self._toolchain.kind,
            memory_mb=self._settings.compile_memory_mb,
            name="compiler",
        )
        container = self._adopt(await self._starter.start(spec, {}))
        try:
            log = container.open_log(_LOG_LIMIT)
            outcome = await container.run(
                self._job(request, rehearsal),
                timeout_s=self._settings.compile_seconds,
                log=log,
                limit_bytes=_ANSWER_LIMIT,
            )
            words = tuple(line[31:].partition(": ")[2] for line in (await log.read()).lines)
        finally:
            await container.destroy()
        return await asyncio.to_thread(self._result, outcome, words)

    async def close(self) -> None:
        """End what was started for builds. Never raises."""
        starter, self._starter = self._starter, None
        if starter is not None:
            await starter.close()

    def _job(self, request: InitRequest, rehearsal: bool) -> bytes:
        scratch = self._premises.scratch
        inner = INNER_FOLDER if scratch is None else str(self._outer_folder(scratch))
        facts = {
            name: text.replace(_PREPARED, inner).replace(_LAUNCHER, self.launcher)
            for name, text in self._compiler.facts.items()
        }
        if rehearsal:
            facts["rehearsal"] = "yes"
        value = {name: request.value.get(name) for name in ("name", "main", "code", "binary")}
        return dumps({"value": value | {"facts": facts}})

    def _make_starter(self) -> Starter:
        """A starter whose sandboxes see the compiler and what was prepared for it. Blocks."""
        premises = self._premises
        scratch, uids = premises.scratch, premises.uids
        # Where namespaces are to be had a compiler has no network, whatever actions have.
        network = "none" if premises.level == "L1" else self._settings.network
        plan = levels.plan(
            self._toolchain,
            dataclasses.replace(self._settings, network=network, force_level=None),
            premises.level,
            premises.logs,
            scratch,
            uids.all if uids is not None else [],
            premises.samples_memory,
        )
        if scratch is None:
            plan["binds"] = [*plan["binds"], (str(self._folder), INNER_FOLDER)]
            if self._compiler.rehearsal is not None:
                runtime = str(Path(self.launcher).parent)
                plan["binds"] = [*plan["binds"], (str(self._folder), runtime)]
        else:
            outer = self._outer_folder(scratch)
            if not outer.exists():
                outer.parent.mkdir(mode=0o755, exist_ok=True)
                view.copy_readable(str(self._folder), str(outer))
            plan["readable"] = [*plan["readable"], str(outer)]
        return Starter(self._toolchain, premises, plan, self._compiler.interpreter)

    def _outer_folder(self, scratch: Path) -> Path:
        return scratch / "prepared" / self._folder.name

    def _result(self, outcome: Outcome, words: tuple[str, ...]) -> Built | Failed:
        if isinstance(outcome, TimedOut):
            seconds = f"{self._settings.compile_seconds:g}"
            return Failed(error=f"The action did not compile in {seconds} seconds.", words=words)
        if not isinstance(outcome, Reply):
            most = self._settings.compile_memory_mb
            if outcome.out_of_memory:
                text = f"Compiling the action needed more than {most} MB of memory."
                return Failed(error=text, words=words)
            return Failed(error="The action's compiler ended unexpectedly.", words=words)
        try:
            answer = msgspec.json.decode(outcome.body)
            if outcome.status != 200:
                return Failed(error=str(answer.get("error") or _NO_BINARY), words=words)
            protocol = str(answer["protocol"])
            content = binascii.a2b_base64(answer["program"])
        except (msgspec.DecodeError, binascii.Error, KeyError, AttributeError, TypeError) as error:
            raise ContainerError(f"A build's answer cannot be read: {error}.") from error
        if protocol not in PROTOCOLS:
            raise ContainerError(f"A build's answer names the unknown protocol '{protocol}'.")
        return Built(protocol=protocol, content=content)
