"""A controller's metrics, under the names that dashboards know.

Source: contracts data-plane §9.2, §9.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.metrics import Family, HistogramFamily, counter, gauge
from whisk_platform.controller.throttles import Throttles
from whisk_platform.spi.loadbalancer import LoadBalancer
from whisk_platform.spi.operations import InvokerOperations, InvokerState
from whisk_platform.spi.stores import ActivationStore

_TOTALS = {
    InvokerState.UP: "totalHealthyInvoker",
    InvokerState.UNHEALTHY: "totalUnhealthyInvoker",
    InvokerState.UNRESPONSIVE: "totalUnresponsiveInvoker",
    InvokerState.DOWN: "totalOfflineInvoker",
}


class ControllerMetrics:
    """The ``Source`` of one controller."""

    def __init__(
        self,
        *,
        controller: str,
        balancer: LoadBalancer,
        throttles: Throttles,
        activations: ActivationStore,
        invokers: Mapping[str, InvokerOperations],
    ) -> None:
        """Count nothing; what is counted is the parts'.

        Args:
            controller: its number.
            balancer: knows what was handed over and what is under way.
            throttles: know who was admitted.
            activations: whose queue of unwritten records is told.
            invokers: whose states are told.
        """
        self._controller = controller
        self._balancer = balancer
        self._throttles = throttles
        self._activations = activations
        self._invokers = invokers

    def __call__(self) -> Iterator[Family | HistogramFamily]:
        """Tell how things stand."""
        name = "openwhisk_counter_controller"
        yield counter(f"{name}_startup{self._controller}_counter", "Starts of this controller.", 1)
        yield counter(
            f"{name}_activation_start", "Invocations that were admitted.", self._throttles.admitted
        )
        yield from _throttled(self._throttles)
        yield from self._balancing()
        states = Counter(invoker.state for invoker in self._invokers.values())
        for state, total in _TOTALS.items():
            yield gauge(
                f"openwhisk_gauge_loadbalancer_{total}_counter",
                f"Invokers that are {state.value}.",
                states[state],
            )
        yield gauge(
            "openwhisk_gauge_loadbalancer_totalCapacity_counter",
            "Memory of the invokers that take work, megabytes.",
            sum(i.capacity_mb for i in self._invokers.values() if i.state is InvokerState.UP),
        )
        waiting = self._activations.unwritten()
        yield gauge("whisk_records_unwritten", "Records that wait for the database.", waiting)

    def _balancing(self) -> Iterator[Family]:
        counts = self._balancer.counts()
        yield counter(
            "openwhisk_counter_loadbalancer_activations_counter",
            "Activations handed to an invoker.",
            counts.published,
        )
        yield counter(
            "openwhisk_counter_loadbalancer_completionAck_regular_counter",
            "Acknowledgements of their end.",
            counts.completed,
        )
        yield gauge(
            "openwhisk_gauge_loadbalancer_activationsInflight_counter",
            "Activations handed over that have not ended.",
            counts.in_flight,
        )
        yield gauge(
            "openwhisk_gauge_loadbalancer_memoryInflight_counter",
            "Their memory limits, megabytes.",
            counts.in_flight_mb,
        )


def _throttled(throttles: Throttles) -> Iterator[Family]:
    for kind, meaning, refused in (
        ("timed", "more in this minute than allowed", throttles.refused_by_rate),
        ("concurrent", "more at once than allowed", throttles.refused_by_concurrency),
    ):
        yield Family(
            name=f"openwhisk_action_limit_{kind}",
            kind="counter",
            help=f"Invocations and fires refused: {meaning}.",
            values=[({"namespace": name}, count) for name, count in refused.items()],
        )


def costs() -> Iterator[Family]:
    """What the process has done that is costly; a ``Source``."""
    for name, value in asdict(COUNTERS).items():
        yield counter(f"whisk_{name}", "See whisk_platform.common.counters.", value)
