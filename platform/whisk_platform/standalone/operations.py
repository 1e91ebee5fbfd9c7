"""What operators of the standalone platform look at and turn."""

from __future__ import annotations

from whisk_platform.common.clock import Clock
from whisk_platform.common.looplag import LoopLag
from whisk_platform.containers import isolation
from whisk_platform.controller.admission import Admission
from whisk_platform.controller.metrics import ControllerMetrics, costs
from whisk_platform.controller.operations import Operations
from whisk_platform.controller.readiness import Readiness
from whisk_platform.controller.throttles import Throttles
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.metrics import InvokerMetrics
from whisk_platform.invoker.operations import LocalOperations
from whisk_platform.spi.containers import ContainerFactory
from whisk_platform.spi.loadbalancer import LoadBalancer
from whisk_platform.spi.operations import InvokerOperations
from whisk_platform.spi.stores import Stores

INVOKER_NAME = "invoker0/0"


def operations(
    *,
    controller: str,
    invoker: Invoker,
    factory: ContainerFactory,
    stores: Stores,
    balancer: LoadBalancer,
    throttles: Throttles,
    clock: Clock,
) -> Operations:
    """Put the operators' side together: one controller, one invoker, one process."""
    invokers: dict[str, InvokerOperations] = {INVOKER_NAME: LocalOperations(invoker)}
    admission = Admission(invokers)
    lag = LoopLag()
    lag.start()
    of_controller = ControllerMetrics(
        controller=controller,
        balancer=balancer,
        throttles=throttles,
        activations=stores.activations,
        invokers=invokers,
    )
    return Operations(
        invokers=invokers,
        admission=admission,
        readiness=Readiness(stores.check_writable, admission, clock),
        metrics=(
            of_controller,
            InvokerMetrics(invoker),
            stores.metrics,
            factory.metrics,
            lambda: (isolation.metric(factory.isolation),),
            lag,
            costs,
        ),
        rotate_master_key=stores.rotate_master_key,
        shared_network=factory.isolation.network != "none",
    )
