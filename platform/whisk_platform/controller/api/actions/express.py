"""``POST …/actions/[pkg/]name`` on the express way: no routing, and no task where somebody waits.

What the head of a request says is worked out once; who asks and what runs is looked up again only
when a key, an action or a package has changed, or a minute has passed. Everything that a request
can be refused for is asked in the order of ``invoke``, and answered with the same words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from whisk_platform.common.deadlines import Deadline, Deadlines, deadlines
from whisk_platform.common.errors import UnavailableError, WhiskError
from whisk_platform.common.ids import TransactionId, new_transaction_id
from whisk_platform.common.logging import get_logger
from whisk_platform.common.tasks import Supervisor
from whisk_platform.controller.activator import Invocation
from whisk_platform.controller.answer import Answer, error_answer, head_of
from whisk_platform.controller.api.actions.invoke import (
    accepted,
    finished,
    outlive_the_wait,
    timeout_ms,
)
from whisk_platform.controller.edge.express import Headers, Reply
from whisk_platform.controller.gate import Gate, Watch, learn, weight
from whisk_platform.controller.payloads import payload_limit
from whisk_platform.controller.request import (
    Request,
    arguments_of,
    nothing_received,
    refuse_longer,
)
from whisk_platform.controller.resolution import ResolvedAction
from whisk_platform.controller.services import Services
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import (
    DEFAULT_NAMESPACE,
    FullyQualifiedEntityName,
    check_entity_name,
    check_namespace,
)

MOST_URL_BYTES = 512

_log = get_logger(__name__)
_PATH = re.compile(rb"/api/v1/namespaces/([^/%]+)/actions/(?:([^/%]+)/)?([^/%]+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who asks and what runs, as long as nothing changes."""

    user: Identity
    target: ResolvedAction
    most_bytes: int
    until: float
    """Monotonic seconds."""
    generations: tuple[int, int]
    """Of keys and of entities when it was found."""


@dataclass(slots=True, kw_only=True, eq=False)
class Address:
    """What a head asks for."""

    namespace: str
    package: str | None
    name: str
    authorization: str
    blocking: bool
    only_result: bool
    timeout_s: float
    route: Route | None = None
    run_s: float | None = None
    """How long what runs takes; None = not known yet."""


class ExpressInvoker:
    """Answers invocations."""

    def __init__(self, services: Services, tasks: Supervisor) -> None:
        """Make the handler.

        Args:
            services: the controller's parts.
            tasks: hold what outlives its wait.
        """
        self._services = services
        self._tasks = tasks
        self._clock = services.clock
        self._deadlines: Deadlines | None = None
        self._gate = Gate()
        self._watch = Watch(self._gate)

    def understand(self, url: bytes, headers: Headers) -> Address | None:
        """What a head of a POST asks for; None = take the ordinary way."""
        path, _, query = url.partition(b"?")
        found = _PATH.fullmatch(path)
        if found is None or len(url) > MOST_URL_BYTES or not url.isascii():
            return None
        scope = {"method": "POST", "headers": headers, "query_string": query}
        request = Request(scope, nothing_received, 0)
        authorization = request.header(b"authorization")
        content_type = request.header(b"content-type")
        if authorization is None or request.header(b"x-request-id") is not None:
            return None
        if request.extra_logging:
            return None
        if content_type is not None and content_type != "application/json":
            return None
        namespace, package, name = (part.decode() if part else "" for part in found.groups())
        try:
            blocking = request.flag("blocking")
            return Address(
                namespace=namespace
                if namespace == DEFAULT_NAMESPACE
                else check_namespace(namespace),
                package=check_entity_name(package) if package else None,
                name=check_entity_name(name),
                authorization=authorization,
                blocking=blocking,
                only_result=request.flag("result") and blocking,
                timeout_s=timeout_ms(request, self._services.limits.blocking_wait_ms) / 1000,
            )
        except WhiskError:
            return None

    def take(self, address: Address, body: bytes, reply: Reply) -> bool:
        """Answer a request; False = take the ordinary way."""
        route = address.route
        if route is None or not self._is_current(route):
            route = address.route = self._find(address)
            if route is None:
                return False
        if address.blocking:
            self._watch.came()
            if self._gate.is_full():
                self._refuse(route, reply)
                return True
        call = _Call(new_transaction_id(), reply, address.only_result)
        try:
            self._start(call, address, route, body)
        except Exception as error:
            call.fail(error)
        return True

    def _refuse(self, route: Route, reply: Reply) -> None:
        """Say that there is too much to do, unless there is something else to be said."""
        services = self._services
        try:
            services.operations.admission.check()
            services.throttles.check_invocation(route.user)
        except WhiskError as error:
            transid = new_transaction_id()
            answer = error_answer(error.status, error.message, transid)
            reply(head_of(answer, transid), answer.body)
            return
        self._gate.refused += 1
        reply(*_crowded(new_transaction_id()))

    def _is_current(self, route: Route) -> bool:
        services = self._services
        generations = (services.authenticator.generation, services.resolver.generation)
        return route.generations == generations and self._clock.monotonic() < route.until

    def _find(self, address: Address) -> Route | None:
        """Who asks and what runs, if both are known already and nothing is unusual about them."""
        services = self._services
        known = services.authenticator.known(address.authorization)
        if known is None:
            return None
        user, until = known
        own = address.namespace == DEFAULT_NAMESPACE
        namespace = user.namespace if own else address.namespace
        name = FullyQualifiedEntityName(namespace, address.package, address.name)
        target = services.resolver.known(name, user)
        if target is None or target.is_composite or services.activator.is_deprecated(target):
            return None
        return Route(
            user=user,
            target=target,
            most_bytes=payload_limit(user, services.limits),
            until=until,
            generations=(services.authenticator.generation, services.resolver.generation),
        )

    def _start(self, call: _Call, address: Address, route: Route, body: bytes) -> None:
        services = self._services
        received_ms = self._clock.now_ms()
        services.operations.admission.check()
        services.throttles.check_invocation(route.user)
        refuse_longer(len(body), route.most_bytes)
        message = services.activator.message(
            Invocation(
                user=route.user,
                target=route.target,
                payload=arguments_of(body),
                transid=call.transid,
                received_ms=received_ms,
                blocking=address.blocking,
            )
        )
        action = route.target.action
        if not address.blocking:
            if services.balancer.try_publish(action, message, _nobody):
                call.send(accepted(message.activation_id))
            else:
                self._tasks.spawn(self._queue(call, route, message), "accept")
            return
        if self._deadlines is None:
            self._deadlines = deadlines()
        expire = partial(self._outlive, call, message)
        call.deadline = self._deadlines.set(address.timeout_s, expire)
        call.enter(self._gate, address)
        if not services.balancer.try_publish(action, message, call.ended):
            self._tasks.spawn(self._publish(call, route, message), "publish")

    async def _queue(self, call: _Call, route: Route, message: ActivationMessage) -> None:
        """Answer as soon as the work is durable."""
        try:
            await self._services.balancer.publish(route.target.action, message)
        except Exception as error:
            call.fail(error)
        else:
            call.send(accepted(message.activation_id))

    async def _publish(self, call: _Call, route: Route, message: ActivationMessage) -> None:
        try:
            ended = await self._services.balancer.publish(route.target.action, message)
        except WhiskError as error:
            call.fail(error)
            return
        ended.add_done_callback(lambda done: call.ended(done.result()))

    def _outlive(self, call: _Call, message: ActivationMessage) -> None:
        """Tell a client whose time is over to come back later."""
        call.over = True
        call.leave()
        self._tasks.spawn(self._accept(call, message), "outlive the wait")

    async def _accept(self, call: _Call, message: ActivationMessage) -> None:
        try:
            await outlive_the_wait(self._services, message)
        except WhiskError as error:
            call.over = False
            call.fail(error)
            return
        call.send(accepted(message.activation_id))


