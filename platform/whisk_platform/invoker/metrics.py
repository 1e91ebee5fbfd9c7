"""An invoker's metrics, under the names that dashboards know.

Source: contracts data-plane §9.2, §9.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from whisk_platform.common.metrics import (
    Family,
    Histogram,
    HistogramFamily,
    Labels,
    counter,
    gauge,
)
from whisk_platform.entities.activation import StatusCode
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.proxy import State
from whisk_platform.invoker.tally import OTHERS, ActionTally, Tally

_STATUS = {
    StatusCode.SUCCESS: "success",
    StatusCode.APPLICATION_ERROR: "application_error",
    StatusCode.DEVELOPER_ERROR: "developer_error",
    StatusCode.INTERNAL_ERROR: "internal_error",
}
"""As the reference's user events spell them."""


class InvokerMetrics:
    """The ``Source`` of one invoker."""

    def __init__(self, invoker: Invoker, number: int = 0) -> None:
        self._invoker = invoker
        self._number = number

    def __call__(self) -> Iterator[Family | HistogramFamily]:
        """Tell how things stand."""
        tally = self._invoker.tally
        yield counter(
            f"openwhisk_counter_invoker_startup{self._number}_counter", "Starts of this invoker.", 1
        )
        yield from _activations(tally)
        yield from _pool(self._invoker)
        yield from _actions(tally)


def _activations(tally: Tally) -> Iterator[Family | HistogramFamily]:
    name = "openwhisk_counter_invoker"
    yield counter(f"{name}_activation_start", "Activations taken over.", tally.received)
    for state, count in (
        ("cold", tally.cold),
        ("prewarmed", tally.prewarmed),
        ("warmed", tally.warmed),
    ):
        meaning = f"Activations that started in a container that was {state}."
        yield counter(f"{name}_containerStart_{state}_counter", meaning, count)
    yield counter(f"{name}_collectLogs_finish", "Logs collected.", tally.collected)
    yield counter(f"{name}_collectLogs_error", "Logs not collected.", tally.not_collected)
    yield counter(
        "openwhisk_counter_containerPool_rescheduledActivation_counter",
        "Activations that a container turned away and that went to another one.",
        tally.rescheduled,
    )
    yield HistogramFamily(
        name="openwhisk_histogram_invoker_activationRun_finish_seconds",
        help="How long containers took for /run.",
        values=(({}, tally.run),),
    )
    yield HistogramFamily(
        name="openwhisk_histogram_invoker_activationInit_finish_seconds",
        help="How long containers took for /init.",
        values=(({}, _sum([each.init for each in tally.of_action.values()])),),
    )


def _pool(invoker: Invoker) -> Iterator[Family]:
    containers = invoker.containers()
    active = [each for each in containers if each.activations]
    stems = [each for each in containers if each.state == State.STARTED.value]
    idle = [each for each in containers if each.state in (State.READY.value, State.PAUSED.value)]
    queues = invoker.queues()
    name = "openwhisk_gauge_containerPool"
    for what, meaning, found in (
        ("active", "Containers that run something", active),
        ("prewarm", "Stem cells", stems),
        ("idles", "Initialized containers that wait for work", idle),
    ):
        yield gauge(f"{name}_{what}Count_counter", f"{meaning}.", len(found))
        memory_mb = sum(each.memory_mb for each in found)
        yield gauge(f"{name}_{what}Size_counter", f"{meaning}: megabytes of limits.", memory_mb)
    waiting = sum(queue.waiting for queue in queues)
    waiting_mb = sum(queue.waiting * queue.memory_mb for queue in queues)
    yield gauge(f"{name}_runBufferCount_counter", "Activations that wait.", waiting)
    yield gauge(f"{name}_runBufferSize_counter", "Megabytes of limits they wait for.", waiting_mb)
    by_state, memory = Counter[str](), Counter[str]()
    for each in containers:
        by_state[each.state] += 1
        memory[each.state] += each.memory_mb
    yield _by_state("invoker_containerPoolContainer", "Containers by state.", by_state)
    yield _by_state("invoker_containerPoolMemory", "Megabytes of limits by state.", memory)
    measured = invoker.status().measured_mb
    yield gauge("whisk_invoker_memory_measured_megabytes", "What containers really use.", measured)


def _by_state(name: str, meaning: str, found: Counter[str]) -> Family:
    return Family(
        name=f"openwhisk_gauge_{name}",
        kind="gauge",
        help=meaning,
        values=[({"state": state.value}, found[state.value]) for state in State],
    )


def _actions(tally: Tally) -> Iterator[Family | HistogramFamily]:
    """What the reference's user-events service serves, without the service."""
    rows = [(_labels(key), each) for key, each in tally.of_action.items()]
    name = "openwhisk_action"
    yield _counters(
        f"{name}_activations",
        "Activations that have ended.",
        [
            ({**labels, "kind": each.kind, "memory": str(each.memory_mb)}, sum(each.statuses))
            for labels, each in rows
        ],
    )
    yield _counters(
        f"{name}_coldStarts",
        "Activations that had to wait for /init.",
        [(labels, each.cold) for labels, each in rows],
    )
    yield _counters(
        f"{name}_status",
        "Activations by how they ended.",
        [
            ({**labels, "status": text}, each.statuses[code])
            for labels, each in rows
            for code, text in _STATUS.items()
            if each.statuses[code]
        ],
    )
    yield _histograms(
        f"{name}_waitTime_seconds", "From the request to the container.", rows, "wait"
    )
    yield _histograms(f"{name}_initTime_seconds", "Time in /init.", rows, "init")
    yield _histograms(f"{name}_duration_seconds", "Time in /init and /run.", rows, "duration")
    yield HistogramFamily(
        name=f"{name}_response_size_bytes",
        help="Length of the answer.",
        values=[(labels, each.size) for labels, each in rows],
        scale=1,
    )


def _counters(name: str, meaning: str, values: Sequence[tuple[Labels, float]]) -> Family:
    return Family(name=name, kind="counter", help=meaning, values=values)


def _histograms(
    name: str, meaning: str, rows: Sequence[tuple[Labels, ActionTally]], which: str
) -> HistogramFamily:
    values = [(labels, getattr(each, which)) for labels, each in rows]
    return HistogramFamily(name=name, help=meaning, values=values)


def _labels(key: tuple[str, str]) -> Labels:
    if key == OTHERS:
        return {"namespace": "", "initiator": "", "action": "(others)"}
    initiator, action = key
    owner, _, rest = action.removeprefix("/").partition("/")
    return {"namespace": owner, "initiator": initiator, "action": rest}


def _sum(parts: Sequence[Histogram]) -> Histogram:
    whole = Histogram()
    for part in parts:
        whole.total += part.total
        whole.counts = [a + b for a, b in zip(whole.counts, part.counts, strict=True)]
    return whole
