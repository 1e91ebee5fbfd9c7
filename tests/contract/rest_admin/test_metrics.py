"""``/metrics``: upstream's names, numbers that add up, a text that Prometheus reads.

Source: contracts data-plane §9.
"""

from prometheus_client.parser import text_string_to_metric_families

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ADMIN

OWN = {"namespace": "guest", "initiator": "guest", "action": "a"}


class Scrape:
    """What one scrape told."""

    def __init__(self, text: str) -> None:
        self.samples: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
        for family in text_string_to_metric_families(text):
            assert family.documentation
            for sample in family.samples:
                key = (sample.name, frozenset(sample.labels.items()))
                assert key not in self.samples, f"{key} stands there twice"
                self.samples[key] = sample.value

    def __call__(self, name: str, **labels: str) -> float:
        return self.samples[name, frozenset(labels.items())]

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.samples}


async def scraped(caller: Caller) -> Scrape:
    reply = await caller.get("/metrics")
    assert reply.status == 200, reply.text
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Scrape(reply.text)


async def test_upstreams_names_are_there_before_anything_has_happened(anonymous: Caller) -> None:
    names = (await scraped(anonymous)).names
    assert names >= {
        "openwhisk_counter_controller_startup0_counter_total",
        "openwhisk_counter_controller_activation_start_total",
        "openwhisk_counter_loadbalancer_activations_counter_total",
        "openwhisk_counter_loadbalancer_completionAck_regular_counter_total",
        "openwhisk_gauge_loadbalancer_activationsInflight_counter",
        "openwhisk_gauge_loadbalancer_memoryInflight_counter",
        "openwhisk_gauge_loadbalancer_totalCapacity_counter",
        "openwhisk_gauge_loadbalancer_totalHealthyInvoker_counter",
        "openwhisk_gauge_loadbalancer_totalUnhealthyInvoker_counter",
        "openwhisk_gauge_loadbalancer_totalUnresponsiveInvoker_counter",
        "openwhisk_gauge_loadbalancer_totalOfflineInvoker_counter",
        "openwhisk_counter_invoker_startup0_counter_total",
        "openwhisk_counter_invoker_activation_start_total",
        "openwhisk_counter_invoker_containerStart_cold_counter_total",
        "openwhisk_counter_invoker_containerStart_prewarmed_counter_total",
        "openwhisk_counter_invoker_containerStart_warmed_counter_total",
        "openwhisk_counter_invoker_collectLogs_finish_total",
        "openwhisk_counter_invoker_collectLogs_error_total",
        "openwhisk_histogram_invoker_activationRun_finish_seconds_bucket",
        "openwhisk_histogram_invoker_activationInit_finish_seconds_bucket",
        "openwhisk_gauge_invoker_containerPoolContainer",
        "openwhisk_gauge_invoker_containerPoolMemory",
        "openwhisk_gauge_containerPool_activeCount_counter",
        "openwhisk_gauge_containerPool_activeSize_counter",
        "openwhisk_gauge_containerPool_idlesCount_counter",
        "openwhisk_gauge_containerPool_idlesSize_counter",
        "openwhisk_gauge_containerPool_prewarmCount_counter",
        "openwhisk_gauge_containerPool_prewarmSize_counter",
        "openwhisk_gauge_containerPool_runBufferCount_counter",
        "openwhisk_gauge_containerPool_runBufferSize_counter",
        "openwhisk_counter_containerPool_rescheduledActivation_counter_total",
        "whisk_loop_lag_seconds_bucket",
        "whisk_db_transactions_total",
        "process_resident_memory_bytes",
        "python_info",
    }


async def test_activations_are_counted_where_they_pass(
    platform: Assembly, guest: Caller, anonymous: Caller
) -> None:
    await platform.action("guest/a")
    for _ in range(3):
        assert (await guest.post("actions/a", blocking=True)).status == 200
    told = await scraped(anonymous)
    assert told("openwhisk_counter_controller_activation_start_total") == 3
    assert told("openwhisk_counter_loadbalancer_activations_counter_total") == 3
    assert told("openwhisk_counter_loadbalancer_completionAck_regular_counter_total") == 3
    assert told("openwhisk_gauge_loadbalancer_activationsInflight_counter") == 0
    assert told("openwhisk_counter_invoker_activation_start_total") == 3
    assert told("openwhisk_counter_invoker_containerStart_cold_counter_total") == 1
    assert told("openwhisk_counter_invoker_containerStart_warmed_counter_total") == 2
    assert told("openwhisk_histogram_invoker_activationRun_finish_seconds_count") == 3
    assert told("openwhisk_histogram_invoker_activationInit_finish_seconds_count") == 1
    assert told("openwhisk_gauge_containerPool_idlesCount_counter") == 1
    assert told("openwhisk_gauge_containerPool_idlesSize_counter") == 256
    assert told("openwhisk_gauge_invoker_containerPoolContainer", state="Ready") == 1


async def test_actions_are_told_as_the_user_events_service_tells_them(
    platform: Assembly, guest: Caller, anonymous: Caller
) -> None:
    await platform.action("guest/a", script={"result": {"error": "no"}})
    await guest.post("actions/a", blocking=True)
    await guest.post("actions/a", blocking=True)
    told = await scraped(anonymous)
    whole = {**OWN, "kind": "python:3.11", "memory": "256"}
    assert told("openwhisk_action_activations_total", **whole) == 2
    assert told("openwhisk_action_coldStarts_total", **OWN) == 1
    assert told("openwhisk_action_status_total", **OWN, status="application_error") == 2
    for name in ("waitTime", "duration"):
        assert told(f"openwhisk_action_{name}_seconds_count", **OWN) == 2
    assert told("openwhisk_action_initTime_seconds_count", **OWN) == 1
    assert told("openwhisk_action_response_size_bytes_count", **OWN) == 2
    assert told("openwhisk_action_response_size_bytes_bucket", **OWN, le="64.0") == 2


async def test_refused_calls_are_told_by_namespace(
    platform: Assembly, operator: Caller, guest: Caller, anonymous: Caller
) -> None:
    await platform.action("guest/a")
    limits = ADMIN + "/namespaces/guest/limits"
    await operator.put(limits, {"invocationsPerMinute": 0, "firesPerMinute": 0})
    await guest.post("actions/a", blocking=True)
    await guest.post("triggers/t")
    await operator.put(limits, {"concurrentInvocations": 0})
    await guest.post("actions/a", blocking=True)
    told = await scraped(anonymous)
    assert told("openwhisk_action_limit_timed_total", namespace="guest") == 2
    assert told("openwhisk_action_limit_concurrent_total", namespace="guest") == 1


async def test_a_drained_invoker_is_offline(operator: Caller, anonymous: Caller) -> None:
    await operator.post(ADMIN + "/invokers/invoker0", {"enabled": False})
    told = await scraped(anonymous)
    assert told("openwhisk_gauge_loadbalancer_totalHealthyInvoker_counter") == 0
    assert told("openwhisk_gauge_loadbalancer_totalOfflineInvoker_counter") == 1


async def test_a_scraper_may_ask_for_open_metrics(anonymous: Caller) -> None:
    accept = {"accept": "application/openmetrics-text; version=1.0.0"}
    reply = await anonymous.call("GET", "/metrics", headers=accept)
    assert reply.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert reply.text.endswith("# EOF\n")


async def test_the_isolation_in_force_is_told(anonymous: Caller) -> None:
    told = await scraped(anonymous)
    assert told("whisk_isolation_info", level="L0", memory="none", network="none") == 1
