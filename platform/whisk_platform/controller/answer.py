"""An HTTP answer, and how it goes out: one place for headers, CORS and the error body."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from starlette.types import Send

from whisk_platform.common.ids import TransactionId
from whisk_platform.common.jsontext import JSONObject, RawJSON, dumps, join_object

JSON = b"application/json"
TEXT = b"text/plain; charset=UTF-8"

PIECE_BYTES = 1 << 20
"""What is sent of a body in one go."""

API_CORS = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-allow-headers",
        b"Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent",
    ),
    (b"access-control-allow-methods", b"GET, DELETE, POST, PUT, HEAD"),
)
"""Contract §1.5; sent on every answer of the API (appendix D 4 allows that)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, body and headers."""

    status: int = 200
    body: bytes = b""
    content_type: bytes | None = JSON
    """None when there is no body to type."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """Further headers, names in lower case."""
    cors: tuple[tuple[bytes, bytes], ...] = API_CORS
    stream: Callable[[Send], Awaitable[None]] | None = None
    """Sends the body piece by piece instead of ``body``, whose length nobody knows."""


def json_answer(value: object, status: int = 200) -> Answer:
    """Answer with a value of ours."""
    return Answer(status=status, body=dumps(value))


def object_answer(
    members: JSONObject, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Answer:
    """Answer with an object whose values are unparsed."""
    return Answer(status=status, body=join_object(members), headers=headers)


def list_answer(items: Iterable[JSONObject]) -> Answer:
    """Answer with an array of objects whose values are unparsed."""
    return Answer(body=b"[" + b",".join(map(join_object, items)) + b"]")


def joined_answer(items: Iterable[bytes]) -> Answer:
    """Answer with an array of values that are JSON already."""
    return Answer(body=b"[" + b",".join(items) + b"]")


def raw_answer(
    value: RawJSON, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Answer:
    """Answer with a value that is JSON already."""
    return Answer(status=status, body=bytes(value), headers=headers)


def text_answer(text: str, status: int = 200) -> Answer:
    """Answer with plain text."""
    return Answer(status=status, body=text.encode(), content_type=TEXT)


def error_answer(status: int, message: str, transid: TransactionId) -> Answer:
    """Answer with the error body of contract §1.6."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if status == 401:
        challenge = b'Basic realm="OpenWhisk secure realm",charset=UTF-8'
        headers = ((b"www-authenticate", challenge),)
    return Answer(status=status, body=dumps({"error": message, "code": transid}), headers=headers)


def head_of(answer: Answer, transid: TransactionId) -> bytes:
    """The head of an answer as HTTP/1.1 spells it, without the empty line at its end.

    Args:
        answer: with a body, not streamed.
        transid: of the request, made by us.
    """
    key = (answer.status, answer.cors, answer.content_type)
    common = _common.get(key) or _common_head(key)
    return b"%bx-request-id: %b\r\n%bcontent-length: %d\r\n" % (
        common,
        transid.encode("latin-1"),
        b"".join(b"%b: %b\r\n" % line for line in answer.headers),
        len(answer.body),
    )


_Lines: TypeAlias = tuple[tuple[bytes, bytes], ...]
_common: dict[tuple[int, _Lines, bytes | None], bytes] = {}


def _common_head(key: tuple[int, _Lines, bytes | None]) -> bytes:
    """What answers of one sort have in common; there are a handful of sorts."""
    status, cors, content_type = key
    lines = cors if content_type is None else (*cors, (b"content-type", content_type))
    head = b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())
    made = _common[key] = head + b"".join(b"%b: %b\r\n" % line for line in lines)
    return made


async def send_answer(
    answer: Answer, transid: TransactionId, send: Send, *, head: bool = False
) -> None:
    """Send an answer over ASGI, with the transaction id that every response carries.

    Args:
        answer: what to send.
        transid: of the request.
        send: ASGI's.
        head: whether the body only counts, as in the answer to HEAD.
    """
    headers = [
        (b"x-request-id", transid.encode("latin-1", "replace")),
        *answer.cors,
        *answer.headers,
    ]
    if answer.status not in (204, 304) and answer.stream is None:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    if answer.content_type is not None:
        headers.append((b"content-type", answer.content_type))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.stream is not None and not head:
        await answer.stream(send)
    body = b"" if head else answer.body
    # Piece by piece, so that a client who reads slowly does not make us hold all of it twice.
    sent = 0
    while len(body) - sent > PIECE_BYTES:
        piece = body[sent : sent + PIECE_BYTES]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        sent += PIECE_BYTES
    await send({"type": "http.response.body", "body": body[sent:] if sent else body})
