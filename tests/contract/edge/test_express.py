"""A request that is like an earlier one is answered like it, only on a shorter way."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.edge.conftest import Serve, Served
from tests.waiting import eventually

PATH = "/api/v1/namespaces/_/actions/hello?blocking=true"
KEY = base64.b64encode(str(GUEST.authkey).encode()).decode()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, taken apart."""

    status: int
    headers: dict[str, str]
    body: Any


class Caller:
    """A client that keeps its connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer

    def send(self, body: bytes = b"{}", path: str = PATH, more: str = "") -> None:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {KEY}\r\n{more}"
        length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + length.encode() + body)

    async def answer(self) -> Answered:
        async with asyncio.timeout(20):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
            body = await self._reader.readexactly(int(headers["content-length"]))
        return Answered(int(lines[0].split()[1]), headers, json.loads(body))

    async def call(self, body: bytes = b"{}", path: str = PATH, more: str = "") -> Answered:
        self.send(body, path, more)
        return await self.answer()


async def caller(served: Served) -> Caller:
    return Caller(*await served.connect())


def alike(answered: Answered) -> tuple[int, set[str], Any]:
    """What does not differ from one call to the next."""
    text = re.sub(r"[0-9a-f]{32}", "<id>", json.dumps(answered.body))
    body = json.loads(re.sub(r'"(start|end|duration)": \d+', r'"\1": 0', text))
    if isinstance(body, dict) and "annotations" in body:
        found = {each["key"]: each["value"] for each in body["annotations"]}
        body["annotations"] = {**found, "waitTime": 0, "initTime": 0}
    return answered.status, set(answered.headers), body


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"a":1.10}', PATH),
        (b"", PATH),
        (b"{}", PATH + "&result=true"),
        (b"{}", PATH + "&timeout=5000"),
        (b"{", PATH),
        (b"[1]", PATH),
        (b'{"script":{"result":{"error":"no"}}}', PATH),
        (b'{"script":{"result":[1,2]}}', PATH),
        (b'{"script":{"breaks":true}}', PATH),
        (b'{"a":"%b"}' % (b"x" * 60_000), PATH + "&result=true"),
    ],
)
async def test_both_ways_give_the_same_answer(
    platform: Assembly, serve: Serve, body: bytes, path: str
) -> None:
    await platform.action("guest/hello")
    async with serve() as served:
        client = await caller(served)
        await client.call()
        ordinary = await client.call(body, path)
        taken = served.express.taken
        express = await client.call(body, path)
        assert served.express.taken == taken + 1
        assert alike(express) == alike(ordinary)
        assert express.headers["x-request-id"] != ordinary.headers["x-request-id"]
        client.writer.close()


async def test_a_change_of_the_action_acts_at_once(platform: Assembly, serve: Serve) -> None:
    await platform.action("guest/hello", parameters={"of": "old"})
    async with serve() as served:
        client = await caller(served)
        path = PATH + "&result=true"
        for _ in range(3):
            assert (await client.call(b"{}", path)).body == {"of": "old"}
        assert served.express.taken == 2
        async with served.client() as other:
            headers = {"Authorization": f"Basic {KEY}"}
            where = "/api/v1/namespaces/_/actions/hello"
            document = {"parameters": [{"key": "of", "value": "new"}]}
            changed = await other.put(where + "?overwrite=true", json=document, headers=headers)
            assert changed.status_code == 200
            for _ in range(2):
                assert (await client.call(b"{}", path)).body == {"of": "new"}
            assert (await other.delete(where, headers=headers)).status_code == 200
        for _ in range(2):
            assert (await client.call(b"{}", path)).status == 404
        client.writer.close()


async def test_a_key_that_is_taken_away_opens_nothing_anymore(
    platform: Assembly, serve: Serve
) -> None:
    await platform.action("guest/hello")
    async with serve() as served:
        client = await caller(served)
        for _ in range(3):
            assert (await client.call()).status == 200
        await platform.services.subjects.delete(GUEST.subject)
        platform.services.authenticator.forget()
        assert (await client.call()).status == 401
        client.writer.close()


async def test_who_has_waited_long_enough_gets_an_id_and_later_the_record(
    platform: Assembly, serve: Serve
) -> None:
    await platform.action("guest/hello")
    slow = b'{"script":{"takes_s":0.4,"result":{"ok":true}}}'
    path = PATH + "&timeout=100"
    async with serve() as served:
        client = await caller(served)
        first = await client.call(slow, path)
        second = await client.call(slow, path)
        assert served.express.taken == 1
        assert alike(first) == alike(second)
        assert second.status == 202
        activation_id = second.body["activationId"]
        assert second.headers["x-openwhisk-activation-id"] == activation_id
        found = await eventually(
            lambda: platform.stores.activations.get("guest", activation_id), "the record"
        )
        assert bytes(found.response.result) == b'{"ok":true}'
        client.writer.close()


async def test_more_than_a_minute_allows_are_refused_with_the_same_words(
    platform: Assembly, serve: Serve
) -> None:
    await platform.action("guest/hello")
    async with serve() as served:
        client = await caller(served)
        answers = [await client.call() for _ in range(1001)]
        statuses = [answer.status for answer in answers]
        if 429 in statuses:
            refused = answers[statuses.index(429)]
            assert refused.body["error"].startswith("Too many requests in the last minute")
            assert served.express.taken == 1000
        client.writer.close()


async def test_requests_in_a_pipeline_are_answered_in_order(
    platform: Assembly, serve: Serve
) -> None:
    await platform.action("guest/hello")
    async with serve() as served:
        client = await caller(served)
        path = PATH + "&result=true"
        body = b'{"script":{"takes_s":0.0,"result":{"n":%d}}}'
        await client.call(body % 0, path)
        for burst in range(5):
            client.send(b'{"script":{"takes_s":0.1,"result":{"n":%d}}}' % 1, path)
            if burst % 2:
                await client.writer.drain()
            client.send(body % 2, path)
            client.send(body % 3, path)
            assert [(await client.answer()).body["n"] for _ in range(3)] == [1, 2, 3]
        client.writer.close()


async def test_a_client_that_goes_away_harms_nobody(platform: Assembly, serve: Serve) -> None:
    await platform.action("guest/hello")
    async with serve() as served:
        client = await caller(served)
        slow = b'{"script":{"takes_s":0.2,"result":{"ok":true}}}'
        await client.call(slow)
        client.send(slow)
        await client.writer.drain()
        await eventually(lambda: _is_true(served.express.taken == 1), "the call to begin")
        client.writer.transport.abort()
        other = await caller(served)
        assert (await other.call(slow)).status == 200
        other.writer.close()


async def test_who_does_not_wait_gets_an_id_once_the_work_is_durable(
    platform: Assembly, serve: Serve
) -> None:
    await platform.action("guest/hello")
    async with serve() as served:
        client = await caller(served)
        path = PATH.partition("?")[0]
        answers = [await client.call(b'{"n":1}', path) for _ in range(3)]
        assert served.express.taken == 2
        assert (
            alike(answers[0])
            == alike(answers[2])
            == (202, set(answers[0].headers), {"activationId": "<id>"})
        )
        for answer in answers:
            get = partial(platform.stores.activations.get, "guest", answer.body["activationId"])
            found = await eventually(get, "the record")
            assert bytes(found.response.result) == b'{"n":1}'
        client.writer.close()


async def test_what_is_unusual_takes_the_ordinary_way(platform: Assembly, serve: Serve) -> None:
    await platform.action("guest/hello")
    async with serve() as served:
        client = await caller(served)
        for more in ("X-Request-Id: mine\r\n", "Expect: 100-nothing\r\n"):
            for _ in range(2):
                answer = await client.call(b"{}", PATH, more)
                assert answer.status == 200
                assert ("mine" in more) == (answer.headers["x-request-id"] == "mine")
        for _ in range(2):
            assert (await client.call(b"{}", PATH + "&timeout=0")).status == 400
        assert served.express.taken == 0
        client.writer.close()


async def _is_true(value: bool) -> bool | None:
    return value or None
