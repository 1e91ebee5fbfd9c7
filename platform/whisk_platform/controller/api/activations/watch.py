"""``GET …/activations?watch=true``: activations as they happen, as server-sent events.

Events are ``start``, ``log`` and ``end``; their ids grow with time. A client that comes back with
``Last-Event-ID`` first gets the ends that it missed, from the store, and then goes on live: none is
left out and none comes twice. ``gap`` says that more was missed than is told again. A stream that
is over ends with ``overflow`` or ``bye``, which say why.

Source: design.md §5, Live views. Not in the reference, whose clients never ask for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from starlette.types import Receive, Send

from whisk_platform.common.errors import (
    BadRequestError,
    MalformedQueryError,
    NotAcceptableError,
    WhiskError,
)
from whisk_platform.common.jsontext import dumps
from whisk_platform.common.logging import get_logger
from whisk_platform.common.positions import PER_MS
from whisk_platform.controller import texts
from whisk_platform.controller.activity.filters import WatchFilter
from whisk_platform.controller.activity.happenings import (
    EVENTS,
    End,
    Event,
    farewell,
    frame,
    opening,
)
from whisk_platform.controller.activity.pacer import ON_LOOP_BYTES, Watch
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.activations.query import activation_filter
from whisk_platform.controller.entitlement import owned_namespace
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.spi.stores import ActivationStore, Beginning, Settled

EVENT_STREAM = b"text/event-stream"
RETRY_MS = 2_000
"""When a client that lost its stream may come back."""
MISSED = 1_000
"""How many ends are told again at most."""
PAGE = 20
"""How many of them are in memory at once."""
_MOST_DIGITS = 18

_log = get_logger(__name__)


async def watch_activations(services: Services, request: Request) -> Answer:
    """Open the stream.

    Raises:
        NotAcceptableError: the client does not take server-sent events.
        BadRequestError: a filter or the id cannot be meant.
        TooManyRequestsError: too many clients watch this namespace.
        UnavailableError: too many clients watch, or the platform stops.
        StoreError: what was missed cannot be read.
    """
    namespace = owned_namespace(request)
    if request.flag("count"):
        raise BadRequestError(texts.COUNT_WITH_WATCH)
    if not _accepts_events(request.header(b"accept")):
        raise NotAcceptableError(f"{NotAcceptableError().message}\n{EVENT_STREAM.decode()}")
    asked = activation_filter(request, namespace)
    wanted = WatchFilter(
        wanted=replace(asked, since=None, upto=None),
        docs=request.flag("docs"),
        events=_events(request.query.get("events")),
    )
    after = _resume_after(request.header(b"last-event-id"), asked.since)
    watch = services.activity.watch(wanted, request.header(b"authorization"))
    try:
        missed = await _missed(services.activations, wanted, after, watch.watcher.joined)
    except BaseException:
        watch.close()
        raise
    return Answer(
        content_type=EVENT_STREAM,
        headers=((b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")),
        stream=_Stream(watch, missed, request.receive).send,
    )


class _Stream:
    """The body of the answer."""

    def __init__(self, watch: Watch, missed: _Missed, receive: Receive) -> None:
        self._watch = watch
        self._missed = missed
        self._receive = receive

    async def send(self, send: Send) -> None:
        """Send pieces until the client goes, or is let go."""
        telling = asyncio.create_task(self._tell(send), name="watch")
        leaving = asyncio.create_task(_until_disconnect(self._receive), name="watch disconnect")
        try:
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._watch.close()
            telling.cancel()
            leaving.cancel()
            await asyncio.wait((telling, leaving))
        if not telling.cancelled():
            telling.result()

    async def _tell(self, send: Send) -> None:
        joined = self._watch.watcher.joined
        begins = self._missed.beginning
        await _chunk(send, opening(joined if begins is None else begins.after, RETRY_MS))
        try:
            async for text in self._missed.texts():
                await _chunk(send, text)
        except WhiskError as error:
            _log.error("watch_not_resumed", error=error.message)
            await _chunk(send, farewell("bye", error.message))
            return
        while True:
            piece = await self._watch.next()
            await _chunk(send, piece.text)
            if piece.last:
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missed:
    """What ended while the client was away."""

    activations: ActivationStore
    wanted: WatchFilter
    upto: int
    beginning: Beginning | None
    """None: nothing has been missed."""

    async def texts(self) -> AsyncIterator[bytes]:
        """Everything as it is to be sent, piece by piece.

        Raises:
            StoreError: it cannot be read.
        """
        if self.beginning is None:
            return
        if not self.beginning.complete:
            yield frame("gap", dumps({"reason": texts.gap(MISSED)}))
        after = self.beginning.after
        while page := await self.activations.history(
            self.wanted.wanted, after=after, upto=self.upto, limit=PAGE
        ):
            for settled in page:
                if (text := await self._text(settled)) is not None:
                    yield text
            after = page[-1].position
        # All that comes from here on has happened after the client joined.
        yield b"id: %d\n\n" % self.upto

    async def _text(self, settled: Settled) -> bytes | None:
        """One end; None when its record is gone by now."""
        docs = self.wanted.docs
        if not docs:
            return End(settled.position, settled.activation).text(docs=False)
        known = settled.activation
        record = await self.activations.get(known.namespace, known.activation_id)
        if record is None:
            return None
        end = End(settled.position, record)
        if end.size > ON_LOOP_BYTES:
            return await asyncio.to_thread(end.text, docs=True)
        return end.text(docs=True)


async def _missed(
    activations: ActivationStore, wanted: WatchFilter, after: int | None, joined: int
) -> _Missed:
    """Find out what has been missed; all that ended before the client joined is in the store."""
    beginning: Beginning | None = None
    if after is not None and after < joined and "end" in wanted.events:
        await activations.flush()
        beginning = await activations.beginning(
            wanted.wanted, after=after, upto=joined, most=MISSED
        )
    return _Missed(activations=activations, wanted=wanted, upto=joined, beginning=beginning)


def _resume_after(last_event_id: str | None, since: int | None) -> int | None:
    """The position after which ends are told again; None = only what happens from now on.

    Args:
        last_event_id: the header; wins.
        since: milliseconds since the epoch, inclusive.

    Raises:
        BadRequestError: the header holds no id of ours.
    """
    if not last_event_id:
        return None if since is None else max(0, since * PER_MS - 1)
    digits = last_event_id.isascii() and last_event_id.isdigit()
    if not digits or len(last_event_id) > _MOST_DIGITS:
        raise BadRequestError(texts.not_an_event_id(last_event_id))
    return int(last_event_id)


def _events(text: str | None) -> frozenset[Event]:
    if text is None or not text.strip():
        return frozenset(EVENTS)
    names = {each.strip() for each in text.split(",")}
    known = frozenset(event for event in EVENTS if event in names)
    if len(known) < len(names):
        unknown = min(names - known)
        raise MalformedQueryError(
            "events", f"'{unknown}' is no event of a watch. Use one of {', '.join(EVENTS)}."
        )
    return known


def _accepts_events(accept: str | None) -> bool:
    """Whether a client takes the stream; one that does not say what it takes, takes anything."""
    if not accept:
        return True
    ranges = {each.partition(";")[0].strip().lower() for each in accept.split(",")}
    return not ranges.isdisjoint(("text/event-stream", "text/*", "*/*"))


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _chunk(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})
