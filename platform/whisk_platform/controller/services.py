"""What handlers may use: one record, assembled once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from whisk_platform.common.clock import Clock
from whisk_platform.controller.activator import Activator
from whisk_platform.controller.activity.pacer import Pacer
from whisk_platform.controller.authentication import Authenticator
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.operations import Operations
from whisk_platform.controller.resolution import Resolver
from whisk_platform.controller.throttles import Throttles
from whisk_platform.entities.action import Action
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.recording import RECORD_ALL, Recording
from whisk_platform.entities.runtimes import RuntimesManifest
from whisk_platform.spi.loadbalancer import LoadBalancer
from whisk_platform.spi.stores import ActivationStore, SubjectStore


def ignore(action: Action, code: str) -> None:
    """Do nothing about new code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The controller's parts."""

    clock: Clock
    limits: SystemLimits
    manifest: RuntimesManifest
    authenticator: Authenticator
    catalog: Catalog
    resolver: Resolver
    throttles: Throttles
    activator: Activator
    balancer: LoadBalancer
    activations: ActivationStore
    activity: Pacer
    """Live views of activations."""
    subjects: SubjectStore
    operations: Operations
    """For operators."""
    recording: Recording = RECORD_ALL
    """Which activations leave a record."""
    build: str
    """Build date, as ``GET /api/v1`` shows it."""
    build_number: str
    """Which build it is, shown there too."""
    foresee: Callable[[Action, str], None] = ignore
    """Told of an action's new code, so that what its first call needs is done before."""
    system_namespace: str = "whisk.system"
    """Whose key opens the operator API."""
