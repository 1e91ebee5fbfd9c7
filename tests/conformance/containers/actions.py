"""Drives one container through init and run as the invoker does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whisk_platform.spi.containers import (
    Broken,
    CollectedLogs,
    Container,
    ContainerFactory,
    ContainerSpec,
    Outcome,
    Reply,
)

LOG_LIMIT = 1 << 20
RESULT_LIMIT = 1 << 20
TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """An activation that is over."""

    outcome: Outcome
    logs: CollectedLogs

    @property
    def result(self) -> Any:
        """The JSON of a good answer."""
        assert isinstance(self.outcome, Reply), self
        assert self.outcome.status == 200, self
        return json.loads(self.outcome.body)

    @property
    def texts(self) -> list[str]:
        """The log lines without their time."""
        return [line[31:] for line in self.logs.lines]


@dataclass(slots=True, kw_only=True)
class Action:
    """An action in a container of its own."""

    container: Container

    async def init(self, code: str, timeout_s: float = TIMEOUT_S) -> Ran:
        """Load the code."""
        log = self.container.open_log(LOG_LIMIT)
        value = {"name": "test", "main": "main", "code": code, "binary": False, "env": {}}
        body = json.dumps({"value": value}).encode()
        outcome = await self.container.init(body, timeout_s=timeout_s, log=log)
        return Ran(outcome=outcome, logs=await log.read())

    async def run(
        self,
        arguments: Mapping[str, object] | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        log_limit: int = LOG_LIMIT,
        result_limit: int = RESULT_LIMIT,
    ) -> Ran:
        """Call it once."""
        log = self.container.open_log(log_limit)
        body = json.dumps({"value": arguments or {}, "activation_id": "a" * 32}).encode()
        outcome = await self.container.run(
            body, timeout_s=timeout_s, log=log, limit_bytes=result_limit
        )
        return Ran(outcome=outcome, logs=await log.read())


async def start(
    factory: ContainerFactory,
    code: str,
    *,
    kind: str = "python",
    memory_mb: int = 256,
    environment: Mapping[str, str] | None = None,
) -> Action:
    """Make a container and load code that must load."""
    runtime = factory.manifest.resolve(kind)
    assert runtime is not None, f"{kind} is not in {factory.manifest}"
    spec = ContainerSpec(
        kind=runtime.kind, memory_mb=memory_mb, name="test", environment=environment or {}
    )
    action = Action(container=await factory.create(spec))
    loaded = await action.init(code)
    assert isinstance(loaded.outcome, Reply), loaded
    assert loaded.outcome.status == 200, loaded
    return action


def is_out_of_memory(outcome: Outcome) -> bool:
    """Whether the container went away for want of memory."""
    return isinstance(outcome, Broken) and outcome.out_of_memory
