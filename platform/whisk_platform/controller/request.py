"""An HTTP request as handlers see it: decoded once, bounded, with the contract's refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl

from starlette.types import Message, Receive, Scope

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import (
    BadRequestError,
    MalformedContentError,
    MalformedQueryError,
    TooLargeError,
    UnsupportedMediaTypeError,
)
from whisk_platform.common.ids import TransactionId, new_transaction_id
from whisk_platform.common.jsontext import JSONObject, JSONTextError, split_object
from whisk_platform.controller import texts
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import DEFAULT_NAMESPACE, check_namespace

THREAD_BYTES = 64 << 10
"""Longer JSON is taken apart outside the event loop."""
MAX_BODY_BYTES = 50 << 20
"""What the controller reads of any request (contract §1.2)."""
_TRUE = frozenset(("true", "yes", "on", "1"))
_FALSE = frozenset(("false", "no", "off", "0"))


_CACHED_QUERY_BYTES = 128
"""Clients repeat short queries, such as ``blocking=true``."""


def _parse(text: bytes) -> Mapping[str, str]:
    """Query parameters; the first of duplicates."""
    query: dict[str, str] = {}
    for key, value in parse_qsl(text.decode("latin-1"), keep_blank_values=True) if text else ():
        query.setdefault(key, value)
    return MappingProxyType(query)


_parse_known = lru_cache(maxsize=256)(_parse)


class ClientGoneError(BadRequestError):
    """The client closed the connection before its request was complete."""


class Request:
    """One request. ``identity`` is set before a handler of an authenticated route runs."""

    __slots__ = ("_body", "_headers", "_identity", "_query", "receive", "received_ms", "scope",
                 "transid")  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, received_ms: int) -> None:
        self.scope = scope
        self.receive = receive
        self.received_ms = received_ms
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._query: Mapping[str, str] | None = None
        self._body: bytes | None = None
        self._identity: Identity | None = None
        self.transid = self._transaction_id()

    @property
    def extra_logging(self) -> bool:
        """Whether the caller asks for more to be logged than usual."""
        return self._headers.get(b"x-ow-extra-logging", b"").lower() == b"on"

    def _transaction_id(self) -> TransactionId:
        given = self._headers.get(b"x-request-id")
        if given and not given.startswith(b"sid_"):
            return TransactionId(given.decode("latin-1"))
        return new_transaction_id()

    @property
    def method(self) -> str:
        """HTTP method, upper case."""
        return str(self.scope["method"])

    @property
    def identity(self) -> Identity:
        """Who asks."""
        assert self._identity is not None, "this route is not authenticated"
        return self._identity

    @identity.setter
    def identity(self, value: Identity) -> None:
        self._identity = value

    @property
    def identity_if_known(self) -> Identity | None:
        """Who asks; None where nobody was asked for a key, or it was not accepted."""
        return self._identity

    def param(self, name: str) -> str:
        """A segment of the path, percent-decoded."""
        return str(self.scope["path_params"][name])

    @property
    def namespace(self) -> str:
        """The namespace in the path; ``_`` is the caller's own.

        Raises:
            BadRequestError: illegal characters or too long.
        """
        name = self.param("namespace")
        return self.identity.namespace if name == DEFAULT_NAMESPACE else check_namespace(name)

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name; the last one of several."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def query(self) -> Mapping[str, str]:
        """Query parameters; the first of duplicates."""
        if self._query is None:
            text: bytes = self.scope["query_string"]
            short = len(text) <= _CACHED_QUERY_BYTES
            self._query = _parse_known(text) if short else _parse(text)
        return self._query

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean query parameter (contract §1.6).

        Raises:
            MalformedQueryError: no boolean.
        """
        value = self.query.get(name)
        if value is None:
            return default
        lowered = value.lower()
        if lowered in _TRUE:
            return True
        if lowered in _FALSE:
            return False
        raise MalformedQueryError(name, f"'{value}' is not a valid Boolean value")

    @property
    def content_length(self) -> int:
        """Announced length of the body; 0 when chunked or absent."""
        value = self._headers.get(b"content-length")
        return int(value) if value is not None and value.isdigit() else 0

    async def body(self, limit: int | None = None) -> bytes:
        """Read the whole body, once.

        Args:
            limit: most bytes for this request; None = what the controller reads of any.

        Raises:
            TooLargeError: it is longer; the text names both sizes when a limit was given.
            ClientGoneError: the client went away.
        """
        if self._body is not None:
            return self._body
        refuse_longer(self.content_length, limit)
        chunks: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise TooLargeError
            chunks.append(chunk)
            more = message.get("more_body", False)
        refuse_longer(size, limit)
        self._body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        return self._body

    async def json_body(self, limit: int | None = None) -> bytes:
        """The body of a request that carries JSON, or nothing.

        Raises:
            UnsupportedMediaTypeError: its type says that it is something else.
            TooLargeError: see ``body``.
        """
        body = await self.body(limit)
        content_type = self._headers.get(b"content-type")
        if body and content_type is not None:
            media_type = content_type.partition(b";")[0].strip().lower()
            if media_type != b"application/json":
                raise UnsupportedMediaTypeError(
                    texts.content_type_not_supported(content_type.decode("latin-1"))
                )
        return body

    async def payload(self, limit: int) -> JSONObject:
        """The arguments of an invocation: an object, or nothing at all.

        Raises:
            MalformedContentError: anything else.
            TooLargeError: more than ``limit`` bytes.
        """
        body = await self.json_body(limit)
        if len(body) > THREAD_BYTES:
            return await asyncio.to_thread(arguments_of, body)
        return arguments_of(body)


async def nothing_received() -> Message:
    """For a request whose body nobody reads."""
    return {"type": "http.request", "body": b"", "more_body": False}


def refuse_longer(size: int, limit: int | None) -> None:
    """Verify that a body may be so long.

    Raises:
        TooLargeError: it may not; the text names both sizes when a limit was given.
    """
    if limit is not None and size > limit:
        raise TooLargeError(texts.larger_than_allowed("Request", size, limit))
    if size > MAX_BODY_BYTES:
        raise TooLargeError


def arguments_of(body: bytes) -> JSONObject:
    """The arguments of an invocation: an object, or nothing at all.

    Raises:
        MalformedContentError: anything else.
    """
    if not body:
        return {}
    COUNTERS.payload_codecs += 1
    try:
        return split_object(body)
    except JSONTextError as error:
        raise MalformedContentError(error.message) from error
