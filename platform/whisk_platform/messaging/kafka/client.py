"""Kafka's client: one thread sends and hears of deliveries, one thread for each reader.

The threads never touch futures: whatever they have goes to the event loop in one call for a whole
batch. Readers are assigned their topic; groups, which take seconds to move, are only where offsets
are kept. Source: facts on Kafka from Python; contracts data-plane §3.3, §3.4.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from confluent_kafka import (
    OFFSET_END,
    OFFSET_STORED,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from whisk_platform.common.errors import StoreError, UnavailableError, WhiskError
from whisk_platform.common.logging import get_logger
from whisk_platform.messaging.kafka.topics import Topic

Delivered: TypeAlias = Callable[[WhiskError | None], None]
"""Told on the event loop; None = the broker has it."""
Batch: TypeAlias = Callable[[Sequence[bytes]], None]
"""Takes what was read; on the event loop; must return at once."""

BATCH = 200
QUEUED = 100_000
"""Messages that wait for the broker, at most."""
PATIENCE_S = 30.0
"""How long a message is tried before it counts as not delivered."""
_WAIT_S = 0.1
_log = get_logger(__name__)


class TooLargeError(WhiskError):
    """The broker does not take a message of this size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How the brokers are reached."""

    bootstrap: str
    """``host:port`` and more of them, separated by commas."""
    username: str = ""
    password: str = field(default="", repr=False)
    """SASL/SCRAM-SHA-512, if there is a user."""
    options: dict[str, str] = field(default_factory=dict)
    """More of the client's own settings, such as those of TLS."""

    def settings(self) -> dict[str, Any]:
        """What every client begins with."""
        known: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap,
            "reconnect.backoff.ms": 20,
            "reconnect.backoff.max.ms": 200,
            "metadata.max.age.ms": 15_000,
            "topic.metadata.refresh.fast.interval.ms": 50,
            "log_level": 2,
        }
        if self.username:
            known |= {
                "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": self.username,
                "sasl.password": self.password,
            }
        return known | self.options


class Sender:
    """Sends messages, in the order of the calls but for those that had to be tried again."""

    def __init__(
        self, connection: Connection, max_bytes: int, patience_s: float = PATIENCE_S
    ) -> None:
        """Connect in the background.

        Args:
            connection: to the brokers.
            max_bytes: of one message.
            patience_s: how long a message is tried.
        """
        self._loop = asyncio.get_running_loop()
        self._producer = Producer(
            connection.settings()
            | {
                "linger.ms": 0,
                "acks": "1",
                "message.max.bytes": max_bytes,
                "queue.buffering.max.messages": QUEUED,
                "message.timeout.ms": int(patience_s * 1000),
            }
        )
        self._lock = threading.Lock()
        self._reports: list[tuple[Delivered, WhiskError | None]] = []
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kafka sender", daemon=True)
        self._thread.start()

    def send(self, topic: str, body: bytes, delivered: Delivered) -> None:
        """Send one message.

        Args:
            topic: with its prefix.
            body: JSON.
            delivered: told what has become of it.

        Raises:
            UnavailableError: too many wait already.
            TooLargeError: it is larger than any broker of this deployment takes.
        """
        try:
            self._producer.produce(topic, body, on_delivery=lambda e, _: self._heard(delivered, e))
        except BufferError as problem:
            raise UnavailableError from problem
        except KafkaException as problem:
            raise _translated(problem.args[0]) from problem

    async def deliver(self, topic: str, body: bytes) -> None:
        """Send one message and wait until the broker has it.

        Raises:
            WhiskError: it does not.
        """
        future: asyncio.Future[None] = self._loop.create_future()
        self.send(topic, body, lambda problem: _settle(future, problem))
        await future

    async def close(self) -> None:
        """Wait for what is under way, for some seconds, and end."""
        await asyncio.to_thread(self._producer.flush, 5.0)
        self._closed.set()
        await asyncio.to_thread(self._thread.join)

    def _heard(self, delivered: Delivered, error: KafkaError | None) -> None:
        """On the thread: gather reports, and wake the loop once for all of them."""
        with self._lock:
            self._reports.append((delivered, None if error is None else _translated(error)))
            first = len(self._reports) == 1
        if first:
            self._loop.call_soon_threadsafe(self._report)

    def _report(self) -> None:
        with self._lock:
            reports, self._reports = self._reports, []
        for delivered, problem in reports:
            delivered(problem)

    def _run(self) -> None:
        while not self._closed.is_set():
            self._producer.poll(_WAIT_S)


