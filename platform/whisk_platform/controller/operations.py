"""What operators look at and turn: one record beside the services."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from whisk_platform.common.metrics import Source
from whisk_platform.controller.admission import Admission
from whisk_platform.controller.readiness import Readiness
from whisk_platform.spi.operations import InvokerOperations


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """The controller's side for operators."""

    invokers: Mapping[str, InvokerOperations]
    """By instance name, for example ``invoker0/0``."""
    admission: Admission
    readiness: Readiness
    metrics: tuple[Source, ...] = ()
    """Everything in this process that counts."""
    shared_network: bool = True
    """Whether actions reach this controller from a loopback address: then being on this machine
    proves nothing."""
    rotate_master_key: Callable[[], Awaitable[int]]
    """Seals all secrets anew and says how many."""
    changes: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by who reads something of a subject and writes what follows from it."""