def _nobody(_activation: Activation) -> None:
    """Nobody waits for the end of what was only accepted."""


def _crowded(transid: TransactionId) -> tuple[bytes, bytes]:
    """Head and body of a refusal, made from one that was made before."""
    name = transid.encode()
    return _CROWDED[0].replace(_SAMPLE_BYTES, name), _CROWDED[1].replace(_SAMPLE_BYTES, name)


_SAMPLE = new_transaction_id()
_SAMPLE_BYTES = _SAMPLE.encode()
_SAMPLE_ANSWER = error_answer(UnavailableError.status, UnavailableError().message, _SAMPLE)
_CROWDED = head_of(_SAMPLE_ANSWER, _SAMPLE), _SAMPLE_ANSWER.body


class _Call:
    """One request on its way."""

    __slots__ = ("_address", "_gate", "_only_result", "_reply", "_weight", "deadline", "over",
                 "transid")  # fmt: skip

    def __init__(self, transid: TransactionId, reply: Reply, only_result: bool) -> None:
        self.transid = transid
        self.deadline: Deadline | None = None
        self.over = False
        """Whether the end of the activation is of no interest any more."""
        self._reply = reply
        self._only_result = only_result
        self._gate: Gate | None = None
        self._address: Address | None = None
        self._weight = 0.0

    def enter(self, gate: Gate, address: Address) -> None:
        """Count as under way, until the end."""
        self._gate, self._address = gate, address
        self._weight = weight(address.run_s)
        gate.enter(self._weight)

    def leave(self) -> None:
        """Count no more; no effect the second time."""
        if self._gate is not None:
            self._gate.leave(self._weight)
            self._gate = None

    def ended(self, activation: Activation) -> None:
        """Answer with the record."""
        if self.over:
            return
        try:
            answer = finished(activation, self._only_result)
        except Exception as error:
            self.fail(error)
        else:
            if self._address is not None and self._gate is not None and activation.duration:
                took_s = activation.duration / 1000
                self._address.run_s = learn(self._address.run_s, took_s, self._gate.short)
            self._end()
            self.send(answer)

    def fail(self, error: Exception) -> None:
        """Answer with an error; see ``resource.answer_safely``."""
        if self.over:
            return
        self._end()
        if not isinstance(error, WhiskError):
            _log.error("request_crashed", transid=self.transid, exc_info=error)
            error = WhiskError()
        elif error.status >= 500 and not isinstance(error, UnavailableError):
            # Who is refused because there is too much to do must cost next to nothing.
            _log.error("request_failed", transid=self.transid, error=error.message)
        self.send(error_answer(error.status, error.message, self.transid))

    def send(self, answer: Answer) -> None:
        """Send an answer."""
        self._reply(head_of(answer, self.transid), answer.body)

    def _end(self) -> None:
        self.over = True
        self.leave()
        if self.deadline is not None:
            self.deadline.cancel()