def _settle(future: asyncio.Future[None], problem: WhiskError | None) -> None:
    if future.done():
        return
    if problem is None:
        future.set_result(None)
    else:
        future.set_exception(problem)


def _translated(error: KafkaError) -> WhiskError:
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return TooLargeError(str(error.str()))
    return StoreError(f"Kafka did not take a message: {error.str()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader reads, and how."""

    topic: str
    group: str
    """Under which its offsets are kept."""
    newest: bool = False
    """Whether it begins with what comes from now on; otherwise where it has left off."""
    commits: bool = True
    """Whether a batch is committed before it is handed over: at most once."""


class Reader:
    """Reads one topic; never takes more than there are credits for."""

    def __init__(
        self, connection: Connection, reading: Reading, handler: Batch, allowance: int
    ) -> None:
        """Begin to read.

        Args:
            connection: to the brokers.
            reading: what and how.
            handler: takes each batch, on the event loop.
            allowance: how many messages may be handed over before some are given back.
        """
        self._loop = asyncio.get_running_loop()
        self._reading = reading
        self._handler = handler
        self._consumer = Consumer(
            connection.settings()
            | {
                "group.id": reading.group,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "max.poll.interval.ms": 1_800_000,
                "fetch.min.bytes": 1,
                "fetch.wait.max.ms": 100,
                "enable.partition.eof": False,
            }
        )
        self._credits = allowance
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(
            target=self._run, name=f"kafka {reading.topic}", daemon=True
        )
        self._thread.start()

    def credit(self, number: int = 1) -> None:
        """Give credits back: so many messages are done with."""
        with self._changed:
            self._credits += number
            self._changed.notify()

    async def close(self) -> None:
        """Stop reading; nothing is handed over afterwards."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        await asyncio.to_thread(self._thread.join)

    # The rest runs on the reader's thread.

    def _run(self) -> None:
        start = OFFSET_END if self._reading.newest else OFFSET_STORED
        try:
            self._consumer.assign([TopicPartition(self._reading.topic, 0, start)])
            while (room := self._room()) is not None:
                batch = self._read(room)
                if batch and self._committed(batch):
                    self._hand_over(batch)
        finally:
            self._consumer.close()

    def _room(self) -> int | None:
        """Wait for credits; None = the end."""
        with self._changed:
            while not self._closed and self._credits <= 0:
                self._changed.wait()
            return None if self._closed else min(self._credits, BATCH)

    def _read(self, room: int) -> list[Message]:
        first = self._consumer.poll(_WAIT_S)
        if first is None:
            return []
        rest: Iterable[Message] = ()
        if room > 1:
            rest = self._consumer.consume(room - 1, 0)
        return [each for each in (first, *rest) if not self._failed(each)]

    def _failed(self, message: Message) -> bool:
        error = message.error()
        if error is not None:
            _log.warning("kafka_read_failed", topic=self._reading.topic, reason=error.str())
        return error is not None

    def _committed(self, batch: list[Message]) -> bool:
        """Commit before anything is done with it; without that nothing of it is done."""
        if not self._reading.commits:
            return True
        last = batch[-1]
        offset = last.offset()
        assert offset is not None
        at = TopicPartition(self._reading.topic, 0, offset + 1)
        try:
            self._consumer.commit(offsets=[at], asynchronous=False)
        except KafkaException as problem:
            _log.warning("kafka_commit_failed", topic=self._reading.topic, reason=str(problem))
            first = batch[0].offset()
            assert first is not None
            self._consumer.seek(TopicPartition(self._reading.topic, 0, first))
            return False
        return True

    def _hand_over(self, batch: list[Message]) -> None:
        with self._changed:
            self._credits -= len(batch)
        bodies = [each.value() or b"" for each in batch]
        self._loop.call_soon_threadsafe(self._handler, bodies)


async def ensure(connection: Connection, topics: Sequence[Topic]) -> None:
    """Make the topics that are not there yet.

    Raises:
        StoreError: one cannot be made.
    """
    await asyncio.to_thread(_ensure, connection, topics)


def _ensure(connection: Connection, topics: Sequence[Topic]) -> None:
    admin = AdminClient(connection.settings())
    wanted = [
        NewTopic(each.name, num_partitions=1, replication_factor=1, config=each.settings())
        for each in topics
    ]
    for name, future in admin.create_topics(wanted, operation_timeout=10).items():
        try:
            future.result(30)
        except KafkaException as problem:
            if problem.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise StoreError(f"The topic '{name}' cannot be made: {problem}") from problem
